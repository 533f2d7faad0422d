//! Matrix products that are written where they belong, without a tensor in between.

use std::mem::MaybeUninit;

use gemm::Parallelism;

/// A matrix in a slice: its first number, and from a row to the next; within a row, numbers are adjacent.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    values: &'a [f32],
    row: usize,
    /// Whether rows and columns trade names.
    turned: bool,
}

impl<'a> Matrix<'a> {
    pub(super) fn new(values: &'a [f32], row: usize) -> Self {
        Self { values, row, turned: false }
    }

    /// The transpose, of the same memory.
    pub(super) fn turned(self) -> Self {
        Self { turned: !self.turned, ..self }
    }

    /// From a row to the next and from a column to the next, where there are so many of both inside the slice.
    fn steps(&self, rows: usize, columns: usize) -> [isize; 2] {
        let (rows, columns, steps) =
            if self.turned { (columns, rows, [1, self.row]) } else { (rows, columns, [self.row, 1]) };
        assert!(columns <= self.row && (rows - 1) * self.row + columns <= self.values.len(), "a matrix in its slice");
        steps.map(|step| step as isize)
    }
}

/// Multiplications above which all threads share a product.
const SHARED: usize = 192 * 192 * 192;

/// `a` (`rows` × `inner`) times `b` (`inner` × `columns`) times `factor`, to `to`, whose rows are `row` apart; with `add`,
/// `to` holds numbers already, to which that is added.
///
/// # Safety
/// With `add`, all numbers of the result must be initialised. Without, they are after it.
///
/// # Panics
/// If a size is nought or a matrix is not inside its slice.
pub(super) unsafe fn product(
    (to, row, add): (&mut [MaybeUninit<f32>], usize, bool),
    [rows, inner, columns]: [usize; 3],
    a: Matrix<'_>,
    b: Matrix<'_>,
    factor: f32,
) {
    assert!(columns <= row && (rows - 1) * row + columns <= to.len(), "a result in its slice");
    let ([a_row, a_column], [b_row, b_column]) = (a.steps(rows, inner), b.steps(inner, columns));
    let threads = if rows * inner * columns >= SHARED { Parallelism::Rayon(0) } else { Parallelism::None };
    // SAFETY: all three matrices are inside their slices, and the caller vouches for what `to` holds.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            to.as_mut_ptr().cast::<f32>(),
            1,
            row as isize,
            add,
            a.values.as_ptr(),
            a_column,
            a_row,
            b.values.as_ptr(),
            b_column,
            b_row,
            1.0,
            factor,
            false,
            false,
            false,
            threads,
        );
    }
}
