//! The drift meter: sharpness and nearness of a dream, step by step, as two curves.

use crate::camera::Frame;
use crate::draw::palette::{ACCENT, CARD, Colour, DIM, LINE, RIGHT};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::measure::Drift;

/// Width and height in the design's pixels; drawn twice as large.
pub(super) const SIZE: (f32, f32) = (524.0, 170.0);

/// Top of the scale.
const MOST: f64 = 1.5;

/// Steps that are shown; of a longer dream, the last.
const STEPS: usize = 128;

const PLOT: Rect = Rect::new(60, 40, 968, 250);

/// Draws the curves.
pub(super) fn draw_meter(drifts: &[Drift]) -> Frame {
    let mut canvas = Canvas::new(2 * SIZE.0 as u32, 2 * SIZE.1 as u32);
    canvas.fill(canvas.area(), 0.0, CARD);
    for (level, label) in [(0.0, "0"), (0.5, "0.5"), (1.0, "1"), (1.5, "1.5")] {
        let y = height_of(level);
        canvas.fill(Rect::new(PLOT.x, y, PLOT.width, if level == 1.0 { 3 } else { 1 }), 0.0, LINE);
        canvas.write(label, Style::figures(22.0, DIM), Align::Right, Rect::new(0, y.saturating_sub(14), 50, 28));
    }
    let first = drifts.len().saturating_sub(STEPS);
    let shown = &drifts[first..];
    curve(&mut canvas, shown.iter().map(|drift| drift.sharpness), ACCENT);
    curve(&mut canvas, shown.iter().map(|drift| drift.nearness), RIGHT);
    let legend = Rect::new(PLOT.x, 4, PLOT.width, 30);
    canvas.write("sharpness", Style::words(26.0, ACCENT), Align::Left, legend);
    let after = Rect { x: legend.x + 160, ..legend };
    canvas.write("distance to what is real", Style::words(26.0, RIGHT), Align::Left, after);
    let last = if drifts.is_empty() { STEPS.min(64) } else { drifts.len() };
    let foot = Rect::new(PLOT.x, PLOT.bottom() + 6, PLOT.width, 30);
    canvas.write(&format!("step {}", first + 1), Style::figures(22.0, DIM), Align::Left, foot);
    canvas.write(&format!("{last}"), Style::figures(22.0, DIM), Align::Right, foot);
    canvas.picture().clone()
}

fn height_of(level: f64) -> u32 {
    PLOT.bottom() - (f64::from(PLOT.height) * (level / MOST).clamp(0.0, 1.0)) as u32
}

/// A curve over the plot's whole width, one place a step.
fn curve(canvas: &mut Canvas, values: impl ExactSizeIterator<Item = f64>, colour: Colour) {
    let across = PLOT.width as f32 / (values.len().max(2) - 1) as f32;
    let place = |(step, value)| (PLOT.x as f32 + across * step as f32, height_of(value) as f32 + 1.5);
    canvas.course(values.enumerate().map(place), 4.0, colour);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_stand_at_their_values() {
        let drifts = vec![Drift { sharpness: 1.0, nearness: 0.5 }; 20];
        let meter = draw_meter(&drifts);
        let at = |level: f64| meter.get_pixel(PLOT.x + PLOT.width / 2 + 1, height_of(level) + 2).0;
        assert_eq!((at(1.0), at(0.5), at(0.25)), (ACCENT, RIGHT, CARD));
        draw_meter(&[]);
        draw_meter(&vec![Drift { sharpness: 9.0, nearness: 0.0 }; 500]);
    }
}
