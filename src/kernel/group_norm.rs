//! Group normalisation, scale, shift and leaky ReLU in one operation: by burn's they are eight passes over the maps, and
//! more on the way back.
//!
//! Wu and He, "Group Normalization" (2018), <https://arxiv.org/abs/1803.08494>.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::activation::leaky_relu;
use super::lanes::Isa;
use super::primitive::{Primitive, from_values, with_values};
use super::scratch::written;

/// Keeps what is divided by above zero.
const EPSILON: f32 = 1e-5;

/// leaky(norm(x) · scale + shift): each of `groups` groups of channels has mean 0 and variance 1 before it is scaled.
///
/// # Shapes
/// - `x` and result: `[batch, channels, height, width]`
/// - `scale`, `shift`: `[1 or batch, channels]`
///
/// # Panics
/// If the channels are no multiple of `groups`, or the shapes differ.
pub fn group_norm(x: Tensor<4>, groups: usize, scale: Tensor<2>, shift: Tensor<2>, slope: f32) -> Tensor<4> {
    let dims @ [batch, channels, height, width] = x.dims();
    let [rows, scaled] = scale.dims();
    assert!(
        groups > 0 && channels % groups == 0 && scaled == channels && (rows == 1 || rows == batch),
        "{groups} groups and {rows} × {scaled} scales do not fit {batch} × {channels} channels"
    );
    assert_eq!(scale.dims(), shift.dims(), "a scale has a shift");
    let shape = Shape { batch, channels, groups, plane: height * width, rows, slope };
    let x = match Primitive::new(x) {
        Ok(x) => x,
        Err(x) => return plain(x, groups, scale, shift, slope),
    };
    let scale = match Primitive::new(scale) {
        Ok(scale) => scale,
        Err(scale) => return plain(x.into_tensor(), groups, scale, shift, slope),
    };
    let shift = match Primitive::new(shift) {
        Ok(shift) => shift,
        Err(shift) => return plain(x.into_tensor(), groups, scale.into_tensor(), shift, slope),
    };
    let context = Primitive::merge([Some(&x), Some(&scale), Some(&shift)]);
    if ![&x, &scale, &shift].into_iter().any(Primitive::is_tracked) {
        let (out, _) = shape.forward(&x.into_plain(), &scale.into_plain(), &shift.into_plain());
        return Primitive::plain(from_values(out, dims), context).into_tensor();
    }
    let (x, scale, shift) = (x.into_tracked(), scale.into_tracked(), shift.into_tracked());
    let (out, groups) = shape.forward(x.primitive(), scale.primitive(), shift.primitive());
    let out = from_values(out, dims);
    let out =
        match Normalise.prepare::<NoCheckpointing>([x.node(), scale.node(), shift.node()]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let [x, scale, shift] = [&x, &scale, &shift].map(|tensor| tensor.primitive().clone());
                prep.finish(Saved { shape, dims, x, scale, shift, groups }, out)
            }
            OpsKind::UnTracked(prep) => prep.finish(out),
        };
    Primitive::tracked(out, context).into_tensor()
}

/// burn's own operations.
fn plain(x: Tensor<4>, groups: usize, scale: Tensor<2>, shift: Tensor<2>, slope: f32) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let grouped = x.reshape([batch, groups, channels / groups * height * width]);
    let mean = grouped.clone().mean_dim(2); // [batch, groups, 1]
    let centred = grouped - mean;
    let variance = centred.clone().square().mean_dim(2);
    let normal = (centred / (variance + EPSILON).sqrt()).reshape([batch, channels, height, width]);
    let [rows, _] = scale.dims();
    let [scale, shift] = [scale, shift].map(|values| values.reshape([rows, channels, 1, 1]));
    leaky_relu(normal * scale + shift, slope)
}

/// Mean and reciprocal of the standard deviation of a group.
#[derive(Clone, Copy, Debug)]
struct Moments {
    mean: f32,
    reciprocal: f32,
}

#[derive(Clone, Copy, Debug)]
struct Shape {
    batch: usize,
    channels: usize,
    groups: usize,
    /// Numbers of a channel.
    plane: usize,
    /// Of scales and shifts.
    rows: usize,
    slope: f32,
}

/// What the step back needs.
#[derive(Clone, Debug)]
struct Saved {
    shape: Shape,
    dims: [usize; 4],
    x: FlexTensor,
    scale: FlexTensor,
    shift: FlexTensor,
    groups: Vec<Moments>,
}

/// The step back; its parents are what went in, scales and shifts.
#[derive(Debug)]
struct Normalise;

