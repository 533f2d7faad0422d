//! The conditional GAN: best-of-codes reconstruction as a warm start, then a discriminator that sees the context too.
//!
//! The hinge loss is Lim and Ye's "Geometric GAN" (2017), <https://arxiv.org/abs/1705.02894>. Mismatched real pairs as
//! fakes are Reed et al.'s (2016), <https://arxiv.org/abs/1605.05396>. Reconstruction by the nearest of several answers
//! is Guzman-Rivera et al.'s multiple choice learning (2012), relaxed so that no code dies.

mod part;
mod settings;
#[cfg(test)]
mod tests;

use std::path::Path;

use burn::module::Module;
use burn::tensor::Device;
use rand::SeedableRng;

use self::part::{METRICS, Part};
use super::ema::moved;
use super::feedback::{Feedback, drawn_steps};
use super::learner::{Learner, SaveError, load_model, save_model, trained_numbers};
use super::numbers::{Numbers, NumbersError, numbers, with_numbers};
use super::{Clock, Objective, Start, Workers};
use crate::episode::Batch;
use crate::maze::Rng;
use crate::network::{Discriminator, Generator, Init, from_pixels};
use crate::predict::{ACTIONS, GeneratorPredictor, Noise, Predictor, one_hot};

pub use part::{hinge_fake, hinge_real};
pub use settings::GanSettings;

/// Generator and discriminator.
pub(super) struct Gan {
    settings: GanSettings,
    generator: Learner<Generator>,
    discriminator: Learner<Discriminator>,
    shown: Generator,
    told: bool,
    device: Device,
}

impl Gan {
    pub(super) fn new(settings: &GanSettings, start: &Start) -> Self {
        let mut init = Init::new(start.seed, &start.device);
        let told = if start.told { ACTIONS } else { 0 };
        let conditions = told + settings.noise.inputs();
        let generator = Generator::new(&settings.generator, start.context, start.frame_size, conditions, &mut init);
        let discriminator = Discriminator::new(&settings.discriminator, told, &mut init);
        Self {
            settings: settings.clone(),
            shown: generator.valid(),
            generator: Learner::new(generator, settings.betas),
            discriminator: Learner::new(discriminator, settings.betas),
            told: start.told,
            device: start.device.clone(),
        }
    }
}

impl Objective for Gan {
    fn step(&mut self, batch: &Batch, clock: Clock, workers: &Workers) -> Vec<f32> {
        let settings = &self.settings;
        let is_warm = clock.share() < settings.warm_share;
        let adversarial = if is_warm { 0.0 } else { settings.adversarial };
        if !is_warm {
            self.discriminator.model = self.discriminator.model.clone().iterated();
        }
        let device = self.device.clone().autodiff();
        let (generator, discriminator) = (&self.generator.model, &self.discriminator.model);
        let mut rng = Rng::seed_from_u64(clock.seed);
        let parts = batch.split(workers.count());
        let noises: Vec<_> = parts.iter().map(|part| Noise::every_code(settings.noise, part.size, &mut rng)).collect();
        let steps = drawn_steps(batch.ahead, clock, &mut rng);
        let work = parts.into_iter().zip(noises).map(|(part, noise)| {
            let feed = (steps, part.size);
            let feedback = Feedback::new(&self.shown, Some(settings.noise), feed, &mut rng, &self.device);
            (part, noise, feedback)
        });
        let results = workers.map(work.collect(), |_, (part, noise, feedback)| {
            let part = feedback.apply(part);
            let share = part.size as f32 / batch.size as f32;
            let work = Part {
                settings,
                generator: generator.clone().fork(&device),
                discriminator: discriminator.clone().fork(&device),
                context: from_pixels(&part.contexts, part.context, part.frame_size, &device),
                truth: from_pixels(&part.futures, 1, part.frame_size, &device),
                actions: self.told.then(|| one_hot(&part.actions, &device)),
                fed_back: steps,
            };
            work.run(clock, noise.to_tensor(&device), share, adversarial)
        });
        let mut metrics = vec![0.0; METRICS.len()];
        let (mut for_generator, mut for_discriminator) = (Vec::new(), Vec::new());
        for result in results {
            for_generator.push(result.generator);
            for_discriminator.extend(result.discriminator);
            for (sum, value) in metrics.iter_mut().zip(result.metrics) {
                *sum += value;
            }
        }
        let heat = clock.heat(settings.cooling_share);
        let rate = if is_warm { settings.warm_rate } else { settings.rate };
        self.generator.step(rate * heat, for_generator);
        if !for_discriminator.is_empty() {
            self.discriminator.step(settings.discriminator_rate * heat, for_discriminator);
        }
        self.shown = moved(self.shown.clone(), &self.generator.model.valid(), settings.ema);
        metrics
    }

    fn metrics(&self) -> &'static [&'static str] {
        &METRICS
    }

    fn parameters(&self) -> Vec<(&'static str, usize)> {
        vec![
            ("generator", trained_numbers(&self.generator.model)),
            ("discriminator", trained_numbers(&self.discriminator.model)),
        ]
    }

    fn save(&self, folder: &Path) -> Result<(), SaveError> {
        self.generator.save(folder, "generator")?;
        self.discriminator.save(folder, "discriminator")?;
        save_model(&self.shown, folder, "shown")
    }

    fn load(&mut self, folder: &Path) -> Result<(), SaveError> {
        self.generator.load(folder, "generator")?;
        self.discriminator.load(folder, "discriminator")?;
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
        let noise = Some(self.settings.noise);
        Box::new(GeneratorPredictor::new(name, self.shown.clone(), self.told, noise, self.device.clone()))
    }
}
