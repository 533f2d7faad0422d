//! Gradients of weight and bias.
//!
//! The weight gradient is a sum of outer products over all pixels. One of its two sides, either the
//! output channels or the input's planes, becomes vectors; the other side's values are multiplied one by
//! one. Threads share the *results*, so the order of every sum is the same however many there are.

use std::ops::Range;

use rayon::prelude::*;

use super::lanes::{Isa, LANES};
use super::outer::{self, MOST_SCALARS, Outer, Pixels};
use super::planes;
use super::scratch::Scratch;
use super::shape::{ConvShape, Planes};
use super::tiny;
use super::transpose::{Panels, transpose, turn};

/// Pixels of a strip, in one sample or in several: few enough for its vectors to stay in the first-level
/// cache.
const STRIP: usize = 192;

/// Which side becomes vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Output channels; the other side is every tap of every plane.
    Outputs,
    /// The input's planes; the other side is the output channels, for each tap.
    Planes,
}

/// What the tasks of a weight gradient share.
struct Job<'a> {
    isa: Isa,
    shape: &'a ConvShape,
    planes: Planes,
    side: Side,
    panels: Panels,
    /// Where in the planes or in the gradient of the output the series of scalars begin.
    series: Vec<usize>,
}

/// The gradient of the weight, `[outputs, inputs, kernel, kernel]`, from the input and the gradient of
/// the output.
pub(super) fn weight_gradient(isa: Isa, shape: &ConvShape, x: &[f32], gradient: &[f32]) -> Vec<f32> {
    if tiny::suits(shape) {
        return tiny::weight_gradient(shape, x, gradient);
    }
    let planes = shape.in_planes();
    let filled = |channels: usize| channels as f32 / channels.next_multiple_of(LANES) as f32;
    let side = if filled(shape.outputs) * 1.1 > filled(planes.channels) { Side::Outputs } else { Side::Planes };
    let vectors = match side {
        Side::Outputs => shape.outputs,
        Side::Planes => planes.channels,
    };
    let series = match side {
        Side::Outputs => (0..planes.channels)
            .flat_map(|channel| planes.taps().map(move |tap| channel * planes.plane + tap))
            .collect(),
        Side::Planes => (0..shape.outputs).map(|output| output * planes.pixels()).collect(),
    };
    let isa = isa.filled_by(vectors);
    let panels = Panels::new(vectors, isa.lanes());
    let job = Job { isa, shape, planes, side, panels, series };
    let tasks = rayon::current_num_threads().min(job.series.len());
    let task = |at: usize| {
        let range = at * job.series.len() / tasks..(at + 1) * job.series.len() / tasks;
        (range.clone(), job.sums(range, x, gradient))
    };
    let parts: Vec<_> = if tasks > 1 { (0..tasks).into_par_iter().map(task).collect() } else { vec![task(0)] };
    let mut out = vec![0.0; shape.weight_len()];
    for (range, sums) in parts {
        job.unpack(range, &sums, &mut out);
    }
    out
}

