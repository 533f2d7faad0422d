//! Regression: one answer, drawn to what happened. With the squared error its best answer is the mean of all futures, a
//! ghost; with the absolute error, their median. Noise, if it takes any, has no reason to be heeded.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::learner::{Network, Shown};
use super::part::{jobs, number, summed};
use super::{Around, Clock, Method, Objective, Start, Workers, check};
use crate::episode::Batch;
use crate::network::{Generator, GeneratorSettings, Init};
use crate::predict::{ACTIONS, Answering, NetworkPredictor, NoiseSettings, Predictor};
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

impl Method for RegressionSettings {
    fn check(&self, source: &Source, _: &Around) -> Result<(), SettingsError> {
        check::generator(source, &self.generator)?;
        if let Some(noise) = self.noise {
            check::noise(source, noise, "leave `noise` out for a model that takes none")?;
        }
        check::rate(source, "rate", self.rate)?;
        check::cooling(source, self.cooling_share)?;
        check::betas(source, self.betas)?;
        check::below_one(source, "ema", self.ema)
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        Box::new(Regression::new(self, start))
    }
}

/// A generator, told the action or not.
struct Regression {
    settings: RegressionSettings,
    generator: Shown<Generator>,
    told: bool,
    device: Device,
}

impl Regression {
    fn new(settings: &RegressionSettings, start: &Start) -> Self {
        let mut init = Init::new(start.seed, &start.device);
        let told = if start.told { ACTIONS } else { 0 };
        let conditions = told + settings.noise.map_or(0, NoiseSettings::inputs);
        let generator = Generator::new(&settings.generator, start.context, start.frame_size, conditions, &mut init);
        Self {
            settings: settings.clone(),
            generator: Shown::new("generator", generator, settings.betas, settings.ema),
            told: start.told,
            device: start.device.clone(),
        }
    }
}

impl Objective for Regression {
    fn step(&mut self, batch: &Batch, clock: Clock, workers: &Workers) -> Vec<f32> {
        let device = self.device.clone().autodiff();
        let settings = &self.settings;
        let asked = (&self.generator.average, settings.noise, self.told);
        let jobs = jobs(batch, clock, workers, asked, &self.device);
        let model = &self.generator.learner.model;
        let results = workers.map(jobs, |_, job| {
            let part = job.on(&device);
            let model = model.clone().fork(&device);
            let copies = settings.noise.map_or(1, NoiseSettings::copies);
            let answers =
                model.answer(part.context, part.told.map(|told| told.repeat_dim(0, copies)), part.noise, copies);
            let loss = settings.error.of(answers, part.truth.repeat_dim(0, copies)) * part.share;
            let value = number(&loss);
            (GradientsParams::from_grads(loss.backward(), &model), [value])
        });
        let (gradients, metrics): (Vec<_>, Vec<_>) = results.into_iter().unzip();
        self.generator.step(self.settings.rate * clock.heat(self.settings.cooling_share), gradients);
        summed(metrics)
    }

    fn metrics(&self) -> &'static [&'static str] {
        match self.settings.error {
            Error::Squared => &["squared_error"],
            Error::Absolute => &["absolute_error"],
        }
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.generator]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.generator]
    }

    fn predictors(&self, name: &str) -> Vec<Box<dyn Predictor>> {
        let generator = self.generator.average.clone();
        vec![Box::new(NetworkPredictor::new(name, generator, self.told, self.settings.noise, self.device.clone()))]
    }
}

#[cfg(test)]
mod tests {
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
