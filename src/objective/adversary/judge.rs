//! One part's judgement: what it teaches the generator, and what the discriminator learns.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::RngExt;

use super::AdversarySettings;
use super::lipschitz::{Lipschitz, noise_penalty, slope_penalty};
use super::loss::value;
use crate::network::Discriminator;
use crate::objective::Clock;
use crate::objective::part::{Part, number};
use crate::predict::{ACTIONS, normal};
use crate::random::{Purpose, stream};

/// For each of `actions`, `[batch, ACTIONS]`, one of the others: which, follows from the step.
pub fn other_actions(actions: Tensor<2>, step: u64) -> Tensor<2> {
    let by = 1 + (step % (ACTIONS as u64 - 1)) as i64;
    actions.roll(&[by], &[1])
}

/// Mean scores of real frames, of answers, and of both kinds of wrong pairs (0 where there are none); V(D, G), for a
/// classifier.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// Real frames.
    pub real: f32,
    /// Answers.
    pub fake: f32,
    /// Real frames of other windows.
    pub wrong_context: f32,
    /// Real frames after another action.
    pub wrong_action: f32,
    /// See [`value`].
    pub value: f32,
}

/// A discriminator and a part of a batch, both on the device that tracks gradients.
pub struct Judge<'a> {
    pub(super) settings: &'a AdversarySettings,
    /// The network, for this part alone.
    pub discriminator: Discriminator,
    pub(super) part: &'a Part,
}

