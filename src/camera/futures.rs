//! What may follow one state: a set of futures with their odds, each rendered from that state.

use super::{Camera, Frames};
use crate::agent::{Action, Agent};
use crate::maze::Maze;

/// One of what may follow.
#[derive(Debug, Clone, PartialEq)]
pub struct Future {
    /// Shown: `left`, `right`, `straight on`, or, where several choose, one after another.
    pub name: String,
    /// Its probability, 0 to 1; those of a set sum up to 1.
    pub odds: f64,
    /// What the agent does first.
    pub action: Action,
    /// What each of those who choose does, by its number among [`Chooser::options`]; one number for each of
    /// [`Futures::choosers`].
    pub picks: Vec<usize>,
    /// What is seen, one frame a tick. Where the first of them is drawn from an interval: that of the interval's middle.
    pub frames: Frames,
    /// What the first frame may be where it is drawn from an interval, finely from one end to the other, all equally
    /// likely; empty where it is the first of `frames` alone.
    pub curve: Frames,
}

impl Future {
    /// What the next frame may be: one, or those of a curve.
    pub fn next(&self) -> impl Iterator<Item = &[u8]> {
        let single = if self.curve.is_empty() { self.frames.get(0) } else { None };
        single.into_iter().chain(self.curve.iter())
    }
}

/// One who chooses, and where it is seen doing so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chooser {
    /// Shown, such as `agent` or `creature 2`.
    pub name: String,
    /// What it may do, by name.
    pub options: Vec<String>,
    /// The part of the next frame in which only its own choice shows: left, top, width and height in pixels.
    pub region: (u32, u32, u32, u32),
}

/// All that may follow a moment, in a fixed order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Futures {
    /// Each once.
    pub all: Vec<Future>,
    /// Who chooses, where several do at the same tick; else empty.
    pub choosers: Vec<Chooser>,
}

impl Futures {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none: they were not drawn.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// One after another.
    pub fn iter(&self) -> std::slice::Iter<'_, Future> {
        self.all.iter()
    }

    /// The number of the first future that begins with an action.
    pub fn of_action(&self, action: Action) -> Option<usize> {
        self.all.iter().position(|future| future.action == action)
    }

    /// Each once, with their odds.
    pub fn odds(&self) -> Vec<f64> {
        self.all.iter().map(|future| future.odds).collect()
    }

    /// The number of the future that a number from 0 to 1 draws.
    pub fn drawn(&self, share: f64) -> usize {
        let mut below = 0.0;
        let found = self.all.iter().position(|future| {
            below += future.odds;
            share < below
        });
        found.unwrap_or(self.len().saturating_sub(1))
    }

    /// As seen at one tick alone, counted from 0.
    ///
    /// # Panics
    /// If so many were not rendered.
    pub fn at(&self, tick: usize) -> Self {
        let only = |future: &Future| Future {
            frames: future.frames.slice(tick..tick + 1),
            curve: if tick == 0 { future.curve.clone() } else { Frames::new(future.frames.size()) },
            ..future.clone()
        };
        Self { all: self.all.iter().map(only).collect(), choosers: self.choosers.clone() }
    }

    /// With other frames in place of all.
    pub fn map(&self, frames: impl Fn(&Frames) -> Frames) -> Self {
        let mapped =
            |future: &Future| Future { frames: frames(&future.frames), curve: frames(&future.curve), ..future.clone() };
        Self { all: self.all.iter().map(mapped).collect(), choosers: self.choosers.clone() }
    }
}

/// What an action is called where it is one of several futures.
pub fn name_of(action: Action) -> &'static str {
    match action {
        Action::Forward => "straight on",
        Action::Left => "left",
        Action::Right => "right",
    }
}

impl Camera {
    /// What follows each of an agent's `turns`, with their odds; `ticks` frames each. See [`Agent::future`] for how far
    /// they are the game's.
    pub fn futures(&self, maze: &Maze, agent: Agent, turns: &[(Action, f64)], ticks: usize) -> Futures {
        let future = |&(action, odds): &(Action, f64)| {
            let poses = agent.future(maze, action, ticks);
            Future {
                name: name_of(action).to_owned(),
                odds,
                action,
                picks: Vec::new(),
                frames: Frames::collect(self.size(), poses.into_iter().map(|pose| self.frame(maze, pose).into_raw())),
                curve: Frames::new(self.size()),
            }
        };
        Futures { all: turns.iter().map(future).collect(), choosers: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn futures(odds: &[f64]) -> Futures {
        let future = |&odds: &f64| Future {
            name: String::new(),
            odds,
            action: Action::Left,
            picks: Vec::new(),
            frames: Frames::collect((1, 1), [[1; 3], [2; 3]]),
            curve: Frames::default(),
        };
        Futures { all: odds.iter().map(future).collect(), choosers: Vec::new() }
    }

    #[test]
    fn futures_are_drawn_by_their_odds() {
        let futures = futures(&[0.5, 0.0, 0.3, 0.2]);
        let drawn = [0.0, 0.49, 0.5, 0.79, 0.81, 0.999_999].map(|share| futures.drawn(share));
        assert_eq!(drawn, [0, 0, 2, 2, 3, 3]);
        assert_eq!(futures.drawn(1.0), 3, "rounding of the sum leads to the last");
    }

    #[test]
    fn a_tick_of_futures_is_a_frame_of_each() {
        let at = futures(&[0.5, 0.5]).at(1);
        assert!(at.iter().all(|future| future.frames.len() == 1 && future.frames[0] == [2; 3]));
    }
}
