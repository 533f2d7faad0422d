//! A variational auto-encoder with a discriminator: what is drawn from the prior is judged too, so that it need not be
//! blurred, and the latent has to be recovered from the answer, so that it is not ignored.
//!
//! Larsen et al. (2016), <https://arxiv.org/abs/1512.09300>; for films: Lee et al., "SAVP" (2018),
//! <https://arxiv.org/abs/1804.01523>; recovery of the latent after Zhu et al., "BicycleGAN" (2017),
//! <https://arxiv.org/abs/1711.11586>.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::adversary::{AdversarialLoss, Adversary, AdversarySettings, Lipschitz};
use super::check::schedule;
use super::learner::{EmaLearner, Network};
use super::part::{Asked, jobs, number};
use super::vae::{Latent, Prior, check_latent, encoded};
use super::{Batches, Clock, Compute, Metrics, Need, Objective, ObjectiveConfig, RecipeContext, Start, check};
use crate::network::{DiscriminatorSettings, EncoderSettings, GeneratorSettings, Init};
use crate::predict::{Answering, Condition, Models, NetworkPredictor, NoiseSettings};
use crate::settings::{SettingsError, Source};

/// What a recipe says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaeGanSettings {
    /// The network that predicts.
    pub generator: GeneratorSettings,
    /// The network that sees the true next frame.
    #[serde(default)]
    pub encoder: Option<EncoderSettings>,
    /// Numbers of the latent, 1 to 64.
    pub latent: usize,
    /// What latents are drawn from where the future is not known.
    pub prior: Prior,
    /// The network that judges.
    pub discriminator: DiscriminatorSettings,
    /// What generator and discriminator make small.
    #[serde(default)]
    pub loss: AdversarialLoss,
    /// What bounds the discriminator's slope.
    #[serde(default)]
    pub lipschitz: Lipschitz,
    /// Weight of the mean absolute error of what the encoder saw, 0 to 1000.
    pub reconstruction: f32,
    /// Weight of the divergence from the prior, 0 to 1000.
    pub kl: f32,
    /// Weight of the mean absolute difference of a latent from the prior and what the encoder says of the answer to
    /// it, 0 to 1000.
    pub recovery: f32,
    /// Weight of the adversarial term once it is on, 0 to 1000.
    pub adversarial: f32,
    /// Weight of wrong-context negatives in the discriminator's loss, 0 to 10.
    pub wrong_context: f32,
    /// Share of the training without discriminator, 0 to below 1.
    pub warm_share: f32,
    /// Learning rate without discriminator, above 0 to 0.1.
    pub warm_rate: f64,
    /// Learning rate with it, above 0 to 0.1.
    pub rate: f64,
    /// Discriminator's learning rate, above 0 to 0.1.
    pub discriminator_rate: f64,
    /// Share of the training, at its end, over which learning rates fall to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl VaeGanSettings {
    fn adversary(&self) -> AdversarySettings {
        AdversarySettings {
            discriminator: self.discriminator.clone(),
            loss: self.loss,
            lipschitz: self.lipschitz,
            wrong_context: self.wrong_context,
            wrong_action: 0.0,
            packed: false,
        }
    }
}

impl ObjectiveConfig for VaeGanSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check::generator(source, &self.generator, self.latent, recipe)?;
        check_latent(source, (self.encoder.as_ref(), self.latent, 0.0))?;
        self.adversary().check(source, recipe)?;
        let weights = [
            ("reconstruction", self.reconstruction),
            ("kl", self.kl),
            ("recovery", self.recovery),
            ("adversarial", self.adversarial),
        ];
        weights.into_iter().try_for_each(|(field, weight)| check::within(source, field, weight, 1000.0))?;
        check::below_one(source, "warm_share", self.warm_share)?;
        check::rate(source, "warm_rate", self.warm_rate)?;
        check::rate(source, "discriminator_rate", self.discriminator_rate)?;
        schedule!(self).check(source)
    }

    fn warm_share(&self) -> f32 {
        self.warm_share
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        let encoder = self.encoder.clone().unwrap_or(EncoderSettings { width: self.generator.width });
        let model = Latent::new(start, &self.generator, &encoder, (self.latent, self.prior));
        let mut init = Init::numbered(start.seed, 1, &start.compute.device);
        Box::new(VaeGan {
            settings: self.clone(),
            model: EmaLearner::new("vae", model, self.betas, self.ema),
            adversary: Adversary::new(self.adversary(), start.condition, self.betas, &mut init),
            condition: start.condition,
            compute: start.compute.clone(),
        })
    }
}

