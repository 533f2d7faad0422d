//! One walk through one maze.

use crate::agent::{Action, Agent, Pose, is_undecided};
use crate::camera::Camera;
use crate::maze::Maze;

/// T actions and T + 1 frames; frame 0 is what was seen before the first action.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Episode {
    /// Width of a frame in pixels.
    pub width: u32,
    /// Height of a frame in pixels.
    pub height: u32,
    /// `[T + 1, height, width, 3]`, 8-bit sRGB.
    pub frames: Vec<u8>,
    /// `[T]`: what was done between a frame and the next.
    pub actions: Vec<Action>,
    /// `[T + 1]`: where each frame was seen from.
    pub poses: Vec<Pose>,
    /// `[T + 1]`: whether the agent's way on was undecided: it had just walked into a corner, or a crossing where those
    /// count; and so had every creature beside it.
    pub corners: Vec<bool>,
    /// `[T + 1, creatures]`: where each creature beside the agent was; empty where there are none.
    pub creatures: Vec<Pose>,
}

impl Episode {
    /// An episode of so many ticks at most, which begins with what the agent sees now.
    pub fn begin(camera: &Camera, maze: &Maze, agent: &Agent, ticks: usize) -> Self {
        Self::begin_in(Vec::new(), camera, maze, agent, ticks)
    }

    /// As [`Episode::begin`], with frames in memory that another episode had: the system need not clear it again.
    pub fn begin_in(frames: Vec<u8>, camera: &Camera, maze: &Maze, agent: &Agent, ticks: usize) -> Self {
        Self::begin_crowd(frames, camera, maze, (agent, &[]), ticks)
    }

    /// As [`Episode::begin_in`], of an agent and the creatures beside it.
    pub fn begin_crowd(
        mut frames: Vec<u8>,
        camera: &Camera,
        maze: &Maze,
        (agent, creatures): (&Agent, &[Agent]),
        ticks: usize,
    ) -> Self {
        let (width, height) = camera.size();
        frames.clear();
        frames.reserve_exact(camera.frame_bytes() * (ticks + 1));
        let mut episode = Self {
            width,
            height,
            frames,
            actions: Vec::with_capacity(ticks),
            poses: Vec::with_capacity(ticks + 1),
            corners: Vec::with_capacity(ticks + 1),
            creatures: Vec::with_capacity((ticks + 1) * creatures.len()),
        };
        episode.see(camera, maze, agent, creatures);
        episode
    }

    /// Adds an action and what is seen after it.
    pub fn record(&mut self, camera: &Camera, maze: &Maze, agent: &Agent, action: Action) {
        self.record_crowd(camera, maze, (agent, &[]), action);
    }

    /// As [`Episode::record`], of an agent and as many creatures as it began with.
    pub fn record_crowd(
        &mut self,
        camera: &Camera,
        maze: &Maze,
        (agent, creatures): (&Agent, &[Agent]),
        action: Action,
    ) {
        self.actions.push(action);
        self.see(camera, maze, agent, creatures);
    }

    fn see(&mut self, camera: &Camera, maze: &Maze, agent: &Agent, creatures: &[Agent]) {
        let pose = agent.pose();
        let first = self.creatures.len();
        self.creatures.extend(creatures.iter().map(Agent::pose));
        let at = self.frames.len();
        self.frames.resize(at + camera.frame_bytes(), 0);
        camera.draw_crowd(maze, pose, &self.creatures[first..], &mut self.frames[at..]);
        self.poses.push(pose);
        self.corners.push(is_undecided(maze, agent, creatures));
    }

    /// How many turns at corners went (left, right).
    pub fn turns(&self) -> (u32, u32) {
        turns(&self.corners, &self.actions)
    }
}

/// How many turns at corners went (left, right).
pub(super) fn turns(corners: &[bool], actions: &[Action]) -> (u32, u32) {
    let at_corners = corners.iter().zip(actions).filter(|&(&corner, _)| corner);
    at_corners.fold((0, 0), |(left, right), (_, action)| match action {
        Action::Left => (left + 1, right),
        Action::Right => (left, right + 1),
        Action::Forward => (left, right),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Scene;

    #[test]
    fn what_another_episode_left_in_memory_is_gone() {
        let (scene, _) = Scene::load("brick").unwrap();
        let (camera, maze) = (Camera::new(&scene, None).unwrap(), scene.maze(1));
        let (agent, _) = scene.spawn(&maze, 1);
        let used = Episode::begin_in(vec![7; 100_000], &camera, &maze, &agent, 2);
        assert_eq!(used, Episode::begin(&camera, &maze, &agent, 2));
    }
}
