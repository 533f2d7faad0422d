//! What comes before the question: the first card, and the way to a corner.

use super::map::draw_map;
use super::rollout::Panel;
use super::scene::{FILM, MARGIN, SMALL, SUBTITLE, page};
use crate::agent::Action;
use crate::camera::{Frames, Futures};
use crate::draw::palette::{ACCENT, CARD, Colour, DIM, LINE, TEXT, of_future};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::maze::{Corner, Maze};

/// Space between small pictures.
const GAP: u32 = 14;

/// The first card: what is to be seen, in a few lines and a note of one line (several small ones where it is long), over
/// one corner with both its futures.
pub(super) fn title_card(title: &str, lines: &[String], note: &str, truth: &[Panel], size: (u32, u32)) -> Canvas {
    let mut canvas = Canvas::new(FILM.0, FILM.1);
    let width = FILM.0 - 2 * 90;
    canvas.write(title, Style::words(56.0, TEXT), Align::Left, Rect::new(90, 54, width, 70));
    canvas.fill(Rect::new(92, 134, 96, 5), 2.0, ACCENT);
    let style = Style::words(25.0, DIM);
    let lines: Vec<String> = lines.iter().flat_map(|line| style.wrapped(line, width)).take(4).collect();
    for (line, row) in lines.iter().zip(0..) {
        canvas.write(line, style, Align::Left, Rect::new(90, 160 + row * 42, width, 36));
    }
    let top = 160 + 42 * lines.len() as u32;
    if style.width(note) <= width as f32 {
        canvas.write(note, style, Align::Left, Rect::new(90, top, width, 36));
    } else {
        let small = Style::words(19.0, DIM);
        for (line, row) in small.wrapped(note, width).iter().take(3).zip(0..) {
            canvas.write(line, small, Align::Left, Rect::new(90, top + row * 25, width, 24));
        }
    }
    let name = |index: usize| truth.get(index).map_or("", |panel| panel.word.as_str());
    let names = [(name(1), of_future(0), 1), ("the corner", LINE, 0), (name(2), of_future(1), 2)];
    let spot = Rect::new(0, 0, 320, 270).fit(size);
    let between = (width - 3 * spot.width) / 2;
    for ((name, colour, index), column) in names.into_iter().zip(0..) {
        let place = Rect { x: 90 + column * (spot.width + between), y: 386, ..spot };
        if let Some(frame) = truth.get(index).and_then(|panel| panel.frames.get(0)) {
            canvas.place(frame, size, place);
            canvas.border(place.outset(3), 4.0, 3.0, colour);
            let colour = if index == 0 { DIM } else { colour };
            let below = Rect::new(place.x, place.bottom() + 8, place.width.max(120), 34);
            canvas.write(name, Style::words(24.0, colour), Align::Left, below);
        }
    }
    canvas
}

/// The way to a corner: one frame large, and which of the frames the models see.
pub(super) struct Approach<'a> {
    /// Oldest first.
    pub frames: &'a Frames,
    /// How many of the last ones the models see.
    pub seen: usize,
    pub maze: &'a Maze,
    pub corner: Corner,
    /// What may follow.
    pub futures: &'a Futures,
}

impl Approach<'_> {
    /// Where the corner is, and what the colours mean.
    fn draw_place(&self, canvas: &mut Canvas, area: Rect) {
        let mut ways: Vec<(Action, Colour)> = Vec::new();
        for (number, future) in self.futures.iter().enumerate() {
            if !ways.iter().any(|(action, _)| *action == future.action) {
                ways.push((future.action, of_future(number)));
            }
        }
        let map = draw_map(canvas, area, self.maze, self.corner, &ways);
        let turns = ways.iter().map(|&(action, colour)| match action {
            Action::Forward => ("if it goes straight on", colour),
            Action::Left => ("if it turns left", colour),
            Action::Right => ("if it turns right", colour),
        });
        for ((text, colour), row) in std::iter::once(("the way here", TEXT)).chain(turns).zip(0..) {
            let line = Rect::new(map.right() + 24, map.y + row * 34, area.right().saturating_sub(map.right() + 24), 28);
            canvas.fill(Rect::new(line.x, line.y + 7, 14, 14), 3.0, colour);
            let text_area = Rect { x: line.x + 23, width: line.width.saturating_sub(23), ..line };
            canvas.write(text, Style { size: 20.0, ..SMALL }, Align::Left, text_area);
        }
    }

    pub(super) fn draw(&self, title: &str, subtitle: &str, at: usize, words: &[&str]) -> Canvas {
        let mut canvas = page(title, subtitle);
        let large = canvas.place(&self.frames[at], self.frames.size(), Rect::new(MARGIN, 116, 620, 576));
        canvas.border(large.outset(3), 4.0, 3.0, LINE);
        let x = (large.right() + 52).max(FILM.0 / 2 + 10);
        let width = FILM.0 - MARGIN - x;
        let shown = self.seen.min(8);
        let columns = shown.clamp(1, 4) as u32;
        let side = (width + GAP) / 4 - GAP;
        let spot = Rect::new(0, 0, side, 160).fit(self.frames.size());
        let rows = (shown as u32).div_ceil(columns);
        let height = rows * (spot.height + GAP);
        let top = large.bottom().saturating_sub(height - GAP);
        let what = format!("the last {} frames: what the models see", self.seen);
        canvas.write(&what, SUBTITLE, Align::Left, Rect::new(x, top - 42, width, 30));
        for index in 0..shown {
            let (column, row) = (index as u32 % columns, index as u32 / columns);
            let place = Rect { x: x + column * (spot.width + GAP), y: top + row * (spot.height + GAP), ..spot };
            let frame = self.frames.len() - shown + index;
            if frame <= at {
                canvas.place(&self.frames[frame], self.frames.size(), place);
            } else {
                canvas.fill(place, 4.0, CARD);
            }
        }
        for (line, (text, row)) in words.iter().zip(0..).enumerate() {
            let style = Style::words(40.0, if line == 2 { ACCENT } else { TEXT });
            canvas.write(text, style, Align::Left, Rect::new(x, 112 + row * 54, width, 52));
        }
        let above = Rect::new(x, 292, width, (top - 42).saturating_sub(292 + 18));
        if above.height >= 60 {
            self.draw_place(&mut canvas, above);
        }
        canvas
    }
}
