//! Translations below what they translate, and above the truth: as a sheet, and as a film of one walk.

use super::Shot;
use crate::camera::Frames;
use crate::draw::palette::{ACCENT, DIM, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};

/// Space around the picture, and between frames.
const MARGIN: u32 = 24;
const GAP: u32 = 6;
/// Width of the names.
const NAMES: u32 = 200;
/// Frames are enlarged up to about this width.
const PICTURE: u32 = 192;
/// Height of the line under all.
const FOOT: u32 = 34;
/// Seconds that a frame of a film stands.
const SECONDS: f64 = 0.125;

/// Frames of a walk: as they were seen, as they were translated in several ways, each with its name, and as the other scene
/// shows them.
#[derive(Debug)]
pub struct TranslatedWalk<'a> {
    /// Name of the scene, and what was seen.
    pub seen: (&'a str, &'a Frames),
    /// Names of the ways, and what they made of it.
    pub ways: Vec<(&'a str, &'a Frames)>,
    /// Name of the other scene, and what it shows from the same poses.
    pub truth: (&'a str, &'a Frames),
}

impl TranslatedWalk<'_> {
    /// A row for each, a column for each of the frames `shown`.
    pub fn sheet(&self, shown: &[usize]) -> Canvas {
        let truth = format!("true {}", self.truth.0);
        let first = std::iter::once((self.seen.0, self.seen.1, DIM));
        let ways = self.ways.iter().map(|(name, frames)| (*name, *frames, TEXT));
        let rows: Vec<_> = first.chain(ways).chain([(truth.as_str(), self.truth.1, ACCENT)]).collect();
        let size = self.seen.1.size();
        let picture = Rect::new(0, 0, PICTURE, PICTURE).fit(size);
        let (across, down) = (picture.width + GAP, picture.height + GAP);
        // A film's sides are even.
        let width = (2 * MARGIN + NAMES + shown.len() as u32 * across).next_multiple_of(2);
        let height = (2 * MARGIN + rows.len() as u32 * down + FOOT).next_multiple_of(2);
        let mut canvas = Canvas::new(width, height);
        for (row, (name, frames, colour)) in (0..).zip(rows) {
            let y = MARGIN + row * down;
            let place = Rect::new(MARGIN, y + picture.height / 2 - 14, NAMES - 14, 28);
            canvas.write(name, Style::words(20.0, colour), Align::Right, place);
            for (column, pixels) in (0..).zip(shown.iter().filter_map(|&index| frames.get(index))) {
                let place = Rect { x: MARGIN + NAMES + column * across, y, ..picture };
                canvas.place(pixels, size, place);
            }
        }
        let foot = Rect::new(MARGIN, height - MARGIN - FOOT + 8, width - 2 * MARGIN, FOOT - 8);
        canvas.write("The last row was never shown to `cycle`.", Style::words(16.0, DIM), Align::Right, foot);
        canvas
    }

    /// A film of all frames, one after another.
    pub fn shots(&self) -> impl ExactSizeIterator<Item = Shot> {
        (0..self.seen.1.len()).map(|index| Shot { picture: self.sheet(&[index]), seconds: SECONDS, fades: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_above_what_it_became_and_the_truth_beneath() {
        let flat = |levels: &[u8]| Frames::collect((16, 16), levels.iter().map(|&level| vec![level; 16 * 16 * 3]));
        let (seen, way, truth) = (flat(&[10, 20, 30]), flat(&[110, 120, 130]), flat(&[210, 220, 230]));
        let film = TranslatedWalk { seen: ("day", &seen), ways: vec![("way", &way)], truth: ("night", &truth) };
        let level = |canvas: &Canvas, column: u32, row: u32| {
            let (x, y) = (MARGIN + NAMES + column * (192 + GAP) + 90, MARGIN + row * (192 + GAP) + 90);
            canvas.picture().get_pixel(x, y).0[0]
        };
        let sheet = film.sheet(&[0, 2]);
        assert_eq!([level(&sheet, 0, 0), level(&sheet, 0, 1), level(&sheet, 0, 2)], [10, 110, 210]);
        assert_eq!([level(&sheet, 1, 0), level(&sheet, 1, 1), level(&sheet, 1, 2)], [30, 130, 230]);
        let shots: Vec<Shot> = film.shots().collect();
        assert_eq!(shots.iter().map(|shot| level(&shot.picture, 0, 1)).collect::<Vec<_>>(), [110, 120, 130]);
        let (width, height) = shots[0].picture.size();
        assert!(width.is_multiple_of(2) && height.is_multiple_of(2));
    }
}
