//! Convolution of one sample's planes, tile after tile.

use std::mem::MaybeUninit;

use super::lanes::Isa;
use super::pack::{Block, Packed};
use super::shape::{Planes, Taps};
use super::tile::{self, MOST_CHANNELS, MOST_VALUES, MOST_VECTORS, Tile, TileFn};

/// How the pixels of a map are cut into vectors.
#[derive(Clone, Copy)]
struct Vectors {
    lanes: usize,
    columns: usize,
    /// Half of a vector are pixels of a row and half those of the next, for maps half as wide as it.
    paired: bool,
    per_row: usize,
    count: usize,
}

impl Vectors {
    /// The instructions that suit the planes, among these and the lesser ones, and vectors for them.
    fn new(isa: Isa, planes: &Planes) -> (Isa, Self) {
        let pairs = |isa: Isa| 2 * planes.columns == isa.lanes() && planes.rows.is_multiple_of(2) && planes.kernel > 1;
        let isa = if pairs(isa) { isa } else { isa.filled_by(planes.columns) };
        let (lanes, paired) = (isa.lanes(), pairs(isa));
        let per_row = planes.columns.div_ceil(lanes);
        let vectors = Self {
            lanes,
            columns: planes.columns,
            paired,
            per_row,
            count: if paired { planes.rows / 2 } else { planes.rows * per_row },
        };
        (isa, vectors)
    }

    /// Whether every lane of every vector is a pixel.
    fn whole(&self) -> bool {
        self.paired || self.columns.is_multiple_of(self.lanes)
    }

    /// Row and column of a vector's first pixel.
    fn at(&self, vector: usize) -> (usize, usize) {
        if self.paired { (2 * vector, 0) } else { (vector / self.per_row, vector % self.per_row * self.lanes) }
    }
}

/// A convolution over planes, ready for any number of samples.
pub(super) struct Direct<'a> {
    planes: Planes,
    packed: Packed,
    /// One value per result channel.
    bias: &'a [f32],
    vectors: Vectors,
    per_tile: usize,
    /// From a pixel to those that its result is made of.
    taps: Vec<usize>,
    /// The tile function for each number of channels less one.
    tiles: [Option<TileFn>; MOST_CHANNELS],
}

impl<'a> Direct<'a> {
    /// A convolution of `sources` channels by `weights`, which lie as `taps` say, with a bias for each result.
    pub(super) fn new(isa: Isa, planes: Planes, sources: usize, taps: &Taps, weights: &[f32], bias: &'a [f32]) -> Self {
        let planes = planes.flattened();
        let (isa, vectors) = Vectors::new(isa, &planes);
        let packed = Packed::new(isa, bias.len(), sources, taps, weights, tile::channels(isa));
        let per_tile = tile::vectors(bias.len());
        let mut tiles = [None; MOST_CHANNELS];
        for block in 0..packed.len() {
            let channels = packed.block(block).channels;
            tiles[channels - 1] = Some(tile::select(isa, channels, per_tile, vectors.paired));
        }
        let taps = planes.taps().collect();
        Self { planes, packed, bias, vectors, per_tile, taps, tiles }
    }

    /// Every tile of every block of so many samples, as sample, vectors (the last tile may name its last
    /// vector more than once) and block.
    ///
    /// A single sample's pixels stay in the cache while its blocks take turns; the weights of a block
    /// stay there while several samples do.
    fn each(&self, samples: usize, mut each: impl FnMut(usize, &[usize], usize)) {
        let (count, per_tile) = (self.vectors.count, self.per_tile);
        let tile = |first: usize| -> [usize; MOST_VECTORS] { std::array::from_fn(|n| (first + n).min(count - 1)) };
        let starts = || (0..count).step_by(per_tile);
        if samples == 1 {
            for first in starts() {
                for block in 0..self.packed.len() {
                    each(0, &tile(first)[..per_tile], block);
                }
            }
        } else {
            for block in 0..self.packed.len() {
                for sample in 0..samples {
                    for first in starts() {
                        each(sample, &tile(first)[..per_tile], block);
                    }
                }
            }
        }
    }