impl Backward<Flex, 3> for Normalise {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 3>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let Saved { shape, dims, x, scale, shift, groups } = ops.state;
        let gradient = grads.consume::<Flex>(&ops.node);
        let (to_x, to_scale, to_shift) = shape.backward([&x, &scale, &shift, &gradient], &groups);
        let affine = [shape.rows, shape.channels];
        let all = [from_values(to_x, dims), from_values(to_scale, affine), from_values(to_shift, affine)];
        for (parent, gradient) in ops.parents.into_iter().zip(all) {
            if let Some(parent) = parent {
                grads.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

impl Shape {
    /// Channels and numbers of a group.
    fn group(&self) -> (usize, usize) {
        let channels = self.channels / self.groups;
        (channels, channels * self.plane)
    }

    /// The scales or shifts of a group, counted over the whole batch.
    fn affine<'a>(&self, values: &'a [f32], group: usize) -> &'a [f32] {
        let (channels, _) = self.group();
        let row = if self.rows == 1 { 0 } else { group / self.groups };
        let first = row * self.channels + group % self.groups * channels;
        &values[first..first + channels]
    }

    fn forward(&self, x: &FlexTensor, scale: &FlexTensor, shift: &FlexTensor) -> (Vec<f32>, Vec<Moments>) {
        let (_, length) = self.group();
        let mut groups = Vec::new();
        let mut fill = |out: &mut [MaybeUninit<f32>], x: &[f32], scale: &[f32], shift: &[f32]| {
            assert_eq!(out.len(), x.len(), "as many numbers as before");
            let pieces = out.par_chunks_mut(length.max(1)).zip(x.par_chunks(length.max(1))).enumerate();
            let normalise = |(group, (out, x)): (usize, (&mut [MaybeUninit<f32>], &[f32]))| {
                let affine = (self.affine(scale, group), self.affine(shift, group));
                forward(Isa::detect(), out, x, affine, self.slope)
            };
            groups = pieces.map(normalise).collect();
        };
        let out = with_values(x, |x| {
            with_values(scale, |scale| {
                with_values(shift, |shift| {
                    // SAFETY: groups are all of it, and each is written whole.
                    unsafe { written(self.batch * self.channels * self.plane, |out| fill(out, x, scale, shift)) }
                })
            })
        });
        (out, groups)
    }

    /// Gradients of what went in, of scales and of shifts.
    fn backward(&self, of: [&FlexTensor; 4], groups: &[Moments]) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let (channels, length) = self.group();
        let count = self.batch * self.channels;
        let (mut to_scale, mut to_shift) = (vec![0.0; count], vec![0.0; count]);
        let [x, scale, shift, gradient] = of;
        let mut fill = |to_x: &mut [MaybeUninit<f32>], [x, scale, shift, gradient]: [&[f32]; 4]| {
            assert_eq!([to_x.len(); 2], [x.len(), gradient.len()], "as many numbers as before");
            let to = to_x.par_chunks_mut(length.max(1)).zip(to_scale.par_chunks_mut(channels));
            let to = to.zip(to_shift.par_chunks_mut(channels));
            let from = x.par_chunks(length.max(1)).zip(gradient.par_chunks(length.max(1))).zip(groups);
            to.zip(from).enumerate().for_each(|(group, (((to_x, to_scale), to_shift), ((x, by), moments)))| {
                let affine = (self.affine(scale, group), self.affine(shift, group));
                backward(Isa::detect(), (to_x, to_scale, to_shift), (x, by), *moments, affine, self.slope);
            });
        };
        let to_x = with_values(x, |x| {
            with_values(scale, |scale| {
                with_values(shift, |shift| {
                    with_values(gradient, |gradient| {
                        // SAFETY: groups are all of it, and each is written whole.
                        unsafe { written(count * self.plane, |to_x| fill(to_x, [x, scale, shift, gradient])) }
                    })
                })
            })
        });
        (to_x, self.over_batch(to_scale), self.over_batch(to_shift))
    }

    /// Scales and shifts of all samples alike have the sum of all samples' gradients.
    fn over_batch(&self, gradients: Vec<f32>) -> Vec<f32> {
        if self.rows == self.batch {
            return gradients;
        }
        let column = |channel| gradients.iter().skip(channel).step_by(self.channels).sum();
        (0..self.channels).map(column).collect()
    }
}

/// One group: writes `out`, with a scale and a shift for each channel.
fn forward(isa: Isa, out: &mut [MaybeUninit<f32>], x: &[f32], affine: (&[f32], &[f32]), slope: f32) -> Moments {
    match isa {
        // SAFETY: the processor has AVX2.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512(_) | Isa::Avx2(_) => unsafe { forward_avx2(out, x, affine, slope) },
        Isa::Portable => forward_any(out, x, affine, slope),
    }
}