impl Job<'_> {
    /// Sums a range of scalars over all samples: `[scalar][vector][lane]`, or with the planes as vectors
    /// `[tap][scalar][vector][lane]`.
    fn sums(&self, range: Range<usize>, x: &[f32], gradient: &[f32]) -> Scratch {
        let taps = if self.side == Side::Planes { self.planes.taps().count() } else { 1 };
        let mut sums = Scratch::zeros(taps * range.len() * self.panels.width());
        // Samples that together make a strip.
        let group = (STRIP / self.planes.pixels()).clamp(1, self.shape.batch);
        let mut planes = Scratch::take(group * self.planes.len());
        for (x, gradient) in x.chunks(group * self.shape.in_len()).zip(gradient.chunks(group * self.shape.out_len())) {
            let group = x.len() / self.shape.in_len();
            for (x, planes) in x.chunks_exact(self.shape.in_len()).zip(planes.chunks_exact_mut(self.planes.len())) {
                planes::fill_input(self.isa, self.shape, &self.planes, x, planes);
            }
            match self.side {
                Side::Outputs => self.add_outputs(range.clone(), group, &planes, gradient, &mut sums),
                Side::Planes => self.add_planes(range.clone(), group, &planes, gradient, &mut sums),
            }
        }
        sums
    }

    /// The strips of a map, as ranges of rows.
    fn strips(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (rows, strip) = (self.planes.rows, (STRIP / self.planes.columns).max(1));
        (0..rows).step_by(strip).map(move |first| first..rows.min(first + strip))
    }

    /// Adds some samples, output channels as vectors.
    fn add_outputs(&self, range: Range<usize>, samples: usize, planes: &[f32], gradient: &[f32], sums: &mut [f32]) {
        let Planes { row, columns, .. } = self.planes;
        let width = self.panels.width();
        let most = self.strips().map(|rows| rows.len()).max().unwrap_or(0);
        let mut turned = Scratch::take(samples * most * columns * width);
        for rows in self.strips() {
            let strip = rows.len() * columns;
            for (gradient, turned) in
                gradient.chunks_exact(self.shape.out_len()).zip(turned.chunks_exact_mut(strip * width))
            {
                let from = &gradient[rows.start * columns..];
                transpose(self.isa, &self.panels, from, self.planes.pixels(), strip, turned);
            }
            for (first, vectors) in self.panels.iter() {
                let (first, values) = (first * self.panels.lanes, vectors * self.panels.lanes);
                self.add(
                    &planes[rows.start * row..],
                    &turned[first * strip..],
                    Pixels {
                        samples,
                        rows: rows.len(),
                        columns,
                        scalar_sample: self.planes.len(),
                        scalar_row: row,
                        vector_sample: strip * width,
                        vector_row: columns * values,
                    },
                    vectors,
                    &self.series[range.clone()],
                    &mut sums[first..],
                );
            }
        }
    }

    /// Adds some samples, planes as vectors.
    fn add_planes(&self, range: Range<usize>, samples: usize, planes: &[f32], gradient: &[f32], sums: &mut [f32]) {
        let Planes { row, plane, columns, .. } = self.planes;
        let width = self.panels.width();
        let mut turned = Scratch::take(samples * plane * width);
        for (planes, turned) in planes.chunks_exact(self.planes.len()).zip(turned.chunks_exact_mut(plane * width)) {
            transpose(self.isa, &self.panels, planes, plane, plane, turned);
        }
        for rows in self.strips() {
            for (first, vectors) in self.panels.iter() {
                let (first, values) = (first * self.panels.lanes, vectors * self.panels.lanes);
                for (at, tap) in self.planes.taps().enumerate() {
                    let pixel = rows.start * row + tap;
                    self.add(
                        &gradient[rows.start * columns..],
                        &turned[first * plane + pixel * values..],
                        Pixels {
                            samples,
                            rows: rows.len(),
                            columns,
                            scalar_sample: self.shape.out_len(),
                            scalar_row: columns,
                            vector_sample: plane * width,
                            vector_row: row * values,
                        },
                        vectors,
                        &self.series[range.clone()],
                        &mut sums[at * range.len() * width + first..],
                    );
                }
            }
        }
    }

    /// Adds a strip's products with one panel to the sums of all series.
    fn add(&self, scalars: &[f32], values: &[f32], pixels: Pixels, vectors: usize, series: &[usize], sums: &mut [f32]) {
        let (sums_row, width) = (self.panels.width(), vectors * self.panels.lanes);
        assert!(pixels.vector_reach(width) <= values.len());
        assert!((series.len() - 1) * sums_row + width <= sums.len());
        let farthest = series.iter().max().expect("at least one series");
        assert!(farthest + pixels.scalar_reach() <= scalars.len());
        let most = outer::scalars(self.isa, vectors);
        for (at, series) in series.chunks(most).enumerate() {
            let mut starts = [0; MOST_SCALARS];
            starts[..series.len()].copy_from_slice(series);
            let tile = Outer {
                scalars: scalars.as_ptr(),
                series: starts,
                vectors: values.as_ptr(),
                pixels,
                sums: sums[at * most * sums_row..].as_mut_ptr(),
                sums_row,
            };
            let function = outer::select(self.isa, series.len(), vectors);
            // SAFETY: the farthest value of every slice was checked to be inside, and the function was
            // selected for instructions that the processor has.
            unsafe { function(&tile) };
        }
    }

    /// Puts a range of sums where they belong in the weight's gradient.
    fn unpack(&self, range: Range<usize>, sums: &[f32], out: &mut [f32]) {
        let taps = self.shape.forward_taps();
        let width = self.panels.width();
        let per_source = taps.offsets.len();
        match self.side {
            Side::Outputs => {
                if taps.in_order() {
                    let whole = range.len() / LANES * LANES;
                    for at in (0..whole).step_by(LANES) {
                        let to = &mut out[range.start + at..];
                        turn(self.isa, &sums[at * width..], width, self.shape.outputs, to, taps.result);
                    }
                    for (place, sums) in range.zip(sums.chunks_exact(width)).skip(whole) {
                        out[place..].iter_mut().step_by(taps.result).zip(sums).for_each(|(out, sum)| *out = *sum);
                    }
                    return;
                }
                // A few scalars for all outputs at a time: the strides both ways are long.
                const BLOCK: usize = 16;
                let places: Vec<usize> =
                    range.map(|at| at / per_source * taps.source + taps.offsets[at % per_source]).collect();
                for (places, sums) in places.chunks(BLOCK).zip(sums.chunks(BLOCK * width)) {
                    for (output, out) in out.chunks_exact_mut(taps.result).enumerate() {
                        for (place, sums) in places.iter().zip(sums.chunks_exact(width)) {
                            out[*place] = sums[output];
                        }
                    }
                }
            }
            Side::Planes => {
                let kernel = self.planes.kernel.pow(2);
                for (tap, sums) in sums.chunks_exact(range.len() * width).enumerate() {
                    for (output, sums) in range.clone().zip(sums.chunks_exact(width)) {
                        for (channel, sum) in sums[..self.planes.channels].iter().enumerate() {
                            let at = channel * kernel + tap;
                            let to = at / per_source * taps.source + taps.offsets[at % per_source];
                            out[output * taps.result + to] = *sum;
                        }
                    }
                }
            }
        }
    }
}

/// The gradient of the bias, `[outputs]`, from the gradient of the output.
pub(super) fn bias_gradient(shape: &ConvShape, gradient: &[f32]) -> Vec<f32> {
    const PARTS: usize = 32;
    let [rows, columns] = shape.out_size();
    let mut out = vec![0.0; shape.outputs];
    for sample in gradient.chunks_exact(shape.out_len()) {
        for (out, plane) in out.iter_mut().zip(sample.chunks_exact(rows * columns)) {
            let mut sums = [0.0f32; PARTS];
            let (whole, rest) = plane.as_chunks::<PARTS>();
            for values in whole {
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += value;
                }
            }
            *out += sums.iter().sum::<f32>() + rest.iter().sum::<f32>();
        }
    }
    out
}
