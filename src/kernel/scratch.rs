//! Working memory that a thread keeps from one call to the next.

use std::cell::RefCell;
use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};

/// One cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; Line::LEN]);

impl Line {
    const LEN: usize = 16;
}

thread_local! {
    static FREE: RefCell<Vec<Vec<Line>>> = const { RefCell::new(Vec::new()) };
}

/// A cache-line aligned `[f32]` that goes back to its thread when dropped.
///
/// Taken out of the thread's store rather than borrowed from it: a thread that waits in a
/// parallel call may run another kernel meanwhile.
pub(super) struct Scratch {
    lines: Vec<Line>,
    len: usize,
}

impl Scratch {
    /// `len` values of whatever was there before.
    pub(super) fn take(len: usize) -> Self {
        let needed = len.div_ceil(Line::LEN);
        let mut lines = FREE.with_borrow_mut(|free| {
            // The smallest that is large enough, else the largest, which then grows.
            let fitting = (0..free.len()).filter(|&at| free[at].len() >= needed).min_by_key(|&at| free[at].len());
            fitting
                .or_else(|| (0..free.len()).max_by_key(|&at| free[at].len()))
                .map_or_else(Vec::new, |at| free.swap_remove(at))
        });
        if lines.len() < needed {
            lines.clear();
            lines.resize(needed, Line([0.0; Line::LEN]));
        }
        Self { lines, len }
    }

    /// `len` zeros.
    pub(super) fn zeros(len: usize) -> Self {
        let mut scratch = Self::take(len);
        scratch.fill(0.0);
        scratch
    }
}

/// The same memory, of which what it holds no longer matters.
pub(super) fn uninit(values: &mut [f32]) -> &mut [MaybeUninit<f32>] {
    // SAFETY: the two types have the same layout; who borrows this writes whole values only.
    unsafe { &mut *(std::ptr::from_mut(values) as *mut [MaybeUninit<f32>]) }
}

/// So many numbers as `fill` writes them: to clear them first would be another pass over memory.
///
/// # Safety
/// `fill` must write every one.
pub(super) unsafe fn written(count: usize, fill: impl FnOnce(&mut [MaybeUninit<f32>])) -> Vec<f32> {
    let mut out = Vec::with_capacity(count);
    fill(&mut out.spare_capacity_mut()[..count]);
    // SAFETY: there is room for so many, and the caller vouches that all are written.
    unsafe { out.set_len(count) };
    out
}

impl Deref for Scratch {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // SAFETY: `Line` is `LEN` values without padding, and `take` made at least `len` of them.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as in `deref`, and `self` is borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        // While a thread ends its store may be gone already; then the memory is simply freed.
        let _ = FREE.try_with(|free| free.borrow_mut().push(lines));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_aligned_and_used_again() {
        let first = Scratch::zeros(1000);
        let address = first.as_ptr();
        assert_eq!(address as usize % 64, 0);
        assert!(first.iter().all(|&value| value == 0.0));
        let second = Scratch::take(10);
        assert_ne!(second.as_ptr(), address);
        drop(first);
        assert_eq!(Scratch::take(900).as_ptr(), address);
    }
}
