//! A part of a batch, as an objective's losses want it.

use burn::tensor::{Device, Tensor};

use super::feedback::{Feedback, drawn_steps};
use super::{Clock, Compute};
use crate::episode::Batch;
use crate::network::from_pixels;
use crate::predict::{Answering, Condition, Noise, NoiseSettings};
use crate::random::{Purpose, stream};

/// One part's frames, on the device that tracks gradients.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// `[batch, 3 · context, height, width]`.
    pub context: Tensor<4>,
    /// The frame that followed: `[batch, 3, height, width]`.
    pub truth: Tensor<4>,
    /// What would have followed the other turn, where the objective asked for it: `[batch, 3, height, width]`.
    pub twin: Option<Tensor<4>>,
    /// `[batch, width]`, where the networks have a condition.
    pub condition: Option<Tensor<2>>,
    /// Every code for each sample, or one draw: `[copies · batch, inputs]`.
    pub noise: Option<Tensor<2>>,
    /// This part's share of the batch.
    pub share: f32,
    /// Own predictions at the end of the context.
    pub fed_back: usize,
    /// How often each window counts where odds are learned: [`Batch::counts`].
    pub counts: Vec<f32>,
}

impl Part {
    /// The other turn's frames; the frames that followed, where there is no other turn.
    pub fn other_futures(&self) -> Tensor<4> {
        self.twin.clone().unwrap_or_else(|| self.truth.clone())
    }

    /// What a network makes of the part: `[copies · batch, 3, height, width]`.
    pub fn answers(&self, network: &impl Answering, copies: usize) -> Tensor<4> {
        let condition = self.condition.clone().map(|condition| condition.repeat_dim(0, copies));
        network.answer(self.context.clone(), condition, self.noise.clone(), copies)
    }

    /// Windows.
    pub fn batch(&self) -> usize {
        self.truth.dims()[0]
    }
}

/// What a part is made of, before it is on a device.
#[derive(Debug)]
pub(super) struct Job<'a, M> {
    part: Batch,
    noise: Option<Noise>,
    feedback: Feedback<'a, M>,
    share: f32,
    fed_back: usize,
    condition: Condition,
}

/// What parts are asked for, beside their frames.
#[derive(Debug)]
pub(super) struct Asked<'a, M> {
    /// What is fed with its own predictions.
    pub shown: &'a M,
    /// What noise is drawn, if any.
    pub noise: Option<NoiseSettings>,
    /// Draws for each window, where no codes are enumerated.
    pub samples: usize,
    /// What the networks are conditioned on.
    pub condition: Condition,
}

/// A job for each part that is computed at once.
pub(super) fn jobs<'a, M: Answering>(
    batch: &Batch,
    clock: Clock,
    compute: &'a Compute,
    asked: &Asked<'a, M>,
) -> Vec<Job<'a, M>> {
    let Asked { shown, noise, samples, condition } = *asked;
    let mut rng = stream(clock.seed, Purpose::Step, &[]);
    let parts = batch.split(compute.parts());
    let draw = |part: &Batch| noise.map(|settings| Noise::copies(settings, part.size, samples, &mut rng));
    let noises: Vec<_> = parts.iter().map(draw).collect();
    let fed_back = drawn_steps(batch.ahead, clock, &mut rng);
    let job = |(part, drawn): (Batch, Option<Noise>)| {
        let feedback = Feedback::new(shown, noise, (fed_back, part.size), &mut rng, &compute.device);
        let share = part.size as f32 / batch.size as f32;
        Job { part, noise: drawn, feedback, share, fed_back, condition }
    };
    parts.into_iter().zip(noises).map(job).collect()
}

impl<M: Answering> Job<'_, M> {
    /// The part on a device, after the model's own frames.
    pub fn on(self, device: &Device) -> Part {
        let part = self.feedback.apply(self.part);
        let frames = |pixels: &[u8]| from_pixels(pixels, 1, part.frame_size, device);
        Part {
            context: from_pixels(&part.contexts, part.context, part.frame_size, device),
            truth: frames(&part.futures),
            twin: part.twins.as_deref().map(frames),
            condition: self.condition.of_actions(&part.actions, device),
            noise: self.noise.map(|noise| noise.to_tensor(device)),
            share: self.share,
            fed_back: self.fed_back,
            counts: part.counts,
        }
    }
}

/// A tensor's only number.
pub(super) fn number(value: &Tensor<1>) -> f32 {
    value.clone().into_scalar::<f32>()
}