/// One group: writes the gradients of what went in, and of the scale and the shift of each channel.
fn backward(
    isa: Isa,
    to: (&mut [MaybeUninit<f32>], &mut [f32], &mut [f32]),
    from: (&[f32], &[f32]),
    moments: Moments,
    affine: (&[f32], &[f32]),
    slope: f32,
) {
    match isa {
        // SAFETY: the processor has AVX2.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512(_) | Isa::Avx2(_) => unsafe { backward_avx2(to, from, moments, affine, slope) },
        Isa::Portable => backward_any(to, from, moments, affine, slope),
    }
}

/// [`forward_any`], compiled for wider registers: the same operations, so the same numbers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn forward_avx2(out: &mut [MaybeUninit<f32>], x: &[f32], affine: (&[f32], &[f32]), slope: f32) -> Moments {
    forward_any(out, x, affine, slope)
}

/// [`backward_any`], compiled for wider registers: the same operations, so the same numbers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn backward_avx2(
    to: (&mut [MaybeUninit<f32>], &mut [f32], &mut [f32]),
    from: (&[f32], &[f32]),
    moments: Moments,
    affine: (&[f32], &[f32]),
    slope: f32,
) {
    backward_any(to, from, moments, affine, slope);
}

#[inline(always)]
fn forward_any(out: &mut [MaybeUninit<f32>], x: &[f32], (scale, shift): (&[f32], &[f32]), slope: f32) -> Moments {
    let (count, plane) = (x.len() as f32, x.len() / scale.len());
    let mean = sum(x, x, |x, _| x) / count;
    let variance = sum(x, x, |x, _| (x - mean) * (x - mean)) / count;
    let moments = Moments { mean, reciprocal: 1.0 / (variance + EPSILON).sqrt() };
    for (channel, (out, x)) in out.chunks_exact_mut(plane).zip(x.chunks_exact(plane)).enumerate() {
        let (factor, shift) = (scale[channel] * moments.reciprocal, shift[channel]);
        for (out, &x) in out.iter_mut().zip(x) {
            let value = (x - mean) * factor + shift;
            out.write(if value < 0.0 { slope * value } else { value });
        }
    }
    moments
}

/// With d the gradient of norm · scale + shift: that of the shift is Σ d, that of the scale Σ d · norm, and that of x is
/// (d · scale − mean(d · scale) − norm · mean(d · scale · norm)) · reciprocal.
#[inline(always)]
fn backward_any(
    (to_x, to_scale, to_shift): (&mut [MaybeUninit<f32>], &mut [f32], &mut [f32]),
    (x, by): (&[f32], &[f32]),
    moments: Moments,
    (scale, shift): (&[f32], &[f32]),
    slope: f32,
) {
    let Moments { mean, reciprocal } = moments;
    let (count, plane) = (x.len() as f32, x.len() / scale.len());
    let (mut of_scaled, mut of_normal) = (0.0, 0.0);
    for channel in 0..scale.len() {
        let here = channel * plane..(channel + 1) * plane;
        let (to_x, x, by) = (&mut to_x[here.clone()], &x[here.clone()], &by[here]);
        let (factor, shift) = (scale[channel] * reciprocal, shift[channel]);
        for ((to, &x), &by) in to_x.iter_mut().zip(x).zip(by) {
            to.write(if (x - mean) * factor + shift < 0.0 { slope * by } else { by });
        }
        // SAFETY: all of the channel was written.
        let to_x = unsafe { to_x.assume_init_mut() };
        to_shift[channel] = sum(to_x, x, |d, _| d);
        to_scale[channel] = reciprocal * sum(to_x, x, |d, x| d * (x - mean));
        of_scaled += scale[channel] * to_shift[channel];
        of_normal += scale[channel] * to_scale[channel];
    }
    let (of_scaled, of_normal) = (of_scaled / count, of_normal / count);
    // SAFETY: all channels were written.
    let to_x = unsafe { to_x.assume_init_mut() };
    for ((to_x, x), scale) in to_x.chunks_exact_mut(plane).zip(x.chunks_exact(plane)).zip(scale) {
        let factor = scale * reciprocal;
        for (to, &x) in to_x.iter_mut().zip(x) {
            *to = *to * factor - (of_scaled + (x - mean) * reciprocal * of_normal) * reciprocal;
        }
    }
}

/// Sums that run beside one another, so that they fill registers.
const SUMS: usize = 32;

