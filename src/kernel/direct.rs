//! Convolution of one sample's planes, tile after tile.

use std::mem::MaybeUninit;

use super::lanes::{Isa, LANES};
use super::pack::{Block, Packed};
use super::shape::Planes;
use super::tile::{self, MOST_CHANNELS, MOST_VALUES, MOST_VECTORS, Tile, TileFn};

/// How the pixels of a map are cut into vectors.
#[derive(Clone, Copy)]
struct Vectors {
    columns: usize,
    /// Four pixels of a row and four of the next to a vector, for maps four wide.
    paired: bool,
    per_row: usize,
    count: usize,
}

/// Lanes of a vector that belong to one row.
#[derive(Clone, Copy)]
struct Run {
    lane: usize,
    y: usize,
    x: usize,
    len: usize,
}

impl Vectors {
    fn new(planes: &Planes) -> Self {
        let paired = planes.columns == 4 && planes.rows.is_multiple_of(2) && planes.kernel > 1;
        let per_row = planes.columns.div_ceil(LANES);
        Self {
            columns: planes.columns,
            paired,
            per_row,
            count: if paired { planes.rows / 2 } else { planes.rows * per_row },
        }
    }

    /// Whether every lane of every vector is a pixel.
    fn whole(&self) -> bool {
        self.paired || self.columns.is_multiple_of(LANES)
    }

    /// Row and column of a vector's first pixel.
    fn at(&self, vector: usize) -> (usize, usize) {
        if self.paired {
            (2 * vector, 0)
        } else {
            (vector / self.per_row, vector % self.per_row * LANES)
        }
    }

    /// The pixels of a vector, row by row.
    fn runs(&self, vector: usize) -> impl Iterator<Item = Run> + use<> {
        let (y, x) = self.at(vector);
        let (rows, len) = if self.paired { (2, 4) } else { (1, LANES.min(self.columns - x)) };
        (0..rows).map(move |row| Run { lane: row * len, y: y + row, x, len })
    }
}

/// Where in a plane each vector of a tile begins, checked to be inside.
#[derive(Clone, Copy)]
struct Reads([usize; MOST_VECTORS]);

/// The result of a tile that does not go straight to its place: `[channel][vector][lane]`.
type Edge = [f32; MOST_VALUES];

