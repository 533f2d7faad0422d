//! The conditional variational auto-encoder: an encoder sees the true next frame and says in a few numbers which of the
//! futures it is; the generator learns to heed them; what the encoder says is held near to what can be drawn without
//! it.
//!
//! Kingma and Welling (2014), <https://arxiv.org/abs/1312.6114>; conditional: Sohn et al. (2015); with a prior that is
//! learned from the context: Denton and Fergus, "SVG-LP" (2018), <https://arxiv.org/abs/1802.07687>.

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::check::schedule;
use super::part::{Part, number};
use super::regression::absolute_error;
use super::single::{Goal, Single};
use super::{Metrics, Objective, ObjectiveConfig, RecipeContext, Start, check};
use crate::network::{Encoder, EncoderSettings, Gaussian, Generator, GeneratorSettings, Init};
use crate::predict::{Answering, NoiseSettings, conditions};
use crate::settings::{SettingsError, Source};

/// What a recipe says of a variational auto-encoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaeSettings {
    /// The network that predicts.
    pub generator: GeneratorSettings,
    /// The network that sees the true next frame. (It has to be there; said as an option, so that a recipe without it
    /// is told why.)
    #[serde(default)]
    pub encoder: Option<EncoderSettings>,
    /// Numbers of the latent, 1 to 64.
    pub latent: usize,
    /// What latents are drawn from where the future is not known.
    pub prior: Prior,
    /// Weight of the divergence from the prior in nats, against the mean absolute error of a pixel (which lies in
    /// [−1, 1]), 0 to 10.
    pub kl: f32,
    /// Whether the encoder's latents are drawn, or its means are taken: without noise and divergence it is a plain
    /// auto-encoder.
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

/// Where latents are drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prior {
    /// The standard normal distribution.
    Fixed,
    /// A Gaussian that a network makes of the context.
    Learned,
}

/// KL(q ‖ p) in nats of two Gaussians, a mean over the batch: `[1]`.
///
/// Σ ½ (log σₚ² − log σ_q² + (σ_q² + (μ_q − μₚ)²) / σₚ² − 1); `p` is the standard normal distribution where none is
/// given.
pub fn divergence(q: &Gaussian, p: Option<&Gaussian>) -> Tensor<1> {
    let variance = q.log_variance.clone().exp();
    let terms = match p {
        None => variance + q.mean.clone().square() - q.log_variance.clone() - 1.0,
        Some(p) => {
            let distance = (q.mean.clone() - p.mean.clone()).square();
            let log_ratio = p.log_variance.clone() - q.log_variance.clone();
            log_ratio + (variance + distance) * p.log_variance.clone().neg().exp() - 1.0
        }
    };
    let batch = terms.dims()[0];
    terms.sum() * (0.5 / batch as f32)
}

/// Refuses sizes out of range, and a divergence of what is not there.
pub(super) fn check_latent(
    source: &Source,
    (encoder, latent, kl): (Option<&EncoderSettings>, usize, f32),
) -> Result<(), SettingsError> {
    let found = if encoder.is_some() { "there" } else { "not there" };
    let allowed = "an encoder, such as (width: 16): `kl` weighs what it says, and `latent` is what it says it in";
    source.check(encoder.is_some(), "objective.encoder", found, allowed)?;
    check::count(source, "encoder.width", encoder.map_or(0, |encoder| encoder.width), 4, 128)?;
    check::count(source, "latent", latent, 1, 64)?;
    check::within(source, "kl", kl, 10.0)
}

impl ObjectiveConfig for VaeSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check::generator(source, &self.generator, self.latent, recipe)?;
        check_latent(source, (self.encoder.as_ref(), self.latent, self.kl))?;
        let holds = self.noisy || self.kl == 0.0;
        let allowed = "0, since without `noisy` latents have no width, and no divergence from the prior";
        source.check(holds, "objective.kl", self.kl, allowed)?;
        schedule!(self).check(source)
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        let encoder = self.encoder.clone().unwrap_or(EncoderSettings { width: self.generator.width });
        let model = Latent::new(start, &self.generator, &encoder, (self.latent, self.prior));
        Box::new(Single::new(Vae(self.clone()), ("vae", model), schedule!(self), start))
    }
}

/// A generator, and what its latents come from.
#[derive(Module, Debug)]
pub(super) struct Latent {
    pub generator: Generator,
    encoder: Encoder,
    prior: Option<Encoder>,
}

impl Latent {
    pub fn new(
        start: &Start,
        generator: &GeneratorSettings,
        encoder: &EncoderSettings,
        (latent, prior): (usize, Prior),
    ) -> Self {
        let mut init = Init::new(start.seed, &start.compute.device);
        let conditions = latent + start.condition.width();
        let size = start.frame_size;
        Self {
            generator: Generator::new(generator, start.context, size, conditions, &mut init),
            encoder: Encoder::new(encoder, 2, size, latent, &mut init),
            prior: (prior == Prior::Learned).then(|| Encoder::new(encoder, start.context, size, latent, &mut init)),
        }
    }

    /// What the encoder says of a next frame: it sees the newest frame of the context, too.
    pub fn posterior(&self, context: &Tensor<4>, next: Tensor<4>) -> Gaussian {
        let channels = context.dims()[1];
        let newest = context.clone().narrow(1, channels - 3, 3);
        self.encoder.forward(Tensor::cat(vec![newest, next], 1))
    }

