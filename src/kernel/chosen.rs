//! A soft choice among maps, for each channel of each sample: sums of a few maps, which burn's batched products call a
//! routine for large matrices for, a channel at a time.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::lanes::Isa;
use super::primitive::{Primitive, binary, from_values, with_values};
use super::scratch::written;

/// Sums of maps by their weights, so many `times` from the same maps.
///
/// # Shapes
/// - `weights`: `[times, batch, channels, choices]`
/// - `maps`: `[batch, channels, choices, places]`
/// - result: `[times · batch, channels, places]`
///
/// # Panics
/// If the shapes do not fit each other.
pub fn chosen(weights: Tensor<4>, maps: Tensor<4>) -> Tensor<3> {
    let [times, batch, channels, choices] = weights.dims();
    let places = maps.dims()[3];
    assert_eq!(maps.dims(), [batch, channels, choices, places], "weights of {:?} choose among these", weights.dims());
    if maps.dims().contains(&0) || times == 0 {
        return plain(weights, maps);
    }
    let sizes = Sizes { times, batch, channels, choices, places };
    let weights = match Primitive::new(weights) {
        Ok(weights) => weights,
        Err(weights) => return plain(weights, maps),
    };
    let maps = match Primitive::new(maps) {
        Ok(maps) => maps,
        Err(maps) => return plain(weights.into_tensor(), maps),
    };
    let shape = [times * batch, channels, places];
    binary(
        weights,
        maps,
        shape,
        |weights, maps| sizes.forward(weights, maps),
        Step,
        |weights, maps| Saved { sizes, weights: weights.clone(), maps: maps.clone() },
    )
}

/// burn's own operations.
fn plain(weights: Tensor<4>, maps: Tensor<4>) -> Tensor<3> {
    let [times, batch, channels, _] = weights.dims();
    let places = maps.dims()[3];
    // One product for all copies: the maps, which are large, are read once and not copied.
    let chosen = weights.permute([1, 2, 0, 3]).matmul(maps); // [batch, channels, times, places]
    chosen.permute([2, 0, 1, 3]).reshape([times * batch, channels, places])
}

#[derive(Clone, Copy, Debug)]
struct Sizes {
    times: usize,
    batch: usize,
    channels: usize,
    choices: usize,
    places: usize,
}

/// Channels that a thread takes at least.
const FEW: usize = 16;

impl Sizes {
    /// Channels of all samples.
    fn maps(&self) -> usize {
        self.batch * self.channels
    }

    /// The weights of a channel, the `time`th time.
    fn weights<'a>(&self, weights: &'a [f32], time: usize, map: usize) -> &'a [f32] {
        &weights[(time * self.maps() + map) * self.choices..][..self.choices]
    }

    fn forward(&self, weights: &[f32], maps: &[f32]) -> Vec<f32> {
        let isa = Isa::detect();
        let fill = |to: &mut [MaybeUninit<f32>]| {
            to.par_chunks_exact_mut(self.places).with_min_len(FEW).enumerate().for_each(|(at, to)| {
                let (time, map) = (at / self.maps(), at % self.maps());
                let maps = &maps[map * self.choices * self.places..][..self.choices * self.places];
                blend(isa, to, self.weights(weights, time, map), |choice| &maps[choice * self.places..]);
            });
        };
        // SAFETY: every map of the result is written.
        unsafe { written(self.times * self.maps() * self.places, fill) }
    }

    /// The gradient of the maps.
    fn maps_gradient(&self, gradient: &[f32], weights: &[f32]) -> Vec<f32> {
        let isa = Isa::detect();
        let fill = |to: &mut [MaybeUninit<f32>]| {
            to.par_chunks_exact_mut(self.choices * self.places).with_min_len(FEW).enumerate().for_each(|(map, to)| {
                let mut by = vec![0.0; self.times];
                for (choice, to) in to.chunks_exact_mut(self.places).enumerate() {
                    for (time, by) in by.iter_mut().enumerate() {
                        *by = self.weights(weights, time, map)[choice];
                    }
                    blend(isa, to, &by, |time| &gradient[(time * self.maps() + map) * self.places..]);
                }
            });
        };
        // SAFETY: every map is written.
        unsafe { written(self.maps() * self.choices * self.places, fill) }
    }

    /// The gradient of the weights.
    fn weights_gradient(&self, gradient: &[f32], maps: &[f32]) -> Vec<f32> {
        let isa = Isa::detect();
        let mut out = vec![0.0; self.times * self.maps() * self.choices];
        out.par_chunks_exact_mut(self.choices).with_min_len(FEW).enumerate().for_each(|(at, to)| {
            let gradient = &gradient[at * self.places..][..self.places];
            let maps = &maps[at % self.maps() * self.choices * self.places..];
            for (to, map) in to.iter_mut().zip(maps.chunks_exact(self.places)) {
                *to = dot(isa, gradient, map);
            }
        });
        out
    }
}

/// The sum of as many slices as there are weights, each times its own.
fn blend<'a>(isa: Isa, to: &mut [MaybeUninit<f32>], weights: &[f32], of: impl Fn(usize) -> &'a [f32]) {
    match isa {
        // SAFETY: the processor has AVX2.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512(_) | Isa::Avx2(_) => unsafe { blend_avx2(to, weights, of) },
        Isa::Portable => blend_any(to, weights, of),
    }
}

/// [`blend_any`], compiled for wider registers: the same operations, so the same numbers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn blend_avx2<'a>(to: &mut [MaybeUninit<f32>], weights: &[f32], of: impl Fn(usize) -> &'a [f32]) {
    blend_any(to, weights, of);
}

