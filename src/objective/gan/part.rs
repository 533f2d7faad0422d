//! The losses of one part of a batch, and their gradients.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::activation::relu;
use burn::tensor::{Int, Tensor, TensorData};

use super::settings::GanSettings;
use crate::network::{Discriminator, Generator};
use crate::objective::Clock;
use crate::predict::{ACTIONS, conditions};

/// The discriminator's loss for real frames: mean of max(0, 1 − score). `[1]`.
pub fn hinge_real(scores: Tensor<4>) -> Tensor<1> {
    relu(scores.neg() + 1.0).mean()
}

/// The discriminator's loss for fakes: mean of max(0, 1 + score). `[1]`.
pub fn hinge_fake(scores: Tensor<4>) -> Tensor<1> {
    relu(scores + 1.0).mean()
}

/// For each of `actions`, `[batch, ACTIONS]`, one of the others: which, follows from the step.
pub(super) fn other_actions(actions: Tensor<2>, step: u64) -> Tensor<2> {
    let by = 1 + (step % (ACTIONS as u64 - 1)) as i64;
    actions.roll(&[by], &[1])
}

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

/// What one part of a batch gives.
pub(super) struct PartResult {
    pub generator: GradientsParams,
    pub discriminator: Option<GradientsParams>,
    pub metrics: [f32; METRICS.len()],
}

/// One part's frames and networks, on the device that tracks gradients.
pub(super) struct Part<'a> {
    pub settings: &'a GanSettings,
    pub generator: Generator,
    pub discriminator: Discriminator,
    /// `[batch, 3 · context, height, width]`.
    pub context: Tensor<4>,
    /// `[batch, 3, height, width]`.
    pub truth: Tensor<4>,
    /// `[batch, ACTIONS]`, where the networks are told.
    pub actions: Option<Tensor<2>>,
    /// Own predictions at the end of the context.
    pub fed_back: usize,
}

/// Mean scores of real frames, of answers, and of both kinds of wrong pairs (0 where there are none).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Scores {
    real: f32,
    fake: f32,
    wrong_context: f32,
    wrong_action: f32,
}

