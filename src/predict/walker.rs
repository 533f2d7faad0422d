//! A trained network that walks: now and then it looks at a map of its surroundings, and draws what it does by its odds.

use std::sync::Arc;

use rand::RngExt;

use crate::agent::{Action, Agent, Policy};
use crate::maze::Maze;
use crate::network::PlainWalkNet;
use crate::random::Rng;

/// How much of its maze a walker sees, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// Cells that it sees to each side, ahead and behind.
    pub reach: usize,
    /// Decisions from one look to the next, at least 1. Between them it sees nothing.
    pub every: usize,
}

impl Sight {
    /// Numbers that a network is given at a decision: a map and the decision before.
    pub fn inputs(self) -> usize {
        let side = 2 * self.reach + 1;
        side * side + Action::ALL.len()
    }

    /// What a network is given at a decision, after so many others: at a look the cells around the agent, turned so that it
    /// faces up, row by row, 1 where they are open and −1 where not, and zeros between two looks; then which decision was
    /// the last (all 0 at the first). In a mirror, left is right.
    pub fn at(self, maze: &Maze, agent: &Agent, done: usize, last: Option<Action>, mirrored: bool) -> Vec<f32> {
        let side = 2 * self.reach + 1;
        let mut seen = vec![0.0; side * side];
        if done.is_multiple_of(self.every) {
            let ((x, y), reach) = (agent.cell(), self.reach as i32);
            let (ahead, right) = (agent.heading().step(), agent.heading().right().step());
            for (place, seen) in (0..).zip(&mut seen) {
                let (up, across) = (reach - place / side as i32, place % side as i32 - reach);
                let across = if mirrored { -across } else { across };
                let cell = (x + up * ahead.0 + across * right.0, y + up * ahead.1 + across * right.1);
                *seen = if maze.is_open(cell.0, cell.1) { 1.0 } else { -1.0 };
            }
        }
        seen.extend(Action::ALL.map(|action| f32::from(u8::from(Some(action) == last))));
        seen
    }
}

/// A trained walker, of which any number may walk at once.
#[derive(Debug, Clone)]
pub struct WalkModel {
    /// Shown in tables.
    pub name: String,
    /// What gives the odds.
    pub network: Arc<PlainWalkNet>,
    /// What it sees.
    pub sight: Sight,
}

impl WalkModel {
    /// Someone who walks by it. The same random numbers give the same walk.
    pub fn walker(&self, rng: Rng) -> Walker {
        let (network, sight, state) = (self.network.clone(), self.sight, self.network.blank());
        Walker { network, sight, state, done: 0, last: None, rng }
    }
}

/// Someone who walks by a [`WalkModel`]: it knows what it saw and did since it began, and nothing else of the maze.
#[derive(Debug)]
pub struct Walker {
    network: Arc<PlainWalkNet>,
    sight: Sight,
    state: Vec<f32>,
    done: usize,
    last: Option<Action>,
    rng: Rng,
}

impl Policy for Walker {
    /// Decides where the agent stands, once for each move of a cell and each quarter turn.
    fn decide(&mut self, agent: &Agent, maze: &Maze) -> Action {
        if let Some(action) = agent.under_way() {
            return action;
        }
        let seen = self.sight.at(maze, agent, self.done, self.last, false);
        let action = drawn(self.network.odds(&seen, &mut self.state), &mut self.rng);
        self.done += 1;
        self.last = Some(action);
        action
    }

    fn slip(&mut self) -> f32 {
        self.rng.random()
    }
}

/// An action by odds that sum up to 1, in the order of the actions' codes.
pub fn drawn(odds: [f32; 3], rng: &mut Rng) -> Action {
    let number = rng.random::<f32>();
    if number < odds[0] {
        Action::Forward
    } else if number < odds[0] + odds[1] {
        Action::Left
    } else {
        Action::Right
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Gait;
    use crate::maze::Heading;
    use crate::random::{Purpose, stream};

    #[test]
    fn a_map_is_turned_with_the_agent_and_seen_at_looks_alone() {
        let rows = ["#####", "#...#", "#.#.#", "#.###", "#####"].map(str::to_owned);
        let maze = Maze::draw(&rows, 0).unwrap();
        let gait = Gait { ticks_per_cell: 1, ticks_per_quarter: 1, slip: None, crossings: false };
        let sight = Sight { reach: 1, every: 2 };
        let seen = |heading, done, mirrored| {
            let agent = Agent::standing(1, 1, heading, gait);
            sight.at(&maze, &agent, done, Some(Action::Right), mirrored)
        };
        let (open, wall) = (1.0, -1.0);
        let north = [wall, wall, wall, wall, open, open, wall, open, wall, 0.0, 0.0, 1.0];
        assert_eq!(seen(Heading::North, 0, false), north);
        let east = [wall, open, wall, wall, open, open, wall, wall, wall, 0.0, 0.0, 1.0];
        assert_eq!(seen(Heading::East, 2, false), east);
        let mirror = [wall, open, wall, open, open, wall, wall, wall, wall, 0.0, 0.0, 1.0];
        assert_eq!(seen(Heading::East, 2, true), mirror);
        assert_eq!(seen(Heading::East, 1, false)[..9], [0.0; 9], "blind between looks");
        assert_eq!(sight.inputs(), 12);
    }

    #[test]
    fn actions_are_drawn_by_their_odds() {
        let mut rng = stream(1, Purpose::Walks, &[]);
        let mut counts = [0; 3];
        (0..10_000).for_each(|_| counts[drawn([0.5, 0.3, 0.2], &mut rng) as usize] += 1);
        for (count, expected) in counts.into_iter().zip([5000_i32, 3000, 2000]) {
            assert!((count - expected).abs() < 200, "{counts:?}");
        }
        assert_eq!(drawn([1.0, 0.0, 0.0], &mut rng), Action::Forward);
    }
}
