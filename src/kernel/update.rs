//! What moves weights between two steps, in one pass over the numbers each: by burn's operations Adam is a dozen.

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::activation::PIECE;
use super::lanes::Isa;
use super::primitive::{Primitive, from_values, with_values};

/// A step of Adam: Kingma and Ba (2015), <https://arxiv.org/abs/1412.6980>, algorithm 1 in the order of operations of
/// its section 2.
#[derive(Clone, Copy, Debug)]
pub struct AdamStep {
    /// Shares of the moments that stay.
    pub betas: (f32, f32),
    /// Learning rate.
    pub rate: f32,
    /// Steps, this one included.
    pub time: i32,
    /// Added to the root of the second moment.
    pub epsilon: f32,
}

/// Weights and both moments after a step; moments that are not there yet are zero.
pub fn adam<const D: usize>(
    weights: Tensor<D>,
    gradient: Tensor<D>,
    moments: Option<[Tensor<D>; 2]>,
    step: AdamStep,
) -> (Tensor<D>, [Tensor<D>; 2]) {
    let [first, second] = moments.unwrap_or_else(|| [weights.zeros_like(), weights.zeros_like()]);
    match all_plain([weights, gradient, first, second]) {
        Ok(([weights, gradient, first, second], pack)) => {
            let (weights, first, second) = step.run(&weights, gradient, first, second);
            (pack(weights), [pack(first), pack(second)])
        }
        Err([weights, gradient, first, second]) => step.plain(weights, gradient, [first, second]),
    }
}

/// average · decay + live · (1 − decay).
pub fn average<const D: usize>(average: Tensor<D>, live: Tensor<D>, decay: f32) -> Tensor<D> {
    match all_plain([average, live]) {
        Ok(([mut average, live], pack)) => {
            with_values(&live, |live| {
                in_pieces([owned(&mut average)], live, |[average], live| blend(average, live, decay))
            });
            pack(average)
        }
        Err([average, live]) => average * decay + live * (1.0 - decay),
    }
}

/// The primitives of tensors without a graph, and the way back; the tensors, if not all of them are such.
fn all_plain<const D: usize, const N: usize>(
    tensors: [Tensor<D>; N],
) -> Result<([FlexTensor; N], impl Fn(FlexTensor) -> Tensor<D>), [Tensor<D>; N]> {
    let mut primitives = Vec::with_capacity(N);
    let mut others = tensors.into_iter();
    for tensor in others.by_ref() {
        match Primitive::new(tensor) {
            Ok(primitive) if !primitive.is_tracked() => primitives.push(primitive),
            other => {
                let tensor = other.map_or_else(|tensor| tensor, Primitive::into_tensor);
                let before = primitives.into_iter().map(Primitive::into_tensor);
                let all: Vec<Tensor<D>> = before.chain([tensor]).chain(others).collect();
                return Err(all.try_into().expect("as many as were given"));
            }
        }
    }
    let context = Primitive::merge(primitives.iter().map(Some));
    let plain: Vec<FlexTensor> = primitives.into_iter().map(Primitive::into_plain).collect();
    let plain = plain.try_into().expect("as many as were given");
    Ok((plain, move |primitive| Primitive::plain(primitive, context).into_tensor()))
}

/// The numbers of a tensor, to be changed; copied before, if another tensor has them, too.
fn owned(tensor: &mut FlexTensor) -> &mut [f32] {
    let whole = tensor.layout().contiguous_offsets() == Some((0, tensor.bytes().len() / size_of::<f32>()));
    if !whole {
        let values = with_values(tensor, <[f32]>::to_vec);
        let layout = tensor.layout().shape().clone();
        *tensor = from_values(values, [layout.num_elements()]).reshape(layout);
    }
    tensor.storage_mut()
}

