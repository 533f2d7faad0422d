//! Both truths and every model side by side: pure functions from panels to canvases.

use super::layout::{Cell, LEAST_WIDTH, arrange};
use super::rollout::{Kind, Panel};
use crate::draw::palette::{ACCENT, CARD, Colour, DIM, LINE, NEITHER, TEXT, of_future, of_pick};
use crate::draw::{Align, Canvas, Font, Rect, Style};
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
pub(super) const SUBTITLE: Style = Style::words(22.0, DIM);
const LABEL: Style = Style::words(19.0, TEXT);
pub(super) const SMALL: Style = Style::words(18.0, DIM);
const FIGURES: Style = Style::figures(18.0, DIM);

/// A canvas with a title, and a line under it.
pub(super) fn page(title: &str, subtitle: &str) -> Canvas {
    let mut canvas = Canvas::new(FILM.0, FILM.1);
    let width = FILM.0 - 2 * MARGIN;
    canvas.write(title, TITLE, Align::Left, Rect::new(MARGIN, 18, width - CLOCK, 46));
    canvas.write(subtitle, SUBTITLE, Align::Left, Rect::new(MARGIN, 62, width - CLOCK, 30));
    canvas
}

/// Nearness and margin; nearness with three digits, so that what is on either side of the bound also reads so.
fn caption(verdict: Verdict) -> String {
    format!("n {:.3}  m {:.2}", verdict.nearness, verdict.margin)
}

/// A panel as it is at a tick: label, picture, a mark for each tick so far, nearness and margin.
pub(super) fn draw_panel(canvas: &mut Canvas, cell: Cell, panel: &Panel, tick: usize) {
    let last = panel.frames.len().saturating_sub(1);
    let Some(frame) = panel.frames.get(tick.min(last)) else { return };
    let verdict = panel.verdicts.get(tick).and_then(Option::as_ref);
    let colour = colour(panel, tick);
    let word = verdict.filter(|_| panel.kind == Kind::Predicted).map_or("", |judged| judged.word.as_str());
    let picture = canvas.place(frame, panel.frames.size(), cell.picture);
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
            canvas.write(&caption(verdict.verdict), FIGURES, Align::Left, cell.caption);
        }
        (Kind::Predicted, None) => canvas.write("all futures look alike", SMALL, Align::Left, cell.caption),
        (Kind::Seen, _) => canvas.write("before the turn", SMALL, Align::Left, cell.caption),
        _ => canvas.write("what the game shows", SMALL, Align::Left, cell.caption),
    }
}

/// The colour of the future that a panel shows, or picked at a tick.
pub(super) fn colour(panel: &Panel, tick: usize) -> Colour {
    match (panel.kind, panel.verdicts.get(tick)) {
        (Kind::Future(number), _) => of_future(number),
        (Kind::Predicted, Some(Some(judged))) => of_pick(judged.verdict.pick()),
        (Kind::Seen, _) | (Kind::Predicted, _) => LINE,
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
        let colour = match panel.verdicts.get(index).and_then(Option::as_ref) {
            Some(judged) if index <= tick => of_pick(judged.verdict.pick()),
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
}

impl SideBySide<'_> {
    pub(super) fn draw(&self, title: &str, subtitle: &str, tick: usize, moving: bool) -> Canvas {
        let mut canvas = page(title, subtitle);
        let sizes: Vec<usize> = self.groups.iter().map(Vec::len).collect();
        let cells = arrange(STAGE, self.frame_size, &sizes);
        for (cell, panel) in cells.into_iter().zip(self.groups.iter().flatten()) {
            draw_panel(&mut canvas, cell, panel, tick);
            if moving {
                draw_track(&mut canvas, cell, panel, self.ticks, tick);
            }
        }
        self.draw_clock(&mut canvas, tick);
        legend(&mut canvas, self.groups);
        canvas
    }

    /// Which tick it is, in figures and as a bar.
    fn draw_clock(&self, canvas: &mut Canvas, tick: usize) {
        let bar = Rect::new(FILM.0 - MARGIN - 280, 64, 280, 8);
        let text = format!("tick {} of {}", tick + 1, self.ticks);
        let above = Rect { y: 20, height: 36, ..bar };
        canvas.write(&text, Style { font: Font::Figures, size: 22.0, colour: TEXT }, Align::Left, above);
        canvas.write("turning", Style::words(22.0, ACCENT), Align::Right, above);
        for index in 0..self.ticks {
            let colour = if index <= tick { ACCENT } else { CARD };
            canvas.fill(segment(bar, index, self.ticks), 2.0, colour);
        }
    }
}

/// What colours and letters mean.
fn legend(canvas: &mut Canvas, groups: &[Vec<Panel>]) {
    let futures = groups.iter().flatten().filter_map(|panel| match panel.kind {
        Kind::Future(number) => Some((number, panel.word.as_str())),
        Kind::Seen | Kind::Predicted => None,
    });
    let futures: Vec<(usize, &str)> = futures.collect();
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
    // With more of them than these, the frame of each future shows its colour.
    if futures.len() <= 3 {
        for (number, word) in futures {
            item(&format!("picks {word}"), Some(of_future(number)), 22);
        }
    }
    item("neither (n of 0.25 or more)", Some(NEITHER), 40);
    item("n: nearness, 0 is the truth", None, 30);
    item("m: margin, 0 is undecided", None, 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Frames;

    #[test]
    fn what_a_page_says_is_not_cut_short() {
        use crate::film::compare::{ANSWER_TITLE, ANSWER_WORDS, ROLL_TITLE, ROLL_WORDS};
        let width = FILM.0 - 2 * MARGIN - CLOCK;
        for (style, text) in
            [(TITLE, ANSWER_TITLE), (TITLE, ROLL_TITLE), (SUBTITLE, ANSWER_WORDS), (SUBTITLE, ROLL_WORDS)]
        {
            assert_eq!(style.elided(text, width), text);
        }
        let longest = Verdict { nearness: 10.123, margin: 0.99, nearest: 0, along: 0.0 };
        assert_eq!(FIGURES.elided(&caption(longest), LEAST_WIDTH), caption(longest));
    }

    #[test]
    fn a_long_name_leaves_room_for_the_noise() {
        let panel = Panel {
            label: "a recipe with a name that nobody can fit".into(),
            noise: Some(12),
            kind: Kind::Predicted,
            word: String::new(),
            frames: Frames::default(),
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
