//! What each scene of the film looks like: pure functions from panels to canvases.

use super::canvas::Canvas;
use super::layout::{Cell, LEAST_WIDTH, arrange};
use super::map::draw_map;
use super::palette::{ACCENT, CARD, Colour, DIM, LEFT, LINE, NEITHER, RIGHT, TEXT};
use super::rect::Rect;
use super::rollout::{Kind, Panel};
use super::text::{Align, Font, Style};
use crate::maze::{Corner, Maze};
use crate::measure::Verdict;

/// Width and height of a film in pixels: what a slide shows.
pub const FILM: (u32, u32) = (1280, 720);
/// Space on the left and on the right.
pub(super) const MARGIN: u32 = 44;
/// Where panels go.
pub(super) const STAGE: Rect = Rect::new(MARGIN, 94, FILM.0 - 2 * MARGIN, 586);
/// Width of the upper right, where the clock is.
const CLOCK: u32 = 320;
/// The line under the panels.
const FOOT: Rect = Rect::new(MARGIN, FILM.1 - 38, FILM.0 - 2 * MARGIN, 28);

const TITLE: Style = Style::words(38.0, TEXT);
const SUBTITLE: Style = Style::words(22.0, DIM);
const LABEL: Style = Style::words(19.0, TEXT);
const SMALL: Style = Style::words(18.0, DIM);
const FIGURES: Style = Style::figures(18.0, DIM);

/// A canvas with a title, and a line under it.
pub(super) fn page(title: &str, subtitle: &str) -> Canvas {
    let mut canvas = Canvas::new(FILM.0, FILM.1);
    let width = FILM.0 - 2 * MARGIN;
    canvas.write(title, TITLE, Align::Left, Rect::new(MARGIN, 18, width - CLOCK, 46));
    canvas.write(subtitle, SUBTITLE, Align::Left, Rect::new(MARGIN, 62, width - CLOCK, 30));
    canvas
}

/// The colour and the name of what was picked.
fn pick(verdict: Verdict) -> (Colour, &'static str) {
    match (verdict.is_committed(), verdict.is_left) {
        (false, _) => (NEITHER, "neither"),
        (true, true) => (LEFT, "left"),
        (true, false) => (RIGHT, "right"),
    }
}

/// Nearness and margin; nearness with three digits, so that what is on either side of the bound also reads so.
fn caption(verdict: Verdict) -> String {
    format!("n {:.3}  m {:.2}", verdict.nearness, verdict.margin)
}

/// A panel as it is at a tick: label, picture, a mark for each tick so far, nearness and margin.
pub(super) fn draw_panel(canvas: &mut Canvas, cell: Cell, panel: &Panel, size: (u32, u32), tick: usize) {
    let last = panel.frames.len().saturating_sub(1);
    let Some(frame) = panel.frames.get(tick.min(last)) else { return };
    let verdict = panel.verdicts.get(tick).copied().flatten();
    let (colour, word) = match panel.kind {
        Kind::Seen => (LINE, ""),
        Kind::TrueLeft => (LEFT, ""),
        Kind::TrueRight => (RIGHT, ""),
        Kind::Predicted => verdict.map_or((LINE, ""), pick),
    };
    let picture = canvas.place(frame, size, cell.picture);
    canvas.border(picture.outset(3), 4.0, 3.0, colour);
    let line = Rect { width: cell.label.width.min(picture.width.max(LEAST_WIDTH)), ..cell.label };
    canvas.write(&label(panel, line.width), LABEL, Align::Left, line);
    // The border says it too: where the name is long, the word is left out.
    let word_style = Style { colour, ..SMALL };
    if LABEL.width(&label(panel, line.width)) + word_style.width(word) + 4.0 <= line.width as f32 {
        canvas.write(word, word_style, Align::Right, line);
    }
    match (panel.kind, verdict) {
        (Kind::Predicted, Some(verdict)) => {
            canvas.write(&caption(verdict), FIGURES, Align::Left, cell.caption);
        }
        (Kind::Predicted, None) => canvas.write("both turns look alike", SMALL, Align::Left, cell.caption),
        (Kind::Seen, _) => canvas.write("before the turn", SMALL, Align::Left, cell.caption),
        _ => canvas.write("what the game shows", SMALL, Align::Left, cell.caption),
    }
}

