//! A passage: what lies between the latent of a left turn and that of a right turn.

use crate::camera::Frames;
use crate::draw::palette::{DIM, TEXT, of_pick};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::measure::Truth;
use crate::predict::Question;

/// Space around the passage, between pictures, and between corners.
const MARGIN: u32 = 24;
const GAP: u32 = 4;
const BETWEEN_CORNERS: u32 = 20;
/// Width of the names, height of the line of figures under a row, and of the lines over and under all.
const NAMES: u32 = 150;
const FIGURES: u32 = 24;
const HEAD: u32 = 34;
const FOOT: u32 = 34;
/// Pictures are enlarged up to about this width.
const PICTURE: u32 = 128;

/// A model's frames on the way at all corners: name, and those of each corner.
pub type Passages<'a> = (&'a str, &'a [Frames]);

/// Draws corners below each other, each with a row for each model: the true left turn, what is decoded on the way, with
/// its nearness, and the true right turn.
pub fn passage(questions: &[Question], models: &[Passages]) -> Canvas {
    let places = models.iter().flat_map(|(_, corners)| corners.iter().map(Frames::len)).max().unwrap_or(0) as u32;
    let Some(first) = questions.first() else {
        return Canvas::new(2 * MARGIN, 2 * MARGIN);
    };
    let picture = Rect::new(0, 0, PICTURE, PICTURE).fit(first.frame_size());
    let (across, down) = (picture.width + GAP, picture.height + FIGURES + GAP);
    let width = 2 * MARGIN + NAMES + (places + 2) * across + 2 * BETWEEN_CORNERS;
    let corner_height = models.len() as u32 * down + BETWEEN_CORNERS;
    let height = 2 * MARGIN + HEAD + questions.len() as u32 * corner_height + FOOT;
    let mut canvas = Canvas::new(width, height);
    // The truths stand a little apart.
    let x = |column: u32| {
        let apart = BETWEEN_CORNERS * (u32::from(column > 0) + u32::from(column > places));
        MARGIN + NAMES + column * across + apart
    };
    let at = |column: u32, y: u32| Rect::new(x(column), y, picture.width, picture.height);
    let name = |number: usize| first.futures.all.get(number).map_or("", |future| future.name.as_str());
    let (one, other) = (format!("true {}", name(0)), format!("true {}", name(1)));
    let heads = [(0, one.as_str()), (1, "its latent"), (places, "its latent"), (places + 1, other.as_str())];
    for (column, head) in heads {
        let place = Rect { height: HEAD - 8, ..at(column, MARGIN) };
        canvas.write(head, Style::words(18.0, DIM), Align::Centre, place);
    }
    for (index, question) in (0..).zip(questions) {
        let size = question.frame_size();
        let truth = Truth::of(&question.futures);
        let [one, other, ..] = &question.futures.all[..] else { continue };
        for (row, (name, corners)) in (0..).zip(models) {
            let y = MARGIN + HEAD + index * corner_height + row * down;
            let place = Rect::new(MARGIN, y + picture.height / 2 - 14, NAMES - 14, 28);
            canvas.write(name, Style::words(20.0, TEXT), Align::Right, place);
            canvas.place(&one.frames[0], size, at(0, y));
            canvas.place(&other.frames[0], size, at(places + 1, y));
            for (column, frame) in (1..).zip(corners[index as usize].iter()) {
                canvas.place(frame, size, at(column, y));
                let verdict = truth.verdict(frame);
                let colour = of_pick(verdict.pick());
                let place = Rect { y: y + picture.height + 2, height: FIGURES - 4, ..at(column, y) };
                canvas.write(&format!("{:.2}", verdict.nearness), Style::words(16.0, colour), Align::Centre, place);
            }
        }
    }
    let words = "From the encoder's latent of the one future to that of the other, in a straight line. Figures: nearness, \
                 under 0.25 a future is picked.";
    let foot = Rect::new(MARGIN, height - MARGIN - FOOT + 8, width - 2 * MARGIN, FOOT - 8);
    canvas.write(words, Style::words(18.0, DIM), Align::Left, foot);
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::film::testing::question;

    #[test]
    fn a_passage_has_a_row_for_every_model_and_a_column_for_every_place() {
        let questions = vec![question((64, 64), 2, 1), question((64, 64), 2, 1)];
        let row = || Frames::repeated((64, 64), &[0; 64 * 64 * 3], 5);
        let corners = vec![row(), row()];
        let size = |models: &[Passages]| passage(&questions, models).size();
        let (one, two) = (size(&[("a", &corners)]), size(&[("a", &corners), ("b", &corners)]));
        assert_eq!(two.0, one.0);
        assert_eq!(two.1 - one.1, 2 * (128 + FIGURES + GAP), "two more rows");
        let fewer = vec![Frames::repeated((64, 64), &[0; 64 * 64 * 3], 3); 2];
        assert_eq!(one.0 - size(&[("a", &fewer)]).0, 2 * (128 + GAP));
    }
}