impl Judge<'_> {
    /// What is judged of all answers, `[copies · batch, 3, height, width]`: each of them, or, packed, the first two of
    /// each sample side by side, in an order that changes from step to step.
    fn candidates(&self, answers: Tensor<4>, step: u64) -> Tensor<4> {
        if !self.settings.packed {
            return answers;
        }
        let pair = answers.split(self.part.batch(), 0);
        in_turns(pair[0].clone(), pair[1].clone(), step)
    }

    /// What is real: the frame that followed, or, packed, both futures.
    fn real(&self, step: u64) -> Tensor<4> {
        let truth = self.part.truth.clone();
        match self.settings.packed {
            false => truth,
            // Which turn was recorded is random already; the order of a pair does not follow from the fakes' either.
            true => in_turns(truth, self.part.other_futures(), step / 2),
        }
    }

    fn score(&self, discriminator: &Discriminator, candidates: Tensor<4>) -> Tensor<4> {
        let copies = candidates.dims()[0] / self.part.batch();
        let context = self.part.context.clone().repeat_dim(0, copies);
        let condition = self.part.condition.clone().map(|condition| condition.repeat_dim(0, copies));
        discriminator.forward(context, condition, candidates)
    }

    /// The generator's loss, and its gradient at the answers `[copies · batch, 3, height, width]`.
    pub fn gradient(&self, answers: &Tensor<4>, step: u64) -> (f32, Tensor<4>) {
        let judge = self.discriminator.clone().no_grad();
        let leaf = answers.clone().detach().require_grad();
        let candidates = self.candidates(leaf.clone(), step);
        let copies = candidates.dims()[0] / self.part.batch();
        let real = || self.score(&judge, self.real(step)).repeat_dim(0, copies);
        let loss = self.settings.loss.generator(self.score(&judge, candidates), real);
        let value = number(&loss);
        let gradients = loss.backward();
        (value, leaf.grad(&gradients).expect("the discriminator depends on what it judges"))
    }

    /// The discriminator's loss over real frames, one answer for each sample, other windows' real frames, and, where
    /// it is conditioned on the action, real frames after another one.
    ///
    /// Returns the loss `[1]` and the mean scores.
    pub fn judgement(&self, answers: &Tensor<4>, clock: Clock) -> (Tensor<1>, Scores) {
        let batch = self.part.batch();
        let candidates = self.candidates(answers.clone().detach(), clock.step);
        let copies = candidates.dims()[0] / batch;
        let one_each = self.rows(|sample| (sample + clock.step as usize) % copies * batch + sample);
        let (real, fake) = (self.real(clock.step), candidates.select(0, one_each));
        let condition = self.part.condition.clone();
        let mut pairs = vec![(real.clone(), condition.clone()), (fake.clone(), condition.clone())];
        let wrong_context = (self.settings.wrong_context > 0.0).then(|| {
            let others = self.rows(|sample| (sample + 1) % batch);
            pairs.push((real.clone().select(0, others), condition.clone()));
            pairs.len() - 1
        });
        let wrong_action = condition.filter(|_| self.settings.wrong_action > 0.0).map(|actions| {
            pairs.push((real.clone(), Some(other_actions(actions, clock.step))));
            pairs.len() - 1
        });
        let count = pairs.len();
        let (candidates, conditions): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let conditions: Option<Vec<_>> = conditions.into_iter().collect();
        let scores = self.discriminator.forward(
            self.part.context.clone().repeat_dim(0, count),
            conditions.map(|conditions| Tensor::cat(conditions, 0)),
            Tensor::cat(candidates, 0),
        );
        let scores = scores.chunk(count, 0);
        let mean = |pair: Option<usize>| pair.map_or(0.0, |pair| number(&scores[pair].clone().mean()));
        let mut means = Scores {
            real: mean(Some(0)),
            fake: mean(Some(1)),
            wrong_context: mean(wrong_context),
            wrong_action: mean(wrong_action),
            value: 0.0,
        };
        let by = self.settings.loss;
        if by.is_classifier() {
            means.value = number(&value(scores[0].clone(), scores[1].clone()));
        }
        let mut loss = by.discriminator(scores[0].clone(), scores[1].clone());
        if let Some(wrong) = wrong_context {
            let wrong = scores[wrong].clone();
            // With more fakes than real frames a critic's score would fall without end.
            let wrong = if by.is_absolute() { by.fake(wrong) } else { by.discriminator(scores[0].clone(), wrong) };
            loss = loss + wrong * self.settings.wrong_context;
        }
        if let Some(wrong) = wrong_action {
            // A real pair beside each wrong one: more fakes than real frames would push all scores down to the margin,
            // where fakes teach nothing.
            let both = by.discriminator(scores[0].clone(), scores[wrong].clone());
            loss = loss + both * self.settings.wrong_action;
        }
        if let Lipschitz::FiniteDifference { weight, slope } = self.settings.lipschitz {
            loss = loss + self.slope(real, fake, slope, clock.seed) * weight;
        } else if let Lipschitz::Noise { weight, deviation, every } = self.settings.lipschitz
            && clock.step.is_multiple_of(every)
        {
            let (points, scores) = (Tensor::cat(vec![real, fake], 0), Tensor::cat(scores[..2].to_vec(), 0));
            let moved = points.clone() + gaussian(points.dims(), clock.seed, &points.device()) * deviation;
            let penalty = noise_penalty(scores, self.score(&self.discriminator, moved), deviation);
            loss = loss + penalty * (0.5 * weight * every as f32);
        }
        (loss, means)
    }

    /// [`slope_penalty`] for two points on the line between each real frame and the answer to the same context.
    fn slope(&self, real: Tensor<4>, fake: Tensor<4>, slope: f32, seed: u64) -> Tensor<1> {
        let mut rng = stream(seed, Purpose::Slope, &[]);
        let batch = self.part.batch();
        let mut point = || {
            let shares: Vec<f32> = (0..batch).map(|_| rng.random()).collect();
            let shares = Tensor::<4>::from_data(TensorData::new(shares, [batch, 1, 1, 1]), &real.device());
            real.clone() + (fake.clone() - real.clone()) * shares
        };
        let (u, v) = (point(), point());
        let scores = self.score(&self.discriminator, Tensor::cat(vec![u.clone(), v.clone()], 0)).chunk(2, 0);
        slope_penalty((u, scores[0].clone()), (v, scores[1].clone()), slope)
    }

    fn rows(&self, row: impl Fn(usize) -> usize) -> Tensor<1, Int> {
        let batch = self.part.batch();
        let rows: Vec<i32> = (0..batch).map(|sample| row(sample) as i32).collect();
        Tensor::from_data(TensorData::new(rows, [batch]), &self.part.truth.device())
    }
}

/// Independent numbers from the standard normal distribution.
fn gaussian(shape: [usize; 4], seed: u64, device: &Device) -> Tensor<4> {
    let mut rng = stream(seed, Purpose::Slope, &[]);
    let values: Vec<f32> = (0..shape.iter().product()).map(|_| normal(&mut rng)).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Two frames side by side, as channels: the other first in every other step.
fn in_turns(one: Tensor<4>, other: Tensor<4>, step: u64) -> Tensor<4> {
    let pair = if step.is_multiple_of(2) { vec![one, other] } else { vec![other, one] };
    Tensor::cat(pair, 1)
}