struct VaeGan {
    settings: VaeGanSettings,
    model: EmaLearner<Latent>,
    adversary: Adversary,
    condition: Condition,
    compute: Compute,
}

impl VaeGan {
    fn noise(&self) -> NoiseSettings {
        NoiseSettings::Gaussian(self.settings.latent)
    }
}

impl Objective for VaeGan {
    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics {
        let batch = batches.get(Need::WINDOWS.name);
        let settings = &self.settings;
        let is_warm = clock.share() < settings.warm_share;
        let adversarial = if is_warm { 0.0 } else { settings.adversarial };
        if !is_warm {
            self.adversary.iterate();
        }
        let device = self.compute.tracking();
        let asked =
            Asked { shown: &self.model.average, noise: Some(self.noise()), samples: 1, condition: self.condition };
        let jobs = jobs(batch, clock, &self.compute, &asked);
        let (model, adversary) = (&self.model.learner.model, &self.adversary);
        let results = self.compute.map(jobs, |_, job| {
            let part = job.on(&device);
            let model = model.clone().fork(&device);
            let found = encoded(&model, &part, part.noise.clone());
            let mut metrics = Metrics::default()
                .with("absolute_error", number(&found.error))
                .with("divergence", number(&found.divergence));
            let mut loss = found.error * settings.reconstruction + found.divergence * settings.kl;
            let mut discriminator = None;
            if adversarial > 0.0 {
                // Another sample's numbers are as good as new ones.
                let normal = part.noise.clone().map(|normal| normal.roll(&[1], &[0]));
                let normal = normal.expect("latents are asked for");
                let latent = model.drawn(&part.context, normal, 1);
                let drawn =
                    model.generator.answer(part.context.clone(), part.condition.clone(), Some(latent.clone()), 1);
                let said = model.clone().no_grad().posterior(&part.context, drawn.clone()).mean;
                let recovery = (said - latent.detach()).abs().mean();
                let step = adversary.judge(&part).step(&Tensor::cat(vec![found.answer, drawn], 0), clock);
                metrics = metrics.with("recovery", number(&recovery)).and(step.metrics);
                loss = loss + recovery * settings.recovery + step.term * adversarial;
                discriminator = Some(step.discriminator);
            } else {
                metrics = metrics.with("recovery", 0.0).and(adversary.unjudged());
            }
            let gradients = GradientsParams::from_grads((loss * part.share).backward(), &model);
            (gradients, discriminator, (metrics, part.share))
        });
        let (mut for_model, mut for_discriminator, mut metrics) = (Vec::new(), Vec::new(), Vec::new());
        for (gradients, discriminator, measured) in results {
            for_model.push(gradients);
            for_discriminator.extend(discriminator);
            metrics.push(measured);
        }
        let factor = clock.learning_rate_factor(settings.cooling_share);
        let rate = if is_warm { settings.warm_rate } else { settings.rate };
        let discriminator_rate = settings.discriminator_rate * factor;
        self.model.step(rate * factor, for_model);
        self.adversary.step(discriminator_rate, for_discriminator);
        Metrics::mean(metrics)
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.model, &self.adversary.learner]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.model, &mut self.adversary.learner]
    }

    fn models(&self, name: &str) -> Models {
        let model = self.model.average.clone();
        Models::Predictors(vec![Box::new(NetworkPredictor::new(
            name,
            model,
            self.condition,
            Some(self.noise()),
            self.compute.device.clone(),
        ))])
    }
}
