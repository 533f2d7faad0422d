//! Activations in one pass each way: burn's leaky ReLU makes a mask and two more maps, its tanh calls the C library for
//! every number.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::lanes::Isa;
use super::primitive::{Primitive, from_values, unary, with_values};
use super::scratch::written;

/// x, or slope · x where it is below zero.
pub fn leaky_relu(x: Tensor<4>, slope: f32) -> Tensor<4> {
    Activation::Leaky(slope).apply(x)
}

/// The hyperbolic tangent, within 3e-7.
pub fn tanh(x: Tensor<4>) -> Tensor<4> {
    Activation::Tanh.apply(x)
}

/// Numbers that a thread takes at a time.
pub(super) const PIECE: usize = 1 << 14;

#[derive(Clone, Copy, Debug)]
enum Activation {
    Leaky(f32),
    Tanh,
}

impl Activation {
    fn apply(self, x: Tensor<4>) -> Tensor<4> {
        let shape = x.dims();
        let x = match Primitive::new(x) {
            Ok(x) => x,
            Err(x) => return self.plain(x),
        };
        // What came out tells the slope; what went in need not be kept.
        unary(x, shape, |x| self.values(x), Step, |out| Saved { activation: self, out: out.clone(), shape })
    }

    /// burn's own operations.
    fn plain(self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Leaky(slope) => burn::tensor::activation::leaky_relu(x, f64::from(slope)),
            Self::Tanh => x.tanh(),
        }
    }

    fn values(self, x: &[f32]) -> Vec<f32> {
        match self {
            Self::Leaky(slope) => map(x, x, |_, x| if x < 0.0 { slope * x } else { x }),
            Self::Tanh => map(x, x, |_, x| tanh_of(x)),
        }
    }

    /// Gradients of what went in, from what came out and its gradients.
    fn gradients(self, out: &[f32], gradients: &[f32]) -> Vec<f32> {
        match self {
            Self::Leaky(slope) => map(out, gradients, |out, by| if out < 0.0 { slope * by } else { by }),
            Self::Tanh => map(out, gradients, |out, by| by * (1.0 - out * out)),
        }
    }
}

/// A function of two numbers each, on all threads.
fn map(a: &[f32], b: &[f32], function: impl Fn(f32, f32) -> f32 + Copy + Sync) -> Vec<f32> {
    assert_eq!(a.len(), b.len(), "two numbers each");
    let isa = Isa::detect();
    let fill = |out: &mut [MaybeUninit<f32>]| {
        let pieces = out.par_chunks_mut(PIECE).zip(a.par_chunks(PIECE)).zip(b.par_chunks(PIECE));
        pieces.for_each(|((out, a), b)| match isa {
            // SAFETY: the processor has AVX2.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512(_) | Isa::Avx2(_) => unsafe { map_avx2(out, a, b, function) },
            Isa::Portable => map_any(out, a, b, function),
        });
    };
    // SAFETY: there are as many pairs of numbers, and each is written its result.
    unsafe { written(a.len(), fill) }
}

/// [`map_any`], compiled for wider registers: the same operations, so the same numbers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn map_avx2(out: &mut [MaybeUninit<f32>], a: &[f32], b: &[f32], function: impl Fn(f32, f32) -> f32) {
    map_any(out, a, b, function);
}

#[inline(always)]
fn map_any(out: &mut [MaybeUninit<f32>], a: &[f32], b: &[f32], function: impl Fn(f32, f32) -> f32) {
    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
        out.write(function(a, b));
    }
}

/// (1 − t) / (1 + t) with t = exp(−2 |x|), whose exponential is 2^n · 2^f, |f| ≤ 1/2, the second by its Taylor series.
#[inline(always)]
fn tanh_of(x: f32) -> f32 {
    const ROUNDER: f32 = 12_582_912.0; // 1.5 · 2^23: numbers near it are whole, with the least bits of n in theirs
    let power = x.abs() * (-2.0 * std::f32::consts::LOG2_E);
    // What is no number stays so, which training must notice.
    let power = if power < -126.0 { -126.0 } else { power };
    let rounded = power + ROUNDER;
    let part = (power - (rounded - ROUNDER)) * std::f32::consts::LN_2;
    let series = 1.0
        + part * (1.0 + part * (0.5 + part * (1.0 / 6.0 + part * (1.0 / 24.0 + part * (1.0 / 120.0 + part / 720.0)))));
    let whole = f32::from_bits((rounded.to_bits() << 23).wrapping_add(0x3f80_0000));
    let t = series * whole;
    ((1.0 - t) / (1.0 + t)).copysign(x)
}

/// The step back.
#[derive(Debug)]
struct Step;

#[derive(Clone, Debug)]
struct Saved {
    activation: Activation,
    out: FlexTensor,
    shape: [usize; 4],
}

impl Backward<Flex, 1> for Step {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let Saved { activation, out, shape } = ops.state;
        let gradient = grads.consume::<Flex>(&ops.node);
        let [Some(parent)] = ops.parents else { return };
        let values = with_values(&out, |out| with_values(&gradient, |gradient| activation.gradients(out, gradient)));
        grads.register::<Flex>(parent.id, from_values(values, shape));
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData, Tolerance};

    use super::*;

    /// Output and gradient for numbers from -30 to 30, one of them zero.
    fn results(function: impl Fn(Tensor<4>) -> Tensor<4>) -> [TensorData; 2] {
        let device = Device::flex().autodiff();
        let shape = [2, 3, 5, 1001];
        let values: Vec<f32> = (0..2 * 3 * 5 * 1001).map(|index| (index - 15_015) as f32 * 0.002).collect();
        let x = Tensor::<4>::from_data(TensorData::new(values, shape), &device).require_grad();
        let out = function(x.clone());
        let grads = (out.clone() * 1.5).sum().backward();
        [out.into_data(), x.grad(&grads).expect("a gradient").into_data()]
    }

    #[test]
    fn results_are_those_of_burn() {
        for activation in [Activation::Leaky(0.2), Activation::Tanh] {
            let (ours, burns) = (results(|x| activation.apply(x)), results(|x| activation.plain(x)));
            for (ours, burns) in ours.into_iter().zip(burns) {
                ours.assert_approx_eq::<f32>(&burns, Tolerance::absolute(6e-7));
            }
        }
    }

    #[test]
    fn what_is_no_number_stays_so() {
        for activation in [Activation::Leaky(0.2), Activation::Tanh] {
            assert!(activation.values(&[f32::NAN])[0].is_nan());
            assert!(activation.values(&[f32::INFINITY])[0].is_sign_positive());
        }
        assert_eq!(Activation::Tanh.values(&[f32::INFINITY, f32::NEG_INFINITY, 0.0]), [1.0, -1.0, 0.0]);
    }
}
