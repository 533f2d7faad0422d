//! The mazes that a walker learns in, and the walks that were recorded there.

use std::collections::HashMap;

use rand::{RngExt, seq::IndexedRandom};

use crate::agent::{Action, Agent, is_legal, open_ways};
use crate::episode::{DataSet, recorded_walks};
use crate::maze::Maze;
use crate::predict::Sight;
use crate::random::Rng;

/// Numbers of a move as the discriminator is told it: which action, and which ways were open.
pub(super) const MOVE: usize = 6;

/// A walk in one of the mazes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Walk {
    /// Index of the maze.
    pub maze: usize,
    /// Where it begins: each tick of this agent is a whole decision.
    pub start: Agent,
    /// What is decided there and after.
    pub actions: Vec<Action>,
    /// Whether it is seen in a mirror, with left for right.
    pub mirrored: bool,
}

/// Mazes with the walks that were recorded in them.
#[derive(Debug)]
pub(super) struct World {
    sight: Sight,
    mazes: Vec<Maze>,
    recorded: Vec<Walk>,
    mirrors: bool,
}

impl World {
    /// That of a data set, for walks of so many decisions. Half of the recorded ones are drawn mirrored, if left and right are
    /// equally likely.
    pub fn new(data: &DataSet, length: usize, sight: Sight) -> Self {
        let scene = &data.manifest.scene;
        let mut mazes = Vec::new();
        let mut known = HashMap::new();
        let mut walk = |walk: crate::episode::RecordedWalk| {
            let maze = *known.entry(walk.maze).or_insert_with(|| {
                mazes.push(scene.maze(walk.maze));
                mazes.len() - 1
            });
            Walk { maze, start: walk.start, actions: walk.actions, mirrored: false }
        };
        let recorded = recorded_walks(data, length, false).into_iter().map(&mut walk).collect();
        Self { sight, mazes, recorded, mirrors: scene.is_even() }
    }

    /// A world of a single maze and a single recorded walk.
    #[cfg(test)]
    pub fn of(maze: Maze, start: Agent, actions: Vec<Action>, sight: Sight) -> Self {
        let walk = Walk { maze: 0, start, actions, mirrored: false };
        Self { sight, mazes: vec![maze], recorded: vec![walk], mirrors: false }
    }

    /// A maze by its index.
    pub fn maze(&self, index: usize) -> &Maze {
        &self.mazes[index]
    }

    /// What walkers see of it.
    pub fn sight(&self) -> Sight {
        self.sight
    }

    /// So many recorded walks, each drawn with the same odds.
    ///
    /// # Panics
    /// If there are none.
    pub fn draw(&self, count: usize, rng: &mut Rng) -> Vec<Walk> {
        let one = |_| {
            let walk = self.recorded.choose(rng).expect("data without walks is refused before any training");
            Walk { mirrored: self.mirrors && rng.random(), ..walk.clone() }
        };
        (0..count).map(one).collect()
    }

    /// The agent before each decision of a walk.
    pub fn agents(&self, walk: &Walk) -> Vec<Agent> {
        let mut agent = walk.start;
        let before = |&action: &Action| {
            let before = agent;
            agent.tick(self.maze(walk.maze), action);
            before
        };
        walk.actions.iter().map(before).collect()
    }

    /// Whether every decision of a walk is legal.
    pub fn is_legal(&self, walk: &Walk) -> bool {
        let maze = self.maze(walk.maze);
        self.agents(walk).iter().zip(&walk.actions).all(|(agent, &action)| is_legal(maze, agent, action))
    }

    /// The actions of a walk as whoever sees it: left for right in a mirror.
    pub fn actions(walk: &Walk) -> impl Iterator<Item = Action> {
        let shown = |action: &Action| if walk.mirrored { action.mirrored() } else { *action };
        walk.actions.iter().map(shown)
    }

    /// What the walker sees at each decision, `[length, inputs]`.
    pub fn seen(&self, walk: &Walk) -> Vec<f32> {
        let (maze, mut last, mut all) = (self.maze(walk.maze), None, Vec::new());
        for (done, (agent, action)) in self.agents(walk).iter().zip(Self::actions(walk)).enumerate() {
            all.extend(self.sight.at(maze, agent, done, last, walk.mirrored));
            last = Some(action);
        }
        all
    }

    /// What the discriminator is told of each move, `[length, MOVE]`: the action, then whether the ways ahead, to the left and
    /// to the right were open.
    pub fn moves(&self, walk: &Walk) -> Vec<f32> {
        let number = |holds: bool| f32::from(u8::from(holds));
        let mut all = Vec::with_capacity(walk.actions.len() * MOVE);
        for (agent, action) in self.agents(walk).iter().zip(Self::actions(walk)) {
            let [ahead, left, right] = open_ways(self.maze(walk.maze), agent);
            let ways = if walk.mirrored { [ahead, right, left] } else { [ahead, left, right] };
            all.extend(Action::ALL.map(|other| number(other == action)));
            all.extend(ways.map(number));
        }
        all
    }
}
