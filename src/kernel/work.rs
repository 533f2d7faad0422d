//! How much our kernels have computed, and for how long: what a processor's peak is compared with.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::shape::ConvShape;

static CONVOLUTIONS: AtomicU64 = AtomicU64::new(0);
static CONVOLUTION_NANOSECONDS: AtomicU64 = AtomicU64::new(0);
static PRODUCTS: AtomicU64 = AtomicU64::new(0);

/// Work of all threads since the program began, forward and back, in floating-point operations: a multiplication and an
/// addition are two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Of convolutions, for every weight and place, those of the padding too.
    pub convolutions: u64,
    /// Time of the threads that asked for convolutions, added up.
    pub convolution_time: Duration,
    /// Of the matrix products of moves.
    pub products: u64,
}

impl Work {
    /// What all have done up to now.
    pub fn done() -> Self {
        Self {
            convolutions: CONVOLUTIONS.load(Ordering::Relaxed),
            convolution_time: Duration::from_nanos(CONVOLUTION_NANOSECONDS.load(Ordering::Relaxed)),
            products: PRODUCTS.load(Ordering::Relaxed),
        }
    }

    /// What came after `before`.
    pub fn since(self, before: Self) -> Self {
        Self {
            convolutions: self.convolutions - before.convolutions,
            convolution_time: self.convolution_time.saturating_sub(before.convolution_time),
            products: self.products - before.products,
        }
    }
}

/// One pass of a convolution: its result, its gradient for the input, or that for the weight, which all take as many
/// operations.
pub(super) fn pass<T>(shape: &ConvShape, compute: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = compute();
    let kernel = shape.kind.kernel();
    let operations = 2 * shape.batch * shape.out_len() * shape.inputs * kernel * kernel;
    CONVOLUTIONS.fetch_add(operations as u64, Ordering::Relaxed);
    CONVOLUTION_NANOSECONDS.fetch_add(began.elapsed().as_nanos() as u64, Ordering::Relaxed);
    result
}

/// A matrix product of `rows` × `inner` with `inner` × `columns` that belongs to no convolution.
pub(super) fn count_product([rows, inner, columns]: [usize; 3]) {
    PRODUCTS.fetch_add(2 * (rows * inner * columns) as u64, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::super::shape::Kind;
    use super::*;

    #[test]
    fn a_pass_is_counted() {
        let kind = Kind::new([3, 3], 1, 1).unwrap();
        let shape = ConvShape { batch: 2, inputs: 3, outputs: 5, height: 4, width: 6, kind };
        let before = Work::done();
        assert_eq!(pass(&shape, || 7), 7);
        let work = Work::done().since(before);
        // Other tests convolve at the same time.
        assert!(work.convolutions >= 2 * 2 * 5 * 4 * 6 * 3 * 9 && !work.convolution_time.is_zero(), "{work:?}");
    }
}
