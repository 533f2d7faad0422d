//! What may follow one state: a set of futures with their odds, each rendered from that state.

use super::{Camera, Frames};
use crate::agent::{Action, Agent, Pose};
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

/// What a curve is rendered by: so many frames from one end to the other.
const CURVE: usize = 41;

/// Side in cells of the square in which one of several choosers is judged: its sprite fits in, however it is turned.
const REGION: f32 = 1.45;

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
                curve: self.curve(maze, agent, action),
            }
        };
        Futures { all: turns.iter().map(future).collect(), choosers: Vec::new() }
    }

    /// What the next frame may be after an action, where turns slip; empty where they do not, or where it does not turn.
    fn curve(&self, maze: &Maze, agent: Agent, action: Action) -> Frames {
        let mut curve = Frames::new(self.size());
        if agent.slip().is_none() || agent.under_way().unwrap_or(action) == Action::Forward {
            return curve;
        }
        for point in 0..CURVE {
            let mut turned = agent;
            turned.tick_slipping(maze, action, point as f32 / (CURVE - 1) as f32);
            curve.push(&self.frame(maze, turned.pose()));
        }
        curve
    }

    /// What follows where an agent and the creatures beside it all turn at the same tick: every combination of their
    /// `turns`, the agent's first. None where two of them stand so near to each other that what each does cannot be told.
    pub fn crowd_futures(
        &self,
        maze: &Maze,
        agent: Agent,
        creatures: &[Agent],
        turns: &[(Action, f64)],
        ticks: usize,
    ) -> Option<Futures> {
        let everyone: Vec<Agent> = std::iter::once(agent).chain(creatures.iter().copied()).collect();
        let regions = everyone.iter().map(|one| self.region(maze, agent.pose(), one.pose(), REGION));
        let regions: Vec<_> = regions.collect::<Option<_>>()?;
        if (0..regions.len()).any(|one| (0..one).any(|other| overlap(regions[one], regions[other]))) {
            return None;
        }
        let chooser = |(number, region): (usize, (u32, u32, u32, u32))| Chooser {
            name: if number == 0 { "agent".to_owned() } else { format!("creature {number}") },
            options: turns.iter().map(|&(action, _)| name_of(action).to_owned()).collect(),
            region,
        };
        let choosers = regions.into_iter().enumerate().map(chooser).collect();
        // Where each would be, by who it is, what it does, and the tick.
        let poses: Vec<Vec<Vec<Pose>>> = everyone
            .iter()
            .map(|one| turns.iter().map(|&(action, _)| one.future(maze, action, ticks)).collect())
            .collect();
        let combination = |index: usize| {
            let divisor = |number: usize| turns.len().pow((everyone.len() - 1 - number) as u32);
            let picks: Vec<usize> = (0..everyone.len()).map(|number| index / divisor(number) % turns.len()).collect();
            let mut frames = Frames::new(self.size());
            for tick in 0..ticks {
                let at = |(own, &pick): (&Vec<Vec<Pose>>, &usize)| own[pick][tick];
                let at: Vec<Pose> = poses.iter().zip(&picks).map(at).collect();
                let mut pixels = vec![0; self.frame_bytes()];
                self.draw_crowd(maze, at[0], &at[1..], &mut pixels);
                frames.push(&pixels);
            }
            Future {
                name: picks.iter().map(|&pick| name_of(turns[pick].0)).collect::<Vec<_>>().join(", "),
                odds: picks.iter().map(|&pick| turns[pick].1).product(),
                action: turns[picks[0]].0,
                picks,
                frames,
                curve: Frames::new(self.size()),
            }
        };
        let all = (0..turns.len().pow(everyone.len() as u32)).map(combination).collect();
        Some(Futures { all, choosers })
    }
}

fn overlap(one: (u32, u32, u32, u32), other: (u32, u32, u32, u32)) -> bool {
    one.0 < other.0 + other.2 && other.0 < one.0 + one.2 && one.1 < other.1 + other.3 && other.1 < one.1 + one.3
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
