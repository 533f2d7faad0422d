//! The losses of one part of a batch, and their gradients.

use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use super::settings::GanSettings;
use crate::network::Generator;
use crate::objective::Clock;
use crate::objective::adversary::{Judge, jensen_shannon};
use crate::objective::nearest::nearest;
use crate::objective::part::{Part, number};

/// Names of what a part measures.
pub(super) const METRICS: [&str; 9] = [
    "reconstruction",
    "adversarial",
    "adversarial_gradient",
    "discriminator",
    "score_real",
    "score_fake",
    "score_wrong",
    "score_wrong_action",
    "code_0_nearest",
];

/// The same, and what a classifier is the measure of.
pub(super) const CLASSIFIER_METRICS: [&str; 11] = {
    let [a, b, c, d, e, f, g, h, i] = METRICS;
    [a, b, c, d, e, f, g, h, i, "value", "jensen_shannon"]
};

/// What one part of a batch gives.
pub(super) struct Gradients {
    pub generator: GradientsParams,
    pub discriminator: Option<GradientsParams>,
    /// Scaled by the part's share of the batch.
    pub metrics: [f32; CLASSIFIER_METRICS.len()],
}

/// One part and the networks, on the device that tracks gradients.
pub(super) struct Losses<'a> {
    pub settings: &'a GanSettings,
    pub generator: Generator,
    /// None before the discriminator joins. A fork of a network that is not moved leaves its trace in the network's graph,
    /// and every step would search all of them.
    pub judge: Option<Judge<'a>>,
    pub part: &'a Part,
}

impl Losses<'_> {
    /// What the reconstruction is multiplied by: less and less, the more of what is seen was made up since the last true
    /// frame, where the truth is one of many that would do, and drawing to it only blurs.
    fn certainty(&self) -> f32 {
        (1.0 + 0.5 * self.part.fed_back as f32).recip()
    }

    /// The answers of every code: `[copies · batch, 3, height, width]`.
    pub fn answers(&self) -> Tensor<4> {
        self.part.answers(&self.generator, self.settings.noise.copies())
    }

    /// Both networks' gradients, each scaled by the part's share of the batch.
    pub fn run(self, clock: Clock, adversarial: f32) -> Gradients {
        let (settings, share) = (self.settings, self.part.share);
        let answers = self.answers();
        let found = nearest(answers.clone(), self.part.truth.clone(), settings.noise.copies(), settings.other_codes);
        let mut loss = found.loss * (settings.reconstruction * self.certainty() * share);
        let mut metrics = [0.0; CLASSIFIER_METRICS.len()];
        (metrics[0], metrics[8]) = (found.distance, found.first);
        let mut discriminator = None;
        if let Some(judge) = self.judge.as_ref().filter(|_| adversarial > 0.0) {
            let (value, gradient) = judge.gradient(&answers, clock.step);
            metrics[1] = value;
            metrics[2] = number(&gradient.clone().square().sum().sqrt());
            // The same gradient as the loss itself, whose way through the discriminator has been walked already.
            loss = loss + (answers.clone() * gradient.detach()).sum() * (adversarial * share);
            let (judgement, scores) = judge.judgement(&answers, clock);
            metrics[3] = number(&judgement);
            metrics[4..8].copy_from_slice(&[scores.real, scores.fake, scores.wrong_context, scores.wrong_action]);
            metrics[9..].copy_from_slice(&[scores.value, jensen_shannon(scores.value)]);
            let gradients = (judgement * share).backward();
            discriminator = Some(GradientsParams::from_grads(gradients, &judge.discriminator));
        }
        Gradients {
            generator: GradientsParams::from_grads(loss.backward(), &self.generator),
            discriminator,
            metrics: metrics.map(|value| value * share),
        }
    }
}
