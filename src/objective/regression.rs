//! Regression: the squared error, whose best answer is the mean of all futures: a ghost.

use std::path::Path;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use rand::SeedableRng;
use serde::{Deserialize, Serialize};

use super::ema::moved;
use super::feedback::{Feedback, drawn_steps};
use super::learner::{Learner, SaveError, load_model, save_model, trained_numbers};
use super::numbers::{Numbers, NumbersError, numbers, with_numbers};
use super::{Clock, Objective, Start, Workers};
use crate::episode::Batch;
use crate::maze::Rng;
use crate::network::{Generator, GeneratorSettings, Init, from_pixels};
use crate::predict::{ACTIONS, GeneratorPredictor, Predictor, one_hot};
use crate::settings::{SettingsError, Source};

/// What a recipe says of a regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegressionSettings {
    /// The network.
    pub generator: GeneratorSettings,
    /// Learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Share of the training, at its end, over which the learning rate falls to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl RegressionSettings {
    pub(super) fn check(&self, source: &Source) -> Result<(), SettingsError> {
        check_generator(source, &self.generator)?;
        check_rate(source, "rate", self.rate)?;
        check_cooling(source, self.cooling_share)?;
        check_betas(source, self.betas)?;
        check_below_one(source, "ema", self.ema)
    }
}

pub(super) fn check_generator(source: &Source, generator: &GeneratorSettings) -> Result<(), SettingsError> {
    let width = generator.width;
    source.check((4..=128).contains(&width), "objective.generator.width", width, "4 to 128")?;
    let moves = generator.moves;
    source.check(moves <= 16, "objective.generator.moves", moves, "0 to 16")
}

pub(super) fn check_rate(source: &Source, field: &str, rate: f64) -> Result<(), SettingsError> {
    let holds = rate > 0.0 && rate <= 0.1;
    source.check(holds, &format!("objective.{field}"), rate, "above 0, up to 0.1")
}

pub(super) fn check_cooling(source: &Source, share: f32) -> Result<(), SettingsError> {
    source.check((0.0..=1.0).contains(&share), "objective.cooling_share", share, "0 to 1")
}

pub(super) fn check_betas(source: &Source, betas: (f32, f32)) -> Result<(), SettingsError> {
    let holds = [betas.0, betas.1].iter().all(|beta| (0.0..1.0).contains(beta));
    source.check(holds, "objective.betas", betas, "two numbers, each 0 to below 1")
}

pub(super) fn check_below_one(source: &Source, field: &str, value: f32) -> Result<(), SettingsError> {
    source.check((0.0..1.0).contains(&value), &format!("objective.{field}"), value, "0 to below 1")
}

/// A generator without noise, told the action or not, trained on the squared error.
pub(super) struct Regression {
    settings: RegressionSettings,
    learner: Learner<Generator>,
    shown: Generator,
    told: bool,
    device: Device,
}

impl Regression {
    pub(super) fn new(settings: &RegressionSettings, start: &Start) -> Self {
        let mut init = Init::new(start.seed, &start.device);
        let conditions = if start.told { ACTIONS } else { 0 };
        let generator = Generator::new(&settings.generator, start.context, start.frame_size, conditions, &mut init);
        Self {
            settings: settings.clone(),
            shown: generator.valid(),
            learner: Learner::new(generator, settings.betas),
            told: start.told,
            device: start.device.clone(),
        }
    }
}

/// Mean of (a − b)² over everything: `[1]`.
pub fn squared_error(a: Tensor<4>, b: Tensor<4>) -> Tensor<1> {
    (a - b).square().mean()
}

impl Objective for Regression {
    fn step(&mut self, batch: &Batch, clock: Clock, workers: &Workers) -> Vec<f32> {
        let device = self.device.clone().autodiff();
        let mut rng = Rng::seed_from_u64(clock.seed);
        let steps = drawn_steps(batch.ahead, clock, &mut rng);
        let feed = |part: Batch| {
            let feedback = Feedback::new(&self.shown, None, (steps, part.size), &mut rng, &self.device);
            (part, feedback)
        };
        let parts = batch.split(workers.count()).into_iter().map(feed).collect();
        let model = &self.learner.model;
        let results = workers.map(parts, |_, (part, feedback)| {
            let part = feedback.apply(part);
            let model = model.clone().fork(&device);
            let context = from_pixels(&part.contexts, part.context, part.frame_size, &device);
            let truth = from_pixels(&part.futures, 1, part.frame_size, &device);
            let weight = part.size as f32 / batch.size as f32;
            let told = self.told.then(|| one_hot(&part.actions, &device));
            let loss = squared_error(model.forward(context, told), truth) * weight;
            let value = loss.clone().into_scalar::<f32>();
            (GradientsParams::from_grads(loss.backward(), &model), value)
        });
        let (gradients, values): (Vec<_>, Vec<f32>) = results.into_iter().unzip();
        self.learner.step(self.settings.rate * clock.heat(self.settings.cooling_share), gradients);
        self.shown = moved(self.shown.clone(), &self.learner.model.valid(), self.settings.ema);
        vec![values.into_iter().sum()]
    }

    fn metrics(&self) -> &'static [&'static str] {
        &["squared_error"]
    }

    fn parameters(&self) -> Vec<(&'static str, usize)> {
        vec![("generator", trained_numbers(&self.learner.model))]
    }

    fn save(&self, folder: &Path) -> Result<(), SaveError> {
        self.learner.save(folder, "generator")?;
        save_model(&self.shown, folder, "shown")
    }

    fn load(&mut self, folder: &Path) -> Result<(), SaveError> {
        self.learner.load(folder, "generator")?;
        self.shown = load_model(self.shown.clone(), folder, "shown")?;
        Ok(())
    }

    fn shown(&self) -> Vec<Numbers> {
        numbers(&self.shown)
    }

    fn show(&mut self, numbers: &[Numbers]) -> Result<(), NumbersError> {
        self.shown = with_numbers(self.shown.clone(), numbers)?;
        Ok(())
    }

    fn predictor(&self, name: &str) -> Box<dyn Predictor> {
        Box::new(GeneratorPredictor::new(name, self.shown.clone(), self.told, None, self.device.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squared_error_is_the_mean_square() {
        let device = Device::flex();
        let a = Tensor::<4>::from_data([[[[1.0, 2.0]]]], &device);
        let b = Tensor::<4>::from_data([[[[0.0, 4.0]]]], &device);
        // (1² + 2²) / 2
        assert_eq!(squared_error(a, b).into_scalar::<f32>(), 2.5);
    }
}
