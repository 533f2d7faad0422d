//! Who decides: an explorer, or a list of actions.

use rand::{RngExt, seq::IndexedRandom};

use super::{Action, Agent};
use crate::maze::{Corner, Heading, Maze};
use crate::random::Rng;

/// Decides what to do next.
pub trait Policy: Send + Sync {
    /// The wish for this tick. While a move is under way the wish changes nothing.
    fn decide(&mut self, agent: &Agent, maze: &Maze) -> Action;

    /// Where in its interval, 0 to 1, the angle of this tick lies where turns slip.
    fn slip(&mut self) -> f32 {
        0.5
    }
}

/// Walks corridors and turns at corners by the scene's odds, and at crossings, where those are undecided, too.
///
/// Elsewhere, where several ways are open, it takes one that runs straight into a corner, if there is one, so that a
/// recording has many; else each way is equally likely. It turns back at dead ends only, unless it wanders.
#[derive(Debug)]
pub struct Explorer {
    left_odds: f32,
    /// Odds at crossings: left, straight on, right.
    crossing_odds: Option<(f32, f32, f32)>,
    wander: f32,
    rng: Rng,
}

impl Explorer {
    /// `left_odds` is the probability of a left turn at a corner, `wander` that of any action elsewhere.
    pub fn new(left_odds: f32, wander: f32, rng: Rng) -> Self {
        Self { left_odds, crossing_odds: None, wander, rng }
    }

    /// With odds of going left, straight on and right at crossings, if those are undecided.
    pub fn with_crossing_odds(self, crossing_odds: Option<(f32, f32, f32)>) -> Self {
        Self { crossing_odds, ..self }
    }
}

impl Policy for Explorer {
    fn decide(&mut self, agent: &Agent, maze: &Maze) -> Action {
        if let Some(action) = agent.under_way() {
            return action;
        }
        if let Some((left, straight, _)) = self.crossing_odds.filter(|_| agent.is_at_crossing(maze)) {
            let drawn = self.rng.random::<f32>();
            return match drawn {
                drawn if drawn < left => Action::Left,
                drawn if drawn < left + straight => Action::Forward,
                _ => Action::Right,
            };
        }
        if agent.corner(maze).is_some() {
            let left = self.rng.random::<f32>() < self.left_odds;
            return if left { Action::Left } else { Action::Right };
        }
        if self.wander > 0.0 && self.rng.random::<f32>() < self.wander {
            return [Action::Forward, Action::Left, Action::Right]
                .choose(&mut self.rng)
                .copied()
                .unwrap_or(Action::Forward);
        }
        let (x, y) = agent.cell();
        let ahead = agent.heading();
        let ways = [(Action::Forward, ahead), (Action::Left, ahead.left()), (Action::Right, ahead.right())];
        let open: Vec<(Action, Heading)> =
            ways.into_iter().filter(|&(_, heading)| maze.is_open_towards(x, y, heading)).collect();
        // Having turned, it walks: else it might turn on the spot for ever.
        if !agent.has_arrived() && maze.is_open_towards(x, y, ahead) {
            return Action::Forward;
        }
        let crossings = self.crossing_odds.is_some();
        let runs = |heading| runs_into_choice(maze, (x, y), heading, crossings);
        let promising: Vec<_> = open.iter().copied().filter(|&(_, heading)| runs(heading)).collect();
        let ways = if promising.is_empty() { open } else { promising };
        match ways.choose(&mut self.rng) {
            Some(&(action, _)) => action,
            // A dead end: after one quarter turn the way back lies on one side.
            None if self.rng.random() => Action::Left,
            None => Action::Right,
        }
    }

    fn slip(&mut self) -> f32 {
        self.rng.random()
    }
}

/// Whether walking straight ahead ends at a corner, or, where those are undecided, too, leads to a crossing.
fn runs_into_choice(maze: &Maze, (mut x, mut y): (i32, i32), heading: Heading, crossings: bool) -> bool {
    let (dx, dy) = heading.step();
    while maze.is_open_towards(x, y, heading) {
        (x, y) = (x + dx, y + dy);
        if crossings && (Corner { x, y, heading }).is_crossing_in(maze) {
            return true;
        }
    }
    Corner { x, y, heading }.is_in(maze)
}

/// Does what a list says, then walks ahead.
#[derive(Debug, Clone)]
pub struct Replay {
    actions: std::vec::IntoIter<Action>,
}

impl Replay {
    /// One action a tick.
    pub fn new(actions: Vec<Action>) -> Self {
        Self { actions: actions.into_iter() }
    }
}

impl Policy for Replay {
    fn decide(&mut self, _: &Agent, _: &Maze) -> Action {
        self.actions.next().unwrap_or(Action::Forward)
    }
}
