//! Distances between frames, and which future a sample picked.

use super::{COMMITTED, LEAST_SPREAD};

/// Root of the mean squared difference, in grey levels (0 to 255).
///
/// # Panics
/// If the frames have different sizes.
pub fn rms(a: &[u8], b: &[u8]) -> f64 {
    super::squared_error(a, b).sqrt()
}

/// The distance between both futures that others are over: at least [`LEAST_SPREAD`], since coarse futures may coincide
/// where fine ones differ.
pub(super) fn spread(left: &[u8], right: &[u8]) -> f64 {
    rms(left, right).max(LEAST_SPREAD)
}

/// One sample against both true futures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// min(d(x, left), d(x, right)) / d(left, right): 0 is a perfect pick, 0.5 the exact average, more is off both.
    pub nearness: f64,
    /// |d(x, left) − d(x, right)| / d(left, right), 0 to 1: 0 is undecided.
    pub margin: f64,
    /// Whether the nearer future is the left turn.
    pub is_left: bool,
}

impl Verdict {
    /// Whether it has picked a future.
    pub fn is_committed(&self) -> bool {
        self.nearness < COMMITTED
    }
}

/// Judges a sample. All three frames have the same size.
pub fn verdict(sample: &[u8], left: &[u8], right: &[u8]) -> Verdict {
    let spread = spread(left, right);
    let (to_left, to_right) = (rms(sample, left), rms(sample, right));
    Verdict {
        nearness: to_left.min(to_right) / spread,
        margin: (to_left - to_right).abs() / spread,
        is_left: to_left <= to_right,
    }
}
