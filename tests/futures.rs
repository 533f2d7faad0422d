//! Both futures of a corner are what the game does, where the agent turns that way.

use crossroads::agent::{Action, Agent, Policy, Pose, Replay};
use crossroads::camera::Camera;
use crossroads::episode::{DataSet, Episode, Place, StoredEpisode, WindowSettings, Windows};
use crossroads::maze::{Maze, corners};
use crossroads::scene::{SCENES, Scene};

use crate::helper::data;

/// Walks an agent by a list of actions, and records what it sees.
fn play(camera: &Camera, maze: &Maze, mut agent: Agent, actions: Vec<Action>) -> Episode {
    let ticks = actions.len();
    let mut policy = Replay::new(actions);
    let mut episode = Episode::begin(camera, maze, &agent, ticks);
    for _ in 0..ticks {
        let wish = policy.decide(&agent, maze);
        let done = agent.tick(maze, wish);
        episode.record(camera, maze, &agent, done);
    }
    episode
}

/// A turn, and then straight ahead to the middle of the next cell.
fn around_the_corner(scene: &Scene, turn: Action) -> Vec<Action> {
    let gait = scene.gait();
    let turning = std::iter::repeat_n(turn, gait.ticks_per_quarter as usize);
    turning.chain(std::iter::repeat_n(Action::Forward, gait.ticks_per_cell as usize)).collect()
}

fn frame(episode: &Episode, index: usize) -> &[u8] {
    let bytes = (episode.width * episode.height * 3) as usize;
    &episode.frames[index * bytes..(index + 1) * bytes]
}

/// Where an episode began: the pose as an agent that stands.
fn start(scene: &Scene, pose: Pose) -> Agent {
    let quarter = (pose.heading / std::f32::consts::FRAC_PI_2).round() as usize;
    Agent::standing(pose.x as i32, pose.y as i32, crossroads::maze::Heading::ALL[quarter % 4], scene.gait())
}

#[test]
fn recorded_frames_are_the_future_of_the_turn_taken_and_the_other_turn_gives_the_other() {
    let data = DataSet::open(data(), "train", false).unwrap();
    let scene = &data.manifest.scene;
    let ticks = (scene.agent.ticks_per_quarter + scene.agent.ticks_per_cell) as usize;
    let (mut lefts, mut rights) = (0, 0);
    for (index, episode) in data.episodes.iter().enumerate() {
        let maze = scene.maze(episode.entry.maze);
        for corner in (0..episode.actions().len()).filter(|&at| episode.corners()[at]) {
            let futures = data.futures(index, corner, ticks).unwrap();
            let (taken, other) = match episode.actions()[corner] {
                Action::Left => (0, 1),
                Action::Right => (1, 0),
                Action::Forward => panic!("an explorer never runs into a wall"),
            };
            *(if taken == 0 { &mut lefts } else { &mut rights }) += 1;
            let (taken, other) = (&futures.all[taken].frames, &futures.all[other].frames);
            let recorded = episode.actions().len() - corner;
            for (tick, expected) in taken.iter().take(recorded).enumerate() {
                let found = &episode.frame(corner + 1 + tick).unwrap()[..];
                assert!(expected == found, "episode {index}, frame {corner}, tick {tick}");
            }

            // Play the same walk up to the corner, then turn the other way.
            let mut actions = episode.actions()[..corner].to_vec();
            actions.extend(around_the_corner(scene, episode.actions()[corner].mirrored()));
            let played = play(&data.camera, &maze, start(scene, episode.poses()[0]), actions);
            for at in 0..=corner {
                assert!(*frame(&played, at) == episode.frame(at).unwrap()[..], "episode {index}, frame {at}");
            }
            for (tick, expected) in other.iter().enumerate() {
                assert!(frame(&played, corner + 1 + tick) == expected, "other turn, tick {tick}");
            }
            assert_ne!(taken[0], other[0]);
        }
    }
    assert!(lefts > 5 && rights > 5, "{lefts} left and {rights} right turns are too few to tell");
}

#[test]
fn a_replayed_episode_is_the_recorded_one() {
    let data = DataSet::open(data(), "test", false).unwrap();
    let scene = &data.manifest.scene;
    for episode in &data.episodes {
        let maze = scene.maze(episode.entry.maze);
        let played = play(&data.camera, &maze, start(scene, episode.poses()[0]), episode.actions().to_vec());
        assert_eq!(played.poses, episode.poses());
        assert_eq!(played.actions, episode.actions());
        assert_eq!(played.corners, episode.corners());
        assert!((0..played.poses.len()).all(|at| *frame(&played, at) == episode.frame(at).unwrap()[..]));
    }
}

