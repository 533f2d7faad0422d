//! A map and where each of some moves takes it: matrix products, written beside the map itself.
//!
//! They are the largest tensors of the generator. By burn's operations they are filled with zeros, moved to other memory,
//! multiplied, joined with the map and, on the way back, taken apart again.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::primitive::{Primitive, binary, from_values, with_values};
use super::product::{Matrix, product};
use super::scratch::{uninit, written};
use super::work::count_product;

/// A map that stayed, and where each move takes it.
///
/// # Shapes
/// - `map`: `[batch, channels, height, width]`
/// - `matrices`: `[mixed, moves · mixed]`, of which every number stands for `gain` times itself; so many places in a row are
///   mixed with each other: all of a map, or its columns
/// - result: `[batch, channels, moves + 1, height · width]`
pub fn moved_maps(map: Tensor<4>, matrices: Tensor<2>, gain: f32) -> Tensor<4> {
    let [batch, channels, height, width] = map.dims();
    let [mixed, columns] = matrices.dims();
    let sizes = Sizes { batch, channels, places: height * width, moves: columns / mixed, gain };
    if mixed != sizes.places || batch * channels * columns == 0 {
        return plain(map, matrices, gain);
    }
    let map = match Primitive::new(map) {
        Ok(map) => map,
        Err(map) => return plain(map, matrices, gain),
    };
    let matrices = match Primitive::new(matrices) {
        Ok(matrices) => matrices,
        Err(matrices) => return plain(map.into_tensor(), matrices, gain),
    };
    let shape = [batch, channels, sizes.moves + 1, sizes.places];
    binary(
        map,
        matrices,
        shape,
        |map, matrices| sizes.forward(map, matrices),
        Step,
        |map, matrices| Saved {
            sizes,
            map_shape: [batch, channels, height, width],
            map: map.clone(),
            matrices: matrices.clone(),
        },
    )
}

/// burn's own operations.
fn plain(map: Tensor<4>, matrices: Tensor<2>, gain: f32) -> Tensor<4> {
    let [batch, channels, height, width] = map.dims();
    let [mixed, columns] = matrices.dims();
    let (rows, moves) = (height * width / mixed, columns / mixed);
    let flat = map.clone().reshape([batch * channels * rows, mixed]);
    let moved = flat.matmul(matrices * gain); // [batch · channels · rows, moves · mixed]
    let moved = moved.reshape([batch, channels, rows, moves, mixed]).swap_dims(2, 3);
    let moved = moved.reshape([batch, channels, moves, height * width]);
    Tensor::cat(vec![map.reshape([batch, channels, 1, height * width]), moved], 2)
}

#[derive(Clone, Copy, Debug)]
struct Sizes {
    batch: usize,
    channels: usize,
    places: usize,
    moves: usize,
    gain: f32,
}

impl Sizes {
    /// Maps of all samples.
    fn maps(&self) -> usize {
        self.batch * self.channels
    }

    /// Numbers of all that becomes of a map.
    fn row(&self) -> usize {
        (self.moves + 1) * self.places
    }

    fn forward(&self, map: &[f32], matrices: &[f32]) -> Vec<f32> {
        let (places, row, moved) = (self.places, self.row(), self.moves * self.places);
        let size = [self.maps(), places, moved];
        count_product(size);
        let fill = |to: &mut [MaybeUninit<f32>]| {
            to.par_chunks_exact_mut(row).zip(map.par_chunks_exact(places)).with_min_len(16).for_each(|(to, map)| {
                to[..places].write_copy_of_slice(map);
            });
            let (map, matrices) = (Matrix::new(map, places), Matrix::new(matrices, moved));
            // SAFETY: nothing is added to.
            unsafe { product((&mut to[places..], row, false), size, map, matrices, self.gain) };
        };
        // SAFETY: what stayed is written first and the rest by the product, which makes it all.
        unsafe { written(self.maps() * row, fill) }
    }

    /// The gradient of the map.
    fn map_gradient(&self, gradient: &[f32], matrices: &[f32]) -> Vec<f32> {
        let (places, row, moved) = (self.places, self.row(), self.moves * self.places);
        let mut out: Vec<f32> = Vec::with_capacity(self.maps() * places);
        gradient.chunks_exact(row).for_each(|gradient| out.extend_from_slice(&gradient[..places]));
        let (of_moved, turned) = (Matrix::new(&gradient[places..], row), Matrix::new(matrices, moved).turned());
        let size = [self.maps(), moved, places];
        count_product(size);
        // SAFETY: what is added to was written above.
        unsafe { product((uninit(&mut out), places, true), size, of_moved, turned, self.gain) };
        out
    }

