//! The tally of a model: what it said at corners so far.

use crate::measure::Verdict;

/// What one model said at corners so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tally {
    left: u32,
    right: u32,
    neither: u32,
    nearness: f64,
}

impl Tally {
    /// Adds what was said at one corner.
    pub fn add(&mut self, verdict: &Verdict) {
        match (verdict.is_committed(), verdict.is_left) {
            (true, true) => self.left += 1,
            (true, false) => self.right += 1,
            (false, _) => self.neither += 1,
        }
        self.nearness += verdict.nearness;
    }

    /// The tally in words.
    pub fn line(&self) -> String {
        let total = self.left + self.right + self.neither;
        if total == 0 {
            return "no corner yet".into();
        }
        let share = |count: u32| f64::from(count) * 100.0 / f64::from(total);
        format!(
            "left {}  right {}  neither {}  committed {:.0} %  near {:.2}",
            self.left,
            self.right,
            self.neither,
            share(self.left + self.right),
            self.nearness / f64::from(total)
        )
    }
}
