//! The sheet: one still, a row a corner.

use super::compare::Comparison;
use super::layout::{Cell, GAP, LEAST_WIDTH, WORDS};
use super::scene::draw_panel;
use crate::draw::palette::{DIM, LINE, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::predict::Question;

/// Space around the sheet.
const MARGIN: u32 = 36;
/// Height of the title and the line under it.
const HEAD: u32 = 96;
/// Height of the legend.
const FOOT: u32 = 44;
/// Space between groups of columns, beside the gap between columns.
const BETWEEN_GROUPS: u32 = 26;
/// Pictures are enlarged up to about this width.
const PICTURE: u32 = 200;

impl Comparison<'_> {
    /// One still for all corners: a row each with the last frame seen, both futures, the exact average, and every
    /// model's predictions with their nearness and margin.
    pub fn sheet(&self, questions: &[Question]) -> Canvas {
        let rows: Vec<_> = questions.iter().map(|question| self.panels(question, 1, self.samples)).collect();
        let (Some(first), Some(question)) = (rows.first(), questions.first()) else {
            return Canvas::new(2 * MARGIN, 2 * MARGIN);
        };
        let picture = Rect::new(0, 0, PICTURE, PICTURE).fit(question.frame_size());
        let (cell_width, cell_height) = (picture.width.max(LEAST_WIDTH), picture.height + WORDS);
        let columns: u32 = first.iter().map(|group| group.len() as u32).sum();
        let groups = first.len() as u32;
        let width = 2 * MARGIN + columns * (cell_width + GAP) - GAP + (groups - 1) * BETWEEN_GROUPS;
        let height = HEAD + rows.len() as u32 * (cell_height + GAP) + FOOT;
        let mut canvas = Canvas::new(width, height);
        let line = Rect::new(MARGIN, 0, width - 2 * MARGIN, 0);
        let title =
            format!("What comes next? Corners of scene {}, never trained on, not chosen by score", self.scene.name);
        canvas.write(&title, Style::words(34.0, TEXT), Align::Left, Rect { y: 18, height: 44, ..line });
        for (index, row) in (0..).zip(&rows) {
            let y = HEAD + index * (cell_height + GAP);
            let mut x = MARGIN;
            for (group, panels) in row.iter().enumerate() {
                if group > 0 {
                    canvas.fill(Rect::new(x + BETWEEN_GROUPS / 2 - GAP / 2 - 1, y + 4, 2, cell_height - 12), 1.0, LINE);
                    x += BETWEEN_GROUPS;
                }
                for panel in panels {
                    let cell = Cell::new(x, y, cell_width, (picture.width, picture.height));
                    draw_panel(&mut canvas, cell, panel, 0);
                    x += cell_width + GAP;
                }
            }
        }
        let words = "n: nearness to the nearest future, 0 is the truth; under 0.25 a future was picked, whose name and \
                     colour the frame has. m: margin, 0 is undecided.";
        let foot = Rect { y: height - FOOT, height: 30, ..line };
        canvas.write(words, Style::words(20.0, DIM), Align::Left, foot);
        canvas
    }
}
