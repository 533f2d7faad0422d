//! Forward pass and input gradient, sample by sample.

use std::mem::MaybeUninit;

use rayon::prelude::*;

use super::direct::Direct;
use super::lanes::Isa;
use super::phases;
use super::planes;
use super::scratch::{Scratch, uninit, written};
use super::shape::ConvShape;
use super::tiny;

/// `[batch, outputs, rows, columns]` from `x` `[batch, inputs, height, width]`, `weight`
/// `[outputs, inputs, kernel, kernel]` and `bias` `[outputs]`.
pub(super) fn forward(isa: Isa, shape: &ConvShape, x: &[f32], weight: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
    if tiny::suits(shape) {
        return tiny::forward(shape, x, weight, bias);
    }
    let planes = shape.in_planes();
    let zeros;
    let bias = match bias {
        Some(bias) => bias,
        None => {
            zeros = Scratch::zeros(shape.outputs);
            &zeros
        }
    };
    assert_eq!(bias.len(), shape.outputs);
    let direct = Direct::new(isa, planes, shape.inputs, &shape.forward_taps(), weight, bias);
    let sizes = Sizes { from: shape.in_len(), planes: planes.len(), to: shape.out_len() };
    by_group(x, shape.batch, sizes, |from, to| {
        let mut filled = Scratch::take(from.len() / sizes.from * sizes.planes);
        for (from, filled) in from.chunks_exact(sizes.from).zip(filled.chunks_exact_mut(sizes.planes)) {
            planes::fill_input(isa, shape, &planes, from, filled);
        }
        direct.run(&filled, 0, to);
    })
}

/// The gradient of `x`, from the gradient of the output and the weight.
pub(super) fn input_gradient(isa: Isa, shape: &ConvShape, gradient: &[f32], weight: &[f32]) -> Vec<f32> {
    if tiny::suits(shape) {
        return tiny::input_gradient(shape, gradient, weight);
    }
    let planes = shape.grad_planes();
    let zeros = Scratch::zeros(shape.inputs);
    let directs: Vec<_> = shape
        .grad_phases()
        .map(|phase| Direct::new(isa, planes, shape.outputs, &shape.grad_taps(phase), weight, &zeros))
        .collect();
    let sizes = Sizes { from: shape.out_len(), planes: planes.len(), to: shape.in_len() };
    by_group(gradient, shape.batch, sizes, |from, to| {
        let mut filled = Scratch::take(from.len() / sizes.from * sizes.planes);
        for (from, filled) in from.chunks_exact(sizes.from).zip(filled.chunks_exact_mut(sizes.planes)) {
            planes::fill_gradient(shape, &planes, from, filled);
        }
        if let [direct] = directs.as_slice() {
            direct.run(&filled, 0, to);
            return;
        }
        // Phase by phase: each row of the input is two of these rows in turn.
        let channels = from.len() / sizes.from * shape.inputs;
        let part = channels * planes.pixels();
        let mut parts = Scratch::take(4 * part);
        for ((direct, [p, q]), part) in directs.iter().zip(shape.grad_phases()).zip(parts.chunks_exact_mut(part)) {
            direct.run(&filled, p * planes.row + q, uninit(part));
        }
        for (at, to) in to.chunks_exact_mut(shape.width).enumerate() {
            let (channel, y) = (at / shape.height, at % shape.height);
            let row = (channel * planes.rows + y / 2) * planes.columns;
            let even = &parts[2 * (y % 2) * part + row..][..planes.columns];
            let odd = &parts[(2 * (y % 2) + 1) * part + row..][..planes.columns];
            phases::join(isa, even, odd, to);
        }
    })
}

/// Values of a sample: of what is read, of its planes, of what is written.
#[derive(Clone, Copy)]
struct Sizes {
    from: usize,
    planes: usize,
    to: usize,
}

/// Planes of the samples that are worked on together, at most, unless one has more by itself.
const GROUP: usize = 1 << 15;

/// Makes `batch` samples out of as many, some at a time; `each` must write all it gets.
fn by_group(
    from: &[f32],
    batch: usize,
    sizes: Sizes,
    each: impl Fn(&[f32], &mut [MaybeUninit<f32>]) + Sync,
) -> Vec<f32> {
    assert_eq!(from.len(), batch * sizes.from);
    let threads = rayon::current_num_threads();
    let group = (GROUP / sizes.planes).clamp(1, batch.div_ceil(threads));
    let fill = |to: &mut [MaybeUninit<f32>]| {
        if threads > 1 {
            from.par_chunks(group * sizes.from)
                .zip(to.par_chunks_mut(group * sizes.to))
                .for_each(|(from, to)| each(from, to));
        } else {
            for (from, to) in from.chunks(group * sizes.from).zip(to.chunks_mut(group * sizes.to)) {
                each(from, to);
            }
        }
    };
    // SAFETY: the samples are the whole of the length, and every one of them is written.
    unsafe { written(batch * sizes.to, fill) }
}
