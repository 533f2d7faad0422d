//! The agent of a recorded episode, frame by frame: from any of them it can walk on.

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use crate::agent::{Action, Agent, Gait, Pose};
use crate::maze::{Corner, Heading, Maze};

/// The agent at each frame of an episode: its first pose, then its actions once more.
///
/// `poses` and `corners` have one entry a frame, `actions` one fewer. None if the episode does not begin at a standstill,
/// or if its actions do not lead to its poses in this maze: then the agent's state is not known.
pub fn replay(poses: &[Pose], corners: &[bool], actions: &[Action], maze: &Maze, gait: Gait) -> Option<Vec<Agent>> {
    let first = poses.first()?;
    let quarter = libm::roundf(first.heading / FRAC_PI_2) as usize;
    let corner = Corner { x: first.x as i32, y: first.y as i32, heading: Heading::ALL[quarter % 4] };
    // Only who has just walked in is at a corner; elsewhere the difference has no consequence for a replay.
    let mut agent = match corners.first() {
        Some(true) => Agent::arrived_at(corner, gait),
        _ => Agent::standing(corner.x, corner.y, corner.heading, gait),
    };
    let mut agents = vec![agent];
    for (&action, seen) in actions.iter().zip(poses.get(1..)?) {
        let share = gait.slip.map_or(0.5, |slip| slipped(&agent, *seen, slip));
        if agent.tick_slipping(maze, action, share) != action {
            return None;
        }
        agents.push(agent);
    }
    let is_same =
        agents.len() == poses.len() && agents.iter().zip(poses).all(|(agent, pose)| is_near(agent.pose(), *pose));
    is_same.then_some(agents)
}

/// Where in its interval the angle of a turn lay that led from an agent to a pose. One that ended the turn may have been
/// larger than what was left of it: then the largest will do.
fn slipped(agent: &Agent, seen: Pose, (least, most): (f32, f32)) -> f32 {
    let turned = (seen.heading - agent.pose().heading + PI).rem_euclid(TAU) - PI;
    let quarters = seen.heading / FRAC_PI_2;
    if (quarters - libm::roundf(quarters)).abs() < 1e-4 {
        return 1.0;
    }
    ((turned.abs().to_degrees() - least) / (most - least)).clamp(0.0, 1.0)
}

/// The same place but for rounding: data sets may come from elsewhere.
fn is_near(one: Pose, other: Pose) -> bool {
    const NEAR: f32 = 1e-3;
    (one.x - other.x).abs() < NEAR && (one.y - other.y).abs() < NEAR && (one.heading - other.heading).abs() < NEAR
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Camera;
    use crate::episode::Episode;
    use crate::scene::Scene;

    /// A walk that begins after so many ticks of another, where the agent stands still.
    fn walk(scene: &Scene, number: u64, ticks: usize, before: usize) -> Episode {
        let camera = Camera::new(scene, None).unwrap();
        let maze = scene.maze(number);
        let (mut agent, mut policy) = scene.spawn(&maze, number);
        let mut step = |agent: &mut Agent| {
            let wish = policy.decide(agent, &maze);
            agent.tick_slipping(&maze, wish, policy.slip())
        };
        let mut done = 0;
        while done < before || agent.under_way().is_some() {
            step(&mut agent);
            done += 1;
        }
        let mut episode = Episode::begin(&camera, &maze, &agent, ticks);
        for _ in 0..ticks {
            let action = step(&mut agent);
            episode.record(&camera, &maze, &agent, action);
        }
        episode
    }

    fn again(scene: &Scene, number: u64, episode: &Episode) -> Option<Vec<Agent>> {
        replay(&episode.poses, &episode.corners, &episode.actions, &scene.maze(number), scene.gait())
    }

    #[test]
    fn the_agent_is_where_each_frame_was_seen_from() {
        for name in ["brick", "arcade", "hedge-night", "crossing", "slip"] {
            let (scene, _) = Scene::load(name).unwrap();
            let mut begins_at_corner = 0;
            for number in 0..40 {
                let episode = walk(&scene, number, 60, number as usize);
                let agents = again(&scene, number, &episode).unwrap();
                let maze = scene.maze(number);
                for (frame, agent) in agents.iter().enumerate() {
                    assert!(is_near(agent.pose(), episode.poses[frame]), "{name}, maze {number}, frame {frame}");
                    assert_eq!(agent.corner(&maze).is_some(), episode.corners[frame]);
                }
                begins_at_corner += usize::from(episode.corners[0]);
            }
            assert!(begins_at_corner > 0, "{name}");
        }
    }

    #[test]
    fn actions_that_do_not_lead_to_the_poses_are_told() {
        let (scene, _) = Scene::load("brick").unwrap();
        let episode = walk(&scene, 3, 40, 0);
        let turned =
            Episode { actions: episode.actions.iter().map(|action| action.mirrored()).collect(), ..episode.clone() };
        assert!(again(&scene, 3, &turned).is_none());
        let mut moved = episode.clone();
        moved.poses[7].x += 0.25;
        assert!(again(&scene, 3, &moved).is_none());
        // Where it does not begin at a standstill.
        let mut late = episode;
        let middle =
            (0..40).find(|&frame| late.poses[frame].x.fract() != 0.5 || late.poses[frame].y.fract() != 0.5).unwrap();
        late.poses.drain(..middle);
        late.actions.drain(..middle);
        late.corners.drain(..middle);
        assert!(again(&scene, 3, &late).is_none());
    }
}