impl Part<'_> {
    /// What the reconstruction is multiplied by: less and less, the more of what is seen was made up since the last true
    /// frame, where the truth is one of many that would do, and drawing to it only blurs.
    fn certainty(&self) -> f32 {
        (1.0 + 0.5 * self.fed_back as f32).recip()
    }

    /// The answers of every code: `[codes · batch, 3, height, width]`.
    pub fn answers(&self, noise: Tensor<2>) -> Tensor<4> {
        let codes = self.settings.noise.codes;
        let told = self.actions.clone().map(|actions| actions.repeat_dim(0, codes));
        let features = self.generator.encode(self.context.clone());
        self.generator.decode(features.repeat(codes), conditions(told, Some(noise)))
    }

    /// Weighs every answer's distance from the truth: 1 for the nearest code, `other_codes` for the others.
    ///
    /// Returns the loss `[1]`, the mean distance of the nearest answers, and the share where code 0 was the nearest.
    pub fn reconstruction(&self, answers: Tensor<4>) -> (Tensor<1>, f32, f32) {
        let codes = self.settings.noise.codes;
        let batch = self.truth.dims()[0];
        let truth = self.truth.clone().repeat_dim(0, codes);
        let distances = (answers - truth).abs().reshape([(codes * batch) as i32, -1]).mean_dim(1); // [codes · batch, 1]
        let values = distances.clone().into_data().try_to_vec::<f32>().expect("networks compute in f32");
        let nearest: Vec<usize> = (0..batch)
            .map(|sample| {
                let at = |code: usize| values[code * batch + sample];
                (0..codes).reduce(|best, code| if at(code) < at(best) { code } else { best }).unwrap_or(0)
            })
            .collect();
        let weight = |code: usize, sample: usize| match nearest[sample] == code {
            true => 1.0,
            false => self.settings.other_codes,
        };
        let weights: Vec<f32> =
            (0..codes * batch).map(|index| weight(index / batch, index % batch) / batch as f32).collect();
        let weights = Tensor::<2>::from_data(TensorData::new(weights, [codes * batch, 1]), &self.truth.device());
        let mean = nearest.iter().enumerate().map(|(sample, code)| values[code * batch + sample]).sum::<f32>();
        let first = nearest.iter().filter(|&&code| code == 0).count();
        ((distances * weights).sum(), mean / batch as f32, first as f32 / batch as f32)
    }

    /// The adversarial loss −mean D(context, answer), and its gradient at the answers.
    fn adversarial(&self, answers: &Tensor<4>) -> (f32, Tensor<4>) {
        let codes = self.settings.noise.codes;
        let judge = self.discriminator.clone().no_grad();
        let leaf = answers.clone().detach().require_grad();
        let context = self.context.clone().repeat_dim(0, codes);
        let actions = self.actions.clone().map(|actions| actions.repeat_dim(0, codes));
        let loss = judge.forward(context, actions, leaf.clone()).mean().neg();
        let value = loss.clone().into_scalar::<f32>();
        let gradients = loss.backward();
        let gradient = leaf.grad(&gradients).expect("the discriminator depends on what it judges");
        (value, gradient)
    }

    /// The discriminator's loss over real frames, one answer for each sample, other samples' real frames, and, where it
    /// is told, real frames after another action.
    ///
    /// Returns the loss `[1]` and the mean scores.
    fn judgement(&self, answers: &Tensor<4>, step: u64) -> (Tensor<1>, Scores) {
        let batch = self.truth.dims()[0];
        let device = self.truth.device();
        let codes = self.settings.noise.codes;
        let rows = |row: &dyn Fn(usize) -> usize| {
            let rows: Vec<i32> = (0..batch).map(|sample| row(sample) as i32).collect();
            Tensor::<1, Int>::from_data(TensorData::new(rows, [batch]), &device)
        };
        let one_each = rows(&|sample| (sample + step as usize) % codes * batch + sample);
        let others = rows(&|sample| (sample + 1) % batch);
        let real = || (self.truth.clone(), self.actions.clone());
        let fake = (answers.clone().detach().select(0, one_each), self.actions.clone());
        let mut pairs = vec![real(), fake];
        let wrong_context = (self.settings.wrong_context > 0.0).then(|| {
            pairs.push((self.truth.clone().select(0, others), self.actions.clone()));
            pairs.len() - 1
        });
        let wrong_action = self.actions.clone().filter(|_| self.settings.wrong_action > 0.0).map(|actions| {
            pairs.push((self.truth.clone(), Some(other_actions(actions, step))));
            pairs.len() - 1
        });
        let count = pairs.len();
        let (candidates, told): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let told: Option<Vec<_>> = told.into_iter().collect();
        let scores = self.discriminator.forward(
            self.context.clone().repeat_dim(0, count),
            told.map(|actions| Tensor::cat(actions, 0)),
            Tensor::cat(candidates, 0),
        );
        let scores = scores.chunk(count, 0);
        let mean = |pair: Option<usize>| pair.map_or(0.0, |pair| scores[pair].clone().mean().into_scalar::<f32>());
        let means = Scores {
            real: mean(Some(0)),
            fake: mean(Some(1)),
            wrong_context: mean(wrong_context),
            wrong_action: mean(wrong_action),
        };
        let mut loss = hinge_real(scores[0].clone()) + hinge_fake(scores[1].clone());
        if let Some(wrong) = wrong_context {
            loss = loss + hinge_fake(scores[wrong].clone()) * self.settings.wrong_context;
        }
        if let Some(wrong) = wrong_action {
            // A real pair beside each wrong one: more fakes than real frames would push all scores down to the margin,
            // where fakes teach nothing.
            let both = hinge_fake(scores[wrong].clone()) + hinge_real(scores[0].clone());
            loss = loss + both * self.settings.wrong_action;
        }
        (loss, means)
    }

    /// Both networks' gradients, each scaled by `share`, this part's share of the batch.
    pub fn run(self, clock: Clock, noise: Tensor<2>, share: f32, adversarial: f32) -> PartResult {
        let answers = self.answers(noise);
        let (reconstruction, nearest, first) = self.reconstruction(answers.clone());
        let mut loss = reconstruction * (self.settings.reconstruction * self.certainty() * share);
        let mut metrics = [nearest, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, first];
        let mut discriminator = None;
        if adversarial > 0.0 {
            let (value, gradient) = self.adversarial(&answers);
            metrics[1] = value;
            metrics[2] = gradient.clone().square().sum().sqrt().into_scalar::<f32>();
            // The same gradient as the loss itself, whose way through the discriminator has been walked already.
            loss = loss + (answers.clone() * gradient.detach()).sum() * (adversarial * share);
            let (judgement, scores) = self.judgement(&answers, clock.step);
            metrics[3] = judgement.clone().into_scalar::<f32>();
            metrics[4..8].copy_from_slice(&[scores.real, scores.fake, scores.wrong_context, scores.wrong_action]);
            let gradients = (judgement * share).backward();
            discriminator = Some(GradientsParams::from_grads(gradients, &self.discriminator));
        }
        PartResult {
            generator: GradientsParams::from_grads(loss.backward(), &self.generator),
            discriminator,
            metrics: metrics.map(|value| value * share),
        }
    }
}
