//! A GAN from nothing: Gaussian noise in, a frame out, and a discriminator that sees the frame alone.
//!
//! Goodfellow et al. (2014), <https://arxiv.org/abs/1406.2661>, with the discriminator, losses and bounds of
//! [`adversary`](super::super::adversary), which here is given no context. No term compares a sample with a recorded
//! frame: all that the generator learns it learns from the discriminator.

use burn::module::Module;
use burn::optim::GradientsParams;
use serde::{Deserialize, Serialize};

use super::{NEED, check_painter, jobs};
use crate::network::{DiscriminatorSettings, FrameDecoder, FrameDecoderSettings, Init};
use crate::objective::adversary::{AdversarialLoss, Adversary, AdversarySettings, Lipschitz};
use crate::objective::check::schedule;
use crate::objective::learner::{EmaLearner, Network};
use crate::objective::{
    Batches, Clock, Compute, Metrics, Need, Objective, ObjectiveConfig, RecipeContext, Start, check,
};
use crate::predict::{Condition, Models, NetworkPainter, Skill};
use crate::settings::{SettingsError, Source};

/// What a recipe says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DreamUpSettings {
    /// The network that paints.
    pub painter: FrameDecoderSettings,
    /// Gaussian numbers that it paints from, 1 to 512.
    pub latent: usize,
    /// The network that judges; it sees no context.
    pub discriminator: DiscriminatorSettings,
    /// What both networks make small.
    #[serde(default)]
    pub loss: AdversarialLoss,
    /// What bounds the discriminator's slope: `Spectral`, or `Noise`.
    #[serde(default)]
    pub lipschitz: Lipschitz,
    /// Whether the discriminator sees two frames at once, both real or both painted (Lin et al., "PacGAN", 2018,
    /// <https://arxiv.org/abs/1712.04086>).
    #[serde(default)]
    pub packed: bool,
    /// Painter's learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Discriminator's learning rate, above 0 to 0.1.
    pub discriminator_rate: f64,
    /// Share of the training, at its end, over which both learning rates fall to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl DreamUpSettings {
    fn adversary(&self) -> AdversarySettings {
        AdversarySettings {
            discriminator: self.discriminator.clone(),
            loss: self.loss,
            lipschitz: self.lipschitz,
            wrong_context: 0.0,
            wrong_action: 0.0,
            packed: self.packed,
        }
    }

    /// Frames that are painted for each real one.
    fn samples(&self) -> usize {
        if self.packed { 2 } else { 1 }
    }
}

impl ObjectiveConfig for DreamUpSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check_painter(source, recipe, (&self.painter, self.latent))?;
        let seen = self.discriminator.context;
        let allowed = "0, since nothing is seen before a frame that is made from nothing";
        source.check(seen == 0, "objective.discriminator.context", seen, allowed)?;
        let holds = matches!(self.lipschitz, Lipschitz::Spectral | Lipschitz::Noise { .. });
        source.check(holds, "objective.lipschitz", self.lipschitz, "Spectral, or Noise")?;
        self.adversary().check(source, recipe)?;
        check::rate(source, "discriminator_rate", self.discriminator_rate)?;
        schedule!(self).check(source)
    }

    fn skill(&self) -> Skill {
        Skill::Paint
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        Box::new(DreamUp::new(self, start))
    }

    fn needs(&self) -> Vec<Need> {
        vec![NEED]
    }
}

/// Painter and discriminator.
pub(super) struct DreamUp {
    settings: DreamUpSettings,
    pub(super) painter: EmaLearner<FrameDecoder>,
    adversary: Adversary,
    frame_size: (u32, u32),
    compute: Compute,
}

impl DreamUp {
    pub(super) fn new(settings: &DreamUpSettings, start: &Start) -> Self {
        let mut init = Init::new(start.seed, &start.compute.device);
        let painter = FrameDecoder::new(&settings.painter, start.frame_size, settings.latent, &mut init);
        Self {
            settings: settings.clone(),
            painter: EmaLearner::new("painter", painter, settings.betas, settings.ema),
            adversary: Adversary::new(settings.adversary(), Condition::Nothing, settings.betas, &mut init),
            frame_size: start.frame_size,
            compute: start.compute.clone(),
        }
    }
}

impl Objective for DreamUp {
    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics {
        self.adversary.iterate();
        let settings = &self.settings;
        let device = self.compute.tracking();
        let (painter, adversary) = (&self.painter.learner.model, &self.adversary);
        let jobs = jobs(batches, clock, &self.compute, (settings.latent, settings.samples()));
        let results = self.compute.map(jobs, |_, job| {
            let mut part = job.on(&device);
            let painter = painter.clone().fork(&device);
            let latents = part.noise.take().expect("a job draws latents");
            let painted = painter.forward(latents);
            let judged = adversary.judge(&part).step(&painted, clock);
            let gradients = GradientsParams::from_grads((judged.term * part.share).backward(), &painter);
            (gradients, judged.discriminator, (judged.metrics, part.share))
        });
        let (mut for_painter, mut for_discriminator, mut metrics) = (Vec::new(), Vec::new(), Vec::new());
        for (painter, discriminator, measured) in results {
            for_painter.push(painter);
            for_discriminator.push(discriminator);
            metrics.push(measured);
        }
        let factor = clock.learning_rate_factor(settings.cooling_share);
        self.painter.step(settings.rate * factor, for_painter);
        self.adversary.step(settings.discriminator_rate * factor, for_discriminator);
        Metrics::mean(metrics)
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.painter, &self.adversary.learner]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.painter, &mut self.adversary.learner]
    }

    fn models(&self, name: &str) -> Models {
        let (network, device) = (self.painter.average.clone(), self.compute.device.clone());
        Models::Painter(Box::new(NetworkPainter::new(name, network, self.frame_size, device)))
    }
}
