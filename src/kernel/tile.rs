//! The register tile: a few result channels × a few vectors of pixels, summed over all taps.

use super::lanes::{Isa, Lanes, MOST_LANES};

/// Result channels of the largest tile of all.
pub(super) const MOST_CHANNELS: usize = 8;

/// Vectors of the widest tile.
pub(super) const MOST_VECTORS: usize = 4;

/// What a tile reads and writes.
pub(super) struct Tile {
    /// The first plane.
    pub(super) planes: *const f32,
    /// Where in a plane each vector begins.
    pub(super) pixels: [usize; MOST_VECTORS],
    /// Number of planes, and the distance between them.
    pub(super) channels: usize,
    pub(super) plane: usize,
    /// Distance between rows.
    pub(super) row: usize,
    /// From a pixel to those that its result is made of.
    pub(super) taps: *const usize,
    pub(super) taps_len: usize,
    /// Weights: for each plane and tap, one value per result channel.
    pub(super) weights: *const f32,
    /// One value per result channel.
    pub(super) bias: *const f32,
    /// The first result channel, the distance to the next, and where in it each vector goes.
    pub(super) out: *mut f32,
    pub(super) out_plane: usize,
    pub(super) out_pixels: [usize; MOST_VECTORS],
}

/// Computes a tile.
///
/// # Safety
/// Every pointer of the tile must be valid for what the function's sizes make of it.
pub(super) type TileFn = unsafe fn(&Tile);

/// `M` result channels × `N` vectors; with `PAIRED` a vector is half of it pixels of a row and half those of the next.
///
/// The loop over taps stays a loop on purpose: unrolled, the compiler loads ahead and runs out of
/// registers.
#[inline(always)]
unsafe fn tile<V: Lanes, const M: usize, const N: usize, const PAIRED: bool>(tile: &Tile) {
    // SAFETY: the caller vouches for the tile's pointers and for the instructions of `V`.
    unsafe {
        let mut sums: [[V; N]; M] = std::array::from_fn(|m| [V::splat(*tile.bias.add(m)); N]);
        let mut weights = tile.weights;
        let mut sources: [*const f32; N] = std::array::from_fn(|n| tile.planes.add(tile.pixels[n]));
        for _ in 0..tile.channels {
            for tap in 0..tile.taps_len {
                let tap = *tile.taps.add(tap);
                let pixels: [V; N] = std::array::from_fn(|n| {
                    let at = sources[n].add(tap);
                    if PAIRED { V::load_halves(at, at.add(tile.row)) } else { V::load(at) }
                });
                for (m, sums) in sums.iter_mut().enumerate() {
                    let weight = V::splat(*weights.add(m));
                    for (sum, pixel) in sums.iter_mut().zip(pixels) {
                        *sum = weight.mul_add(pixel, *sum);
                    }
                }
                weights = weights.add(M);
            }
            for source in &mut sources {
                *source = source.add(tile.plane);
            }
        }
        for (m, sums) in sums.into_iter().enumerate() {
            let out = tile.out.add(m * tile.out_plane);
            for (n, sum) in sums.into_iter().enumerate() {
                sum.store(out.add(tile.out_pixels[n]));
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn tile_avx2<const M: usize, const N: usize, const PAIRED: bool>(at: &Tile) {
    // SAFETY: passed on to the caller; the instructions are enabled here.
    unsafe { tile::<std::arch::x86_64::__m256, M, N, PAIRED>(at) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx2,fma")]
unsafe fn tile_avx512<const M: usize, const N: usize, const PAIRED: bool>(at: &Tile) {
    // SAFETY: passed on to the caller; the instructions are enabled here.
    unsafe { tile::<std::arch::x86_64::__m512, M, N, PAIRED>(at) }
}

unsafe fn tile_portable<const M: usize, const N: usize, const PAIRED: bool>(at: &Tile) {
    // SAFETY: passed on to the caller; arrays need no particular instructions.
    unsafe { tile::<super::lanes::Array, M, N, PAIRED>(at) }
}

/// Result channels of the largest tile of these instructions: of two vectors each, as many sums as leave registers for what
/// is added to them. AVX-512 has twice as many registers.
pub(super) fn channels(isa: Isa) -> usize {
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512(_) => MOST_CHANNELS,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2(_) => 6,
        Isa::Portable => 6,
    }
}

/// Vectors of a tile, given the result channels in all: few channels leave registers for more vectors.
pub(super) fn vectors(channels: usize) -> usize {
    if channels <= 3 { 4 } else { 2 }
}

/// The function for tiles of `m` channels, at most [`channels`], × `n` vectors, where `n` is what [`vectors`] says.
pub(super) fn select(isa: Isa, m: usize, n: usize, paired: bool) -> TileFn {
    macro_rules! table {
        ($function:ident, $paired:literal: $(($m:literal, $n:literal))*) => {
            match (m, n) {
                $(($m, $n) => $function::<$m, $n, $paired>,)*
                _ => unreachable!("no tile of {m} channels by {n} vectors"),
            }
        };
        ($function:ident: $($tiles:tt)*) => {
            if paired {
                table!($function, true: (1, 2) (2, 2) (3, 2) (4, 2) (5, 2) (6, 2) (1, 4) (2, 4) (3, 4) $($tiles)*)
            } else {
                table!($function, false: (1, 2) (2, 2) (3, 2) (4, 2) (5, 2) (6, 2) (1, 4) (2, 4) (3, 4) $($tiles)*)
            }
        };
    }
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512(_) => table!(tile_avx512: (7, 2) (8, 2)),
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2(_) => table!(tile_avx2:),
        Isa::Portable => table!(tile_portable:),
    }
}

/// Values of the largest tile's result.
pub(super) const MOST_VALUES: usize = MOST_CHANNELS * MOST_VECTORS * MOST_LANES;
