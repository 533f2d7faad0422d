//! The conditional GAN: reconstruction as a warm start, then a discriminator that sees the context too.

mod losses;
mod settings;
#[cfg(test)]
mod tests;

use burn::module::Module;

use self::losses::Losses;
use super::adversary::Adversary;
use super::learner::{EmaLearner, Network};
use super::part::{Asked, jobs};
use super::{Batches, Clock, Compute, Metrics, Need, Objective, Start};
use crate::network::{Generator, Init};
use crate::predict::{Condition, Models, NetworkPredictor};

pub use settings::GanSettings;

/// Generator and discriminator.
pub(super) struct Gan {
    settings: GanSettings,
    generator: EmaLearner<Generator>,
    adversary: Adversary,
    condition: Condition,
    compute: Compute,
}

impl Gan {
    fn new(settings: &GanSettings, start: &Start) -> Self {
        let mut init = Init::new(start.seed, &start.compute.device);
        let conditions = settings.noise.inputs() + start.condition.width();
        let generator = Generator::new(&settings.generator, start.context, start.frame_size, conditions, &mut init);
        let generator = match settings.learned_odds {
            true => generator.with_odds(settings.noise.codes(), &mut init),
            false => generator,
        };
        Self {
            settings: settings.clone(),
            generator: EmaLearner::new("generator", generator, settings.betas, settings.ema),
            adversary: Adversary::new(settings.adversary(), start.condition, settings.betas, &mut init),
            condition: start.condition,
            compute: start.compute.clone(),
        }
    }
}

impl Objective for Gan {
    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics {
        let batch = batches.get(Need::WINDOWS.name);
        let settings = &self.settings;
        let adversarial = settings.adversarial_weight(clock);
        let is_warm = adversarial.is_none();
        if !is_warm {
            self.adversary.see(settings.detail(clock));
            self.adversary.iterate();
        }
        let device = self.compute.tracking();
        let (generator, adversary) = (&self.generator.learner.model, &self.adversary);
        let asked = Asked {
            shown: &self.generator.average,
            noise: Some(settings.noise),
            samples: settings.samples,
            condition: self.condition,
        };
        let results = self.compute.map(jobs(batch, clock, &self.compute, &asked), |_, job| {
            let mut part = job.on(&device);
            if is_warm && settings.quiet_start {
                part.noise = part.noise.map(|noise| noise.zeros_like());
            }
            let generator = generator.clone().fork(&device);
            let judge = adversarial.is_some_and(|weight| weight > 0.0).then(|| adversary.judge(&part));
            let unjudged = adversary.unjudged();
            (Losses { settings, generator, judge, unjudged, part: &part }.run(clock, adversarial), part.share)
        });
        let (mut for_generator, mut for_discriminator, mut metrics) = (Vec::new(), Vec::new(), Vec::new());
        for (result, share) in results {
            for_generator.push(result.generator);
            for_discriminator.extend(result.discriminator);
            metrics.push((result.metrics, share));
        }
        let factor = clock.learning_rate_factor(settings.cooling_share);
        let rate = if is_warm { settings.warm_rate } else { settings.rate };
        self.generator.step_keeping(settings.decay(clock), rate * factor, for_generator);
        self.adversary.step(settings.discriminator_rate * factor, for_discriminator);
        Metrics::mean(metrics)
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.generator, &self.adversary.learner]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.generator, &mut self.adversary.learner]
    }

    fn models(&self, name: &str) -> Models {
        let (generator, noise) = (self.generator.average.clone(), Some(self.settings.noise));
        Models::Predictors(vec![Box::new(NetworkPredictor::new(
            name,
            generator,
            self.condition,
            noise,
            self.compute.device.clone(),
        ))])
    }
}
