//! Where panels go: pure arithmetic.

use crate::draw::Rect;

/// Where one panel's parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The line over the picture.
    pub label: Rect,
    /// The picture.
    pub picture: Rect,
    /// The row of marks under the picture, one a tick.
    pub track: Rect,
    /// The line under the marks.
    pub caption: Rect,
}

/// Height of the line over a picture, in pixels.
const LABEL: u32 = 26;
/// Height of the row of marks, with the space above it.
const TRACK: u32 = 12;
/// Height of the line under the marks.
const CAPTION: u32 = 24;
/// Heights of what is not picture.
pub(super) const WORDS: u32 = LABEL + TRACK + CAPTION;
/// Least width of a cell: room for a caption.
pub(super) const LEAST_WIDTH: u32 = 186;
/// Least space between rows, and most.
const ROW_GAP: (u32, u32) = (6, 28);
/// Most space between columns.
const MOST_BETWEEN: u32 = 72;
/// Least space between cells.
pub(super) const GAP: u32 = 14;

impl Cell {
    /// A cell with its upper left corner at (x, y) for a picture of a size.
    pub(super) fn new(x: u32, y: u32, width: u32, picture: (u32, u32)) -> Self {
        let picture = Rect::new(x, y + LABEL, picture.0, picture.1);
        Self {
            // The tails of letters stay clear of the picture's border.
            label: Rect::new(x, y, width, LABEL - 4),
            picture,
            track: Rect::new(x, picture.bottom() + 5, picture.width, TRACK - 6),
            caption: Rect::new(x, picture.bottom() + TRACK, width, CAPTION),
        }
    }

    /// All of it.
    pub fn area(self) -> Rect {
        Rect::new(self.label.x, self.label.y, self.label.width, self.caption.bottom() - self.label.y)
    }
}

/// Arranges groups of panels in an area: groups in order, each in one row if it fits, pictures as large as possible.
///
/// `groups` are the numbers of panels; the result has a cell for each panel, in order. Pictures of `frame` pixels are
/// enlarged by a whole number where they fit.
pub fn arrange(area: Rect, frame: (u32, u32), groups: &[usize]) -> Vec<Cell> {
    let most = ((area.width + GAP) / (LEAST_WIDTH + GAP)).max(1) as usize;
    let candidates = (1..=most).map(|columns| Plan::new(area, frame, groups, columns));
    let best = candidates.reduce(|best, next| if next.beats(&best) { next } else { best });
    best.map_or_else(Vec::new, |plan| plan.cells(area))
}

/// An arrangement in so many columns.
struct Plan {
    columns: usize,
    /// Panels in each row.
    rows: Vec<usize>,
    /// Size of a picture.
    picture: (u32, u32),
}

impl Plan {
    fn new(area: Rect, frame: (u32, u32), groups: &[usize], columns: usize) -> Self {
        let mut rows: Vec<usize> = Vec::new();
        for &group in groups {
            match rows.last_mut() {
                Some(row) if *row + group <= columns => *row += group,
                _ => {
                    // A group that is wider than the area takes several rows of almost equal length.
                    let parts = group.div_ceil(columns);
                    rows.extend((0..parts).map(|part| (part + 1) * group / parts - part * group / parts));
                }
            }
        }
        let columns = rows.iter().copied().max().unwrap_or(1).max(1);
        let share = |length: u32, gap: u32, parts: usize| ((length + gap) / parts as u32).saturating_sub(gap);
        let width = share(area.width, GAP, columns);
        let height = share(area.height, ROW_GAP.0, rows.len().max(1)).saturating_sub(WORDS);
        let spot = Rect::new(0, 0, width, height).fit(frame);
        // Words have their place even where there is none for pictures.
        let picture = if height == 0 { (0, 0) } else { (spot.width, spot.height) };
        Self { columns, rows, picture }
    }

    /// Larger pictures win; then fewer rows.
    fn beats(&self, other: &Self) -> bool {
        let rank = |plan: &Self| (plan.picture.0, std::cmp::Reverse(plan.rows.len()));
        rank(self) > rank(other)
    }

    /// The rows stand in the middle of the area, their cells below each other.
    fn cells(&self, area: Rect) -> Vec<Cell> {
        let columns = self.columns as u32;
        let rows = self.rows.len() as u32;
        let width = self.picture.0.max(LEAST_WIDTH).min((area.width + GAP) / columns - GAP.min(area.width / columns));
        let height = self.picture.1 + WORDS;
        // Spare width goes between the columns, but not without end.
        let spare = area.width.saturating_sub(columns * width);
        let between = spare.checked_div(columns - 1).unwrap_or(0).min(MOST_BETWEEN);
        let left = area.x + area.width.saturating_sub(columns * width + (columns - 1) * between) / 2;
        let spare = area.height.saturating_sub(rows * height);
        let below = spare.checked_div(rows - 1).unwrap_or(0).min(ROW_GAP.1);
        let top = area.y + area.height.saturating_sub(rows * height + (rows - 1) * below) / 2;
        let places =
            self.rows.iter().zip(0..).flat_map(|(&count, row)| (0..count as u32).map(move |column| (column, row)));
        places
            .map(|(column, row)| {
                Cell::new(left + column * (width + between), top + row * (height + below), width, self.picture)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = crate::film::scene::STAGE;

    #[test]
    fn nothing_overlaps_and_nothing_sticks_out() {
        for frame in [(64, 64), (96, 64), (32, 32), (64, 96), (512, 512), (8, 512), (512, 8), (160, 120)] {
            for models in 1..=12 {
                for samples in [1, 2, 4, 6] {
                    let mut groups = vec![3, 1];
                    groups.extend(vec![samples; models]);
                    let cells = arrange(AREA, frame, &groups);
                    assert_eq!(cells.len(), groups.iter().sum::<usize>());
                    let case = format!("{frame:?}, {models} models, {samples} samples");
                    for (index, cell) in cells.iter().enumerate() {
                        let parts = [cell.label, cell.picture, cell.track, cell.caption];
                        assert!(parts.iter().all(|&part| cell.area().contains(part)), "{case}: {cell:?}");
                        if models * samples <= 12 {
                            assert!(AREA.contains(cell.area()), "{case}: {cell:?}");
                        }
                        assert!(cells[..index].iter().all(|other| !other.area().overlaps(cell.area())), "{case}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_usual_film_has_large_pictures_in_two_rows() {
        let cells = arrange(AREA, (64, 64), &[3, 1, 1, 5]);
        assert_eq!((cells[0].picture.width, cells[0].picture.height), (192, 192));
        assert!(cells[4].label.y == cells[0].label.y && cells[5].label.y > cells[0].label.y);
        assert!(cells[5].label.x == cells[0].label.x, "rows begin below each other");
    }

    #[test]
    fn six_models_with_two_noises_each_still_double_their_pictures() {
        let cells = arrange(AREA, (64, 64), &[3, 1, 1, 2, 2, 2, 2, 2]);
        assert_eq!(cells[0].picture.width, 128);
    }

    #[test]
    fn twelve_models_double_their_pictures_in_three_rows() {
        let cells = arrange(AREA, (64, 64), &[[3, 1].as_slice(), &[1; 12]].concat());
        assert_eq!(cells[0].picture.width, 128);
        let mut rows: Vec<u32> = cells.iter().map(|cell| cell.label.y).collect();
        rows.dedup();
        assert_eq!(rows.len(), 3);
    }

    #[test]
    fn pictures_keep_their_proportions() {
        for cell in arrange(AREA, (96, 64), &[3, 1, 2]) {
            assert_eq!(cell.picture.width * 64, cell.picture.height * 96);
        }
    }
}
