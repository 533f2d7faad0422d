//! Gradients of weight and bias.
//!
//! The weight gradient is a sum of outer products over all pixels. One of its two sides, either the
//! output channels or the input's planes, becomes vectors; the other side's values are multiplied one by
//! one. Threads share the *results*, so the order of every sum is the same however many there are.

use std::ops::Range;

use rayon::prelude::*;

use super::lanes::{Isa, LANES};
use super::outer::{self, MOST_SCALARS, Outer};
use super::planes;
use super::scratch::Scratch;
use super::shape::{ConvShape, Planes};
use super::transpose::{Panels, transpose};

/// Pixels of a strip: few enough for its vectors to stay in the first-level cache.
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
}

/// The gradient of the weight, `[outputs, inputs, kernel, kernel]`, from the input and the gradient of
/// the output.
pub(super) fn weight_gradient(isa: Isa, shape: &ConvShape, x: &[f32], gradient: &[f32]) -> Vec<f32> {
    let planes = shape.in_planes();
    let filled = |channels: usize| channels as f32 / channels.next_multiple_of(LANES) as f32;
    let side = if filled(shape.outputs) * 1.1 > filled(planes.channels) {
        Side::Outputs
    } else {
        Side::Planes
    };
    let vectors = match side {
        Side::Outputs => shape.outputs,
        Side::Planes => planes.channels,
    };
    let job = Job { isa, shape, planes, side, panels: Panels::new(vectors) };
    let tasks = rayon::current_num_threads().min(job.scalars());
    let task = |at: usize| {
        let range = at * job.scalars() / tasks..(at + 1) * job.scalars() / tasks;
        (range.clone(), job.sums(range, x, gradient))
    };
    let mut out = vec![0.0; shape.weight_len()];
    if tasks > 1 {
        let parts: Vec<_> = (0..tasks).into_par_iter().map(task).collect();
        for (range, sums) in parts {
            job.unpack(range, &sums, &mut out);
        }
    } else {
        let (range, sums) = task(0);
        job.unpack(range, &sums, &mut out);
    }
    out
}

