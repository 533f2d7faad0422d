//! The network that turns a picture into another picture of the same size: what stands where stays, what it looks like
//! changes.
//!
//! After the residual generator of Johnson et al., "Perceptual Losses for Real-Time Style Transfer" (2016),
//! <https://arxiv.org/abs/1603.08155>, which CycleGAN uses. Built for a CPU: it works at half and a quarter of the size, and
//! ends in a pixel shuffle.

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::generator::doubled;
use super::patches::shuffled;
use super::size::{cropped, padded};
use super::{Conv, GroupNorm, Init, SLOPE};
use crate::kernel::{leaky_relu, tanh};

/// Size of a [`Translator`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TranslatorSettings {
    /// Channels of the map of half the size, 4 to 128; that of a quarter has twice as many.
    pub width: usize,
    /// Residual blocks at a quarter of the size, 0 to 16.
    pub blocks: usize,
}

/// Turns RGB frames into RGB frames.
#[derive(Module, Debug)]
pub struct Translator {
    down: Vec<Conv>,
    norm: GroupNorm,
    blocks: Vec<Residual>,
    up: Conv,
    up_norm: GroupNorm,
    output: Conv,
}

/// A frame is halved twice.
const HALVED: usize = 4;

impl Translator {
    /// A network for frames of any size.
    pub fn new(settings: &TranslatorSettings, init: &mut Init) -> Self {
        let width = settings.width;
        Self {
            down: vec![Conv::half([3, width], init), Conv::half([width, 2 * width], init)],
            norm: GroupNorm::new(2 * width, init),
            blocks: (0..settings.blocks).map(|_| Residual::new(2 * width, init)).collect(),
            up: Conv::same([2 * width, width], init),
            up_norm: GroupNorm::new(width, init),
            output: Conv::same([width, 12], init),
        }
    }

    /// # Shapes
    /// - `frames` and result: `[batch, 3, height, width]` in [−1, 1]
    pub fn forward(&self, frames: Tensor<4>) -> Tensor<4> {
        let [_, _, height, width] = frames.dims();
        // The first stage has no norm: it would wash out how bright the picture is.
        let x = leaky_relu(self.down[0].forward(padded(frames, HALVED)), SLOPE); // [batch, w, h/2, w/2]
        let x = self.norm.activate(self.down[1].forward(x), None); // [batch, 2w, h/4, w/4]
        let x = self.blocks.iter().fold(x, |x, block| block.forward(x));
        let x = self.up_norm.activate(self.up.forward(doubled(x)), None); // [batch, w, h/2, w/2]
        cropped(tanh(shuffled(self.output.forward(x))), [height, width])
    }
}

/// x + conv(norm(conv(x))). He et al., "Deep Residual Learning" (2015), <https://arxiv.org/abs/1512.03385>.
#[derive(Module, Debug)]
struct Residual {
    first: Conv,
    norm: GroupNorm,
    second: Conv,
}

impl Residual {
    fn new(channels: usize, init: &mut Init) -> Self {
        Self {
            first: Conv::same([channels; 2], init),
            norm: GroupNorm::new(channels, init),
            second: Conv::same([channels; 2], init),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        x.clone() + self.second.forward(self.norm.activate(self.first.forward(x), None))
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn a_translation_has_the_size_of_its_frame_and_follows_from_every_part_of_it() {
        let device = Device::flex().autodiff();
        let network = Translator::new(&TranslatorSettings { width: 8, blocks: 2 }, &mut Init::new(1, &device)).train();
        for (width, height) in [(64, 64), (33, 18), (16, 16)] {
            let frames = Init::new(2, &device).uniform([2, 3, height, width], 1.0).val().detach().require_grad();
            let found = network.forward(frames.clone());
            assert_eq!(found.dims(), [2, 3, height, width]);
            let gradients = found.square().sum().backward();
            let gradient = frames.grad(&gradients).expect("a gradient").into_data().try_to_vec::<f32>().unwrap();
            let still = gradient.iter().filter(|value| **value == 0.0).count();
            assert_eq!(still, 0, "{width} x {height}: pixels that nothing follows from");
        }
    }
}
