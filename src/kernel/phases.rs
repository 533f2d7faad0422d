//! Every second value of a row apart, and together again.

use std::mem::MaybeUninit;

use super::lanes::{Eight, Isa, LANES};

/// Sorts pairs of `from` into `even` and `odd`; a last value without a partner is left out.
pub(super) fn split(isa: Isa, from: &[f32], even: &mut [f32], odd: &mut [f32]) {
    let pairs = from.len() / 2;
    let (even, odd) = (&mut even[..pairs], &mut odd[..pairs]);
    let whole = pairs / LANES * LANES;
    // SAFETY: `even` and `odd` hold `whole` values, and `from` twice as many.
    unsafe {
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512(_) | Isa::Avx2(_) => split_avx2(from.as_ptr(), even.as_mut_ptr(), odd.as_mut_ptr(), whole),
            Isa::Portable => split_portable(from.as_ptr(), even.as_mut_ptr(), odd.as_mut_ptr(), whole),
        }
    }
    for at in whole..pairs {
        (even[at], odd[at]) = (from[2 * at], from[2 * at + 1]);
    }
}

/// Writes `even` and `odd` in turn, as far as `to` goes.
pub(super) fn join(isa: Isa, even: &[f32], odd: &[f32], to: &mut [MaybeUninit<f32>]) {
    let pairs = even.len().min(odd.len()).min(to.len() / 2);
    let whole = pairs / LANES * LANES;
    // SAFETY: `even` and `odd` hold `whole` values, and `to` twice as many.
    unsafe {
        let out = to.as_mut_ptr().cast();
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512(_) | Isa::Avx2(_) => join_avx2(even.as_ptr(), odd.as_ptr(), out, whole),
            Isa::Portable => join_portable(even.as_ptr(), odd.as_ptr(), out, whole),
        }
    }
    for at in whole..pairs {
        to[2 * at].write(even[at]);
        to[2 * at + 1].write(odd[at]);
    }
    if pairs < even.len() && 2 * pairs < to.len() {
        to[2 * pairs].write(even[pairs]);
    }
}

/// # Safety
/// `even` and `odd` must hold `pairs` values, a multiple of [`LANES`], and `from` twice as many.
#[inline(always)]
unsafe fn split_lanes<V: Eight>(from: *const f32, even: *mut f32, odd: *mut f32, pairs: usize) {
    for at in (0..pairs).step_by(LANES) {
        // SAFETY: the caller vouches for the sizes and for the instructions of `V`.
        unsafe {
            let from = from.add(2 * at);
            let [first, second] = V::deinterleave(V::load(from), V::load(from.add(LANES)));
            first.store(even.add(at));
            second.store(odd.add(at));
        }
    }
}

/// # Safety
/// `even` and `odd` must hold `pairs` values, a multiple of [`LANES`], and `to` twice as many.
#[inline(always)]
unsafe fn join_lanes<V: Eight>(even: *const f32, odd: *const f32, to: *mut f32, pairs: usize) {
    for at in (0..pairs).step_by(LANES) {
        // SAFETY: the caller vouches for the sizes and for the instructions of `V`.
        unsafe {
            let to = to.add(2 * at);
            let [low, high] = V::interleave(V::load(even.add(at)), V::load(odd.add(at)));
            low.store(to);
            high.store(to.add(LANES));
        }
    }
}

macro_rules! compiled {
    ($avx2:ident, $portable:ident, $function:ident, $($name:ident: $type:ty),*) => {
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        unsafe fn $avx2($($name: $type),*) {
            // SAFETY: passed on to the caller; the instructions are enabled here.
            unsafe { $function::<std::arch::x86_64::__m256>($($name),*) }
        }

        unsafe fn $portable($($name: $type),*) {
            // SAFETY: passed on to the caller; arrays need no particular instructions.
            unsafe { $function::<super::lanes::Array>($($name),*) }
        }
    };
}

compiled!(split_avx2, split_portable, split_lanes, from: *const f32, even: *mut f32, odd: *mut f32, pairs: usize);
compiled!(join_avx2, join_portable, join_lanes, even: *const f32, odd: *const f32, to: *mut f32, pairs: usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_split_joins_again() {
        for isa in Isa::all() {
            for len in [0, 1, 2, 15, 16, 17, 34, 63] {
                let from: Vec<f32> = (0u8..).take(len).map(f32::from).collect();
                let (mut even, mut odd) = (vec![f32::NAN; len.div_ceil(2)], vec![f32::NAN; len / 2]);
                split(isa, &from, &mut even, &mut odd);
                assert!(
                    odd.iter()
                        .zip(&from[len.min(1)..].chunks(2).map(|pair| pair[0]).collect::<Vec<_>>())
                        .all(|(a, b)| a == b)
                );
                if let Some(last) = even.get_mut(len / 2) {
                    *last = from[len - 1];
                }
                odd.resize(even.len(), f32::NAN);
                let mut to = vec![MaybeUninit::new(f32::NAN); len];
                join(isa, &even, &odd, &mut to);
                // SAFETY: every value was initialised above.
                let to: Vec<f32> = to.into_iter().map(|value| unsafe { value.assume_init() }).collect();
                assert_eq!(to, from);
            }
        }
    }
}
