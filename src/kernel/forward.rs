//! Forward pass and input gradient, sample by sample.

use std::mem::MaybeUninit;

use rayon::prelude::*;

use super::direct::Direct;
use super::lanes::Isa;
use super::pack::Packed;
use super::planes;
use super::scratch::Scratch;
use super::shape::{ConvShape, Kind};

/// `[batch, outputs, rows, columns]` from `x` `[batch, inputs, height, width]`, `weight`
/// `[outputs, inputs, kernel, kernel]` and `bias` `[outputs]`.
pub(super) fn forward(
    isa: Isa,
    shape: &ConvShape,
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
) -> Vec<f32> {
    let planes = shape.in_planes();
    let packed = Packed::new(shape.outputs, shape.inputs, &shape.forward_taps(), weight);
    let zeros;
    let bias = match bias {
        Some(bias) => bias,
        None => {
            zeros = Scratch::zeros(shape.outputs);
            &zeros
        }
    };
    let direct = Direct::new(isa, planes, &packed, bias);
    by_sample(x, shape.in_len(), shape.out_len(), shape.batch, |from, to| {
        let mut scratch = Scratch::take(planes.len());
        planes::fill_input(shape, &planes, from, &mut scratch);
        direct.run(&scratch, to);
    })
}

/// The gradient of `x`, from the gradient of the output and the weight.
pub(super) fn input_gradient(
    isa: Isa,
    shape: &ConvShape,
    gradient: &[f32],
    weight: &[f32],
) -> Vec<f32> {
    let planes = shape.grad_planes();
    let zeros = Scratch::zeros(shape.inputs);
    let packed: Vec<_> = shape
        .grad_phases()
        .map(|phase| Packed::new(shape.inputs, shape.outputs, &shape.grad_taps(phase), weight))
        .collect();
    let directs: Vec<_> = packed
        .iter()
        .map(|packed| Direct::new(isa, planes, packed, &zeros))
        .collect();
    by_sample(gradient, shape.out_len(), shape.in_len(), shape.batch, |from, to| {
        let mut scratch = Scratch::take(planes.len());
        planes::fill_gradient(shape, &planes, from, &mut scratch);
        match directs.as_slice() {
            [direct] => direct.run(&scratch, to),
            _ => {
                debug_assert_eq!(shape.kind, Kind::Half);
                for (phase, pair) in directs.chunks_exact(2).enumerate() {
                    let size = [shape.height, shape.width];
                    pair[0].run_phase(&pair[1], phase, &scratch, to, size);
                }
            }
        }
    })
}

/// Makes `batch` samples of `to_len` values out of as many of `from_len`; `each` must write all it gets.
fn by_sample(
    from: &[f32],
    from_len: usize,
    to_len: usize,
    batch: usize,
    each: impl Fn(&[f32], &mut [MaybeUninit<f32>]) + Sync,
) -> Vec<f32> {
    assert_eq!(from.len(), batch * from_len);
    let mut out = Vec::with_capacity(batch * to_len);
    let samples = &mut out.spare_capacity_mut()[..batch * to_len];
    if rayon::current_num_threads() > 1 {
        from.par_chunks_exact(from_len)
            .zip(samples.par_chunks_exact_mut(to_len))
            .for_each(|(from, to)| each(from, to));
    } else {
        for (from, to) in from.chunks_exact(from_len).zip(samples.chunks_exact_mut(to_len)) {
            each(from, to);
        }
    }
    // SAFETY: the samples are the whole of the length, and every one of them was written.
    unsafe { out.set_len(batch * to_len) };
    out
}
