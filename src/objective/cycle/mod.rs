//! Translation between two scenes of which no two frames belong together.
//!
//! Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks" (2017),
//! <https://arxiv.org/abs/1703.10593>. Simplified: small networks with group norm in place of instance norm, discriminators
//! that are normed spectrally.

mod losses;
mod pool;
mod settings;
#[cfg(test)]
mod tests;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

pub use self::losses::absolute_error;
use self::losses::{Both, judgement};
use self::pool::Pool;
pub use self::settings::CycleSettings;
use super::learner::{EmaLearner, Learner, Network};
use super::{Batches, Clock, Compute, Metrics, Objective, Start};
use crate::camera::Frames;
use crate::episode::Batch;
use crate::network::{Discriminator, DiscriminatorSettings, Init, Translator, from_pixels, to_pixels};
use crate::predict::{Models, Translation};
use crate::random::{Purpose, stream};

/// Names of the data sets. Where there are two of something, index 0 is of the way from day to night, index 1 of that back.
const NAMES: [&str; 2] = ["day", "night"];
const TRANSLATORS: [&str; 2] = ["day-to-night", "night-to-day"];
const JUDGES: [&str; 2] = ["night-discriminator", "day-discriminator"];
const POOLS: [&str; 2] = ["night-pool", "day-pool"];

/// A CycleGAN under way.
struct Cycle {
    settings: CycleSettings,
    translators: [EmaLearner<Translator>; 2],
    judges: [Learner<Discriminator>; 2],
    pools: [Pool; 2],
    compute: Compute,
}

/// One part of the batches of both scenes.
struct Part {
    real: [Batch; 2],
    share: f32,
}

impl Part {
    /// Frames of both scenes: `[batch, 3, height, width]`.
    fn frames(&self, device: &burn::tensor::Device) -> [Tensor<4>; 2] {
        [0, 1].map(|scene: usize| from_pixels(&self.real[scene].futures, 1, self.real[scene].frame_size, device))
    }
}

impl Cycle {
    fn new(settings: &CycleSettings, start: &Start) -> Self {
        let device = &start.compute.device;
        let init = |number: usize| Init::numbered(start.seed, number as u64, device);
        let translator = |way: usize| {
            let network = Translator::new(&settings.translator, &mut init(way));
            EmaLearner::new(TRANSLATORS[way], network, settings.betas, settings.ema)
        };
        let judge = |way: usize| {
            let size = DiscriminatorSettings::new(settings.discriminator_width, 0);
            let network = Discriminator::new(&size, (1, 0), true, &mut init(2 + way));
            Learner::new(JUDGES[way], network, settings.betas)
        };
        Self {
            settings: settings.clone(),
            translators: [0, 1].map(translator),
            judges: [0, 1].map(judge),
            pools: [0, 1].map(|way: usize| Pool::new(POOLS[way], settings.pool, start.frame_size)),
            compute: start.compute.clone(),
        }
    }

    fn parts(&self, batches: &Batches) -> Vec<Part> {
        let whole = NAMES.map(|name| batches.get(name));
        let [day, night] = whole.map(|batch| batch.split(self.compute.parts()));
        let size = whole[0].size as f32;
        day.into_iter()
            .zip(night)
            .map(|(day, night)| Part { share: day.size as f32 / size, real: [day, night] })
            .collect()
    }

