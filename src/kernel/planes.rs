//! Copies a sample into padded planes.

use super::lanes::{Isa, LANES};
use super::phases;
use super::shape::{ConvShape, Kind, Planes};

/// Fills `to` with the planes of an input sample `[inputs, height, width]`.
pub(super) fn fill_input(isa: Isa, shape: &ConvShape, planes: &Planes, from: &[f32], to: &mut [f32]) {
    match shape.kind {
        Kind::Point | Kind::Same => fill_padded(planes, [shape.height, shape.width], from, to),
        Kind::Half => fill_phases(isa, planes, [shape.height, shape.width], from, to),
    }
}

/// Fills `to` with the planes of an output gradient `[outputs, rows, columns]`.
pub(super) fn fill_gradient(shape: &ConvShape, planes: &Planes, from: &[f32], to: &mut [f32]) {
    fill_padded(planes, shape.out_size(), from, to);
}

/// Each channel in the middle of zeros, one row above and one column to the left of it; or as it is, where there is no room
/// for them.
fn fill_padded(planes: &Planes, [rows, columns]: [usize; 2], from: &[f32], to: &mut [f32]) {
    let used = planes.channels * planes.plane;
    to[used..].fill(0.0);
    if planes.plane == rows * columns {
        to[..used].copy_from_slice(from);
        return;
    }
    for (from, to) in from.chunks_exact(rows * columns).zip(to[..used].chunks_exact_mut(planes.plane)) {
        let (head, body) = to.split_at_mut(planes.row);
        head.fill(0.0);
        let (body, tail) = body.split_at_mut(rows * planes.row);
        tail.fill(0.0);
        for (from, to) in from.chunks_exact(columns).zip(body.chunks_exact_mut(planes.row)) {
            (to[0], to[columns + 1]) = (0.0, 0.0);
            if columns + 2 < to.len() {
                to[columns + 2..].fill(0.0);
            }
            copy(from, &mut to[1..=columns]);
        }
    }
}

/// Copies a short row: the C library's copying would be a call for each.
fn copy(from: &[f32], to: &mut [f32]) {
    let ((from, from_rest), (to, to_rest)) = (from.as_chunks::<LANES>(), to.as_chunks_mut::<LANES>());
    from.iter().zip(to).for_each(|(from, to)| *to = *from);
    from_rest.iter().zip(to_rest).for_each(|(from, to)| *to = *from);
}

/// Each channel, padded by one, in four phases; see [`Planes`].
fn fill_phases(isa: Isa, planes: &Planes, [height, width]: [usize; 2], from: &[f32], to: &mut [f32]) {
    let used = planes.channels * planes.plane;
    to[used..].fill(0.0);
    // Column 2j of the input is column j of phase 1, column 2j + 1 is column j + 1 of phase 0.
    let pairs = (width / 2).min(planes.row - 1);
    for (from, to) in from.chunks_exact(height * width).zip(to[..used].chunks_exact_mut(4 * planes.plane)) {
        for (phase, to) in to.chunks_exact_mut(2 * planes.plane).enumerate() {
            let (even, odd) = to.split_at_mut(planes.plane);
            for (at, (even, odd)) in even.chunks_exact_mut(planes.row).zip(odd.chunks_exact_mut(planes.row)).enumerate()
            {
                let row = 2 * at + phase;
                if row == 0 || row > height {
                    even.fill(0.0);
                    odd.fill(0.0);
                    continue;
                }
                let from = &from[(row - 1) * width..row * width];
                even[0] = 0.0;
                even[pairs + 1..].fill(0.0);
                odd[pairs..].fill(0.0);
                phases::split(isa, &from[..2 * pairs], odd, &mut even[1..]);
                if width % 2 == 1 && pairs < odd.len() {
                    odd[pairs] = from[width - 1];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_hold_every_second_row_and_column_of_the_padded_input() {
        for [height, width] in [[4, 6], [5, 7], [4, 5], [2, 2]] {
            let shape = ConvShape { batch: 1, inputs: 2, outputs: 1, height, width, kind: Kind::Half };
            let planes = shape.in_planes();
            let from: Vec<f32> = (1u16..).take(shape.in_len()).map(f32::from).collect();
            let mut to = vec![f32::NAN; planes.len()];
            fill_input(Isa::detect(), &shape, &planes, &from, &mut to);
            let padded = |c: usize, y: usize, x: usize| {
                if y == 0 || x == 0 || y > height || x > width {
                    0.0
                } else {
                    from[(c * height + y - 1) * width + x - 1]
                }
            };
            for c in 0..2 {
                for phase in 0..4 {
                    for y in 0..=planes.rows {
                        for x in 0..=planes.columns {
                            let found = to[(4 * c + phase) * planes.plane + y * planes.row + x];
                            let wanted = padded(c, 2 * y + phase / 2, 2 * x + phase % 2);
                            assert_eq!(found, wanted, "{height}x{width} {c} {phase} {y} {x}");
                        }
                    }
                }
            }
        }
    }
}
