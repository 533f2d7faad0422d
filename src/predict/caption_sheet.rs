//! Sheets of what captions were painted as.

use super::{Illustrator, drawn_latents};
use crate::camera::{Frame, Frames};
use crate::draw::palette::{DIM, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::words::{Material, Sentence, Situation};

/// Space around all, between pictures, and for a line of words over them.
const MARGIN: u32 = 16;
const GAP: u32 = 4;
const LINE: u32 = 30;
/// Frames of each caption on a run's sheets.
const SAMPLES: usize = 8;
/// Pictures are enlarged up to about this width; of a single caption, up to the other.
const SMALL: u32 = 96;
const LARGE: u32 = 160;

/// `count` frames of a sentence. Frame i follows from the seed and i alone.
pub fn said_frames(illustrator: &Illustrator, sentence: &Sentence, count: usize, seed: u64) -> Frames {
    let sentences = vec![sentence.clone(); count];
    illustrator.paint(&sentences, &drawn_latents(illustrator.noise(), count, seed))
}

/// Rows of frames, each under a line: always from the same noise, so that the sheets of a run can be leafed through.
pub fn caption_sheet(illustrator: &Illustrator, sentences: &[Sentence]) -> Frame {
    let row = |sentence: &Sentence| (said_frames(illustrator, sentence, SAMPLES, 0), line(illustrator, sentence));
    let rows: Vec<_> = sentences.iter().map(row).collect();
    drawn(&rows, SAMPLES as u32, SMALL).picture().clone()
}

/// The frames of one sentence, four in a row, under it.
pub fn said_sheet(illustrator: &Illustrator, sentence: &Sentence, frames: Frames) -> Canvas {
    drawn(&[(frames, line(illustrator, sentence))], 4, LARGE)
}

/// A sentence, and what is to be known of it.
fn line(illustrator: &Illustrator, sentence: &Sentence) -> (String, String) {
    let combinations = combinations(sentence);
    let is_new = combinations.iter().all(|one| illustrator.held_out().contains(one));
    (sentence.to_string(), if is_new { "never learned together".into() } else { String::new() })
}

/// Situation with each material that a sentence may mean.
fn combinations(sentence: &Sentence) -> Vec<(Situation, Material)> {
    let caption = sentence.caption;
    let meant = |material: &Material| caption.wall.is_none_or(|wall| wall.fits(*material));
    Material::ALL.into_iter().filter(meant).map(|material| (caption.situation, material)).collect()
}

fn drawn(rows: &[(Frames, (String, String))], columns: u32, side: u32) -> Canvas {
    let size = rows.first().map_or((1, 1), |(frames, _)| frames.size());
    let picture = Rect::new(0, 0, side, side).fit(size);
    let lines = |frames: &Frames| (frames.len() as u32).div_ceil(columns);
    let heights: u32 = rows.iter().map(|(frames, _)| LINE + lines(frames) * (picture.height + GAP)).sum();
    let width = 2 * MARGIN + columns * (picture.width + GAP) - GAP;
    let mut canvas = Canvas::new(width, 2 * MARGIN + heights);
    let mut y = MARGIN;
    for (frames, (sentence, note)) in rows {
        let place = Rect::new(MARGIN, y, width - 2 * MARGIN, LINE - 8);
        canvas.write(sentence, Style::words(18.0, TEXT), Align::Left, place);
        canvas.write(note, Style::words(16.0, DIM), Align::Right, place);
        y += LINE;
        for (index, frame) in (0..).zip(frames.iter()) {
            let (column, row) = (index % columns, index / columns);
            let (x, y) = (MARGIN + column * (picture.width + GAP), y + row * (picture.height + GAP));
            canvas.place(frame, size, Rect { x, y, ..picture });
        }
        y += lines(frames) * (picture.height + GAP);
    }
    canvas
}
