//! A small network that reads frames: convolutions, each of which halves them, and a linear layer.

use burn::module::Module;
use burn::tensor::Tensor;

use super::size::{padded, whole_side};
use super::{Conv, Init, Linear, SLOPE};
use crate::kernel::leaky_relu;

/// How often a frame is halved.
const HALVINGS: usize = 4;

/// From frames to numbers.
#[derive(Module, Debug)]
pub struct FrameClassifier {
    layers: Vec<Conv>,
    answer: Linear,
}

impl FrameClassifier {
    /// For frames of a size, with so many numbers as the answer; `width` is the channels of the largest map.
    pub fn new(width: usize, (frame_width, frame_height): (u32, u32), answers: usize, init: &mut Init) -> Self {
        let sizes: Vec<usize> = std::iter::once(3).chain((0..HALVINGS).map(|layer| width << layer.min(2))).collect();
        let places = [frame_width, frame_height].map(|side| whole_side(side as usize, 1 << HALVINGS) >> HALVINGS);
        Self {
            layers: sizes.windows(2).map(|pair| Conv::half([pair[0], pair[1]], init)).collect(),
            answer: Linear::new([sizes[HALVINGS] * places[0] * places[1], answers], init),
        }
    }

    /// # Shapes
    /// - `frames`: `[batch, 3, height, width]` in [−1, 1]
    /// - result: `[batch, answers]`
    pub fn forward(&self, frames: Tensor<4>) -> Tensor<2> {
        let mut x = padded(frames, 1 << HALVINGS);
        for layer in &self.layers {
            x = leaky_relu(layer.forward(x), SLOPE);
        }
        let [batch, channels, rows, columns] = x.dims();
        self.answer.forward(x.reshape([batch, channels * rows * columns]))
    }
}