/// A convolution over planes, ready for any number of samples.
pub(super) struct Direct<'a> {
    planes: Planes,
    packed: &'a Packed,
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
    pub(super) fn new(isa: Isa, planes: Planes, packed: &'a Packed, bias: &'a [f32]) -> Self {
        let planes = planes.flattened();
        let vectors = Vectors::new(&planes);
        let per_tile = tile::vectors(bias.len());
        let mut tiles = [None; MOST_CHANNELS];
        for block in packed.blocks() {
            tiles[block.channels - 1] = Some(tile::select(
                isa,
                block.channels,
                per_tile,
                vectors.paired,
            ));
        }
        let taps = (0..planes.kernel)
            .flat_map(|y| (0..planes.kernel).map(move |x| y * planes.row + x))
            .collect();
        Self { planes, packed, bias, vectors, per_tile, taps, tiles }
    }

    /// The vectors of each tile; the last may name its last vector more than once.
    fn tiles(&self) -> impl Iterator<Item = [usize; MOST_VECTORS]> + use<> {
        let (count, per_tile) = (self.vectors.count, self.per_tile);
        (0..count)
            .step_by(per_tile)
            .map(move |first| std::array::from_fn(|n| (first + n.min(per_tile - 1)).min(count - 1)))
    }

    /// Convolves one sample into `out`: `[channel][row][column]` without padding, all of it.
    pub(super) fn run(&self, planes: &[f32], out: &mut [MaybeUninit<f32>]) {
        let (pixels, columns) = (self.planes.pixels(), self.planes.columns);
        assert_eq!(out.len(), self.bias.len() * pixels);
        for vectors in self.tiles() {
            let places = vectors.map(|vector| {
                let (y, x) = self.vectors.at(vector);
                y * columns + x
            });
            let pixels_in = self.reads(planes, 0, vectors);
            for block in self.packed.blocks() {
                let out = &mut out[block.first * pixels..(block.first + block.channels) * pixels];
                if self.vectors.whole() {
                    // SAFETY: a whole vector lies inside its channel, and `out` has all the
                    // channels of the block.
                    unsafe { self.tile(planes, pixels_in, block, out.as_mut_ptr().cast(), pixels, places) };
                } else {
                    let edge = self.tile_to_edge(planes, pixels_in, block);
                    for (m, out) in out.chunks_exact_mut(pixels).enumerate() {
                        for (n, &vector) in vectors[..self.per_tile].iter().enumerate() {
                            for run in self.vectors.runs(vector) {
                                let from = (m * self.per_tile + n) * LANES + run.lane;
                                let to = run.y * columns + run.x;
                                out[to..to + run.len].write_copy_of_slice(&edge[from..from + run.len]);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Convolves one sample twice, with the kernels of `self` and of `odd` (which looks one column
    /// further), into the even and odd columns of every second row of `out`, from row `phase`.
    ///
    /// `out` is `[channel][height][width]`; pixels past its edges are left out.
    pub(super) fn run_phase(
        &self,
        odd: &Self,
        phase: usize,
        planes: &[f32],
        out: &mut [MaybeUninit<f32>],
        [height, width]: [usize; 2],
    ) {
        assert_eq!(out.len(), self.bias.len() * height * width);
        let offset = phase * self.planes.row;
        for vectors in self.tiles() {
            let even_pixels = self.reads(planes, offset, vectors);
            let odd_pixels = odd.reads(planes, offset + 1, vectors);
            for (block, odd_block) in self.packed.blocks().zip(odd.packed.blocks()) {
                let even_edge = self.tile_to_edge(planes, even_pixels, block);
                let odd_edge = odd.tile_to_edge(planes, odd_pixels, odd_block);
                let out = &mut out[block.first * height * width..][..block.channels * height * width];
                for (m, out) in out.chunks_exact_mut(height * width).enumerate() {
                    for (n, &vector) in vectors[..self.per_tile].iter().enumerate() {
                        for run in self.vectors.runs(vector) {
                            let row = 2 * run.y + phase;
                            if row >= height {
                                continue;
                            }
                            let from = (m * self.per_tile + n) * LANES + run.lane;
                            let out = &mut out[row * width..(row + 1) * width];
                            let (even, odd) =
                                (&even_edge[from..from + run.len], &odd_edge[from..from + run.len]);
                            interleave(even, odd, &mut out[2 * run.x..]);
                        }
                    }
                }
            }
        }
    }

    /// Computes a tile of a block into an array of its own.
    fn tile_to_edge(
        &self,
        planes: &[f32],
        pixels: Reads,
        block: Block<'_>,
    ) -> Edge {
        let mut edge = [0.0; MOST_VALUES];
        let places = std::array::from_fn(|n| n * LANES);
        let channel = self.per_tile * LANES;
        // SAFETY: `edge` has room for the largest tile.
        unsafe { self.tile(planes, pixels, block, edge.as_mut_ptr(), channel, places) };
        edge
    }

    /// Where in a plane of `planes` the vectors begin, moved by `offset`.
    fn reads(&self, planes: &[f32], offset: usize, vectors: [usize; MOST_VECTORS]) -> Reads {
        let Planes { row, plane, channels, kernel, .. } = self.planes;
        let pixels = vectors.map(|vector| {
            let (y, x) = self.vectors.at(vector);
            y * row + x + offset
        });
        // The farthest a vector reads: its last tap in the last plane, one row on if it is paired.
        let reach = (channels - 1) * plane
            + (kernel - 1) * (row + 1)
            + if self.vectors.paired { row + LANES / 2 } else { LANES };
        assert!(pixels.iter().all(|pixel| pixel + reach <= planes.len()));
        Reads(pixels)
    }

    /// Computes a tile of a block: vector `n` of the block's channel `m` goes to
    /// `out + m * out_plane + places[n]`.
    ///
    /// # Safety
    /// `pixels` must come from [`Self::reads`] of the same planes, and eight values must be writable at
    /// each of the places.
    unsafe fn tile(
        &self,
        planes: &[f32],
        Reads(pixels): Reads,
        block: Block<'_>,
        out: *mut f32,
        out_plane: usize,
        places: [usize; MOST_VECTORS],
    ) {
        let Planes { row, plane, channels, .. } = self.planes;
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
        // SAFETY: reads were checked in `reads`, writes are the caller's promise, and the function was
        // selected for instructions that the processor has.
        unsafe { function(&tile) }
    }
}

/// `even` and `odd` in turn, as far as `out` goes.
fn interleave(even: &[f32], odd: &[f32], out: &mut [MaybeUninit<f32>]) {
    let mut pairs = out.chunks_exact_mut(2);
    for ((out, even), odd) in pairs.by_ref().zip(even).zip(odd) {
        out[0].write(*even);
        out[1].write(*odd);
    }
    let at = out.len() / 2;
    if out.len() % 2 == 1 && at < even.len() {
        out[2 * at].write(even[at]);
    }
}
