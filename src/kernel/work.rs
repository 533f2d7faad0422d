//! How much our convolutions have computed, and for how long: what a processor's peak is compared with.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::shape::ConvShape;

static OPERATIONS: AtomicU64 = AtomicU64::new(0);
static NANOSECONDS: AtomicU64 = AtomicU64::new(0);

/// Work of all threads since the program began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Floating-point operations: a multiplication and an addition for every weight and place, those of the padding too.
    pub operations: u64,
    /// Time of the threads that asked, added up.
    pub time: Duration,
}

impl Work {
    /// What all convolutions have done up to now, forward and back.
    pub fn done() -> Self {
        let time = Duration::from_nanos(NANOSECONDS.load(Ordering::Relaxed));
        Self { operations: OPERATIONS.load(Ordering::Relaxed), time }
    }

    /// What came after `before`.
    pub fn since(self, before: Self) -> Self {
        Self { operations: self.operations - before.operations, time: self.time.saturating_sub(before.time) }
    }
}

/// One pass of a convolution: its result, its gradient for the input, or that for the weight, which all take as many
/// operations.
pub(super) fn pass<T>(shape: &ConvShape, compute: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = compute();
    let kernel = shape.kind.kernel();
    let operations = 2 * shape.batch * shape.out_len() * shape.inputs * kernel * kernel;
    OPERATIONS.fetch_add(operations as u64, Ordering::Relaxed);
    NANOSECONDS.fetch_add(began.elapsed().as_nanos() as u64, Ordering::Relaxed);
    result
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
        assert!(work.operations >= 2 * 2 * 5 * 4 * 6 * 3 * 9 && !work.time.is_zero(), "{work:?}");
    }
}
