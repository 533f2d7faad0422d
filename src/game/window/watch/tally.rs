//! The tally of a model: what it said at corners so far.

use crate::camera::Futures;
use crate::measure::Verdict;

/// Futures that are named in the line; of more, how many were found is told.
const NAMED: usize = 3;

/// What one model said at corners so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tally {
    /// How often each future was picked, by its name, in the order of the first corner that had it.
    picked: Vec<(String, u32)>,
    neither: u32,
    nearness: f64,
    /// Corners that were not counted, since the model may have learned their mazes.
    left_out: u32,
}

impl Tally {
    /// Adds what was said at one corner.
    pub fn add(&mut self, verdict: &Verdict, futures: &Futures) {
        for future in futures.iter() {
            if !self.picked.iter().any(|(name, _)| *name == future.name) {
                self.picked.push((future.name.clone(), 0));
            }
        }
        let name = verdict.pick().and_then(|pick| futures.all.get(pick)).map(|future| &future.name);
        match self.picked.iter_mut().find(|(known, _)| Some(known) == name) {
            Some((_, count)) => *count += 1,
            None => self.neither += 1,
        }
        self.nearness += verdict.nearness;
    }

    /// A corner does not count: the model may have learned its maze.
    pub fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// The tally in words.
    pub fn line(&self) -> String {
        match self.left_out {
            0 => self.counted(),
            count => format!("{}  ({count} not counted: a maze it may have learned)", self.counted()),
        }
    }

    fn counted(&self) -> String {
        let committed: u32 = self.picked.iter().map(|(_, count)| count).sum();
        let total = committed + self.neither;
        if total == 0 {
            return if self.left_out > 0 { String::new() } else { "no corner yet".into() };
        }
        let share = |count: u32| f64::from(count) * 100.0 / f64::from(total);
        let picked = match self.picked.len() {
            0..=NAMED => self.picked.iter().map(|(name, count)| format!("{name} {count}  ")).collect(),
            all => format!("{} of {all} ways  ", self.picked.iter().filter(|(_, count)| *count > 0).count()),
        };
        format!(
            "{picked}neither {}  committed {:.0} %  near {:.2}",
            self.neither,
            share(committed),
            self.nearness / f64::from(total)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Action;
    use crate::camera::{Frames, Future};

    fn futures(count: usize) -> Futures {
        let future = |index: usize| Future {
            name: format!("way {index}"),
            odds: 1.0 / count as f64,
            action: Action::Left,
            picks: Vec::new(),
            frames: Frames::default(),
            curve: Frames::default(),
        };
        Futures { all: (0..count).map(future).collect(), choosers: Vec::new() }
    }

    #[test]
    fn futures_are_counted_by_name_and_many_by_how_many_were_found() {
        let verdict = |nearest, nearness| Verdict { nearness, margin: 0.0, nearest, along: 0.0 };
        let mut few = Tally::default();
        [verdict(0, 0.1), verdict(1, 0.2), verdict(1, 0.9), verdict(0, 0.0)]
            .iter()
            .for_each(|verdict| few.add(verdict, &futures(2)));
        assert_eq!(few.line(), "way 0 2  way 1 1  neither 1  committed 75 %  near 0.30");
        let mut many = Tally::default();
        [verdict(5, 0.1), verdict(6, 0.1)].iter().for_each(|verdict| many.add(verdict, &futures(8)));
        assert_eq!(many.line(), "2 of 8 ways  neither 0  committed 100 %  near 0.10");
    }
}
