//! How the allocator is used.

/// `mi_option_purge_delay` in mimalloc's header, for which `libmimalloc-sys` has no name.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Tells mimalloc to keep the pages of freed tensors: a training step frees and takes the same sizes again and again,
/// and clearing fresh pages cost 10 % of it.
///
/// For programs whose allocator is mimalloc; call it first in `main`. Who sets `MIMALLOC_PURGE_DELAY`, in milliseconds,
/// has freed pages returned after that time: slower, and the process is as large as what it holds.
pub fn keep_pages() {
    // SAFETY: sets a number that mimalloc reads; called before any other thread runs.
    unsafe { libmimalloc_sys::mi_option_set_default(PURGE_DELAY, -1) }
}