    /// Convolves samples, the planes of each after those of the one before and moved by `offset`, into
    /// `out`: `[sample][channel][row][column]` without padding, all of it.
    pub(super) fn run(&self, planes: &[f32], offset: usize, out: &mut [MaybeUninit<f32>]) {
        let (pixels, columns) = (self.planes.pixels(), self.planes.columns);
        let sample_len = self.bias.len() * pixels;
        let samples = out.len() / sample_len;
        assert_eq!(out.len(), samples * sample_len);
        let lanes = self.vectors.lanes;
        let mut edge = [0.0; MOST_VALUES];
        self.each(samples, |sample, vectors, block| {
            let block = self.packed.block(block);
            let from = &planes[sample * self.planes.len() + offset..];
            let out = &mut out[sample * sample_len + block.first * pixels..][..block.channels * pixels];
            let mut reads = [0; MOST_VECTORS];
            let mut places = [0; MOST_VECTORS];
            for (n, &vector) in vectors.iter().enumerate() {
                let (y, x) = self.vectors.at(vector);
                reads[n] = y * self.planes.row + x;
                places[n] = y * columns + x;
            }
            if self.vectors.whole() {
                // SAFETY: a whole vector lies inside its channel, and `out` has all the channels of
                // the block.
                unsafe { self.tile(from, reads, block, out.as_mut_ptr().cast(), pixels, places) };
                return;
            }
            let edge_places = std::array::from_fn(|n| n * lanes);
            let channel = self.per_tile * lanes;
            // SAFETY: `edge` has room for the largest tile.
            unsafe { self.tile(from, reads, block, edge.as_mut_ptr(), channel, edge_places) };
            for (edge, out) in edge.chunks_exact(channel).zip(out.chunks_exact_mut(pixels)) {
                for ((edge, &place), &vector) in edge.chunks_exact(lanes).zip(&places).zip(vectors) {
                    let (_, x) = self.vectors.at(vector);
                    let valid = lanes.min(columns - x);
                    out[place..place + valid].write_copy_of_slice(&edge[..valid]);
                }
            }
        });
    }

    /// Computes a tile of a block: vector `n` of the block's channel `m` goes to
    /// `out + m * out_plane + places[n]`.
    ///
    /// # Safety
    /// As many values as a vector has lanes must be writable at each of these places.
    unsafe fn tile(
        &self,
        planes: &[f32],
        pixels: [usize; MOST_VECTORS],
        block: Block<'_>,
        out: *mut f32,
        out_plane: usize,
        places: [usize; MOST_VECTORS],
    ) {
        let Planes { row, plane, channels, kernel, .. } = self.planes;
        // The farthest a vector reads: its last tap in the last plane, one row on if it is paired.
        let reach = (channels - 1) * plane
            + (kernel - 1) * (row + 1)
            + if self.vectors.paired { row + self.vectors.lanes / 2 } else { self.vectors.lanes };
        assert!(pixels.iter().all(|pixel| pixel + reach <= planes.len()));
        assert_eq!(block.weights.len(), channels * self.taps.len() * block.channels);
        let tile = Tile {
            planes: planes.as_ptr(),
            pixels,
            channels,
            plane,
            row,
            taps: self.taps.as_ptr(),
            taps_len: self.taps.len(),
            weights: block.weights.as_ptr(),
            bias: self.bias[block.first..block.first + block.channels].as_ptr(),
            out,
            out_plane,
            out_pixels: places,
        };
        let function = self.tiles[block.channels - 1].expect("a function for every block");
        // SAFETY: reads were checked above, writes are the caller's promise, and the function was
        // selected for instructions that the processor has.
        unsafe { function(&tile) }
    }
}