/// Changes numbers by others at the same place, on all threads.
fn in_pieces<const N: usize>(changed: [&mut [f32]; N], by: &[f32], change: impl Fn([&mut [f32]; N], &[f32]) + Sync) {
    let mut pieces: Vec<Vec<&mut [f32]>> = (0..by.len().div_ceil(PIECE)).map(|_| Vec::with_capacity(N)).collect();
    for numbers in changed {
        assert_eq!(numbers.len(), by.len(), "as many numbers as change them");
        pieces.iter_mut().zip(numbers.chunks_mut(PIECE)).for_each(|(pieces, piece)| pieces.push(piece));
    }
    pieces.into_par_iter().zip(by.par_chunks(PIECE)).for_each(|(pieces, by)| {
        change(pieces.try_into().unwrap_or_else(|_| unreachable!("a piece of each")), by);
    });
}

/// What a step is, but for the numbers.
#[derive(Clone, Copy)]
struct Factors {
    betas: (f32, f32),
    rate: f32,
    correction: f32,
    epsilon: f32,
}

impl AdamStep {
    /// Corrections of the moments, which begin at zero.
    fn factors(&self) -> Factors {
        let second = (1.0 - self.betas.1.powi(self.time)).sqrt();
        let correction = second / (1.0 - self.betas.0.powi(self.time));
        Factors { betas: self.betas, rate: self.rate, correction, epsilon: self.epsilon * second }
    }

    fn run(
        &self,
        weights: &FlexTensor,
        mut gradient: FlexTensor,
        mut first: FlexTensor,
        mut second: FlexTensor,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let factors = self.factors();
        with_values(weights, |weights| {
            let changed = [owned(&mut gradient), owned(&mut first), owned(&mut second)];
            in_pieces(changed, weights, |[gradient, first, second], weights| {
                descend(Isa::detect(), (gradient, first, second), weights, factors);
            });
        });
        (gradient, first, second)
    }

    /// burn's own operations.
    fn plain<const D: usize>(
        &self,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        [first, second]: [Tensor<D>; 2],
    ) -> (Tensor<D>, [Tensor<D>; 2]) {
        let Factors { betas, rate, correction, epsilon } = self.factors();
        let first = first * betas.0 + gradient.clone() * (1.0 - betas.0);
        let second = second * betas.1 + gradient.square() * (1.0 - betas.1);
        let step = first.clone() * correction / (second.clone().sqrt() + epsilon) * rate;
        (weights - step, [first, second])
    }
}

/// Gradient and moments of one piece. The network holds its weights until all are moved, but nobody holds the gradient:
/// the new weights take its place.
type Piece<'a> = (&'a mut [f32], &'a mut [f32], &'a mut [f32]);

fn descend(isa: Isa, piece: Piece, weights: &[f32], factors: Factors) {
    match isa {
        // SAFETY: the processor has AVX2.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512(_) | Isa::Avx2(_) => unsafe { descend_avx2(piece, weights, factors) },
        Isa::Portable => descend_any(piece, weights, factors),
    }
}

/// [`descend_any`], compiled for wider registers: the same operations, so the same numbers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn descend_avx2(piece: Piece, weights: &[f32], factors: Factors) {
    descend_any(piece, weights, factors);
}

#[inline(always)]
fn descend_any((gradient, first, second): Piece, weights: &[f32], factors: Factors) {
    let Factors { betas, rate, correction, epsilon } = factors;
    let all = gradient.iter_mut().zip(first).zip(second).zip(weights);
    for (((gradient, first), second), weight) in all {
        *first = *first * betas.0 + *gradient * (1.0 - betas.0);
        *second = *second * betas.1 + *gradient * *gradient * (1.0 - betas.1);
        *gradient = weight - *first * correction / (second.sqrt() + epsilon) * rate;
    }
}

