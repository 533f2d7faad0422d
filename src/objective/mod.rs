//! One way of training a file. The training loop knows none of them by name.

mod ema;
mod feedback;
mod gan;
mod learner;
mod numbers;
mod regression;
mod workers;

use std::path::Path;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

pub use gan::{GanSettings, hinge_fake, hinge_real};
pub use learner::SaveError;
pub use numbers::{Numbers, NumbersError};
pub use workers::Workers;

use crate::episode::Batch;
use crate::predict::Predictor;
use crate::settings::{SettingsError, Source};

/// How far a training is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Steps done.
    pub step: u64,
    /// Steps in all.
    pub steps: u64,
    /// What this step's random numbers follow from.
    pub seed: u64,
}

impl Clock {
    /// Share of the training that is done, 0 to 1.
    pub fn share(self) -> f32 {
        self.step as f32 / self.steps.max(1) as f32
    }

    /// What learning rates are multiplied by: 1, and over the last `cooling_share` of the training from 1 down to 0.
    pub fn heat(self, cooling_share: f32) -> f64 {
        let left = 1.0 - self.share();
        f64::from(if left < cooling_share { left / cooling_share } else { 1.0 })
    }
}

/// A way of training, with its networks, optimisers and averaged weights.
pub trait Objective: Send {
    /// Trains on one batch. Returns one number for each of [`Objective::metrics`].
    fn step(&mut self, batch: &Batch, clock: Clock, workers: &Workers) -> Vec<f32>;

    /// Names of what [`Objective::step`] returns.
    fn metrics(&self) -> &'static [&'static str];

    /// Trained numbers of each network, by its name.
    fn parameters(&self) -> Vec<(&'static str, usize)>;

    /// Writes weights, optimisers and averaged weights into a folder.
    fn save(&self, folder: &Path) -> Result<(), SaveError>;

    /// Reads what [`Objective::save`] wrote.
    fn load(&mut self, folder: &Path) -> Result<(), SaveError>;

    /// The numbers of the network that is shown.
    fn shown(&self) -> Vec<Numbers>;

    /// Shows a network with these numbers.
    fn show(&mut self, numbers: &[Numbers]) -> Result<(), NumbersError>;

    /// The model as it would be shown now.
    fn predictor(&self, name: &str) -> Box<dyn Predictor>;
}

/// What every objective needs to begin.
#[derive(Debug, Clone)]
pub struct Start {
    /// Context frames.
    pub context: usize,
    /// Whether the model is told what the agent does next.
    pub told: bool,
    /// Width and height of a frame, multiples of 16.
    pub frame_size: (u32, u32),
    /// For first values of parameters.
    pub seed: u64,
    /// Where to compute, without gradients.
    pub device: Device,
}

/// The objectives: a new one is a file of its own, and a line in each `match` below.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum ObjectiveSettings {
    /// Squared error; no noise.
    Regression(regression::RegressionSettings),
    /// Best-of-codes reconstruction, then a discriminator on top.
    Gan(GanSettings),
}

impl ObjectiveSettings {
    /// Refuses values out of range, by the recipe's line and field.
    ///
    /// `told` and `context` are what the recipe says of them, `part` the windows of the smallest shard of a batch.
    pub fn check(&self, source: &Source, told: bool, context: usize, part: usize) -> Result<(), SettingsError> {
        match self {
            Self::Regression(settings) => settings.check(source),
            Self::Gan(settings) => settings.check(source, told, context, part),
        }
    }

    /// Builds the networks.
    pub fn start(&self, start: &Start) -> Box<dyn Objective> {
        match self {
            Self::Regression(settings) => Box::new(regression::Regression::new(settings, start)),
            Self::Gan(settings) => Box::new(gan::Gan::new(settings, start)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heat_is_full_until_the_last_share_and_then_falls_to_nothing() {
        let heat = |step, cooling_share| Clock { step, steps: 100, seed: 0 }.heat(cooling_share);
        assert!([0, 50, 74].into_iter().all(|step| heat(step, 0.25) == 1.0));
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-5;
        assert!(near(heat(80, 0.25), 0.8) && near(heat(95, 0.25), 0.2) && near(heat(100, 0.25), 0.0));
        assert_eq!(heat(99, 0.0), 1.0, "no cooling");
        assert!(near(heat(40, 1.0), 0.6), "cooling from the start");
    }
}
