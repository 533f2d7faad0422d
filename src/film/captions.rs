//! What captions were painted as, for every combination of words.

use crate::camera::Frames;
use crate::draw::palette::{ACCENT, DIM, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::words::State;

/// Space around all, between cells, and under and over the pictures.
const MARGIN: u32 = 24;
const GAP: u32 = 14;
const LINE: u32 = 30;
const FOOT: u32 = 34;
/// Width of what rows are called.
const NAMES: u32 = 130;
/// Pictures are enlarged up to about this width.
const PICTURE: u32 = 96;

/// One model's frames.
#[derive(Debug)]
pub struct CaptionedFrames<'a> {
    /// Whose.
    pub name: &'a str,
    /// A frame of each state, by its number.
    pub frames: Frames,
    /// The nearest true view of each that fits.
    pub nearest: Frames,
}

/// Draws every model's frames: a row for each wall by day and by night, a column for each situation, in each of its cells the
/// painted frame and the nearest true view that fits. Held-out combinations stand out.
pub fn caption_matrix(models: &[CaptionedFrames], is_held_out: impl Fn(State) -> bool) -> Canvas {
    let size = models.first().map_or((1, 1), |model| model.frames.size());
    let picture = Rect::new(0, 0, PICTURE, PICTURE).fit(size);
    let cell = 2 * picture.width + 2 + GAP;
    let (columns, rows) = (SITUATIONS.len() as u32, WALLS.len() as u32 * 2);
    let width = 2 * MARGIN + NAMES + columns * cell;
    let block = 2 * LINE + rows * (picture.height + GAP);
    let height = 2 * MARGIN + models.len() as u32 * block + FOOT;
    let mut canvas = Canvas::new(width, height);
    for (top, model) in (0..).map(|number| MARGIN + number * block).zip(models) {
        let line = Rect::new(MARGIN, top, width - 2 * MARGIN, LINE - 6);
        canvas.write(model.name, Style::words(22.0, TEXT), Align::Left, line);
        for (column, name) in (0..).zip(SITUATIONS) {
            let place = Rect::new(MARGIN + NAMES + column * cell, top + LINE, cell - GAP, LINE - 8);
            canvas.write(name, Style::words(17.0, DIM), Align::Centre, place);
        }
        for state in State::all() {
            let [situation, material, light] = state.classes();
            let row = (material * 2 + light) as u32;
            let (x, y) = (MARGIN + NAMES + situation as u32 * cell, top + 2 * LINE + row * (picture.height + GAP));
            if situation == 0 {
                let name = format!("{} {}", WALLS[material], ["by day", "at night"][light]);
                let place = Rect::new(MARGIN, y, NAMES - 12, picture.height);
                for (number, line) in (0..).zip(Style::words(17.0, DIM).wrapped(&name, place.width)) {
                    let at = Rect { y: y + picture.height / 2 - 22 + 22 * number, height: 20, ..place };
                    canvas.write(&line, Style::words(17.0, DIM), Align::Right, at);
                }
            }
            let at = Rect { x, y, ..picture };
            canvas.place(&model.frames[state.index()], size, at);
            canvas.place(&model.nearest[state.index()], size, Rect { x: at.right() + 2, ..at });
            if is_held_out(state) {
                let both = Rect { width: 2 * picture.width + 2, ..at };
                canvas.border(both.outset(3), 3.0, 3.0, ACCENT);
            }
        }
    }
    let place = Rect::new(MARGIN, height - MARGIN - FOOT + 12, width - 2 * MARGIN, FOOT - 12);
    let foot = "Each cell: a painted frame, not chosen, and beside it the nearest true view that fits. Framed: never learned together.";
    canvas.write(foot, Style::words(16.0, DIM), Align::Left, place);
    canvas
}

/// What columns and rows are called, by the numbers of situation and material.
const SITUATIONS: [&str; 5] = ["left turn", "right turn", "fork", "dead end", "corridor"];
const WALLS: [&str; 4] = ["red brick", "blue brick", "hedge", "stone"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Material, Situation};

    #[test]
    fn a_matrix_has_every_state_and_marks_what_was_held_out() {
        let grey = |level: u8| Frames::repeated((32, 32), &[level; 32 * 32 * 3], State::COUNT);
        let model = || CaptionedFrames { name: "words", frames: grey(200), nearest: grey(90) };
        let plain = caption_matrix(&[model()], |_| false);
        let marked =
            caption_matrix(&[model()], |state| state.situation == Situation::Fork && state.material == Material::Stone);
        assert_eq!(plain.size(), marked.size());
        let accents = |canvas: &Canvas| canvas.picture().pixels().filter(|pixel| pixel.0 == ACCENT).count();
        assert!(accents(&plain) == 0 && accents(&marked) > 400, "{}", accents(&marked));
        let bright = plain.picture().pixels().filter(|pixel| pixel.0 == [200; 3]).count();
        assert!(bright >= State::COUNT * 96 * 96, "{bright}");
    }
}
