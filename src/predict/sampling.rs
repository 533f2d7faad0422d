//! How many answers are drawn, and from which noise.

use crate::random::{Purpose, Rng, stream};

/// How answers are drawn.
///
/// The noise of a sample follows from the seed, the question's number and the sample's number alone: asked for more
/// samples, a predictor gives the same ones first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Answers to each question, at least 1.
    pub samples: usize,
    /// What noise is scaled by, 0 to 2: 1 is as trained. Numbers are multiplied by it, the one-hot code is
    /// drawn towards its mean: uniform + temperature · (one-hot − uniform).
    pub temperature: f32,
    /// What the noise follows from.
    pub seed: u64,
}

impl Sampling {
    /// So many answers, at temperature 1.
    pub fn new(samples: usize, seed: u64) -> Self {
        Self { samples, temperature: 1.0, seed }
    }

    /// The random numbers for the samples of one question, from the first sample on.
    pub fn rng(self, purpose: Purpose, question: usize) -> Rng {
        stream(self.seed, purpose, &[question as u64])
    }
}
