//! Weights in the order in which the tiles read them.

use super::lanes::{Isa, LANES};
use super::scratch::Scratch;
use super::shape::Taps;
use super::transpose::turn;

/// Weights cut into blocks of result channels, each `[source channel][tap][result channel]`.
pub(super) struct Packed {
    weights: Scratch,
    results: usize,
    /// Source channels × taps.
    depth: usize,
    blocks: usize,
}

/// A block of result channels.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) first: usize,
    pub(super) channels: usize,
    pub(super) weights: &'a [f32],
}

impl Packed {
    /// Packs the weights between `results` and `sources` channels, in blocks of at most `most` (up to 8) results.
    pub(super) fn new(isa: Isa, results: usize, sources: usize, taps: &Taps, weights: &[f32], most: usize) -> Self {
        let depth = sources * taps.offsets.len();
        let mut packed =
            Self { weights: Scratch::take(results * depth), results, depth, blocks: results.div_ceil(most) };
        for at in 0..packed.blocks {
            let (first, channels) = packed.range(at);
            let to = &mut packed.weights[first * depth..(first + channels) * depth];
            let from = &weights[first * taps.result..];
            match channels {
                LANES if taps.in_order() => turn(isa, from, taps.result, depth, to, LANES),
                8 => fill::<8>(sources, taps, from, to),
                7 => fill::<7>(sources, taps, from, to),
                6 => fill::<6>(sources, taps, from, to),
                5 => fill::<5>(sources, taps, from, to),
                4 => fill::<4>(sources, taps, from, to),
                3 => fill::<3>(sources, taps, from, to),
                2 => fill::<2>(sources, taps, from, to),
                1 => fill::<1>(sources, taps, from, to),
                _ => unreachable!("no block of {channels} channels"),
            }
        }
        packed
    }

    /// First channel and number of channels of a block; blocks are as equal as can be.
    fn range(&self, at: usize) -> (usize, usize) {
        let first = at * self.results / self.blocks;
        let end = (at + 1) * self.results / self.blocks;
        (first, end - first)
    }

    /// Number of blocks.
    pub(super) fn len(&self) -> usize {
        self.blocks
    }

    /// One block.
    pub(super) fn block(&self, at: usize) -> Block<'_> {
        let (first, channels) = self.range(at);
        Block { first, channels, weights: &self.weights[first * self.depth..(first + channels) * self.depth] }
    }
}

/// Interleaves `M` result channels.
fn fill<const M: usize>(sources: usize, taps: &Taps, from: &[f32], to: &mut [f32]) {
    let mut to = to.chunks_exact_mut(M);
    for source in 0..sources {
        for &offset in &taps.offsets {
            let first = source * taps.source + offset;
            if let Some(to) = to.next() {
                for (m, to) in to.iter_mut().enumerate() {
                    *to = from[first + m * taps.result];
                }
            }
        }
    }
}
