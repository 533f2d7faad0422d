//! Vectors of `f32`: sixteen lanes with AVX-512, eight with AVX2, plain arrays of eight elsewhere, of which a compiler for
//! 64-bit ARM makes NEON.
//!
//! A kernel's sums are added up in the same order whatever the width, so that AVX-512 and AVX2 come to the same bits.

/// The instructions a kernel may use, found out once at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Isa {
    /// x86-64 with AVX-512, and all that [`Isa::Avx2`] has.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    /// x86-64 with AVX2 and fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// Plain Rust.
    Portable,
}

/// Proof that the processor has AVX2 and fused multiply-add: only [`Isa::detect`] makes one.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Avx2(());

/// Proof that the processor has AVX-512 (its foundation), AVX2 and fused multiply-add.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Avx512(Avx2);

impl Isa {
    /// What this processor can do.
    pub(super) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            let avx2 = Avx2(());
            if is_x86_feature_detected!("avx512f") {
                return Self::Avx512(Avx512(avx2));
            }
            return Self::Avx2(avx2);
        }
        Self::Portable
    }

    /// All that this processor has, the best first.
    #[cfg(test)]
    pub(super) fn all() -> Vec<Self> {
        let mut all = vec![Self::detect()];
        while let Some(next) = all[all.len() - 1].narrower() {
            all.push(next);
        }
        all
    }

    /// The next lesser instructions, which this processor has as well.
    pub(super) fn narrower(self) -> Option<Self> {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(Avx512(avx2)) => Some(Self::Avx2(avx2)),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => Some(Self::Portable),
            Self::Portable => None,
        }
    }

    /// Lanes of a vector.
    pub(super) fn lanes(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => MOST_LANES,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => LANES,
            Self::Portable => LANES,
        }
    }

    /// The widest instructions of these of which `count` values in a row leave no more lanes idle than eight lanes would.
    pub(super) fn filled_by(self, count: usize) -> Self {
        match self.narrower() {
            Some(narrower) if count.next_multiple_of(self.lanes()) > count.next_multiple_of(LANES) => narrower,
            _ => self,
        }
    }
}

/// Lanes of a vector of AVX2, and of the portable one.
pub(super) const LANES: usize = 8;

/// Lanes of the widest vector.
pub(super) const MOST_LANES: usize = 16;

/// A vector of `f32`.
///
/// # Safety
/// Every method needs the instruction set of the implementing type, and pointers that are valid for
/// as many `f32` as the method reads or writes. No alignment is asked for.
pub(super) trait Lanes: Copy {
    /// Number of lanes.
    const WIDTH: usize;
    /// All lanes equal to `value`.
    unsafe fn splat(value: f32) -> Self;
    /// As many values as there are lanes, from `at`.
    unsafe fn load(at: *const f32) -> Self;
    /// Half of the lanes from `low` and half from `high`.
    unsafe fn load_halves(low: *const f32, high: *const f32) -> Self;
    /// `self * factor + sum`.
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self;
    /// As many values as there are lanes, to `at`.
    unsafe fn store(self, at: *mut f32);
}

/// A vector of [`LANES`] that trade places.
///
/// # Safety
/// As for [`Lanes`].
pub(super) trait Eight: Lanes {
    /// The values of two vectors in turn: eight from the first halves, eight from the second.
    unsafe fn interleave(even: Self, odd: Self) -> [Self; 2];
    /// Every second value of sixteen, from the first and from the second; the inverse of `interleave`.
    unsafe fn deinterleave(low: Self, high: Self) -> [Self; 2];
    /// The transpose of eight vectors.
    unsafe fn transpose(rows: [Self; LANES]) -> [Self; LANES];
}

/// The portable vector.
#[derive(Clone, Copy)]
pub(super) struct Array([f32; LANES]);