#[test]
fn recorded_corners_are_corners_that_were_walked_into() {
    let data = DataSet::open(data(), "train", false).unwrap();
    for episode in &data.episodes {
        let maze = data.manifest.scene.maze(episode.entry.maze);
        let known = corners(&maze);
        for at in 0..episode.poses().len() {
            let was_walking = at > 0 && moved(episode, at);
            let pose = episode.poses()[at];
            let in_the_middle = pose.x.fract() == 0.5 && pose.y.fract() == 0.5;
            let here = known.iter().any(|corner| {
                let heading = corner.heading as u8 as f32 * std::f32::consts::FRAC_PI_2;
                (corner.x, corner.y) == (pose.x as i32, pose.y as i32) && heading == pose.heading
            });
            assert_eq!(episode.corners()[at], was_walking && in_the_middle && here, "frame {at}: {pose:?}\n{maze}");
        }
    }
}

fn moved(episode: &StoredEpisode, at: usize) -> bool {
    let (before, now) = (episode.poses()[at - 1], episode.poses()[at]);
    (before.x, before.y) != (now.x, now.y)
}

#[test]
fn both_futures_of_every_scene_are_what_a_replay_shows() {
    for (name, _) in SCENES {
        let (scene, _) = Scene::load(name).unwrap();
        let camera = Camera::new(&scene, None).unwrap();
        let (maze, corner) = (0..32)
            .map(|number| scene.maze(number))
            .find_map(|maze| corners(&maze).first().copied().map(|corner| (maze, corner)))
            .unwrap();
        let agent = Agent::arrived_at(corner, scene.gait());
        let ticks = (scene.agent.ticks_per_quarter + scene.agent.ticks_per_cell) as usize;
        let futures = camera.futures(&maze, agent, &scene.turns(&maze, &agent), ticks);
        for (turn, future) in [(Action::Left, &futures.all[0].frames), (Action::Right, &futures.all[1].frames)] {
            let played = play(&camera, &maze, agent, around_the_corner(&scene, turn));
            assert_eq!(future.len(), ticks, "{name}");
            for (tick, expected) in future.iter().enumerate() {
                assert!(frame(&played, tick + 1) == expected, "{name}: {turn:?}, tick {tick}");
            }
        }
    }
}

#[test]
fn a_left_turn_turns_left() {
    // A T seen from its foot: to the west is the left.
    let rows = ["#####", "#...#", "##.##", "##.##", "#####"].map(str::to_owned);
    let maze = Maze::draw(&rows, 0).unwrap();
    let (scene, _) = Scene::load("arcade").unwrap();
    let mut agent = Agent::arrived_at(corners(&maze)[0], scene.gait());
    for action in around_the_corner(&scene, Action::Left) {
        agent.tick(&maze, action);
    }
    assert_eq!(agent.cell(), (1, 1));
}

#[test]
fn a_windows_twin_is_the_other_turn_at_a_corner_and_what_followed_elsewhere() {
    let data = DataSet::open(data(), "train", false).unwrap();
    let windows = Windows::new(&data, WindowSettings::at_corners(2));
    assert!(windows.take(&data, &windows.corners[..1]).unwrap().twins.is_none(), "only where it is asked for");
    let windows = windows.with_both_futures(true);
    let turned = |place: &&Place| data.episodes[place.episode].actions()[place.frame] != Action::Forward;
    let corners: Vec<Place> = windows.corners.iter().filter(turned).copied().take(8).collect();
    let bytes = (data.camera.size().0 * data.camera.size().1 * 3) as usize;
    let batch = windows.take(&data, &corners).unwrap();
    let twins = batch.twins.unwrap();
    assert_eq!((corners.len(), twins.len()), (8, 8 * bytes));
    for (place, (truth, twin)) in corners.iter().zip(batch.futures.chunks_exact(bytes).zip(twins.chunks_exact(bytes))) {
        let episode = &data.episodes[place.episode];
        let futures = data.futures(place.episode, place.frame, 1).unwrap();
        let both = [&futures.all[0].frames[0], &futures.all[1].frames[0]];
        let left = episode.actions()[place.frame] == Action::Left;
        assert!(truth == both[usize::from(!left)] && twin == both[usize::from(left)], "{place:?}");
    }
    // A tick later the turn is under way, and there is one future only.
    let later: Vec<Place> = corners.iter().map(|place| Place { frame: place.frame + 1, ..*place }).collect();
    let batch = windows.take(&data, &later).unwrap();
    assert!(batch.twins.as_deref() == Some(&batch.futures[..]));
    let parts = batch.split(2);
    assert!(parts[1].twins.as_deref() == Some(&batch.twins.unwrap()[4 * bytes..]), "parts keep their own");
}
