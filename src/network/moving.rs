//! Learned moves of a whole map: where does what is seen here go?
//!
//! When the agent turns, everything on the picture moves by a quarter of its width, much further than a convolution
//! reaches. A matrix over all places of a small map moves it in one step, as in the token mixing of Tolstikhin et al.,
//! "MLP-Mixer" (2021), <https://arxiv.org/abs/2105.01601>; a matrix over the columns alone does so for a large map, as
//! in Hou et al., "Vision Permutator" (2021), <https://arxiv.org/abs/2106.12368>. Several such moves are kept, and for
//! each sample and channel a soft choice is made among them and "stay": by what was seen, and by the conditions (what the
//! agent does next, and noise).

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::activation::softmax;

use super::{Init, Linear};
use crate::kernel;

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
    /// Stored under this name since before models could be told.
    by_noise: Option<Linear>,
    moves: usize,
}

/// Places of a map that are mixed with each other: all of a small one, the columns of a large one.
pub(super) fn mixed_places(height: usize, width: usize) -> usize {
    if height * width <= FULL { height * width } else { width }
}

/// So many moves of so many places, to begin with: `[mixed, moves · mixed]`, over [`GAIN`].
pub(super) fn move_matrices(moves: usize, mixed: usize, init: &mut Init) -> Param<Tensor<2>> {
    init.uniform([mixed, moves * mixed], (mixed as f32).sqrt().recip() / GAIN)
}

/// A map that stayed, and where each move takes it.
///
/// # Shapes
/// - `map`: `[batch, channels, height, width]`
/// - `matrices`: see [`move_matrices`]
/// - result: `[batch, channels, moves + 1, height · width]`
pub(super) fn moved_maps(map: Tensor<4>, matrices: Tensor<2>) -> Tensor<4> {
    kernel::moved_maps(map, matrices, GAIN)
}

/// A map that stayed, and where each move takes it.
#[derive(Debug, Clone)]
pub struct Moved {
    /// `[batch, channels, moves + 1, height · width]`.
    maps: Tensor<4>,
    /// `[batch, (moves + 1) · channels]`.
    logits: Tensor<2>,
}

impl Moving {
    /// For maps `[batch, channels, height, width]`, choosing by `summary` numbers of the context and by conditions.
    ///
    /// Where those are `decisive`, their weights begin with variance 1, so that answers to yes and to no differ from the start.
    pub fn new(
        moves: usize,
        [channels, height, width]: [usize; 3],
        [summary, conditions]: [usize; 2],
        decisive: bool,
        init: &mut Init,
    ) -> Self {
        let mixed = mixed_places(height, width);
        let choices = (moves + 1) * channels;
        Self {
            matrices: move_matrices(moves, mixed, init),
            by_context: Linear::new([summary, choices], init),
            by_noise: (conditions > 0).then(|| match decisive {
                true => Linear::spread([conditions, choices], 3.0_f32.sqrt(), init),
                false => Linear::new([conditions, choices], init),
            }),
            moves,
        }
    }

    /// # Shapes
    /// - `map`: `[batch, channels, height, width]`
    /// - `summary`: `[batch, summary]`
    pub fn moved(&self, map: Tensor<4>, summary: Tensor<2>) -> Moved {
        let maps = moved_maps(map, self.matrices.val());
        Moved { maps, logits: self.by_context.forward(summary) }
    }

    /// Chooses `times` times from each sample's map.
    ///
    /// # Shapes
    /// - `conditions`: `[times · batch, conditions]`, where there are any: those of copy k of sample i at k · batch + i
    /// - result: `[times · batch, channels, height · width]`, in the same order
    pub fn choose(&self, moved: Moved, times: usize, conditions: Option<&Tensor<2>>) -> Tensor<3> {
        let [batch, channels, choices, _] = moved.maps.dims();
        let mut logits = moved.logits.reshape([1, batch, channels * choices]);
        if let (Some(linear), Some(conditions)) = (&self.by_noise, conditions) {
            let added = linear.forward(conditions.clone()).reshape([times, batch, channels * choices]);
            logits = logits + added;
        } else {
            logits = logits.repeat_dim(0, times);
        }
        kernel::chosen(softmax(logits.reshape([times, batch, channels, choices]), 3), moved.maps)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData, Tolerance};