/// Name and noise of a panel; of a long name as much as leaves room for the noise.
fn label(panel: &Panel, room: u32) -> String {
    let noise = panel.noise.map_or_else(String::new, |number| format!(", noise {number}"));
    let room = (room as f32 - LABEL.width(&noise)).max(0.0) as u32;
    LABEL.elided(&panel.label, room) + &noise
}

/// The marks under a panel, one for each tick of the roll-out, coloured by what was picked.
fn draw_track(canvas: &mut Canvas, cell: Cell, panel: &Panel, ticks: usize, tick: usize) {
    if panel.kind != Kind::Predicted || ticks == 0 {
        return;
    }
    for index in 0..ticks {
        let colour = match panel.verdicts.get(index).copied().flatten() {
            Some(verdict) if index <= tick => pick(verdict).0,
            _ => CARD,
        };
        canvas.fill(segment(cell.track, index, ticks), 2.0, colour);
    }
}

/// One of several equal parts of a bar, with a small space after each.
fn segment(bar: Rect, index: usize, count: usize) -> Rect {
    let edge = |index: usize| (u64::from(bar.width + 3) * index as u64 / count as u64) as u32;
    let width = (edge(index + 1) - edge(index)).saturating_sub(3).max(1);
    Rect { x: bar.x + edge(index), width, ..bar }
}

/// Both truths and every model side by side at a tick. `played` is how many ticks of the roll-out are over.
pub(super) struct SideBySide<'a> {
    pub groups: &'a [Vec<Panel>],
    pub frame_size: (u32, u32),
    /// Ticks of the roll-out, and those of them that are the turn.
    pub ticks: usize,
    pub turning: usize,
}

impl SideBySide<'_> {
    pub(super) fn draw(&self, title: &str, subtitle: &str, tick: usize, moving: bool) -> Canvas {
        let mut canvas = page(title, subtitle);
        let sizes: Vec<usize> = self.groups.iter().map(Vec::len).collect();
        let cells = arrange(STAGE, self.frame_size, &sizes);
        for (cell, panel) in cells.into_iter().zip(self.groups.iter().flatten()) {
            draw_panel(&mut canvas, cell, panel, self.frame_size, tick);
            if moving {
                draw_track(&mut canvas, cell, panel, self.ticks, tick);
            }
        }
        self.draw_clock(&mut canvas, tick);
        legend(&mut canvas);
        canvas
    }

    /// Which tick it is, in figures and as a bar.
    fn draw_clock(&self, canvas: &mut Canvas, tick: usize) {
        let bar = Rect::new(FILM.0 - MARGIN - 280, 64, 280, 8);
        let phase = if tick < self.turning { "turning" } else { "walking on" };
        let text = format!("tick {} of {}", tick + 1, self.ticks);
        let above = Rect { y: 20, height: 36, ..bar };
        canvas.write(&text, Style { font: Font::Figures, size: 22.0, colour: TEXT }, Align::Left, above);
        canvas.write(phase, Style::words(22.0, ACCENT), Align::Right, above);
        for index in 0..self.ticks {
            let colour = if index <= tick { ACCENT } else { CARD };
            canvas.fill(segment(bar, index, self.ticks), 2.0, colour);
        }
    }
}

/// What colours and letters mean.
fn legend(canvas: &mut Canvas) {
    let mut x = FOOT.x;
    let mut item = |text: &str, colour: Option<Colour>, after: u32| {
        if let Some(colour) = colour {
            canvas.fill(Rect::new(x, FOOT.y + 7, 14, 14), 3.0, colour);
            x += 21;
        }
        let width = SMALL.width(text).ceil() as u32 + 1;
        canvas.write(text, SMALL, Align::Left, Rect { x, width, ..FOOT });
        x += width + after;
    };
    item("picks left", Some(LEFT), 22);
    item("picks right", Some(RIGHT), 22);
    item("neither (n of 0.25 or more)", Some(NEITHER), 40);
    item("n: nearness, 0 is the truth, 0.5 the exact average", None, 30);
    item("m: margin, 0 is undecided", None, 0);
}

