//! A variational auto-encoder of single frames: what was recorded becomes a small cloud of latents, and latents become
//! frames. Drawn anew, they are frames from nothing.
//!
//! Kingma and Welling (2014), <https://arxiv.org/abs/1312.6114>. Without the encoder's noise, and without the divergence
//! that needs it, it is a plain auto-encoder: nothing tells what its latents look like between those of two frames.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{NEED, check_painter, jobs};
use crate::network::{Encoder, EncoderSettings, FrameDecoder, FrameDecoderSettings, Gaussian, Init};
use crate::objective::check::schedule;
use crate::objective::learner::{EmaLearner, Network};
use crate::objective::part::{Part, number};
use crate::objective::regression::absolute_error;
use crate::objective::vae::divergence;
use crate::objective::{
    Batches, Clock, Compute, Metrics, Need, Objective, ObjectiveConfig, RecipeContext, Start, check,
};
use crate::predict::{Models, NetworkPainter, Painting, Skill};
use crate::settings::{SettingsError, Source};

/// What a recipe says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DreamUpVaeSettings {
    /// The network that paints.
    pub painter: FrameDecoderSettings,
    /// The network that sees the frame.
    pub encoder: EncoderSettings,
    /// Numbers of the latent, 1 to 512.
    pub latent: usize,
    /// Weight of the divergence from the standard normal distribution in nats, against the mean absolute error of a pixel
    /// (which lies in [−1, 1]), 0 to 10.
    pub kl: f32,
    /// Whether the encoder's latents are drawn, or its means are taken.
    #[serde(default = "yes")]
    pub noisy: bool,
    /// Learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Share of the training, at its end, over which the learning rate falls to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

fn yes() -> bool {
    true
}

impl ObjectiveConfig for DreamUpVaeSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check_painter(source, recipe, (&self.painter, self.latent))?;
        check::count(source, "encoder.width", self.encoder.width, 4, 128)?;
        check::within(source, "kl", self.kl, 10.0)?;
        let holds = self.noisy || self.kl == 0.0;
        let allowed = "0, since without `noisy` latents have no width, and no divergence from what is drawn";
        source.check(holds, "objective.kl", self.kl, allowed)?;
        schedule!(self).check(source)
    }

    fn skill(&self) -> Skill {
        Skill::Paint
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        let mut init = Init::new(start.seed, &start.compute.device);
        let size = start.frame_size;
        let network = AutoEncoder {
            encoder: Encoder::new(&self.encoder, 1, size, self.latent, &mut init),
            painter: FrameDecoder::new(&self.painter, size, self.latent, &mut init),
        };
        let network = EmaLearner::new("auto-encoder", network, self.betas, self.ema);
        Box::new(DreamUpVae { settings: self.clone(), network, frame_size: size, compute: start.compute.clone() })
    }

    fn needs(&self) -> Vec<Need> {
        vec![NEED]
    }
}

/// From a frame to a Gaussian over latents, and from a latent to a frame.
#[derive(Module, Debug)]
pub(super) struct AutoEncoder {
    encoder: Encoder,
    painter: FrameDecoder,
}

impl Painting for AutoEncoder {
    fn latent(&self) -> usize {
        self.painter.latent()
    }

    fn paint(&self, latents: Tensor<2>) -> Tensor<4> {
        self.painter.forward(latents)
    }

    fn latents_of(&self, frames: Tensor<4>) -> Option<Tensor<2>> {
        Some(self.encoder.forward(frames).mean)
    }
}

struct DreamUpVae {
    settings: DreamUpVaeSettings,
    network: EmaLearner<AutoEncoder>,
    frame_size: (u32, u32),
    compute: Compute,
}

impl DreamUpVaeSettings {
    /// The loss of a part, `[1]`, and what was measured.
    fn loss(&self, network: &AutoEncoder, part: Part) -> (Tensor<1>, Metrics) {
        let found: Gaussian = network.encoder.forward(part.truth.clone());
        let latents = match part.noise.filter(|_| self.noisy) {
            Some(normal) => found.sample(normal),
            None => found.mean.clone(),
        };
        let error = absolute_error(network.painter.forward(latents), part.truth);
        let apart = divergence(&found, None);
        let metrics = Metrics::default().with("absolute_error", number(&error)).with("divergence", number(&apart));
        (if self.kl > 0.0 { error + apart * self.kl } else { error }, metrics)
    }
}

impl Objective for DreamUpVae {
    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics {
        let device = self.compute.tracking();
        let (settings, network) = (&self.settings, &self.network.learner.model);
        let jobs = jobs(batches, clock, &self.compute, (settings.latent, 1));
        let results = self.compute.map(jobs, |_, job| {
            let part = job.on(&device);
            let (network, share) = (network.clone().fork(&device), part.share);
            let (loss, metrics) = settings.loss(&network, part);
            (GradientsParams::from_grads((loss * share).backward(), &network), (metrics, share))
        });
        let (gradients, metrics): (Vec<_>, Vec<_>) = results.into_iter().unzip();
        self.network.step(settings.rate * clock.learning_rate_factor(settings.cooling_share), gradients);
        Metrics::mean(metrics)
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.network]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.network]
    }

    fn models(&self, name: &str) -> Models {
        let (network, device) = (self.network.average.clone(), self.compute.device.clone());
        Models::Painter(Box::new(NetworkPainter::new(name, network, self.frame_size, device)))
    }
}