    /// The gradient of the matrices.
    fn matrices_gradient(&self, gradient: &[f32], map: &[f32]) -> Vec<f32> {
        let (places, row, moved) = (self.places, self.row(), self.moves * self.places);
        let (turned, of_moved) = (Matrix::new(map, places).turned(), Matrix::new(&gradient[places..], row));
        let size = [places, self.maps(), moved];
        count_product(size);
        // SAFETY: nothing is added to, and the product writes all of it.
        unsafe { written(places * moved, |to| product((to, moved, false), size, turned, of_moved, self.gain)) }
    }
}

/// What the step back needs.
#[derive(Clone, Debug)]
struct Saved {
    sizes: Sizes,
    map_shape: [usize; 4],
    map: FlexTensor,
    matrices: FlexTensor,
}

/// The step back; its parents are the map and the matrices.
#[derive(Debug)]
struct Step;

impl Backward<Flex, 2> for Step {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let Saved { sizes, map_shape, map, matrices } = ops.state;
        let gradient = grads.consume::<Flex>(&ops.node);
        let [map_parent, matrices_parent] = ops.parents;
        with_values(&gradient, |gradient| {
            if let Some(parent) = map_parent {
                let values = with_values(&matrices, |matrices| sizes.map_gradient(gradient, matrices));
                grads.register::<Flex>(parent.id, from_values(values, map_shape));
            }
            if let Some(parent) = matrices_parent {
                let values = with_values(&map, |map| sizes.matrices_gradient(gradient, map));
                grads.register::<Flex>(parent.id, from_values(values, [sizes.places, sizes.moves * sizes.places]));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData, Tolerance};

    use super::super::testing::noise;
    use super::super::work::Work;
    use super::*;

    /// What comes out, and the gradients of the map and the matrices.
    fn results(shape: [usize; 4], mixed: usize, moves: usize, ours: bool) -> [TensorData; 3] {
        let device = Device::flex().autodiff();
        let map = noise(shape, 1, &device).require_grad();
        let matrices = noise([mixed, moves * mixed], 2, &device).require_grad();
        let function = if ours { moved_maps } else { plain };
        let out = function(map.clone(), matrices.clone(), 4.0);
        let grads = (out.clone() * noise(out.dims(), 3, &device)).sum().backward();
        let of = |gradient: Option<TensorData>| gradient.expect("a gradient");
        [out.into_data(), of(map.grad(&grads).map(|g| g.into_data())), of(matrices.grad(&grads).map(|g| g.into_data()))]
    }

    const CASES: [([usize; 4], usize, usize); 5] = [
        ([1, 1, 1, 1], 1, 1),
        ([3, 5, 2, 3], 6, 2),
        ([2, 7, 4, 4], 16, 3),
        // Large enough for all threads.
        ([4, 32, 16, 16], 256, 2),
        // Columns alone: burn's operations.
        ([2, 3, 4, 6], 6, 2),
    ];

    #[test]
    fn results_are_those_of_burn() {
        for (shape, mixed, moves) in CASES {
            for (ours, burns) in results(shape, mixed, moves, true).into_iter().zip(results(shape, mixed, moves, false))
            {
                ours.assert_approx_eq::<f32>(&burns, Tolerance::absolute(1e-4).set_relative(1e-4));
            }
        }
    }

    #[test]
    fn products_there_and_back_are_counted() {
        let before = Work::done();
        results([2, 7, 4, 4], 16, 3, true);
        let work = Work::done().since(before);
        // Other tests move maps at the same time.
        assert!(work.products >= 3 * 2 * (2 * 7) * 16 * (3 * 16), "{work:?}");
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        for (shape, mixed, moves) in CASES {
            let one = pool(1).install(|| results(shape, mixed, moves, true));
            for threads in [2, 3] {
                assert_eq!(one, pool(threads).install(|| results(shape, mixed, moves, true)));
            }
        }
    }

    #[test]
    fn a_map_without_a_graph_has_none() {
        let device = Device::flex();
        let out = moved_maps(noise([1, 2, 2, 2], 1, &device), noise([4, 8], 2, &device), 1.0);
        assert!(!out.device().is_autodiff());
        let tracked = noise([4, 8], 2, &device.clone().autodiff()).require_grad();
        let out = moved_maps(noise([1, 2, 2, 2], 1, &device), tracked.clone(), 1.0);
        assert!(tracked.grad(&out.sum().backward()).is_some());
    }
}
