//! From a latent alone to a frame: what a generator is where nothing was seen before.
//!
//! After Radford et al., "DCGAN" (2016), <https://arxiv.org/abs/1511.06434>, built for a CPU as [`Generator`] is: nearest
//! upsampling in place of transposed convolutions, maps of an eighth, a quarter and half of a frame's side, and a pixel
//! shuffle (Shi et al. 2016, <https://arxiv.org/abs/1609.05158>) at the end. The latent also scales and shifts every norm
//! (Chen et al., "On Self Modulation for GANs", 2019, <https://arxiv.org/abs/1810.01365>).
//!
//! [`Generator`]: super::Generator

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::generator::doubled;
use super::patches::shuffled;
use super::size::{cropped, whole_side};
use super::{Conv, Film, GroupNorm, Init, Linear};
use crate::kernel::tanh;

/// Size of a [`FrameDecoder`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameDecoderSettings {
    /// Channels of the largest map, 4 to 128; smaller maps have two and four times as many.
    pub width: usize,
}

/// Paints a frame from a latent.
#[derive(Module, Debug)]
pub struct FrameDecoder {
    seed: Linear,
    convs: Vec<Conv>,
    norms: Vec<GroupNorm>,
    films: Vec<Linear>,
    output: Conv,
    /// Rows and columns of the smallest map.
    places: [usize; 2],
    /// Height and width of a frame.
    size: [usize; 2],
    latent: usize,
}

/// A frame is doubled three times from its smallest map.
const DOUBLED: usize = 8;

impl FrameDecoder {
    /// A network for frames of a fixed size and latents of so many numbers.
    pub fn new(
        settings: &FrameDecoderSettings,
        (frame_width, frame_height): (u32, u32),
        latent: usize,
        init: &mut Init,
    ) -> Self {
        let width = settings.width;
        let size = [frame_height as usize, frame_width as usize];
        let places = size.map(|side| whole_side(side, DOUBLED) / DOUBLED);
        // Channels after each stage: two at an eighth of the side, one at a quarter, one at half.
        let channels = [4 * width, 4 * width, 2 * width, width];
        Self {
            seed: Linear::new([latent, channels[0] * places[0] * places[1]], init),
            convs: channels.windows(2).map(|pair| Conv::same([pair[0], pair[1]], init)).collect(),
            norms: channels.iter().map(|&channels| GroupNorm::new(channels, init)).collect(),
            films: channels.iter().map(|&channels| Linear::new([latent, 2 * channels], init)).collect(),
            output: Conv::same([width, 12], init),
            places,
            size,
            latent,
        }
    }

    /// Numbers of a latent.
    pub fn latent(&self) -> usize {
        self.latent
    }

    /// # Shapes
    /// - `latents`: `[batch, latent]`
    /// - result: `[batch, 3, height, width]` in [−1, 1]
    pub fn forward(&self, latents: Tensor<2>) -> Tensor<4> {
        let batch = latents.dims()[0];
        let [rows, columns] = self.places;
        let flat = self.seed.forward(latents.clone());
        let channels = flat.dims()[1] / (rows * columns);
        let mut x = self.activate(0, flat.reshape([batch, channels, rows, columns]), &latents); // [batch, 4w, h/8, w/8]
        for (stage, conv) in self.convs.iter().enumerate() {
            let whole = if stage == 0 { x } else { doubled(x) };
            x = self.activate(stage + 1, conv.forward(whole), &latents);
        }
        cropped(tanh(shuffled(self.output.forward(x))), self.size)
    }

    fn activate(&self, stage: usize, x: Tensor<4>, latents: &Tensor<2>) -> Tensor<4> {
        let both = self.films[stage].forward(latents.clone()).chunk(2, 1);
        self.norms[stage].activate(x, Some(Film { scale: both[0].clone(), shift: both[1].clone() }))
    }
}