impl Job<'_> {
    /// Length of the side that is multiplied one by one.
    fn scalars(&self) -> usize {
        match self.side {
            Side::Outputs => self.planes.channels * self.planes.kernel.pow(2),
            Side::Planes => self.shape.outputs,
        }
    }

    /// Sums a range of scalars over all samples: `[scalar][vector][lane]`, or with the planes as vectors
    /// `[tap][scalar][vector][lane]`.
    fn sums(&self, range: Range<usize>, x: &[f32], gradient: &[f32]) -> Scratch {
        let taps = if self.side == Side::Planes { self.planes.kernel.pow(2) } else { 1 };
        let mut sums = Scratch::zeros(taps * range.len() * self.panels.vectors() * LANES);
        let mut planes = Scratch::take(self.planes.len());
        for (x, gradient) in x
            .chunks_exact(self.shape.in_len())
            .zip(gradient.chunks_exact(self.shape.out_len()))
        {
            planes::fill_input(self.shape, &self.planes, x, &mut planes);
            match self.side {
                Side::Outputs => self.add_outputs(range.clone(), &planes, gradient, &mut sums),
                Side::Planes => self.add_planes(range.clone(), &planes, gradient, &mut sums),
            }
        }
        sums
    }

    /// The strips of a map, as ranges of rows.
    fn strips(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (rows, strip) = (self.planes.rows, (STRIP / self.planes.columns).max(1));
        (0..rows).step_by(strip).map(move |first| first..rows.min(first + strip))
    }

    /// Adds a sample, output channels as vectors.
    fn add_outputs(&self, range: Range<usize>, planes: &[f32], gradient: &[f32], sums: &mut [f32]) {
        let Planes { kernel, row, plane, columns, .. } = self.planes;
        let width = self.panels.vectors() * LANES;
        let series = |at: usize| {
            let (channel, tap) = (at / (kernel * kernel), at % (kernel * kernel));
            channel * plane + tap / kernel * row + tap % kernel
        };
        let mut turned = Scratch::take(STRIP.max(columns) * width);
        for rows in self.strips() {
            let pixels = rows.len() * columns;
            let from = &gradient[rows.start * columns..];
            transpose(self.isa, &self.panels, from, self.planes.pixels(), pixels, &mut turned);
            for (first, vectors) in self.panels.iter() {
                self.add(
                    &Strip {
                        scalars: &planes[rows.start * row..],
                        scalar_row: row,
                        vectors: &turned[first * LANES * pixels..(first + vectors) * LANES * pixels],
                        vector_row: columns * vectors * LANES,
                        rows: rows.len(),
                    },
                    vectors,
                    range.clone().map(series),
                    &mut sums[first * LANES..],
                );
            }
        }
    }

    /// Adds a sample, planes as vectors.
    fn add_planes(&self, range: Range<usize>, planes: &[f32], gradient: &[f32], sums: &mut [f32]) {
        let Planes { kernel, row, plane, columns, .. } = self.planes;
        let width = self.panels.vectors() * LANES;
        let pixels = self.planes.pixels();
        let mut turned = Scratch::take(plane * width);
        transpose(self.isa, &self.panels, planes, plane, plane, &mut turned);
        for rows in self.strips() {
            for (first, vectors) in self.panels.iter() {
                let turned = &turned[first * LANES * plane..(first + vectors) * LANES * plane];
                for tap in 0..kernel * kernel {
                    let pixel = (rows.start + tap / kernel) * row + tap % kernel;
                    self.add(
                        &Strip {
                            scalars: &gradient[rows.start * columns..],
                            scalar_row: columns,
                            vectors: &turned[pixel * vectors * LANES..],
                            vector_row: row * vectors * LANES,
                            rows: rows.len(),
                        },
                        vectors,
                        range.clone().map(|output| output * pixels),
                        &mut sums[tap * range.len() * width + first * LANES..],
                    );
                }
            }
        }
    }

    /// Adds a strip's products with one panel to the sums of all series.
    fn add(
        &self,
        strip: &Strip<'_>,
        vectors: usize,
        mut series: impl ExactSizeIterator<Item = usize>,
        sums: &mut [f32],
    ) {
        let sums_row = self.panels.vectors() * LANES;
        let columns = self.planes.columns;
        let last = (strip.rows - 1) * strip.vector_row + columns * vectors * LANES;
        assert!(last <= strip.vectors.len());
        assert!((series.len() - 1) * sums_row + vectors * LANES <= sums.len());
        let most = outer::scalars(vectors);
        let mut function = outer::select(self.isa, most, vectors);
        let mut done = 0;
        while series.len() > 0 {
            let count = most.min(series.len());
            if count < most {
                function = outer::select(self.isa, count, vectors);
            }
            let mut starts = [0; MOST_SCALARS];
            for (start, series) in starts.iter_mut().zip(series.by_ref().take(count)) {
                assert!(series + (strip.rows - 1) * strip.scalar_row + columns <= strip.scalars.len());
                *start = series;
            }
            let tile = Outer {
                scalars: strip.scalars.as_ptr(),
                series: starts,
                scalar_row: strip.scalar_row,
                vectors: strip.vectors.as_ptr(),
                vector_row: strip.vector_row,
                rows: strip.rows,
                columns,
                sums: sums[done * sums_row..].as_mut_ptr(),
                sums_row,
            };
            // SAFETY: the last value of every slice was checked to be inside, and the function was
            // selected for instructions that the processor has.
            unsafe { function(&tile) };
            done += count;
        }
    }

    /// Puts a range of sums where they belong in the weight's gradient.
    fn unpack(&self, range: Range<usize>, sums: &[f32], out: &mut [f32]) {
        let taps = self.shape.forward_taps();
        let width = self.panels.vectors() * LANES;
        let per_source = taps.offsets.len();
        match self.side {
            Side::Outputs => {
                for (scalar, sums) in range.zip(sums.chunks_exact(width)) {
                    let to = scalar / per_source * taps.source + taps.offsets[scalar % per_source];
                    for (output, sum) in sums[..self.shape.outputs].iter().enumerate() {
                        out[output * taps.result + to] = *sum;
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

/// The pixels of some rows of a sample, from both sides.
struct Strip<'a> {
    scalars: &'a [f32],
    scalar_row: usize,
    vectors: &'a [f32],
    vector_row: usize,
    rows: usize,
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
