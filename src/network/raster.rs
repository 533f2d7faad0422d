//! Raster order: what a pixel knows of those before it, and how its colour is drawn.

/// Neighbours whose colours are looked at: left, above left, above, above right.
const NEIGHBOURS: [(i32, i32); 4] = [(-1, 0), (-1, -1), (0, -1), (1, -1)];

/// Numbers that say what the neighbours are.
pub(super) const INPUTS: usize = 4 * NEIGHBOURS.len();

/// The first colour whose odds, with all before it, exceed `at`.
pub(super) fn picked(odds: &[f32], at: f32) -> usize {
    let mut sum = 0.0;
    let found = odds.iter().position(|odds| {
        sum += odds;
        sum > at
    });
    // Odds add up to 1 but for rounding.
    found.unwrap_or(odds.len() - 1)
}

/// The colours of a pixel's neighbours that come before it, and whether each is there: four numbers a neighbour.
pub(super) fn write_neighbours(
    numbers: &mut [f32],
    picture: &[usize],
    pixel: usize,
    (rows, columns): (usize, usize),
    palette: &[[f32; 3]],
) {
    let (row, column) = ((pixel / columns) as i32, (pixel % columns) as i32);
    for (numbers, (right, down)) in numbers.chunks_exact_mut(4).zip(NEIGHBOURS) {
        let (row, column) = (row + down, column + right);
        if (0..rows as i32).contains(&row) && (0..columns as i32).contains(&column) {
            numbers[..3].copy_from_slice(&palette[picture[row as usize * columns + column as usize]]);
            numbers[3] = 1.0;
        }
    }
}
