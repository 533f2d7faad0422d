//! Raster order: what a pixel knows of those before it, and how its colour is drawn.

/// Neighbours whose colours are looked at: left, above left, above, above right.
const NEIGHBOURS: [(i32, i32); 4] = [(-1, 0), (-1, -1), (0, -1), (1, -1)];

/// Numbers that say what the neighbours are.
pub(super) const INPUTS: usize = 4 * NEIGHBOURS.len();

/// The first colour whose odds, with all before it, exceed `at`.
pub(super) fn picked(odds: &[f32], at: f32) -> usize {
    // At temperatures above 1 noise leaves its range; reflected, it still picks by the odds.
    let at = at.rem_euclid(2.0);
    let at = if at > 1.0 { 2.0 - at } else { at };
    let mut sum = 0.0;
    let found = odds.iter().position(|odds| {
        sum += odds;
        sum > at
    });
    // Odds add up to 1 but for rounding.
    found.unwrap_or_else(|| odds.iter().rposition(|&odds| odds > 0.0).unwrap_or(0))
}

/// The colours of a pixel's neighbours that come before it, and whether each is there: four numbers a neighbour, all 0
/// before.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_noise_picks_a_colour_without_odds() {
        for at in [-0.5, 0.0, 0.5, 1.0, 1.5] {
            assert_eq!(picked(&[0.0, 1.0, 0.0], at), 1, "{at}");
        }
    }

    #[test]
    fn a_colour_is_picked_where_its_share_of_the_odds_lies() {
        let found = [0.0, 0.2, 0.25, 0.7, 0.75, 0.99].map(|at| picked(&[0.25, 0.0, 0.5, 0.25], at));
        assert_eq!(found, [0, 0, 2, 2, 3, 3]);
        // Beyond its range noise is reflected.
        let found = [1.25, 1.5, 1.9, -0.1, -0.5].map(|at| picked(&[0.25, 0.0, 0.5, 0.25], at));
        assert_eq!(found, [3, 2, 0, 0, 2]);
    }

    #[test]
    fn only_neighbours_that_come_before_are_seen() {
        // Two rows of three; colours say which pixel.
        let palette: Vec<[f32; 3]> = (0..6).map(|pixel| [pixel as f32; 3]).collect();
        let seen = |pixel| {
            let mut numbers = [0.0; INPUTS];
            write_neighbours(&mut numbers, &[0, 1, 2, 3, 4, 5], pixel, (2, 3), &palette);
            let known = numbers.chunks_exact(4).map(|numbers| (numbers[3] == 1.0).then_some(numbers[0] as usize));
            known.collect::<Vec<_>>()
        };
        // Left, above left, above, above right.
        assert_eq!(seen(0), [None; 4]);
        assert_eq!(seen(3), [None, None, Some(0), Some(1)]);
        assert_eq!(seen(4), [Some(3), Some(0), Some(1), Some(2)]);
        assert_eq!(seen(5), [Some(4), Some(1), Some(2), None]);
    }
}