fn blend(average: &mut [f32], live: &[f32], decay: f32) {
    average.iter_mut().zip(live).for_each(|(average, live)| *average = *average * decay + live * (1.0 - decay));
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData, Tolerance};

    use super::*;
    use crate::kernel::testing::noise;

    fn step(time: i32) -> AdamStep {
        AdamStep { betas: (0.5, 0.9), rate: 0.01, time, epsilon: 1e-8 }
    }

    /// Weights and moments after three steps.
    fn three(ours: bool) -> [TensorData; 3] {
        let device = Device::flex();
        let shape = [3, 7001];
        let (mut weights, mut moments) = (noise(shape, 1, &device), None);
        for time in 1..=3 {
            let gradient = noise(shape, 1 + time as u32, &device);
            let moved = if ours {
                adam(weights, gradient, moments, step(time))
            } else {
                let zeros = || [Tensor::<2>::zeros(shape, &device), Tensor::zeros(shape, &device)];
                step(time).plain(weights, gradient, moments.unwrap_or_else(zeros))
            };
            (weights, moments) = (moved.0, Some(moved.1));
        }
        let [first, second] = moments.expect("three steps");
        [weights, first, second].map(Tensor::into_data)
    }

    #[test]
    fn results_are_those_of_burn() {
        for (ours, burns) in three(true).into_iter().zip(three(false)) {
            ours.assert_approx_eq::<f32>(&burns, Tolerance::absolute(1e-6));
        }
        let device = Device::flex();
        let (a, b) = (noise([5, 4001], 1, &device), noise([5, 4001], 2, &device));
        let plain = a.clone() * 0.75 + b.clone() * 0.25;
        average(a, b, 0.75).into_data().assert_approx_eq::<f32>(&plain.into_data(), Tolerance::absolute(1e-6));
    }

    /// With constant gradients every step is as long as the rate, whatever the gradient.
    #[test]
    fn a_step_is_as_long_as_the_rate() {
        let device = Device::flex();
        let (mut weights, mut moments) = (Tensor::<1>::zeros([2], &device), None);
        for time in 1..=4 {
            let gradient = Tensor::<1>::from_floats([1e-3, -40.0], &device);
            let moved = adam(weights, gradient, moments, step(time));
            (weights, moments) = (moved.0, Some(moved.1));
        }
        let expected = TensorData::from([-0.04_f32, 0.04]);
        weights.into_data().assert_approx_eq::<f32>(&expected, Tolerance::absolute(1e-5));
    }

    #[test]
    fn what_others_hold_stays() {
        let device = Device::flex();
        let weights = noise([4, 6], 1, &device);
        let before = weights.to_data();
        // A view of the same numbers in another order.
        let turned = weights.clone().transpose();
        let moved = adam(turned.clone(), noise([6, 4], 2, &device), None, step(1)).0;
        assert_eq!(weights.to_data(), before);
        let plain =
            step(1).plain(turned.clone(), noise([6, 4], 2, &device), [turned.zeros_like(), turned.zeros_like()]).0;
        moved.into_data().assert_approx_eq::<f32>(&plain.into_data(), Tolerance::absolute(1e-6));
        let whole = [1, 2, 3, 4].map(|seed| noise([4, 6], seed, &device));
        let numbers = whole.each_ref().map(Tensor::to_data);
        let [a, b, c, d] = whole.clone();
        drop(adam(a.clone(), b.clone(), Some([c, d]), step(2)));
        drop(average(a, b, 0.5));
        assert_eq!(whole.each_ref().map(Tensor::to_data), numbers);
        let live = noise([6, 4], 3, &device);
        let blended = average(turned.clone(), live.clone(), 0.5).into_data();
        blended.assert_approx_eq::<f32>(&((turned + live) * 0.5).into_data(), Tolerance::absolute(1e-6));
        assert_eq!(weights.to_data(), before);
    }

    #[test]
    fn every_processor_gets_the_same_and_threads_do_not_change_a_bit() {
        let values = |seed| noise([999], seed, &Device::flex()).into_data().try_into_vec::<f32>().expect("f32");
        let all = |isa| {
            let (weights, mut first, mut gradient) = (values(1), values(2), values(3));
            let mut second: Vec<f32> = values(4).into_iter().map(f32::abs).collect();
            descend(isa, (&mut gradient, &mut first, &mut second), &weights, step(5).factors());
            [gradient, first, second].concat()
        };
        assert_eq!(all(Isa::detect()), all(Isa::Portable));
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        assert_eq!(pool(1).install(|| three(true)), pool(3).install(|| three(true)));
    }
}