/// The first card: what is to be seen, in a few lines and a note of one line, over one corner with both its futures.
pub(super) fn title_card(title: &str, lines: &[String], note: &str, truth: &[Panel], size: (u32, u32)) -> Canvas {
    let mut canvas = Canvas::new(FILM.0, FILM.1);
    let width = FILM.0 - 2 * 90;
    canvas.write(title, Style::words(56.0, TEXT), Align::Left, Rect::new(90, 54, width, 70));
    canvas.fill(Rect::new(92, 134, 96, 5), 2.0, ACCENT);
    let style = Style::words(25.0, DIM);
    let mut lines: Vec<String> = lines.iter().flat_map(|line| style.wrapped(line, width)).take(4).collect();
    lines.push(note.to_owned());
    for (line, row) in lines.iter().zip(0..) {
        canvas.write(line, style, Align::Left, Rect::new(90, 160 + row * 42, width, 36));
    }
    let names = [("left", LEFT, 1), ("the corner", LINE, 0), ("right", RIGHT, 2)];
    let spot = Rect::new(0, 0, 320, 270).fit(size);
    let between = (width - 3 * spot.width) / 2;
    for ((name, colour, index), column) in names.into_iter().zip(0..) {
        let place = Rect { x: 90 + column * (spot.width + between), y: 386, ..spot };
        if let Some(frame) = truth.get(index).and_then(|panel| panel.frames.first()) {
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
    pub frames: &'a [Vec<u8>],
    pub frame_size: (u32, u32),
    /// How many of the last ones the models see.
    pub seen: usize,
    pub maze: &'a Maze,
    pub corner: Corner,
}

impl Approach<'_> {
    /// Where the corner is, and what the colours mean.
    fn draw_place(&self, canvas: &mut Canvas, area: Rect) {
        let map = draw_map(canvas, area, self.maze, self.corner);
        let words = [("the way here", TEXT), ("if it turns left", LEFT), ("if it turns right", RIGHT)];
        for ((text, colour), row) in words.into_iter().zip(0..) {
            let line = Rect::new(map.right() + 24, map.y + row * 34, area.right().saturating_sub(map.right() + 24), 28);
            canvas.fill(Rect::new(line.x, line.y + 7, 14, 14), 3.0, colour);
            let text_area = Rect { x: line.x + 23, width: line.width.saturating_sub(23), ..line };
            canvas.write(text, Style { size: 20.0, ..SMALL }, Align::Left, text_area);
        }
    }

    pub(super) fn draw(&self, title: &str, subtitle: &str, at: usize, words: &[&str]) -> Canvas {
        let mut canvas = page(title, subtitle);
        let large = canvas.place(&self.frames[at], self.frame_size, Rect::new(MARGIN, 116, 620, 576));
        canvas.border(large.outset(3), 4.0, 3.0, LINE);
        let x = (large.right() + 52).max(FILM.0 / 2 + 10);
        let width = FILM.0 - MARGIN - x;
        let shown = self.seen.min(8);
        let columns = shown.clamp(1, 4) as u32;
        let side = (width + GAP) / 4 - GAP;
        let spot = Rect::new(0, 0, side, 160).fit(self.frame_size);
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
                canvas.place(&self.frames[frame], self.frame_size, place);
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

/// Space between small pictures.
const GAP: u32 = 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_says_is_not_cut_short() {
        use crate::film::compare::{ANSWER_TITLE, ANSWER_WORDS, ROLL_TITLE, ROLL_WORDS};
        let width = FILM.0 - 2 * MARGIN - CLOCK;
        for (style, text) in
            [(TITLE, ANSWER_TITLE), (TITLE, ROLL_TITLE), (SUBTITLE, ANSWER_WORDS), (SUBTITLE, ROLL_WORDS)]
        {
            assert_eq!(style.elided(text, width), text);
        }
        let longest = Verdict { nearness: 10.123, margin: 0.99, is_left: true };
        assert_eq!(FIGURES.elided(&caption(longest), LEAST_WIDTH), caption(longest));
    }

    #[test]
    fn a_long_name_leaves_room_for_the_noise() {
        let panel = Panel {
            label: "a recipe with a name that nobody can fit".into(),
            noise: Some(12),
            kind: Kind::Predicted,
            frames: Vec::new(),
            verdicts: Vec::new(),
        };
        let shown = label(&panel, 150);
        assert!(shown.ends_with("…, noise 12") && LABEL.width(&shown) <= 150.0, "{shown}");
    }

    #[test]
    fn marks_of_a_track_fill_it_without_touching() {
        let bar = Rect::new(10, 0, 192, 6);
        for count in [1, 3, 8, 60] {
            let marks: Vec<Rect> = (0..count).map(|index| segment(bar, index, count)).collect();
            assert!(marks.iter().all(|&mark| bar.contains(mark)), "{count}");
            assert!(marks.windows(2).all(|pair| !pair[0].overlaps(pair[1])), "{count}");
        }
    }
}
