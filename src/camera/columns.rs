//! From columns of pixels, as they are drawn, to rows of a picture.

use std::ops::Range;

/// Columns that are drawn before they are written: their bytes are three quarters of a line of the cache, and they stay in it
/// meanwhile.
pub(super) const BLOCK: usize = 16;

/// Writes columns of pixels, whose fourth byte is 0, side by side from `x` on into the rows of a picture of that width, from
/// its first row to its last, or `upwards`. Columns may be longer than there are rows. With `AVX2` only where the processor
/// has it.
#[inline(always)]
pub(super) fn write<const AVX2: bool>(
    columns: &[Vec<[u8; 4]>],
    picture: &mut [u8],
    width: usize,
    x: usize,
    upwards: bool,
) {
    let rows = picture.len() / (3 * width);
    assert!(x + columns.len() <= width && columns.iter().all(|column| column.len() >= rows));
    let place = |height: usize| 3 * (x + width * if upwards { rows - 1 - height } else { height });
    #[cfg(target_arch = "x86_64")]
    if AVX2 && let (groups, []) = columns.as_chunks::<{ avx2::COLUMNS }>() {
        let below = 3 * width as isize * if upwards { -1 } else { 1 };
        for height in 0..rows / avx2::ROWS {
            let height = height * avx2::ROWS;
            for (number, columns) in groups.iter().enumerate() {
                let to = place(height) + 3 * avx2::COLUMNS * number;
                // SAFETY: the caller says that the processor has AVX2; these pixels are inside the columns and the picture.
                unsafe { avx2::write(columns, height, picture.as_mut_ptr().add(to), below) };
            }
        }
        return write_rows(columns, picture, rows - rows % avx2::ROWS..rows, place);
    }
    write_rows(columns, picture, 0..rows, place);
}

/// Some rows of [`write`]: of four columns in whole words, of what is left pixel by pixel.
#[inline(always)]
fn write_rows(columns: &[Vec<[u8; 4]>], picture: &mut [u8], rows: Range<usize>, place: impl Fn(usize) -> usize) {
    let (fours, rest) = columns.as_chunks::<4>();
    for height in rows {
        let row = &mut picture[place(height)..][..3 * columns.len()];
        let (row, last) = row.as_chunks_mut::<12>();
        for (columns, to) in fours.iter().zip(row) {
            let [a, b, c, d] = columns.each_ref().map(|column| u32::from_le_bytes(column[height]));
            let words = [a | b << 24, b >> 8 | c << 16, c >> 16 | d << 8];
            to.copy_from_slice(words.map(u32::to_le_bytes).as_flattened());
        }
        for (column, pixel) in rest.iter().zip(last.as_chunks_mut::<3>().0) {
            pixel.copy_from_slice(&column[height][..3]);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    /// Columns and rows that are written at once.
    pub(super) const COLUMNS: usize = 8;
    pub(super) const ROWS: usize = 4;

    /// Writes so many pixels of each of these columns, from one height on, to where the first row has its place and the next
    /// are `below` it, in bytes.
    ///
    /// No closures, so that nothing is left to be called.
    ///
    /// # Safety
    /// The processor must have AVX2, the columns so many pixels, and all of them a place.
    #[inline(always)]
    pub(super) unsafe fn write(columns: &[Vec<[u8; 4]>; COLUMNS], height: usize, mut to: *mut u8, below: isize) {
        let [a, b, c, d, e, f, g, h] = columns;
        // SAFETY: the caller vouches for the pixels, of which a register has so many, for their places, and for the instructions.
        unsafe {
            let left = transposed(load(a, height), load(b, height), load(c, height), load(d, height));
            let right = transposed(load(e, height), load(f, height), load(g, height), load(h, height));
            // Twelve bytes of the first four pixels, then four of the others, and the eight that are left; -1 leaves 0.
            let first = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
            let middle = _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 4);
            let last = _mm_setr_epi8(5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1, -1, -1, -1, -1);
            for row in 0..ROWS {
                let start = _mm_or_si128(_mm_shuffle_epi8(left[row], first), _mm_shuffle_epi8(right[row], middle));
                _mm_storeu_si128(to.cast(), start);
                _mm_storel_epi64(to.add(16).cast(), _mm_shuffle_epi8(right[row], last));
                to = to.wrapping_offset(below);
            }
        }
    }

    /// # Safety
    /// The column must have so many pixels from there on.
    #[inline(always)]
    unsafe fn load(column: &[[u8; 4]], height: usize) -> __m128i {
        // SAFETY: the caller vouches for it.
        unsafe { _mm_loadu_si128(column.as_ptr().add(height).cast()) }
    }

    /// Pixels of columns to those of rows.
    #[inline(always)]
    fn transposed(a: __m128i, b: __m128i, c: __m128i, d: __m128i) -> [__m128i; ROWS] {
        // SAFETY: every processor of this kind has SSE2.
        unsafe {
            let (ab, cd) = (_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d));
            let (ab_on, cd_on) = (_mm_unpackhi_epi32(a, b), _mm_unpackhi_epi32(c, d));
            [
                _mm_unpacklo_epi64(ab, cd),
                _mm_unpackhi_epi64(ab, cd),
                _mm_unpacklo_epi64(ab_on, cd_on),
                _mm_unpackhi_epi64(ab_on, cd_on),
            ]
        }
    }
}
