//! Worlds with other choices than one turn: three ways, creatures that turn at once, turns that slip.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use crossroads::agent::{Action, is_undecided};
use crossroads::camera::Camera;
use crossroads::episode::{DataSet, WindowSettings, Windows};
use crossroads::measure::{rms, spread};
use crossroads::predict::{Question, questions};
use crossroads::random::{Purpose, stream};
use crossroads::scene::Scene;

use crate::helper::{GAN, Place, SCENE, errors};

/// A recording of one of these scenes, made once.
fn data(scene: &'static str) -> DataSet {
    static PLACE: OnceLock<Place> = OnceLock::new();
    static RECORDED: std::sync::Mutex<Vec<&str>> = std::sync::Mutex::new(Vec::new());
    let place = PLACE.get_or_init(Place::new);
    let mut recorded = RECORDED.lock().unwrap();
    let folder: PathBuf = place.path(scene);
    if !recorded.contains(&scene) {
        place.succeed(&["record", scene, "--episodes", "100", "--ticks", "96", "--split", "test=1", "--out", scene]);
        recorded.push(scene);
    }
    DataSet::open(&folder, "test", false).unwrap()
}

fn asked(data: &DataSet) -> Vec<Question> {
    questions(data, &Windows::new(data, WindowSettings::at_corners(2)).corners, 2, 1).unwrap()
}

/// Places of a data set where the way on was undecided and something was chosen: (episode, frame, what).
fn choices(data: &DataSet) -> Vec<(usize, usize, Action)> {
    let frames = |episode: usize| (0..data.episodes[episode].actions().len()).map(move |frame| (episode, frame));
    let all = (0..data.episodes.len()).flat_map(frames);
    all.filter_map(|(episode, frame)| Some((episode, frame, data.chosen(episode, frame)?))).collect()
}

#[test]
fn at_a_crossing_the_agent_goes_one_of_three_ways_by_the_odds() {
    let data = data("crossing");
    let mut counts: HashMap<Action, f64> = HashMap::new();
    let mut corners = 0;
    for (episode, frame, chosen) in choices(&data) {
        let futures = data.futures(episode, frame, 1).unwrap();
        let taken = &futures.all[futures.of_action(chosen).unwrap()];
        assert!(taken.frames[0] == *data.episodes[episode].frame(frame + 1).unwrap(), "{episode}, {frame}: {chosen:?}");
        match futures.len() {
            3 => *counts.entry(chosen).or_default() += 1.0,
            2 => corners += 1,
            other => panic!("{other} ways"),
        }
        assert!((futures.odds().iter().sum::<f64>() - 1.0).abs() < 1e-6);
    }
    let total: f64 = counts.values().sum();
    assert!(total > 200.0 && total > f64::from(corners), "{total} crossings, {corners} corners");
    for (action, odds) in [(Action::Left, 0.3), (Action::Forward, 0.4), (Action::Right, 0.3)] {
        let bound = 4.0 * (odds * (1.0 - odds) / total).sqrt();
        assert!((counts[&action] / total - odds).abs() < bound, "{action:?}: {counts:?}");
    }
    let questions = asked(&data);
    assert!(questions.iter().any(|question| question.action == Action::Forward), "straight on is a choice there");
    assert!(questions.iter().any(|question| question.futures.len() == 2));
}

/// Of 800 windows at corners the share that does not count; and of the others the share of left turns, as they are drawn and as
/// they count.
fn drawn(scene: &'static str, learned_odds: bool) -> [f32; 3] {
    let data = data(scene);
    let windows = Windows::new(&data, WindowSettings { mirror: true, ..WindowSettings::at_corners(1) });
    let windows = if learned_odds { windows.with_learned_odds(&data) } else { windows };
    let batch = windows.draw(&data, 800, &mut stream(1, Purpose::Windows, &[])).unwrap();
    let [mut all, mut left, mut all_counted, mut left_counted] = [0.0; 4];
    for (action, count) in batch.actions.iter().zip(batch.counts).filter(|(_, count)| *count > 0.0) {
        let is_left = if *action == Action::Left { 1.0 } else { 0.0 };
        (all, left) = (all + 1.0, left + is_left);
        (all_counted, left_counted) = (all_counted + count, left_counted + is_left * count);
    }
    [1.0 - all / 800.0, left / all, left_counted / all_counted]
}

#[test]
fn the_rarer_turn_is_shown_as_often_as_the_other_where_odds_are_learned_and_counts_as_often_as_it_happens() {
    let near = |scene, learned_odds, expected: [f32; 3]| {
        let found = drawn(scene, learned_odds);
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.1), "{scene}, {learned_odds}: {found:?}");
    };
    near("lopsided", true, [0.5, 0.5, 0.8]);
    near("lopsided", false, [0.0, 0.8, 0.8]);
    // Where odds are even, a mirror image is as likely as what it mirrors.
    near("slip", true, [0.0, 0.5, 0.5]);
}

#[test]
fn trainings_show_the_rarer_turn_as_often_as_the_other_if_they_learn_odds() {
    let place = Place::new();
    place.file("uneven.ron", &SCENE.replace("left_odds: 0.5", "left_odds: 0.8"));
    place.succeed(&["record", "uneven.ron", "--episodes", "12", "--ticks", "80", "--out", "data"]);
    place.file("plain.ron", GAN);
    place.file("learned.ron", &GAN.replace("relaxation:", "learned_odds: true, relaxation:"));
    for (name, mirrored) in [("plain", false), ("learned", true)] {
        let recipe = format!("{name}.ron");
        let output = place.succeed(&["train", &recipe, "--data", "data", "--out", name, "--steps", "1"]);
        assert_eq!(errors(&output).contains("corner windows, mirrored"), mirrored, "{name}: {}", errors(&output));
    }
}