/// Numbers that are summed at once, in registers.
const PIECE: usize = 64;

#[inline(always)]
fn blend_any<'a>(to: &mut [MaybeUninit<f32>], weights: &[f32], of: impl Fn(usize) -> &'a [f32]) {
    let (pieces, rest) = to.as_chunks_mut::<PIECE>();
    let done = pieces.len() * PIECE;
    for (number, to) in pieces.iter_mut().enumerate() {
        let mut sums = [0.0; PIECE];
        for (at, weight) in weights.iter().enumerate() {
            let from = &of(at)[number * PIECE..][..PIECE];
            for (sum, from) in sums.iter_mut().zip(from) {
                *sum += weight * from;
            }
        }
        to.write_copy_of_slice(&sums);
    }
    for (place, to) in rest.iter_mut().enumerate() {
        let mut sum = 0.0;
        for (at, weight) in weights.iter().enumerate() {
            sum += weight * of(at)[done + place];
        }
        to.write(sum);
    }
}

/// The sum of the products of two slices, in an order that is the same on every processor.
fn dot(isa: Isa, a: &[f32], b: &[f32]) -> f32 {
    match isa {
        // SAFETY: the processor has AVX2.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512(_) | Isa::Avx2(_) => unsafe { dot_avx2(a, b) },
        Isa::Portable => dot_any(a, b),
    }
}

/// [`dot_any`], compiled for wider registers: the same operations, so the same numbers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn dot_avx2(a: &[f32], b: &[f32]) -> f32 {
    dot_any(a, b)
}

#[inline(always)]
fn dot_any(a: &[f32], b: &[f32]) -> f32 {
    const PARTS: usize = 32;
    let mut sums = [0.0; PARTS];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<PARTS>(), b.as_chunks::<PARTS>());
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

/// What the step back needs.
#[derive(Clone, Debug)]
struct Saved {
    sizes: Sizes,
    weights: FlexTensor,
    maps: FlexTensor,
}

/// The step back; its parents are the weights and the maps.
#[derive(Debug)]
struct Step;

impl Backward<Flex, 2> for Step {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let Saved { sizes, weights, maps } = ops.state;
        let Sizes { times, batch, channels, choices, places } = sizes;
        let gradient = grads.consume::<Flex>(&ops.node);
        let [weights_parent, maps_parent] = ops.parents;
        with_values(&gradient, |gradient| {
            if let Some(parent) = weights_parent {
                let values = with_values(&maps, |maps| sizes.weights_gradient(gradient, maps));
                grads.register::<Flex>(parent.id, from_values(values, [times, batch, channels, choices]));
            }
            if let Some(parent) = maps_parent {
                let values = with_values(&weights, |weights| sizes.maps_gradient(gradient, weights));
                grads.register::<Flex>(parent.id, from_values(values, [batch, channels, choices, places]));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData, Tolerance};

    use super::super::testing::noise;
    use super::*;

    /// What comes out, and the gradients of the weights and the maps.
    fn results(sizes: Sizes, ours: bool) -> [TensorData; 3] {
        let Sizes { times, batch, channels, choices, places } = sizes;
        let device = Device::flex().autodiff();
        let weights = noise([times, batch, channels, choices], 1, &device).require_grad();
        let maps = noise([batch, channels, choices, places], 2, &device).require_grad();
        let function = if ours { chosen } else { plain };
        let out = function(weights.clone(), maps.clone());
        let grads = (out.clone() * noise(out.dims(), 3, &device)).sum().backward();
        let [weights, maps] = [weights, maps].map(|x| x.grad(&grads).expect("a gradient").into_data());
        [out.into_data(), weights, maps]
    }

    fn cases() -> impl Iterator<Item = Sizes> {
        let cases = [[1, 1, 1, 1, 1], [2, 3, 5, 3, 6], [1, 4, 33, 9, 256], [3, 2, 8, 5, 100], [4, 1, 40, 2, 64]];
        cases.into_iter().map(|[times, batch, channels, choices, places]| Sizes {
            times,
            batch,
            channels,
            choices,
            places,
        })
    }

    #[test]
    fn results_are_those_of_burn() {
        for sizes in cases() {
            for (ours, burns) in results(sizes, true).into_iter().zip(results(sizes, false)) {
                ours.assert_approx_eq::<f32>(&burns, Tolerance::absolute(1e-4).set_relative(1e-4));
            }
        }
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        for sizes in cases() {
            let one = pool(1).install(|| results(sizes, true));
            for threads in [2, 3] {
                assert_eq!(one, pool(threads).install(|| results(sizes, true)));
            }
        }
    }

    #[test]
    fn every_processor_gets_the_same() {
        let values = |len, seed| noise([len], seed, &Device::flex()).into_data().try_into_vec::<f32>().expect("f32");
        for places in [1, 32, 64, 100, 256] {
            let (weights, maps) = (values(3, 1), values(3 * places, 2));
            let all = Isa::all().into_iter().map(|isa| {
                let mut out = vec![MaybeUninit::new(f32::NAN); places];
                blend(isa, &mut out, &weights, |at| &maps[at * places..]);
                // SAFETY: every value was initialised above.
                let out: Vec<f32> = out.into_iter().map(|value| unsafe { value.assume_init() }).collect();
                (out, dot(isa, &maps[..places], &maps[places..2 * places]))
            });
            let all: Vec<_> = all.collect();
            assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:?}");
        }
    }
}