    use super::*;

    /// One move, which takes every column one to the right and the last to the front.
    fn shifting([channels, height, width]: [usize; 3], device: &Device) -> Moving {
        let mut moving = Moving::new(1, [channels, height, width], [2, 0], false, &mut Init::new(1, device));
        let [mixed, _] = moving.matrices.dims();
        let target = |from: usize| from / width * width + (from + 1) % width;
        let value = |from: usize, to: usize| if to == target(from) { GAIN.recip() } else { 0.0 };
        let matrix: Vec<f32> = (0..mixed).flat_map(|from| (0..mixed).map(move |to| value(from, to))).collect();
        moving.matrices = Param::from_data(TensorData::new(matrix, [mixed, mixed]), device);
        moving
    }

    fn chosen(choice: usize, [channels, height, width]: [usize; 3]) -> (Vec<f32>, Vec<f32>) {
        let device = Device::flex();
        let moving = shifting([channels, height, width], &device);
        let count = channels * height * width;
        let values: Vec<f32> = (0..count).map(|index| index as f32).collect();
        let map = Tensor::from_data(TensorData::new(values.clone(), [1, channels, height, width]), &device);
        let mut moved = moving.moved(map, Tensor::zeros([1, 2], &device));
        let logits: Vec<f32> = (0..2 * channels).map(|index| if index % 2 == choice { 200.0 } else { 0.0 }).collect();
        moved.logits = Tensor::from_data(TensorData::new(logits, [1, 2 * channels]), &device);
        let found = moving.choose(moved, 1, None).into_data().try_to_vec::<f32>().expect("f32");
        (found, values)
    }

    #[test]
    fn the_first_choice_stays() {
        let (found, values) = chosen(0, [2, 3, 4]);
        assert_eq!(found, values);
    }

    #[test]
    fn a_move_takes_every_place_where_its_matrix_says() {
        // The second is so large that rows move for themselves.
        for shape @ [_, _, width] in [[2, 3, 4], [1, 20, 16]] {
            let (found, values) = chosen(1, shape);
            for (index, value) in values.into_iter().enumerate() {
                let target = index / width * width + (index + 1) % width;
                assert_eq!(found[target], value, "{shape:?}, place {index}");
            }
        }
    }

    #[test]
    fn copies_are_chosen_as_if_each_were_alone() {
        let device = Device::flex().autodiff();
        let (batch, shape) = (3, [3, 5, 4, 6]);
        let moving = Moving::new(2, [5, 4, 6], [7, 2], false, &mut Init::new(1, &device));
        let random = |seed: u64, shape: [usize; 2]| {
            let values = Init::new(seed, &device).uniform(shape, 1.0).val().into_data();
            Tensor::<2>::from_data(values, &device)
        };
        let results = |together: bool| {
            let map = random(1, [3 * 5, 4 * 6]).reshape(shape).require_grad();
            let summary = random(2, [batch, 7]).require_grad();
            let conditions = random(3, [2 * batch, 2]).require_grad();
            let moved = moving.moved(map.clone(), summary.clone());
            let out = if together {
                moving.choose(moved, 2, Some(&conditions))
            } else {
                let alone = |copy: usize| {
                    let conditions = conditions.clone().narrow(0, copy * batch, batch);
                    moving.choose(moved.clone(), 1, Some(&conditions))
                };
                Tensor::cat(vec![alone(0), alone(1)], 0)
            };
            let factor = random(4, [2 * batch * 5, 4 * 6]).reshape([2 * batch, 5, 4 * 6]);
            let grads = (out.clone() * factor).sum().backward();
            [
                out.into_data(),
                map.grad(&grads).expect("a gradient").into_data(),
                summary.grad(&grads).expect("a gradient").into_data(),
                conditions.grad(&grads).expect("a gradient").into_data(),
                moving.matrices.grad(&grads).expect("a gradient").into_data(),
            ]
        };
        for (together, alone) in results(true).into_iter().zip(results(false)) {
            together.assert_approx_eq::<f32>(&alone, Tolerance::absolute(1e-5));
        }
    }
}
