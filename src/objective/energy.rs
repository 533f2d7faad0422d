//! A proper score without a discriminator and without a code: answers are drawn to what happened, and away from one
//! another. Its expectation is least where answers are distributed as what happens is; weather is forecast so (Alet et al.,
//! "Skillful joint probabilistic weather forecasting from marginals", 2025, <https://arxiv.org/abs/2506.10772>).

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::check::schedule;
use super::matching::energy_score;
use super::part::{Part, number};
use super::single::{Goal, Single};
use super::{Metrics, Objective, ObjectiveConfig, RecipeContext, Start, check};
use crate::network::{Generator, GeneratorSettings};
use crate::predict::NoiseSettings;
use crate::settings::{SettingsError, Source};

/// What a recipe says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnergySettings {
    /// The network.
    pub generator: GeneratorSettings,
    /// What noise it takes: no codes.
    pub noise: NoiseSettings,
    /// Answers to each context in a step, 2 to 16, each with noise of its own.
    pub samples: usize,
    /// Learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Share of the training, at its end, over which the learning rate falls to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl ObjectiveConfig for EnergySettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check::noise(source, self.noise, "its answers are drawn apart by it")?;
        check::generator(source, &self.generator, self.noise.inputs(), recipe)?;
        check::count(source, "samples", self.samples, 2, 16)?;
        check::samples(source, self.samples, self.noise)?;
        schedule!(self).check(source)
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        Box::new(Single::generator(Energy(self.clone()), &self.generator, schedule!(self), start))
    }
}

struct Energy(EnergySettings);

impl Goal for Energy {
    type Network = Generator;

    fn noise(&self) -> Option<NoiseSettings> {
        Some(self.0.noise)
    }

    fn samples(&self) -> usize {
        self.0.samples
    }

    fn loss(&self, network: &Generator, part: &Part, _: u64) -> (Tensor<1>, Metrics) {
        let loss = energy_score(part.answers(network, self.0.samples), part.truth.clone(), self.0.samples);
        let metrics = Metrics::default().with("energy_score", number(&loss));
        (loss, metrics)
    }
}
