//! The losses of both translators and of both discriminators, as plain functions of tensors.

use burn::tensor::Tensor;

use super::settings::CycleSettings;
use crate::network::{Discriminator, Translator};
use crate::objective::Metrics;
use crate::objective::adversary::AdversarialLoss;
use crate::objective::part::number;

/// Mean absolute difference: `[1]`.
pub fn absolute_error(one: Tensor<4>, other: Tensor<4>) -> Tensor<1> {
    (one - other).abs().mean()
}

/// A discriminator's scores of frames by themselves: `[batch, 1, height / 8, width / 8]`, rounded up.
pub fn scores(judge: &Discriminator, frames: Tensor<4>) -> Tensor<4> {
    judge.forward(frames.clone(), None, frames)
}

/// Both directions of a translation: index 0 leads into the second scene, index 1 back into the first.
pub struct Both<'a> {
    pub settings: &'a CycleSettings,
    /// From the first scene into the second, and back.
    pub translators: [&'a Translator; 2],
    /// Of what each translator makes; they track no gradients.
    pub judges: [&'a Discriminator; 2],
    /// Frames of the first scene and of the second, which have nothing to do with each other: `[batch, 3, height, width]`.
    pub real: [Tensor<4>; 2],
}

/// What both translators make small, and what they made.
pub struct Translated {
    /// `[1]`.
    pub loss: Tensor<1>,
    /// What the translators made of the real frames: of the second scene, and of the first.
    pub fakes: [Tensor<4>; 2],
    pub metrics: Metrics,
}

impl Both<'_> {
    /// adversarial · (A(D₁(G₁(x))) + A(D₂(G₂(y)))) + cycle · (‖G₂(G₁(x)) − x‖₁ + ‖G₁(G₂(y)) − y‖₁)
    /// + identity · (‖G₁(y) − y‖₁ + ‖G₂(x) − x‖₁), where norms are means over pixels.
    pub fn run(self) -> Translated {
        let Self { settings, translators, judges, real } = self;
        let batch = real[0].dims()[0];
        // A translator that is shown what is of its target scene already should leave it alone: both in one pass.
        let passes = [0, 1].map(|way: usize| {
            let kept = (settings.identity > 0.0).then(|| real[1 - way].clone());
            let seen = Tensor::cat(std::iter::once(real[way].clone()).chain(kept).collect(), 0);
            translators[way].forward(seen)
        });
        let fakes = [0, 1].map(|way: usize| passes[way].clone().narrow(0, 0, batch));
        let mut metrics = Metrics::default();
        let mut add = |name, weight: f32, both: [Tensor<1>; 2]| {
            let [one, other] = both;
            let sum = one + other;
            metrics = std::mem::take(&mut metrics).with(name, number(&sum));
            sum * weight
        };
        let judged = [0, 1].map(|way: usize| adversarial(settings.loss, judges[way], fakes[way].clone()));
        let mut loss = add("adversarial", settings.adversarial, judged);
        if settings.cycle > 0.0 {
            let back = [0, 1]
                .map(|way: usize| absolute_error(translators[1 - way].forward(fakes[way].clone()), real[way].clone()));
            loss = loss + add("cycle", settings.cycle, back);
        }
        if settings.identity > 0.0 {
            let kept = [0, 1]
                .map(|way: usize| absolute_error(passes[way].clone().narrow(0, batch, batch), real[1 - way].clone()));
            loss = loss + add("identity", settings.identity, kept);
        }
        Translated { loss, fakes, metrics }
    }
}

/// The adversarial term of fakes: `[1]`.
fn adversarial(loss: AdversarialLoss, judge: &Discriminator, fakes: Tensor<4>) -> Tensor<1> {
    loss.generator(scores(judge, fakes), || unreachable!("a relativistic loss is refused: there is no pair"))
}

/// What a discriminator makes small, `[1]`, and the mean scores of real frames and of fakes.
pub fn judgement(
    loss: AdversarialLoss,
    judge: &Discriminator,
    real: Tensor<4>,
    fakes: Tensor<4>,
) -> (Tensor<1>, [f32; 2]) {
    let both = scores(judge, Tensor::cat(vec![real, fakes], 0)).chunk(2, 0);
    let means = [0, 1].map(|kind: usize| number(&both[kind].clone().mean()));
    (loss.discriminator(both[0].clone(), both[1].clone()), means)
}