#[test]
fn where_turns_slip_what_follows_lies_on_a_curve() {
    let data = data("slip");
    let mut headings = Vec::new();
    for (episode, frame, chosen) in choices(&data) {
        let futures = data.futures(episode, frame, 1).unwrap();
        let taken = &futures.all[futures.of_action(chosen).unwrap()];
        assert_eq!((futures.len(), taken.curve.len()), (2, 41));
        let next = &data.episodes[episode].frame(frame + 1).unwrap()[..];
        let nearest = taken.curve.iter().map(|point| rms(point, next)).fold(f64::INFINITY, f64::min);
        assert!(nearest < 0.25 * spread(&futures), "{episode}, {frame}: {nearest}");
        let poses = data.episodes[episode].poses();
        let turned = (poses[frame + 1].heading - poses[frame].heading).rem_euclid(std::f32::consts::TAU);
        let degrees = turned.to_degrees();
        headings.push(if chosen == Action::Left { degrees } else { 360.0 - degrees });
    }
    assert!(headings.len() > 100);
    assert!(headings.iter().all(|degrees| (11.99..=32.01).contains(degrees)), "{headings:?}");
    for (least, most) in [(12.0, 17.0), (17.0, 22.0), (22.0, 27.0), (27.0, 32.0)] {
        let share = headings.iter().filter(|&&degrees| degrees >= least && degrees < most).count();
        let share = share as f64 / headings.len() as f64;
        assert!((share - 0.25).abs() < 0.12, "{least} to {most}: {share}");
    }
    // Having turned, it looks along the grid again, exactly.
    for episode in &data.episodes {
        for pair in episode.poses().windows(2).filter(|pair| (pair[0].x, pair[0].y) != (pair[1].x, pair[1].y)) {
            let quarters = pair[1].heading / std::f32::consts::FRAC_PI_2;
            assert!((quarters - quarters.round()).abs() < 1e-6, "it walks along the grid: {pair:?}");
        }
    }
}

#[test]
fn a_crowd_turns_at_the_same_tick_and_every_combination_is_a_future() {
    let data = data("crowd");
    let scene = &data.manifest.scene;
    let creatures = scene.creatures.as_ref().unwrap().count as usize;
    let (mut told_apart, mut all) = (0, 0);
    let mut picked: HashMap<String, u32> = HashMap::new();
    for (episode, frame, chosen) in choices(&data) {
        all += 1;
        let Some(futures) = data.futures(episode, frame, 1) else { continue };
        told_apart += 1;
        assert_eq!((futures.len(), futures.choosers.len()), (2 << creatures, 1 + creatures));
        assert!((futures.odds().iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let next = &data.episodes[episode].frame(frame + 1).unwrap()[..];
        let happened: Vec<_> = futures.iter().filter(|future| future.frames[0] == *next).collect();
        assert_eq!(happened.len(), 1, "{episode}, {frame}: the recorded frame is one of the futures");
        assert_eq!(happened[0].action, chosen);
        *picked.entry(happened[0].name.clone()).or_default() += 1;
        // In who chooses' own region only its own choice shows.
        let width = data.camera.size().0;
        for (number, chooser) in futures.choosers.iter().enumerate() {
            let (left, top, across, down) = chooser.region;
            let within = |frame: &[u8]| -> Vec<u8> {
                let row = |y: u32| ((y * width + left) * 3) as usize..((y * width + left + across) * 3) as usize;
                (top..top + down).flat_map(|y| frame[row(y)].to_vec()).collect()
            };
            for one in futures.iter() {
                for other in futures.iter() {
                    let same = within(&one.frames[0]) == within(&other.frames[0]);
                    assert_eq!(
                        same,
                        one.picks[number] == other.picks[number],
                        "{}: {}, {}",
                        chooser.name,
                        one.name,
                        other.name
                    );
                }
            }
        }
    }
    assert!(all >= 100 && told_apart >= 60, "{all} moments, of which {told_apart} can be told apart");
    assert_eq!(picked.len(), 2 << creatures, "every combination happens: {picked:?}");
    // Whoever has arrived waits: at the moment all stand at corners, and the frames before show them there.
    assert_eq!(asked(&data).iter().filter(|question| question.futures.len() != 2 << creatures).count(), 0);
}

#[test]
fn whoever_has_arrived_waits_for_the_others() {
    let (scene, _) = Scene::load("crowd").unwrap();
    let maze = scene.maze(3);
    let (agent, _) = scene.spawn(&maze, 5);
    let creatures: Vec<_> = scene.spawn_creatures(&maze, 5).into_iter().map(|(creature, _)| creature).collect();
    assert_eq!(creatures.len(), 2);
    assert!(!is_undecided(&maze, &agent, &creatures), "nobody has arrived anywhere yet");
    let again: Vec<_> = scene.spawn_creatures(&maze, 5).into_iter().map(|(creature, _)| creature).collect();
    assert_eq!(creatures, again);
    let camera = Camera::new(&scene, None).unwrap();
    let mut alone = vec![0; camera.frame_bytes()];
    camera.draw(&maze, agent.pose(), &mut alone);
    let poses: Vec<_> = creatures.iter().map(crossroads::agent::Agent::pose).collect();
    let mut together = vec![0; camera.frame_bytes()];
    camera.draw_crowd(&maze, agent.pose(), &poses, &mut together);
    assert!(alone != together, "creatures are seen");
}
