//! The adversarial step, for every objective that has a discriminator.

use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use super::{Adversary, Judge, jensen_shannon};
use crate::objective::part::number;
use crate::objective::{Clock, Metrics};

/// What one part's answers get from the discriminator, and what that learns from them.
pub struct Judged {
    /// What is added to the generator's loss, unscaled: its gradient is the adversarial term's. `[1]`.
    pub term: Tensor<1>,
    /// The discriminator's gradients, scaled by the part's share of the batch.
    pub discriminator: GradientsParams,
    /// What was measured.
    pub metrics: Metrics,
}

impl Judge<'_> {
    /// Judges answers `[copies · batch, 3, height, width]`, and learns from one of each sample.
    pub fn step(&self, answers: &Tensor<4>, clock: Clock) -> Judged {
        let (value, gradient) = self.gradient(answers, clock.step);
        let norm = number(&gradient.clone().square().sum().sqrt());
        // The same gradient as the loss itself, whose way through the discriminator has been walked already.
        let term = (answers.clone() * gradient.detach()).sum();
        let (judgement, scores) = self.judgement(answers, clock);
        let metrics = Metrics::default()
            .with("adversarial", value)
            .with("adversarial_gradient", norm)
            .with("discriminator", number(&judgement))
            .with("score_real", scores.real)
            .with("score_fake", scores.fake)
            .with("score_wrong", scores.wrong_context)
            .with("score_wrong_action", scores.wrong_action);
        let gradients = (judgement * self.part.share).backward();
        let discriminator = GradientsParams::from_grads(gradients, &self.discriminator);
        Judged { term, discriminator, metrics: self.classified(metrics, scores.value) }
    }

    fn classified(&self, metrics: Metrics, value: f32) -> Metrics {
        match self.settings.loss.is_classifier() {
            true => metrics.with("value", value).with("jensen_shannon", jensen_shannon(value)),
            false => metrics,
        }
    }
}

impl Adversary {
    /// What stands in the place of [`Judged::metrics`] before the discriminator joins in.
    pub fn unjudged(&self) -> Metrics {
        let names = [
            "adversarial",
            "adversarial_gradient",
            "discriminator",
            "score_real",
            "score_fake",
            "score_wrong",
            "score_wrong_action",
        ];
        let of_a_classifier: &[&str] =
            if self.settings.loss.is_classifier() { &["value", "jensen_shannon"] } else { &[] };
        let all = names.iter().chain(of_a_classifier);
        all.fold(Metrics::default(), |metrics, name| metrics.with(name, 0.0))
    }
}
