//! The fan: all samples at a corner, each with its nearness and its margin as bars.

use crate::camera::{Frame, Frames};
use crate::draw::palette::{CARD, Colour, DIM, LINE, TEXT, of_pick};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::measure::Verdict;

/// Samples in a row.
const COLUMNS: u32 = 8;
/// Sizes in pixels; the fan is drawn twice as large as it is shown in the design.
const CELL: (u32, u32) = (144, 178);
const PICTURE: u32 = 128;
const TITLE: u32 = 52;
const BAR: u32 = 12;

/// Width and height of a fan of 16 samples, in the design's pixels.
pub(super) const SIZE: (f32, f32) = ((COLUMNS * CELL.0) as f32 / 2.0, (TITLE + 2 * CELL.1) as f32 / 2.0);

/// Draws the samples of one model: the upper bar is the nearness, shorter is nearer to a truth; the lower one the
/// margin, longer is more decided.
pub(super) fn draw_fan(name: &str, futures: &[&str], samples: &Frames, verdicts: &[Verdict]) -> Frame {
    let rows = (samples.len() as u32).div_ceil(COLUMNS);
    let mut canvas = Canvas::new(COLUMNS * CELL.0, TITLE + rows * CELL.1);
    canvas.fill(canvas.area(), 0.0, CARD);
    let title = Rect::new(12, 10, canvas.area().width - 24, TITLE - 16);
    let style = Style::words(30.0, TEXT);
    canvas.write(name, style, Align::Left, title);
    let after = Rect { x: title.x + style.width(name) as u32 + 28, ..title };
    canvas.write("upper bar: nearness, lower bar: margin", Style::words(22.0, DIM), Align::Left, after);
    let tally = tally(futures, verdicts);
    canvas.write(&tally, Style::words(28.0, DIM), Align::Right, title);
    for (index, (sample, verdict)) in samples.iter().zip(verdicts).enumerate() {
        let (column, row) = (index as u32 % COLUMNS, index as u32 / COLUMNS);
        let (x, y) = (column * CELL.0 + (CELL.0 - PICTURE) / 2, TITLE + row * CELL.1);
        let colour = of_pick(verdict.pick());
        let picture = Rect::new(x, y, PICTURE, PICTURE);
        canvas.place(sample, samples.size(), picture);
        canvas.border(picture, 0.0, 3.0, colour);
        bar(&mut canvas, Rect::new(x, y + PICTURE + 6, PICTURE, BAR), verdict.nearness, colour);
        bar(&mut canvas, Rect::new(x, y + PICTURE + 6 + BAR + 4, PICTURE, BAR), verdict.margin, DIM);
    }
    canvas.picture().clone()
}

/// How often each future was picked; of many, how many were found.
fn tally(futures: &[&str], verdicts: &[Verdict]) -> String {
    let count = |pick: Option<usize>| verdicts.iter().filter(|verdict| verdict.pick() == pick).count();
    let neither = format!("{} neither", count(None));
    if futures.len() > 3 {
        let found = (0..futures.len()).filter(|&future| count(Some(future)) > 0).count();
        return format!("{found} of {} ways   {neither}", futures.len());
    }
    let picked: String = (0..).zip(futures).map(|(index, name)| format!("{} {name}   ", count(Some(index)))).collect();
    picked + &neither
}

fn bar(canvas: &mut Canvas, area: Rect, share: f64, colour: Colour) {
    canvas.fill(area, 3.0, LINE);
    let width = (f64::from(area.width) * share.clamp(0.0, 1.0)).round() as u32;
    if width > 0 {
        canvas.fill(Rect { width, ..area }, 3.0, colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::palette::{LEFT, NEITHER};

    #[test]
    fn bars_are_as_long_as_they_say_and_coloured_by_the_future() {
        let verdict = |nearness, nearest| Verdict { nearness, margin: 0.5, nearest, along: 0.0 };
        let samples = Frames::collect((2, 2), vec![vec![200; 12]; 2]);
        let fan = draw_fan("gan", &["left", "right"], &samples, &[verdict(0.2, 0), verdict(0.8, 1)]);
        assert_eq!(fan.dimensions(), (COLUMNS * CELL.0, TITLE + CELL.1));
        let y = TITLE + PICTURE + 6 + BAR / 2;
        let at = |column: u32, share: f32| {
            fan.get_pixel(column * CELL.0 + (CELL.0 - PICTURE) / 2 + (PICTURE as f32 * share) as u32, y).0
        };
        assert_eq!((at(0, 0.1), at(0, 0.3)), (LEFT, LINE));
        assert_eq!((at(1, 0.7), at(1, 0.9)), (NEITHER, LINE), "not committed");
    }
}
