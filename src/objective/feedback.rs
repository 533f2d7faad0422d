//! Feeding a model on its own predictions while it is trained, so that it learns to live with its own faults.
//!
//! After "scheduled sampling" (Bengio et al. 2015, <https://arxiv.org/abs/1506.03099>): how many frames are fed back is
//! drawn anew for each step, more and more of them over the first half of the training. No gradient runs through them.

use burn::tensor::Device;
use rand::RngExt;

use super::Clock;
use crate::episode::Batch;
use crate::network::{from_pixels, to_pixels};
use crate::predict::{Answering, Noise, NoiseSettings, one_hot};
use crate::random::Rng;

/// Draws how many predictions are fed back in this step, for windows of so many future frames: 0 to `ahead` − 1.
pub(super) fn drawn_steps(ahead: usize, clock: Clock, rng: &mut Rng) -> usize {
    let most = (ahead - 1) as f32 * (2.0 * clock.share()).min(1.0);
    rng.random_range(0..=most.ceil() as usize)
}

/// What is fed back, and by whom: the model as it is shown and played, without gradients.
#[derive(Debug)]
pub(super) struct Feedback<'a, M> {
    pub shown: &'a M,
    /// Noise of each frame that is fed back, where the model takes any; as many as there are frames to feed.
    pub noise: Vec<Option<Noise>>,
    pub device: &'a Device,
}

impl<'a, M: Answering> Feedback<'a, M> {
    /// `steps` frames for `size` windows.
    pub fn new(
        shown: &'a M,
        noise: Option<NoiseSettings>,
        (steps, size): (usize, usize),
        rng: &mut Rng,
        device: &'a Device,
    ) -> Self {
        let noise = (0..steps).map(|_| noise.map(|settings| Noise::random(settings, size, rng))).collect();
        Self { shown, noise, device }
    }

    /// The windows after the model's own frames, in 8 bit as when it is played, with one frame ahead.
    pub fn apply(&self, mut part: Batch) -> Batch {
        for noise in &self.noise {
            let context = from_pixels(&part.contexts, part.context, part.frame_size, self.device);
            let now: Vec<_> = part.actions.iter().step_by(part.ahead).copied().collect();
            let told = one_hot(&now, self.device);
            let noise = noise.as_ref().map(|noise| noise.to_tensor(self.device));
            part.advance(&to_pixels(self.shown.answer(context, Some(told), noise, 1)));
        }
        part.nearest()
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn more_and_more_frames_are_fed_back_over_the_first_half() {
        let most = |step| {
            let clock = Clock { step, steps: 100, seed: 0 };
            let mut rng = Rng::seed_from_u64(1);
            (0..200).map(|_| drawn_steps(8, clock, &mut rng)).max().unwrap()
        };
        assert_eq!([0, 20, 50, 99].map(most), [0, 3, 7, 7]);
        let clock = Clock { step: 99, steps: 100, seed: 0 };
        assert_eq!(drawn_steps(1, clock, &mut Rng::seed_from_u64(1)), 0);
    }
}
