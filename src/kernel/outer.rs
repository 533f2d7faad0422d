//! The register tile of the weight gradient: sums of outer products over the pixels of a strip.

use super::lanes::{Isa, Lanes};

/// Scalars of the largest tile.
pub(super) const MOST_SCALARS: usize = 8;

/// What a tile reads and adds to.
pub(super) struct Outer {
    /// Values that are multiplied one by one, and where each of the tile's series of them begins.
    pub(super) scalars: *const f32,
    pub(super) series: [usize; MOST_SCALARS],
    /// Vectors, for each pixel as many as the tile is wide.
    pub(super) vectors: *const f32,
    /// How both lie in memory.
    pub(super) pixels: Pixels,
    /// Sums of the first scalar, and the distance to those of the next.
    pub(super) sums: *mut f32,
    pub(super) sums_row: usize,
}

/// The pixels of a strip; within a row, scalars and vectors are adjacent.
#[derive(Clone, Copy)]
pub(super) struct Pixels {
    pub(super) samples: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// From a sample's scalars to the next one's, and from a row to the next.
    pub(super) scalar_sample: usize,
    pub(super) scalar_row: usize,
    /// The same of the vectors, in values.
    pub(super) vector_sample: usize,
    pub(super) vector_row: usize,
}

impl Pixels {
    /// One past the farthest scalar, from the start of its series.
    pub(super) fn scalar_reach(&self) -> usize {
        (self.samples - 1) * self.scalar_sample + (self.rows - 1) * self.scalar_row + self.columns
    }

    /// One past the farthest value of a vector, if there are so many values in vectors for each pixel.
    pub(super) fn vector_reach(&self, values: usize) -> usize {
        (self.samples - 1) * self.vector_sample + (self.rows - 1) * self.vector_row + self.columns * values
    }
}

/// Adds a tile's products to its sums.
///
/// # Safety
/// Every pointer of the tile must be valid for what the function's sizes make of it.
pub(super) type OuterFn = unsafe fn(&Outer);

/// Scalars of a tile that is so many vectors wide: as many as there are registers.
pub(super) fn scalars(isa: Isa, vectors: usize) -> usize {
    match (isa, vectors) {
        #[cfg(target_arch = "x86_64")]
        (Isa::Avx512(_), _) => MOST_SCALARS,
        (_, 3) => 3,
        (_, 2) => 6,
        _ => MOST_SCALARS,
    }
}

/// `M` scalars × `N` vectors.
#[inline(always)]
unsafe fn outer<V: Lanes, const M: usize, const N: usize>(tile: &Outer) {
    // SAFETY: the caller vouches for the tile's pointers and for the instructions of `V`.
    unsafe {
        let mut sums: [[V; N]; M] =
            std::array::from_fn(|m| std::array::from_fn(|n| V::load(tile.sums.add(m * tile.sums_row + n * V::WIDTH))));
        let pixels = tile.pixels;
        for sample in 0..pixels.samples {
            for row in 0..pixels.rows {
                let first = sample * pixels.vector_sample + row * pixels.vector_row;
                let mut vectors = tile.vectors.add(first);
                let first = sample * pixels.scalar_sample + row * pixels.scalar_row;
                let series: [*const f32; M] = std::array::from_fn(|m| tile.scalars.add(tile.series[m] + first));
                for column in 0..pixels.columns {
                    let values: [V; N] = std::array::from_fn(|n| V::load(vectors.add(n * V::WIDTH)));
                    for (sums, series) in sums.iter_mut().zip(series) {
                        let scalar = V::splat(*series.add(column));
                        for (sum, value) in sums.iter_mut().zip(values) {
                            *sum = scalar.mul_add(value, *sum);
                        }
                    }
                    vectors = vectors.add(N * V::WIDTH);
                }
            }
        }
        for (m, sums) in sums.into_iter().enumerate() {
            for (n, sum) in sums.into_iter().enumerate() {
                sum.store(tile.sums.add(m * tile.sums_row + n * V::WIDTH));
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn outer_avx2<const M: usize, const N: usize>(at: &Outer) {
    // SAFETY: passed on to the caller; the instructions are enabled here.
    unsafe { outer::<std::arch::x86_64::__m256, M, N>(at) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx2,fma")]
unsafe fn outer_avx512<const M: usize, const N: usize>(at: &Outer) {
    // SAFETY: passed on to the caller; the instructions are enabled here.
    unsafe { outer::<std::arch::x86_64::__m512, M, N>(at) }
}

unsafe fn outer_portable<const M: usize, const N: usize>(at: &Outer) {
    // SAFETY: passed on to the caller; arrays need no particular instructions.
    unsafe { outer::<super::lanes::Array, M, N>(at) }
}

/// The function for tiles of `m` scalars × `n` vectors, `m` at most what [`scalars`] says of `n`.
pub(super) fn select(isa: Isa, m: usize, n: usize) -> OuterFn {
    macro_rules! table {
        ($function:ident of $(($m:literal, $n:literal))*) => {
            match (m, n) {
                $(($m, $n) => $function::<$m, $n>,)*
                _ => unreachable!("no tile of {m} scalars by {n} vectors"),
            }
        };
        ($function:ident: $($tiles:tt)*) => {
            table!($function of
                (1, 1) (2, 1) (3, 1) (4, 1) (5, 1) (6, 1) (7, 1) (8, 1)
                (1, 2) (2, 2) (3, 2) (4, 2) (5, 2) (6, 2)
                (1, 3) (2, 3) (3, 3) $($tiles)*)
        };
    }
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512(_) => table!(outer_avx512: (7, 2) (8, 2) (4, 3) (5, 3) (6, 3) (7, 3) (8, 3)),
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2(_) => table!(outer_avx2:),
        Isa::Portable => table!(outer_portable:),
    }
}