    /// Moves both translators. Returns what they made, in 8 bit, of the second scene and of the first.
    fn translate(&mut self, parts: &[Part], rate: f64) -> ([Frames; 2], Metrics) {
        let device = self.compute.tracking();
        let (settings, learners, judges) = (&self.settings, &self.translators, &self.judges);
        let results = self.compute.map(parts.iter().collect(), |_, part: &Part| {
            let models = [0, 1].map(|way: usize| learners[way].learner.model.clone().fork(&device));
            let judges = [0, 1].map(|way: usize| judges[way].model.clone().fork(&device).no_grad());
            let both = Both {
                settings,
                translators: models.each_ref(),
                judges: judges.each_ref(),
                real: part.frames(&device),
            };
            let found = both.run();
            let size = part.real[0].frame_size;
            let fakes = found.fakes.map(|fakes| Frames::from_pixels(size, to_pixels(fakes.detach())));
            let mut gradients = (found.loss * part.share).backward();
            let gradients = models.map(|model| GradientsParams::from_module(&mut gradients, &model));
            (fakes, gradients, (found.metrics, part.share))
        });
        let size = parts[0].real[0].frame_size;
        let mut made = [Frames::new(size), Frames::new(size)];
        let (mut moves, mut metrics) = ([Vec::new(), Vec::new()], Vec::new());
        for (fakes, gradients, measured) in results {
            for (all, fakes) in made.iter_mut().zip(&fakes) {
                fakes.iter().for_each(|fake| all.push(fake));
            }
            for (all, gradients) in moves.iter_mut().zip(gradients) {
                all.push(gradients);
            }
            metrics.push(measured);
        }
        for (translator, gradients) in self.translators.iter_mut().zip(moves) {
            translator.step(rate, gradients);
        }
        (made, Metrics::mean(metrics))
    }

    /// Moves both discriminators: by real frames of each scene, and by fakes of it, `[batch, height, width, 3]`.
    fn judge(&mut self, parts: &[Part], fakes: &[Frames; 2], rate: f64) -> Metrics {
        let device = self.compute.tracking();
        let (settings, judges) = (&self.settings, &self.judges);
        let starts = parts.iter().scan(0, |start, part| {
            let first = *start;
            *start += part.real[0].size;
            Some(first)
        });
        let jobs: Vec<_> = parts.iter().zip(starts).collect();
        let results = self.compute.map(jobs, |_, (part, start): (&Part, usize)| {
            let real = part.frames(&device);
            let mut metrics = Metrics::default();
            let gradients = [0, 1].map(|way: usize| {
                let judge = judges[way].model.clone().fork(&device);
                let shown = fakes[way].slice(start..start + part.real[0].size);
                let shown = from_pixels(shown.pixels(), 1, shown.size(), &device);
                let (loss, [of_real, of_fakes]) = judgement(settings.loss, &judge, real[1 - way].clone(), shown);
                let names = [["night_score_real", "night_score_fake"], ["day_score_real", "day_score_fake"]][way];
                metrics = std::mem::take(&mut metrics).with(names[0], of_real).with(names[1], of_fakes);
                GradientsParams::from_grads((loss * part.share).backward(), &judge)
            });
            (gradients, (metrics, part.share))
        });
        let (mut moves, mut metrics) = ([Vec::new(), Vec::new()], Vec::new());
        for (gradients, measured) in results {
            for (all, gradients) in moves.iter_mut().zip(gradients) {
                all.push(gradients);
            }
            metrics.push(measured);
        }
        for (judge, gradients) in self.judges.iter_mut().zip(moves) {
            judge.step(rate, gradients);
        }
        Metrics::mean(metrics)
    }
}

impl Objective for Cycle {
    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics {
        for judge in &mut self.judges {
            judge.model = judge.model.clone().iterated();
        }
        let factor = clock.learning_rate_factor(self.settings.cooling_share);
        let parts = self.parts(batches);
        let (fakes, metrics) = self.translate(&parts, self.settings.rate * factor);
        let shown = [0, 1].map(|way: usize| {
            let mut rng = stream(clock.seed, Purpose::Pool, &[way as u64]);
            self.pools[way].exchange(&fakes[way], &mut rng)
        });
        metrics.and(self.judge(&parts, &shown, self.settings.discriminator_rate * factor))
    }

    fn networks(&self) -> Vec<&dyn Network> {
        let [there, back] = &self.translators;
        let [night, day] = &self.judges;
        let [night_pool, day_pool] = &self.pools;
        vec![there, back, night, day, night_pool, day_pool]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        let [there, back] = &mut self.translators;
        let [night, day] = &mut self.judges;
        let [night_pool, day_pool] = &mut self.pools;
        vec![there, back, night, day, night_pool, day_pool]
    }

    fn models(&self, name: &str) -> Models {
        let named = [name.to_owned(), format!("{name}, back")];
        let translation = |way: usize| {
            Translation::new(&named[way], self.translators[way].average.clone(), self.compute.device.clone())
        };
        Models::Translations([0, 1].map(translation).into())
    }
}
