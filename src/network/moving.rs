//! Learned moves of a whole map: where does what is seen here go?
//!
//! When the agent turns, everything on the picture moves by a quarter of its width, much further than a convolution
//! reaches. A matrix over all places of a small map moves it in one step, as in the token mixing of Tolstikhin et al.,
//! "MLP-Mixer" (2021), <https://arxiv.org/abs/2105.01601>; a matrix over the columns alone does so for a large map, as
//! in Hou et al., "Vision Permutator" (2021), <https://arxiv.org/abs/2106.12368>. Several such moves are kept, and for
//! each sample and channel a soft choice is made among them and "stay": by what was seen, and by the noise.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::activation::softmax;

use super::{Init, Linear};

/// Largest map, in places, whose places are all mixed with each other; of larger ones, only the columns are.
const FULL: usize = 256;

/// The matrices are trained over this, so that Adam, whose steps all have the same size, moves their numbers, which
/// must grow to about 1, this much faster than weights of a convolution.
const GAIN: f32 = 8.0;

/// Moves of a map of a fixed size, and the choice among them.
#[derive(Module, Debug)]
pub struct Moving {
    /// `[mixed, moves · mixed]`, over [`GAIN`].
    matrices: Param<Tensor<2>>,
    by_context: Linear,
    by_noise: Option<Linear>,
    moves: usize,
    mixed: usize,
}

/// A map that stayed, and where each move takes it.
#[derive(Debug, Clone)]
pub struct Moved {
    /// `[batch, channels, moves + 1, height · width]`.
    maps: Tensor<4>,
    /// `[batch, (moves + 1) · channels]`.
    logits: Tensor<2>,
}

impl Moved {
    /// All samples `times` over.
    pub fn repeat(&self, times: usize) -> Self {
        Self { maps: self.maps.clone().repeat_dim(0, times), logits: self.logits.clone().repeat_dim(0, times) }
    }
}

impl Moving {
    /// For maps `[batch, channels, height, width]`, choosing by `summary` numbers of the context and by noise.
    pub fn new(
        moves: usize,
        [channels, height, width]: [usize; 3],
        [summary, noise]: [usize; 2],
        init: &mut Init,
    ) -> Self {
        let mixed = if height * width <= FULL { height * width } else { width };
        let choices = (moves + 1) * channels;
        let bound = (mixed as f32).sqrt().recip() / GAIN;
        Self {
            matrices: init.uniform([mixed, moves * mixed], bound),
            by_context: Linear::new([summary, choices], init),
            by_noise: (noise > 0).then(|| Linear::new([noise, choices], init)),
            moves,
            mixed,
        }
    }

    /// # Shapes
    /// - `map`: `[batch, channels, height, width]`
    /// - `summary`: `[batch, summary]`
    pub fn moved(&self, map: Tensor<4>, summary: Tensor<2>) -> Moved {
        let [batch, channels, height, width] = map.dims();
        let rows = height * width / self.mixed;
        let flat = map.clone().reshape([batch * channels * rows, self.mixed]);
        let moved = flat.matmul(self.matrices.val() * GAIN); // [batch · channels · rows, moves · mixed]
        let moved = moved.reshape([batch, channels, rows, self.moves, self.mixed]).swap_dims(2, 3);
        let moved = moved.reshape([batch, channels, self.moves, height * width]);
        let stayed = map.reshape([batch, channels, 1, height * width]);
        Moved { maps: Tensor::cat(vec![stayed, moved], 2), logits: self.by_context.forward(summary) }
    }

    /// # Shapes
    /// - `noise`: `[batch, noise]`, where there is any
    /// - result: `[batch, channels, height · width]`
    pub fn choose(&self, moved: Moved, noise: Option<&Tensor<2>>) -> Tensor<3> {
        let [batch, channels, choices, places] = moved.maps.dims();
        let mut logits = moved.logits;
        if let (Some(linear), Some(noise)) = (&self.by_noise, noise) {
            logits = logits + linear.forward(noise.clone());
        }
        let weights = softmax(logits.reshape([batch, channels, choices]), 2).reshape([batch, channels, 1, choices]);
        weights.matmul(moved.maps).reshape([batch, channels, places])
    }
}
