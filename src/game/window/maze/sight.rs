//! What an agent has seen.

use std::collections::VecDeque;
use std::sync::Arc;

use bevy::prelude::*;

use super::stage::Stage;
use crate::agent::{Action, Agent, Pose};
use crate::camera::Frames;
use crate::game::tick::{Creatures, InMaze, Tick, TickSet, Walker};
use crate::maze::Corner;
use crate::predict::Question;

/// Frames of what was seen that are handed on: models look at as many of the last as they need, which are no more.
pub(in crate::game::window) const CONTEXT: usize = 16;

/// Frames that are kept.
const SEEN: usize = CONTEXT + 1;

/// What an agent saw, from the oldest to the newest frame, and where it was.
#[derive(Component)]
pub(in crate::game::window) struct Sight {
    /// Number of the maze in the scene.
    pub maze: u64,
    /// Pose before the last tick: between the two the picture moves smoothly.
    pub before: Pose,
    /// Ticks so far.
    pub ticks: u64,
    /// Cells, in the order of walking; each of them once after another.
    pub path: Vec<(i32, i32)>,
    frames: VecDeque<Arc<Vec<u8>>>,
}

impl Sight {
    pub(super) fn new(maze: u64, agent: &Agent, frame: Vec<u8>) -> Self {
        let frames = VecDeque::from([Arc::new(frame)]);
        Self { maze, before: agent.pose(), ticks: 0, path: vec![agent.cell()], frames }
    }

    /// The newest frame.
    pub fn newest(&self) -> &Arc<Vec<u8>> {
        &self.frames[self.frames.len() - 1]
    }

    /// What a model is asked now: what was seen, and what is under way. What follows either turn is not drawn yet.
    pub fn question(&self, stage: &Stage, agent: &Agent) -> Question {
        let ((x, y), heading) = (agent.cell(), agent.heading());
        let action = agent.under_way().unwrap_or(Action::Forward);
        let place = (self.maze, Corner { x, y, heading });
        Question::new(self.context(stage.camera.size()), action, place)
    }

    /// The last [`CONTEXT`] frames; where fewer were seen, the first stands for those before it.
    fn context(&self, size: (u32, u32)) -> Frames {
        let missing = CONTEXT.saturating_sub(self.frames.len());
        let first = std::iter::repeat_n(&self.frames[0], missing);
        let seen = self.frames.iter().skip(self.frames.len().saturating_sub(CONTEXT));
        Frames::collect(size, first.chain(seen).map(|frame| frame.as_slice()))
    }

    /// With what was seen before it.
    pub(super) fn after(mut self, before: &[Vec<u8>]) -> Self {
        let kept = before.len().min(SEEN - self.frames.len());
        before[before.len() - kept..].iter().rev().for_each(|frame| self.frames.push_front(Arc::new(frame.clone())));
        self
    }

    fn see(&mut self, frame: Vec<u8>) {
        self.frames.push_back(Arc::new(frame));
        if self.frames.len() > SEEN {
            self.frames.pop_front();
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Tick, (remember.in_set(TickSet::Spawn), see.in_set(TickSet::Observe)));
}

fn remember(mut agents: Query<(&Walker, &mut Sight)>) {
    for (walker, mut sight) in &mut agents {
        sight.before = walker.agent.pose();
    }
}

fn see(stage: Res<Stage>, mut agents: Query<(&InMaze, &Walker, &mut Sight, Option<&Creatures>)>) {
    for (maze, walker, mut sight, creatures) in &mut agents {
        let mut pixels = vec![0; stage.camera.frame_bytes()];
        let beside: Vec<Pose> =
            creatures.iter().flat_map(|creatures| &creatures.agents).map(crate::agent::Agent::pose).collect();
        stage.camera.draw_crowd(&maze.0, walker.agent.pose(), &beside, &mut pixels);
        sight.see(pixels);
        sight.ticks += 1;
        let cell = walker.agent.cell();
        if sight.path.last() != Some(&cell) {
            sight.path.push(cell);
        }
    }
}