/// Sum of a function of two numbers each, in an order that follows from their count alone.
#[inline(always)]
fn sum(a: &[f32], b: &[f32], function: impl Fn(f32, f32) -> f32) -> f32 {
    let (a, rest_a) = a.as_chunks::<SUMS>();
    let (b, rest_b) = b.as_chunks::<SUMS>();
    let mut sums = [0.0; SUMS];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..SUMS {
            sums[lane] += function(a[lane], b[lane]);
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(&a, &b)| function(a, b)).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData, Tolerance};

    use super::*;
    use crate::kernel::scratch::uninit;
    use crate::kernel::testing::noise;

    type Function = fn(Tensor<4>, usize, Tensor<2>, Tensor<2>, f32) -> Tensor<4>;

    /// Shapes of x, groups, and rows of scales: odd sizes, and those of the nets.
    const CASES: [([usize; 4], usize, usize); 6] = [
        ([2, 6, 5, 7], 3, 2),
        ([3, 4, 1, 1], 2, 1),
        ([1, 5, 3, 3], 5, 1),
        ([2, 24, 16, 16], 8, 2),
        ([4, 48, 8, 8], 8, 1),
        ([2, 7, 9, 5], 1, 1),
    ];

    /// Output and gradients of a case.
    fn results(function: Function, (dims, groups, rows): ([usize; 4], usize, usize)) -> [TensorData; 4] {
        let device = Device::flex().autodiff();
        // Far from zero, where sums of squares would lose digits.
        let x = (noise(dims, 1, &device) + 3.0).require_grad();
        let scale = (noise([rows, dims[1]], 2, &device) + 1.0).require_grad();
        let shift = noise([rows, dims[1]], 3, &device).require_grad();
        let out = function(x.clone(), groups, scale.clone(), shift.clone(), 0.2);
        let grads = (out.clone() * noise(dims, 4, &device)).sum().backward();
        [
            out.into_data(),
            x.grad(&grads).expect("a gradient").into_data(),
            scale.grad(&grads).expect("a gradient").into_data(),
            shift.grad(&grads).expect("a gradient").into_data(),
        ]
    }

    #[test]
    fn results_are_those_of_burn() {
        for case in CASES {
            for (ours, burns) in results(group_norm, case).into_iter().zip(results(plain, case)) {
                ours.assert_approx_eq::<f32>(&burns, Tolerance::absolute(1e-4).set_relative(1e-4));
            }
        }
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        for case in CASES {
            let one = pool(1).install(|| results(group_norm, case));
            assert_eq!(one, pool(3).install(|| results(group_norm, case)));
        }
    }

    #[test]
    fn every_processor_gets_the_same() {
        let values =
            |count: usize, seed| noise([count], seed, &Device::flex()).into_data().try_into_vec::<f32>().expect("f32");
        let (x, by, scale, shift) = (values(3 * 77, 1), values(3 * 77, 2), values(3, 3), values(3, 4));
        let all = |isa| {
            let [mut out, mut to_x] = [vec![0.0; x.len()], vec![0.0; x.len()]];
            let [mut to_scale, mut to_shift] = [vec![0.0; 3], vec![0.0; 3]];
            let moments = forward(isa, uninit(&mut out), &x, (&scale, &shift), 0.2);
            let to = (uninit(&mut to_x), to_scale.as_mut_slice(), to_shift.as_mut_slice());
            backward(isa, to, (&x, &by), moments, (&scale, &shift), 0.2);
            [out, to_x, to_scale, to_shift].concat()
        };
        assert_eq!(all(Isa::detect()), all(Isa::Portable));
    }

    #[test]
    fn what_has_no_gradient_gets_the_same_answer() {
        let device = Device::flex();
        let parts = || (noise([2, 8, 4, 4], 1, &device), noise([1, 8], 2, &device), noise([1, 8], 3, &device));
        let (x, scale, shift) = parts();
        let ours = group_norm(x, 4, scale, shift, 0.2);
        let (x, scale, shift) = parts();
        assert!(!ours.device().is_autodiff());
        ours.into_data()
            .assert_approx_eq::<f32>(&plain(x, 4, scale, shift, 0.2).into_data(), Tolerance::absolute(1e-5));
    }

    /// Where all numbers are the same, only the shift is left, however large they are.
    #[test]
    fn large_numbers_keep_their_digits() {
        let device = Device::flex();
        let x = Tensor::<4>::full([1, 2, 3, 3], 1000.0, &device);
        let (one, shift) = (Tensor::<2>::ones([1, 2], &device), Tensor::<2>::full([1, 2], 0.1, &device));
        let out = group_norm(x, 1, one, shift, 0.2).into_data().try_into_vec::<f32>().expect("f32");
        assert!(out.iter().all(|value| (value - 0.1).abs() < 1e-6), "{out:?}");
    }

    #[test]
    fn what_is_no_number_stays_so() {
        let device = Device::flex();
        let x = Tensor::<4>::from_data([[[[1.0, f32::NAN]]]], &device);
        let one = || Tensor::<2>::ones([1, 1], &device);
        let out = group_norm(x, 1, one(), one(), 0.2).into_data().try_into_vec::<f32>().expect("f32");
        assert!(out.iter().all(|value| value.is_nan()), "{out:?}");
    }
}