impl Lanes for Array {
    const WIDTH: usize = LANES;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    unsafe fn load(at: *const f32) -> Self {
        // SAFETY: the caller vouches for eight readable values.
        Self(unsafe { at.cast::<[f32; LANES]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn load_halves(low: *const f32, high: *const f32) -> Self {
        // SAFETY: the caller vouches for four readable values behind each pointer.
        let (low, high) =
            unsafe { (low.cast::<[f32; 4]>().read_unaligned(), high.cast::<[f32; 4]>().read_unaligned()) };
        Self(std::array::from_fn(|lane| if lane < 4 { low[lane] } else { high[lane - 4] }))
    }

    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        Self(std::array::from_fn(|lane| {
            // Without the instruction `mul_add` would be a call into the C library.
            if cfg!(any(target_feature = "fma", target_arch = "aarch64")) {
                self.0[lane].mul_add(factor.0[lane], sum.0[lane])
            } else {
                self.0[lane] * factor.0[lane] + sum.0[lane]
            }
        }))
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut f32) {
        // SAFETY: the caller vouches for eight writable values.
        unsafe { at.cast::<[f32; LANES]>().write_unaligned(self.0) }
    }
}

impl Eight for Array {
    #[inline(always)]
    unsafe fn interleave(even: Self, odd: Self) -> [Self; 2] {
        let value = |at: usize| if at.is_multiple_of(2) { even.0[at / 2] } else { odd.0[at / 2] };
        [0, LANES].map(|first| Self(std::array::from_fn(|lane| value(first + lane))))
    }

    #[inline(always)]
    unsafe fn deinterleave(low: Self, high: Self) -> [Self; 2] {
        let value = |at: usize| if at < LANES { low.0[at] } else { high.0[at - LANES] };
        [0, 1].map(|first| Self(std::array::from_fn(|lane| value(first + 2 * lane))))
    }

    #[inline(always)]
    unsafe fn transpose(rows: [Self; LANES]) -> [Self; LANES] {
        std::array::from_fn(|row| Self(std::array::from_fn(|lane| rows[lane].0[row])))
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Eight, LANES, Lanes};
    use std::arch::x86_64::*;

    impl Lanes for __m256 {
        const WIDTH: usize = LANES;

        #[inline(always)]
        unsafe fn splat(value: f32) -> Self {
            // SAFETY: the trait's contract: AVX2 and FMA, and valid pointers.
            unsafe { _mm256_set1_ps(value) }
        }

        #[inline(always)]
        unsafe fn load(at: *const f32) -> Self {
            // SAFETY: the trait's contract: AVX2 and FMA, and valid pointers.
            unsafe { _mm256_loadu_ps(at) }
        }

        #[inline(always)]
        unsafe fn load_halves(low: *const f32, high: *const f32) -> Self {
            // SAFETY: the trait's contract: AVX2 and FMA, and valid pointers.
            unsafe { _mm256_loadu2_m128(high, low) }
        }

        #[inline(always)]
        unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
            // SAFETY: the trait's contract: AVX2 and FMA, and valid pointers.
            unsafe { _mm256_fmadd_ps(self, factor, sum) }
        }

        #[inline(always)]
        unsafe fn store(self, at: *mut f32) {
            // SAFETY: the trait's contract: AVX2 and FMA, and valid pointers.
            unsafe { _mm256_storeu_ps(at, self) }
        }
    }

    impl Eight for __m256 {
        #[inline(always)]
        unsafe fn interleave(even: Self, odd: Self) -> [Self; 2] {
            // SAFETY: the trait's contract: AVX2 and FMA, and valid pointers.
            unsafe {
                let (low, high) = (_mm256_unpacklo_ps(even, odd), _mm256_unpackhi_ps(even, odd));
                [_mm256_permute2f128_ps(low, high, 0x20), _mm256_permute2f128_ps(low, high, 0x31)]
            }
        }

        #[inline(always)]
        unsafe fn deinterleave(low: Self, high: Self) -> [Self; 2] {
            // SAFETY: the trait's contract: AVX2 and FMA, and valid pointers.
            unsafe {
                let (left, right) = (_mm256_permute2f128_ps(low, high, 0x20), _mm256_permute2f128_ps(low, high, 0x31));
                [_mm256_shuffle_ps(left, right, 0x88), _mm256_shuffle_ps(left, right, 0xdd)]
            }
        }

        #[inline(always)]
        unsafe fn transpose(rows: [Self; LANES]) -> [Self; LANES] {
            let [a, b, c, d, e, f, g, h] = rows;
            // SAFETY: the trait's contract: AVX2 and FMA, and valid pointers.
            unsafe {
                let (ab0, ab1) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
                let (cd0, cd1) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
                let (ef0, ef1) = (_mm256_unpacklo_ps(e, f), _mm256_unpackhi_ps(e, f));
                let (gh0, gh1) = (_mm256_unpacklo_ps(g, h), _mm256_unpackhi_ps(g, h));
                let quads = [
                    (_mm256_shuffle_ps(ab0, cd0, 0x44), _mm256_shuffle_ps(ef0, gh0, 0x44)),
                    (_mm256_shuffle_ps(ab0, cd0, 0xee), _mm256_shuffle_ps(ef0, gh0, 0xee)),
                    (_mm256_shuffle_ps(ab1, cd1, 0x44), _mm256_shuffle_ps(ef1, gh1, 0x44)),
                    (_mm256_shuffle_ps(ab1, cd1, 0xee), _mm256_shuffle_ps(ef1, gh1, 0xee)),
                ];
                let low = quads.map(|(left, right)| _mm256_permute2f128_ps(left, right, 0x20));
                let high = quads.map(|(left, right)| _mm256_permute2f128_ps(left, right, 0x31));
                [low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]]
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use super::{Lanes, MOST_LANES};
    use std::arch::x86_64::*;

    impl Lanes for __m512 {
        const WIDTH: usize = MOST_LANES;

        #[inline(always)]
        unsafe fn splat(value: f32) -> Self {
            // SAFETY: the trait's contract: AVX-512, and valid pointers.
            unsafe { _mm512_set1_ps(value) }
        }

        #[inline(always)]
        unsafe fn load(at: *const f32) -> Self {
            // SAFETY: the trait's contract: AVX-512, and valid pointers.
            unsafe { _mm512_loadu_ps(at) }
        }

        #[inline(always)]
        unsafe fn load_halves(low: *const f32, high: *const f32) -> Self {
            // SAFETY: the trait's contract: AVX-512, and valid pointers.
            unsafe {
                let (low, high) = (_mm256_castps_pd(_mm256_loadu_ps(low)), _mm256_castps_pd(_mm256_loadu_ps(high)));
                _mm512_castpd_ps(_mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1))
            }
        }

        #[inline(always)]
        unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
            // SAFETY: the trait's contract: AVX-512, and valid pointers.
            unsafe { _mm512_fmadd_ps(self, factor, sum) }
        }

        #[inline(always)]
        unsafe fn store(self, at: *mut f32) {
            // SAFETY: the trait's contract: AVX-512, and valid pointers.
            unsafe { _mm512_storeu_ps(at, self) }
        }
    }
}
