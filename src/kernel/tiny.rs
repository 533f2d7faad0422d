//! Maps of a few pixels, where weights are many times as many as what they are multiplied with: to put them in the order of
//! tiles would take longer than to use them. What a kernel sees is written down for each of its places instead (Chellapilla
//! et al., "High Performance Convolutional Neural Networks for Document Processing", 2006), all samples side by side, so that
//! weights are a matrix as they are.

use std::mem::MaybeUninit;

use super::product::{Matrix, product};
use super::scratch::{Scratch, uninit, written};
use super::shape::ConvShape;

/// Results of a channel, at most.
const MOST_PIXELS: usize = 16;

/// Whether the results are so few.
pub(super) fn suits(shape: &ConvShape) -> bool {
    let [rows, columns] = shape.out_size();
    rows * columns <= MOST_PIXELS
}

/// As [`super::forward::forward`].
pub(super) fn forward(shape: &ConvShape, x: &[f32], weight: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
    let seen = Seen::new(shape);
    let mut results = Scratch::take(shape.outputs * seen.width);
    if let Some(bias) = bias {
        assert_eq!(bias.len(), shape.outputs);
        results.chunks_exact_mut(seen.width).zip(bias).for_each(|(results, bias)| results.fill(*bias));
    }
    let values = seen.gather(x);
    let to = (uninit(&mut results), seen.width, bias.is_some());
    let size = [shape.outputs, seen.depth, seen.width];
    // SAFETY: memory from `Scratch` is initialised.
    unsafe { product(to, size, Matrix::new(weight, seen.depth), Matrix::new(&values, seen.width), 1.0) };
    let fill = |out: &mut [MaybeUninit<f32>]| {
        seen.places(|place, by_output| {
            out[place.clone()].write_copy_of_slice(&results[by_output..][..place.len()]);
        });
    };
    // SAFETY: the places of all channels of all samples are all of it.
    unsafe { written(shape.batch * shape.out_len(), fill) }
}

/// As [`super::forward::input_gradient`].
pub(super) fn input_gradient(shape: &ConvShape, gradient: &[f32], weight: &[f32]) -> Vec<f32> {
    let seen = Seen::new(shape);
    let gradient = seen.by_output(gradient);
    let mut values = Scratch::take(seen.depth * seen.width);
    let size = [seen.depth, shape.outputs, seen.width];
    let (turned, gradient) = (Matrix::new(weight, seen.depth).turned(), Matrix::new(&gradient, seen.width));
    // SAFETY: nothing is added to.
    unsafe { product((uninit(&mut values), seen.width, false), size, turned, gradient, 1.0) };
    let mut out = vec![0.0; shape.batch * shape.in_len()];
    seen.each(|from, at| {
        if let Some(from) = from {
            out[from] += values[at];
        }
    });
    out
}

/// As [`super::weight_grad::weight_gradient`].
pub(super) fn weight_gradient(shape: &ConvShape, x: &[f32], gradient: &[f32]) -> Vec<f32> {
    let seen = Seen::new(shape);
    let (values, gradient) = (seen.gather(x), seen.by_output(gradient));
    let size = [shape.outputs, seen.width, seen.depth];
    let (gradient, turned) = (Matrix::new(&gradient, seen.width), Matrix::new(&values, seen.width).turned());
    // SAFETY: nothing is added to, and the product writes all of it.
    unsafe { written(shape.weight_len(), |out| product((out, seen.depth, false), size, gradient, turned, 1.0)) }
}

/// What is seen: a row for each channel and place in the kernel, in which is every pixel of the result of every sample.
struct Seen<'a> {
    shape: &'a ConvShape,
    /// Rows.
    depth: usize,
    /// Values of a row.
    width: usize,
    /// Pixels of a result.
    pixels: usize,
    /// For each place in the kernel and pixel of the result the pixel of the input, unless it is outside.
    from: Vec<Option<usize>>,
}

impl<'a> Seen<'a> {
    fn new(shape: &'a ConvShape) -> Self {
        let (kernel, [rows, columns]) = (shape.kind.kernel(), shape.out_size());
        let (stride, padding) = (shape.kind.stride(), shape.kind.padding());
        let inside = |at: usize, end: usize| at.checked_sub(padding).filter(|at| *at < end);
        let from = |at: usize| {
            let (place, pixel) = (at / (rows * columns), at % (rows * columns));
            let y = inside(pixel / columns * stride + place / kernel, shape.height)?;
            let x = inside(pixel % columns * stride + place % kernel, shape.width)?;
            Some(y * shape.width + x)
        };
        let pixels = rows * columns;
        Self {
            shape,
            depth: shape.inputs * kernel * kernel,
            width: shape.batch * pixels,
            pixels,
            from: (0..kernel * kernel * pixels).map(from).collect(),
        }
    }

    /// Everything that is seen, row by row: where in the input, and where in the rows.
    fn each(&self, mut each: impl FnMut(Option<usize>, usize)) {
        let plane = self.shape.height * self.shape.width;
        let mut at = 0;
        for channel in 0..self.shape.inputs {
            for place in self.from.chunks_exact(self.pixels) {
                for sample in 0..self.shape.batch {
                    let first = (sample * self.shape.inputs + channel) * plane;
                    for from in place {
                        each(from.map(|from| first + from), at);
                        at += 1;
                    }
                }
            }
        }
    }

    fn gather(&self, x: &[f32]) -> Scratch {
        let mut values = Scratch::take(self.depth * self.width);
        self.each(|from, at| values[at] = from.map_or(0.0, |from| x[from]));
        values
    }

    /// The pixels of each sample's channels, and where they are if channels come before samples.
    fn places(&self, mut each: impl FnMut(std::ops::Range<usize>, usize)) {
        for sample in 0..self.shape.batch {
            for output in 0..self.shape.outputs {
                let first = (sample * self.shape.outputs + output) * self.pixels;
                each(first..first + self.pixels, output * self.width + sample * self.pixels);
            }
        }
    }

    /// Values of results, channels before samples.
    fn by_output(&self, results: &[f32]) -> Scratch {
        let mut turned = Scratch::take(results.len());
        self.places(|place, at| turned[at..at + place.len()].copy_from_slice(&results[place]));
        turned
    }
}
