//! Counts what a thread has on the heap, so that a size which a hostile file only claims shows in a number.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, counted. A counter a thread: tests run beside each other.
struct Counted;

#[global_allocator]
static COUNTED: Counted = Counted;

thread_local! {
    /// Bytes now, and the most since [`most_during`] began. What another thread frees makes the first negative.
    static BYTES: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
    /// The largest piece that was asked for since [`largest_during`] began.
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // A thread that ends frees memory after its counter is gone; there is nobody left to ask for it.
    let _gone = BYTES.try_with(|cell| {
        let (now, most) = cell.get();
        cell.set((now + bytes, most.max(now + bytes)));
    });
}

fn note(size: usize) {
    let _gone = LARGEST.try_with(|largest| largest.set(largest.get().max(size)));
}

// SAFETY: every call is handed on to the system's allocator as it came; counting touches no memory of it.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        count(layout.size() as isize);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        count(layout.size() as isize);
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size);
        count(size as isize - layout.size() as isize);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// The most bytes that this thread had on the heap while `work` ran, beyond those that it had before.
pub fn most_during(work: impl FnOnce()) -> usize {
    let before = BYTES.get().0;
    BYTES.set((before, before));
    work();
    usize::try_from(BYTES.get().1 - before).unwrap_or(0)
}

/// The largest piece of memory that this thread asked for while `work` ran.
#[allow(dead_code, reason = "fuzz targets ask for the most alone")]
pub fn largest_during(work: impl FnOnce()) -> usize {
    LARGEST.set(0);
    work();
    LARGEST.get()
}
