//! The peak of the processor: how many operations it does where nothing but multiplying and adding is asked of it.

use std::hint::black_box;
use std::time::Instant;

use super::lanes::{Array, Isa, Lanes, MOST_LANES};

/// Sums that are added to in turn: enough to hide how long one addition takes (two a cycle, four or five cycles each).
const SUMS: usize = 12;

/// Multiplications and additions of each sum in a round.
const ROUND: usize = 1 << 16;

/// Floating-point operations a second of `threads` threads at once, in the widest instructions that the kernels use: the
/// best of some rounds, since whatever else runs only takes away.
pub fn peak(threads: usize) -> f64 {
    let isa = Isa::detect();
    let one = || (0..40).map(|_| round(isa)).fold(0.0, f64::max);
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).sum()
    })
}

/// Operations a second of one round.
fn round(isa: Isa) -> f64 {
    let began = Instant::now();
    match isa {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `isa` is proof that the processor has the instructions.
        Isa::Avx512(_) => unsafe { avx512() },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Isa::Avx2(_) => unsafe { avx2() },
        // SAFETY: plain arrays need no instructions.
        Isa::Portable => unsafe { sums::<Array>() },
    }
    (2 * isa.lanes() * SUMS * ROUND) as f64 / began.elapsed().as_secs_f64()
}

/// # Safety
/// The processor must have AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx2,fma")]
unsafe fn avx512() {
    // SAFETY: the caller vouches for the instructions.
    unsafe { sums::<std::arch::x86_64::__m512>() }
}

/// # Safety
/// The processor must have AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2() {
    // SAFETY: the caller vouches for the instructions.
    unsafe { sums::<std::arch::x86_64::__m256>() }
}

/// # Safety
/// The instructions of `L`.
#[inline(always)]
unsafe fn sums<L: Lanes>() {
    // SAFETY: the caller vouches for the instructions, and `out` has room for a vector.
    unsafe {
        let (factor, mut sums) = (L::splat(black_box(0.999)), [L::splat(black_box(1.0)); SUMS]);
        for _ in 0..ROUND {
            // No closure: one that is not inlined would be compiled without the instructions, and pass sums in memory.
            for sum in &mut sums {
                *sum = sum.mul_add(factor, factor);
            }
        }
        let mut out = [0.0; MOST_LANES];
        for sum in sums {
            sum.store(out.as_mut_ptr());
            black_box(&out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn convolutions_do_not_beat_the_peak() {
        use super::super::conv2d;
        use super::super::testing::noise;
        use burn::tensor::Device;

        let (x, weight) = (noise([4, 32, 32, 32], 1, &Device::flex()), noise([32, 32, 3, 3], 2, &Device::flex()));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let seconds = |_| {
            let began = Instant::now();
            pool.install(|| drop(conv2d(x.clone(), weight.clone(), None, 1, 1)));
            began.elapsed().as_secs_f64()
        };
        let rate = f64::from(2 * 4 * 32 * 32 * 32 * 32 * 9) / (0..20).map(seconds).fold(f64::INFINITY, f64::min);
        let peak = peak(1);
        assert!(peak > rate && rate > 0.02 * peak, "{rate:e} of {peak:e}");
    }
}
