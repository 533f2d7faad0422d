//! Regression: one answer, drawn to what happened. With the squared error its best answer is the mean of all futures, a
//! ghost; with the absolute error, their median. Noise, if it takes any, has no reason to be heeded.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::check::schedule;
use super::part::{Part, number};
use super::single::{Goal, Single};
use super::{Metrics, Objective, ObjectiveConfig, RecipeContext, Start, check};
use crate::network::{Generator, GeneratorSettings};
use crate::predict::NoiseSettings;
use crate::settings::{SettingsError, Source};

/// What a recipe says of a regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegressionSettings {
    /// The network.
    pub generator: GeneratorSettings,
    /// What is made small.
    #[serde(default)]
    pub error: Error,
    /// What noise it takes, if any.
    #[serde(default)]
    pub noise: Option<NoiseSettings>,
    /// Learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Share of the training, at its end, over which the learning rate falls to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

/// How far an answer is from the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Error {
    /// Least at the mean.
    #[default]
    Squared,
    /// Least at the median.
    Absolute,
}

impl Error {
    /// Mean over everything: `[1]`.
    pub fn of(self, a: Tensor<4>, b: Tensor<4>) -> Tensor<1> {
        match self {
            Self::Squared => squared_error(a, b),
            Self::Absolute => absolute_error(a, b),
        }
    }
}

/// Mean of (a − b)² over everything: `[1]`.
pub fn squared_error(a: Tensor<4>, b: Tensor<4>) -> Tensor<1> {
    (a - b).square().mean()
}

/// Mean of |a − b| over everything: `[1]`.
pub fn absolute_error(a: Tensor<4>, b: Tensor<4>) -> Tensor<1> {
    (a - b).abs().mean()
}

impl ObjectiveConfig for RegressionSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        if let Some(noise) = self.noise {
            check::noise(source, noise, "leave `noise` out for a model that takes none")?;
        }
        check::generator(source, &self.generator, self.noise.map_or(0, NoiseSettings::inputs), recipe)?;
        schedule!(self).check(source)
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        Box::new(Single::generator(Regression(self.clone()), &self.generator, schedule!(self), start))
    }
}

/// One answer, near to what happened.
struct Regression(RegressionSettings);

impl Goal for Regression {
    type Network = Generator;

    fn noise(&self) -> Option<NoiseSettings> {
        self.0.noise
    }

    fn loss(&self, network: &Generator, part: &Part, _: u64) -> (Tensor<1>, Metrics) {
        let copies = self.0.noise.map_or(1, NoiseSettings::copies);
        let loss = self.0.error.of(part.answers(network, copies), part.truth.clone().repeat_dim(0, copies));
        let name = match self.0.error {
            Error::Squared => "squared_error",
            Error::Absolute => "absolute_error",
        };
        let metrics = Metrics::default().with(name, number(&loss));
        (loss, metrics)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn errors_are_the_mean_square_and_the_mean_difference() {
        let device = Device::flex();
        let a = || Tensor::<4>::from_data([[[[1.0, 2.0]]]], &device);
        let b = || Tensor::<4>::from_data([[[[0.0, 4.0]]]], &device);
        // (1² + 2²) / 2 and (1 + 2) / 2
        assert_eq!(number(&squared_error(a(), b())), 2.5);
        assert_eq!(number(&absolute_error(a(), b())), 1.5);
    }

    #[test]
    fn the_mean_blends_and_the_median_picks_the_majority() {
        let device = Device::flex();
        // Four of five futures are 1, one is 0: which constant answer has the least error?
        let truth = || Tensor::<4>::from_data([[[[1.0, 1.0, 1.0, 1.0, 0.0]]]], &device);
        let best = |error: Error| {
            let at = |answer: f32| number(&error.of(Tensor::full([1, 1, 1, 5], answer, &device), truth()));
            (0..=10).map(|tenth| tenth as f32 / 10.0).reduce(|a, b| if at(b) < at(a) { b } else { a }).unwrap()
        };
        assert_eq!((best(Error::Squared), best(Error::Absolute)), (0.8, 1.0));
    }
}
