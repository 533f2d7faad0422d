//! From a picture to a Gaussian over latents.

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::size::{padded, whole_side};
use super::{Conv, GroupNorm, Init, Linear, SLOPE};
use crate::kernel::leaky_relu;

/// Size of an [`Encoder`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncoderSettings {
    /// Channels of the largest map, 4 to 128; smaller maps have two and four times as many.
    pub width: usize,
}

/// A Gaussian with a variance of its own in each direction: `[batch, latent]` each.
#[derive(Debug, Clone)]
pub struct Gaussian {
    /// Its mean.
    pub mean: Tensor<2>,
    /// The logarithm of its variance.
    pub log_variance: Tensor<2>,
}

impl Gaussian {
    /// mean + deviation · `normal`, for numbers from the standard normal distribution (Kingma and Welling's
    /// reparametrisation, 2014, <https://arxiv.org/abs/1312.6114>): `[batch, latent]`.
    pub fn sample(&self, normal: Tensor<2>) -> Tensor<2> {
        self.mean.clone() + (self.log_variance.clone() * 0.5).exp() * normal
    }
}

/// Four convolutions that halve the picture, and a linear layer over all that is left.
#[derive(Module, Debug)]
pub struct Encoder {
    down: Vec<Conv>,
    norms: Vec<GroupNorm>,
    head: Linear,
    latent: usize,
}

/// Largest absolute log-variance: exp of more is of no use, and no number in the end.
const LARGEST: f32 = 10.0;

/// A frame is halved four times.
const HALVED: usize = 16;

impl Encoder {
    /// For so many RGB frames side by side as channels, of a fixed size, and so many numbers of latent.
    pub fn new(
        settings: &EncoderSettings,
        frames: usize,
        (frame_width, frame_height): (u32, u32),
        latent: usize,
        init: &mut Init,
    ) -> Self {
        let width = settings.width;
        let sizes = [3 * frames, width, 2 * width, 4 * width, 4 * width];
        let halved = |side: u32| whole_side(side as usize, HALVED) / HALVED;
        let places = halved(frame_width) * halved(frame_height);
        Self {
            down: (0..4).map(|i| Conv::half([sizes[i], sizes[i + 1]], init)).collect(),
            norms: (1..4).map(|i| GroupNorm::new(sizes[i + 1], init)).collect(),
            head: Linear::new([sizes[4] * places, 2 * latent], init),
            latent,
        }
    }

    /// # Shapes
    /// - `frames`: `[batch, 3 · frames, height, width]` in [−1, 1]
    pub fn forward(&self, frames: Tensor<4>) -> Gaussian {
        let mut x = leaky_relu(self.down[0].forward(padded(frames, HALVED)), SLOPE);
        for (conv, norm) in self.down[1..].iter().zip(&self.norms) {
            x = norm.activate(conv.forward(x), None);
        }
        let batch = x.dims()[0];
        let both = self.head.forward(x.reshape([batch as i32, -1])); // [batch, 2 · latent]
        let mean = both.clone().narrow(1, 0, self.latent);
        let log_variance = (both.narrow(1, self.latent, self.latent) / LARGEST).tanh() * LARGEST;
        Gaussian { mean, log_variance }
    }
}