    /// What latents are drawn from without it; the standard normal distribution, where there is no network for it.
    pub fn prior(&self, context: &Tensor<4>) -> Option<Gaussian> {
        self.prior.as_ref().map(|prior| prior.forward(context.clone()))
    }

    /// A latent from the prior for each of some standard normal numbers `[copies · batch, latent]`.
    pub fn drawn(&self, context: &Tensor<4>, normal: Tensor<2>, copies: usize) -> Tensor<2> {
        match self.prior(context) {
            None => normal,
            Some(Gaussian { mean, log_variance }) => {
                let repeated = |x: Tensor<2>| x.repeat_dim(0, copies);
                Gaussian { mean: repeated(mean), log_variance: repeated(log_variance) }.sample(normal)
            }
        }
    }
}

impl Answering for Latent {
    fn context(&self) -> usize {
        self.generator.context()
    }

    fn answer(
        &self,
        context: Tensor<4>,
        condition: Option<Tensor<2>>,
        noise: Option<Tensor<2>>,
        copies: usize,
    ) -> Tensor<4> {
        let latent = noise.map(|normal| self.drawn(&context, normal, copies));
        self.generator.answer(context, condition, latent, copies)
    }

    fn between(&self, context: Tensor<4>, left: Tensor<4>, right: Tensor<4>, count: usize) -> Option<Tensor<4>> {
        let (left, right) = (self.posterior(&context, left).mean, self.posterior(&context, right).mean);
        let at = |step: usize| {
            let share = step as f32 / (count.max(2) - 1) as f32;
            left.clone() * (1.0 - share) + right.clone() * share
        };
        let latents = Tensor::cat((0..count).map(at).collect(), 0);
        Some(self.generator.answer(context, None, Some(latents), count))
    }
}

/// The answer to the encoder's latent, how far it is from the truth, and the divergence from the prior.
pub(super) struct Encoded {
    pub answer: Tensor<4>,
    pub error: Tensor<1>,
    pub divergence: Tensor<1>,
}

/// Encodes what happened, draws a latent with these standard normal numbers (none: its mean), and decodes it.
pub(super) fn encoded(model: &Latent, part: &Part, normal: Option<Tensor<2>>) -> Encoded {
    let posterior = model.posterior(&part.context, part.truth.clone());
    let latent = match normal {
        Some(normal) => posterior.sample(normal),
        None => posterior.mean.clone(),
    };
    let features = model.generator.encode(part.context.clone());
    let answer = model.generator.decode(features, conditions(part.condition.clone(), Some(latent)));
    Encoded {
        error: absolute_error(answer.clone(), part.truth.clone()),
        divergence: divergence(&posterior, model.prior(&part.context).as_ref()),
        answer,
    }
}

struct Vae(VaeSettings);

impl Goal for Vae {
    type Network = Latent;

    fn noise(&self) -> Option<NoiseSettings> {
        Some(NoiseSettings::Gaussian(self.0.latent))
    }

    fn loss(&self, network: &Latent, part: &Part, _: u64) -> (Tensor<1>, Metrics) {
        let found = encoded(network, part, part.noise.clone().filter(|_| self.0.noisy));
        let metrics = Metrics::default()
            .with("absolute_error", number(&found.error))
            .with("divergence", number(&found.divergence));
        let mut loss = found.error;
        if self.0.kl > 0.0 {
            loss = loss + found.divergence * self.0.kl;
        }
        (loss, metrics)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn gaussian(mean: [f32; 2], log_variance: [f32; 2]) -> Gaussian {
        let row = |values: [f32; 2]| Tensor::<2>::from_data([values], &Device::flex());
        Gaussian { mean: row(mean), log_variance: row(log_variance) }
    }

    #[test]
    fn the_divergence_is_that_of_the_formula() {
        let q = gaussian([1.0, 0.0], [0.0, 0.5_f32.ln()]);
        // ½ (1 + 1 − 0 − 1) + ½ (0.5 − ln 0.5 − 1)
        assert!((number(&divergence(&q, None)) - 0.596_574).abs() < 1e-5);
        // ½ (ln 2 + (1 + 1) / 2 − 1) + ½ (ln 2 + ½ + ¼ − 1), by Python's `math.log`.
        let p = gaussian([0.0, 0.5], [2.0_f32.ln(), 0.0]);
        let expected = 0.346_574 + 0.221_574;
        assert!((number(&divergence(&q, Some(&p))) - expected).abs() < 1e-5);
        assert!(number(&divergence(&q, Some(&q))).abs() < 1e-6, "none from itself");
    }

    #[test]
    fn a_sample_has_the_gaussians_deviation() {
        let normal = Tensor::<2>::from_data([[2.0, -1.0]], &Device::flex());
        let sample = gaussian([1.0, 0.0], [0.0, 4.0_f32.ln()]).sample(normal);
        let values = sample.into_data().try_to_vec::<f32>().unwrap();
        assert!((values[0] - 3.0).abs() < 1e-6 && (values[1] + 2.0).abs() < 1e-5, "{values:?}");
    }
}
