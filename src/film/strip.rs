//! A strip of dreams: what was seen on recorded walks, and below it what models dreamed, told the same actions.

use crate::camera::Frames;
use crate::draw::palette::{ACCENT, DIM, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::predict::Walk;

/// Space around the strip, between pictures, and between walks.
const MARGIN: u32 = 24;
const GAP: u32 = 4;
const BETWEEN_WALKS: u32 = 22;
/// Width of the names, height of the line of steps, and of the line under all.
const NAMES: u32 = 190;
const HEAD: u32 = 34;
const FOOT: u32 = 34;
/// Pictures are enlarged up to about this width.
const PICTURE: u32 = 128;

/// A model's dreams of all walks: name, and a frame a step of each walk.
pub type Dreams<'a> = (&'a str, &'a [Frames]);

/// Draws walks below each other, each with a row for the truth and one for each model, a column for each of the `shown`
/// steps (from 1).
pub fn strip(walks: &[Walk], models: &[Dreams], shown: &[usize]) -> Canvas {
    let Some(first) = walks.first() else {
        return Canvas::new(2 * MARGIN, 2 * MARGIN);
    };
    let picture = Rect::new(0, 0, PICTURE, PICTURE).fit(first.context.size());
    let (across, down) = (picture.width + GAP, picture.height + GAP);
    let columns = shown.len() as u32 + 1;
    let rows = models.len() as u32 + 1;
    let width = 2 * MARGIN + NAMES + columns * across;
    let height = 2 * MARGIN + HEAD + walks.len() as u32 * (rows * down + BETWEEN_WALKS) + FOOT;
    let mut canvas = Canvas::new(width, height);
    let at = |column: u32, y: u32| Rect::new(MARGIN + NAMES + column * across, y, picture.width, picture.height);
    let heads = std::iter::once("seen".to_owned()).chain(shown.iter().map(|step| format!("step {step}")));
    for (column, head) in (0..).zip(heads) {
        let place = Rect { height: HEAD - 8, ..at(column, MARGIN) };
        canvas.write(&head, Style::words(18.0, DIM), Align::Centre, place);
    }
    for (index, walk) in walks.iter().enumerate() {
        let top = MARGIN + HEAD + index as u32 * (rows * down + BETWEEN_WALKS);
        let truth = ("true", &walk.truth, ACCENT);
        let dreamed = models.iter().map(|(name, dreams)| (*name, &dreams[index], TEXT));
        for (row, (name, frames, colour)) in (0..).zip(std::iter::once(truth).chain(dreamed)) {
            let y = top + row * down;
            let place = Rect::new(MARGIN, y + picture.height / 2 - 14, NAMES - 14, 28);
            canvas.write(name, Style::words(20.0, colour), Align::Right, place);
            let seen = walk.context.last().into_iter();
            let pictures = seen.chain(shown.iter().filter_map(|step| frames.get(step - 1)));
            for (column, pixels) in (0..).zip(pictures) {
                canvas.place(pixels, walk.context.size(), at(column, y));
            }
        }
    }
    let words = "Each model is told the actions of the recorded walk, and fed with its own pictures from step 1 on.";
    let foot = Rect::new(MARGIN, height - MARGIN - FOOT + 8, width - 2 * MARGIN, FOOT - 8);
    canvas.write(words, Style::words(18.0, DIM), Align::Left, foot);
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Action;
    use crate::maze::{Corner, Heading};

    #[test]
    fn a_strip_has_a_column_for_every_step_and_a_row_for_every_model() {
        let frame = |level: u8| vec![level; 16 * 16 * 3];
        let walk = Walk {
            context: Frames::collect((16, 16), [frame(10)]),
            actions: vec![Action::Forward; 3],
            truth: Frames::collect((16, 16), [frame(20), frame(30), frame(40)]),
            place: (0, Corner { x: 1, y: 1, heading: Heading::North }),
        };
        let dreams = [Frames::collect((16, 16), [frame(120), frame(130), frame(140)])];
        let canvas = strip(std::slice::from_ref(&walk), &[("model", &dreams)], &[1, 3]);
        let level = |column: u32, row: u32| {
            let (x, y) = (MARGIN + NAMES + column * (128 + GAP) + 60, MARGIN + HEAD + row * (128 + GAP) + 60);
            canvas.picture().get_pixel(x, y).0[0]
        };
        assert_eq!([level(0, 0), level(1, 0), level(2, 0)], [10, 20, 40]);
        assert_eq!([level(0, 1), level(1, 1), level(2, 1)], [10, 120, 140]);
        assert!(strip(&[], &[], &[1]).size().0 > 0);
    }
}
