//! Curves of a training as a picture, with axes.

use crate::camera::Frame;
use crate::draw::palette::{CARD, Colour, DIM, LINE, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::game::window::lab::Curve;

/// A curve with a name and a colour.
pub(super) struct Line<'a> {
    pub name: &'a str,
    pub colour: Colour,
    pub curve: &'a Curve,
}

/// Left of the plot, over it, right of it and under it.
const LEFT: u32 = 104;
const TOP: u32 = 64;
const RIGHT: u32 = 28;
const BOTTOM: u32 = 52;
/// Labels along an axis at most.
const LABELS: f64 = 5.0;
/// Positive values that differ by more than this factor are drawn on a logarithmic scale.
const WIDE: f64 = 8.0;

/// A range of values, and how it is laid out.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    low: f64,
    high: f64,
    is_log: bool,
}

impl Scale {
    /// That of these values, sorted; the few most extreme are left out.
    fn of(values: &[f64]) -> Self {
        let at = |share: f64| values.get(((values.len().max(1) - 1) as f64 * share).round() as usize).copied();
        let (low, high) = (at(0.002).unwrap_or(0.0), at(0.998).unwrap_or(1.0));
        if low > 0.0 && high / low > WIDE {
            return Self { low: low / 1.15, high: high * 1.15, is_log: true };
        }
        // Values that are all the same stand in the middle.
        let room = if high > low { (high - low) * 0.06 } else { (high.abs() * 0.1).max(0.1) };
        Self { low: low - room, high: high + room, is_log: false }
    }

    /// 0 at the low end, 1 at the high one.
    fn share(self, value: f64) -> f64 {
        let place = |value: f64| if self.is_log { value.max(1e-12).ln() } else { value };
        ((place(value) - place(self.low)) / (place(self.high) - place(self.low))).clamp(0.0, 1.0)
    }

    /// Round values in it.
    fn labels(self) -> Vec<f64> {
        if !self.is_log {
            let step = round_step(self.high - self.low);
            let first = (self.low / step).ceil() as i64;
            return (first..).map(|count| count as f64 * step).take_while(|value| *value <= self.high).collect();
        }
        let powers = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
        let all = |factors: &[f64]| -> Vec<f64> {
            let values = powers.clone().flat_map(|power| factors.iter().map(move |factor| factor * 10_f64.powi(power)));
            values.filter(|value| (self.low..=self.high).contains(value)).collect()
        };
        let fine = all(&[1.0, 2.0, 5.0]);
        if fine.len() as f64 <= LABELS + 1.0 { fine } else { all(&[1.0]) }
    }
}

/// 1, 2 or 5 times a power of ten, of which not too many fit into a range.
fn round_step(range: f64) -> f64 {
    let rough = range.max(1e-12) / LABELS;
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough).unwrap_or(10.0);
    factor * power
}

/// Draws curves over the steps so far: each value faint, their smoothed course over them.
pub(super) fn draw_chart(title: &str, lines: &[Line], size: (u32, u32)) -> Frame {
    let mut canvas = Canvas::new(size.0, size.1);
    canvas.fill(canvas.area(), 16.0, CARD);
    let plot = Rect::new(LEFT, TOP, size.0 - LEFT - RIGHT, size.1 - TOP - BOTTOM);
    let mut values: Vec<f64> =
        lines.iter().flat_map(|line| line.curve.points()).map(|&(_, value)| f64::from(value)).collect();
    values.sort_by(f64::total_cmp);
    let scale = Scale::of(&values);
    let last = lines.iter().filter_map(|line| line.curve.points().last()).map(|&(step, _)| step).max().unwrap_or(0);
    let head = Rect::new(LEFT, 10, plot.width, 44);
    let kind = if scale.is_log { ", logarithmic" } else { "" };
    canvas.write(&format!("{title}{kind}"), Style::words(28.0, TEXT), Align::Left, head);
    legend(&mut canvas, lines, head);
    for label in scale.labels() {
        let y = plot.bottom() - (f64::from(plot.height) * scale.share(label)) as u32;
        canvas.fill(Rect::new(plot.x, y, plot.width, 1), 0.0, LINE);
        canvas.write(&short(label), Style::figures(22.0, DIM), Align::Right, Rect::new(0, y - 14, LEFT - 14, 28));
    }
    let step = round_step(last.max(1) as f64).max(1.0);
    let foot = Rect::new(plot.x, plot.bottom() + 8, plot.width, 34);
    for label in (0..).map(|count| f64::from(count) * step).take_while(|label| *label <= last.max(1) as f64) {
        let x = plot.x + (f64::from(plot.width) * label / last.max(1) as f64) as u32;
        let place = Rect { x: x.saturating_sub(70).min(size.0 - 144), width: 140, ..foot };
        let text = if label == 0.0 { "step 0".to_owned() } else { format!("{label}") };
        canvas.write(&text, Style::figures(22.0, DIM), Align::Centre, place);
    }
    let place = |&(step, value): &(u64, f32)| {
        let x = plot.x as f32 + plot.width as f32 * step as f32 / last.max(1) as f32;
        (x, plot.bottom() as f32 - plot.height as f32 * scale.share(f64::from(value)) as f32)
    };
    for Line { curve, colour, .. } in lines {
        canvas.course(curve.points().iter().map(place), 2.0, faint(*colour));
    }
    for Line { curve, colour, .. } in lines {
        canvas.course(curve.smoothed().iter().map(place), 4.0, *colour);
    }
    canvas.picture().clone()
}

/// Names and last values, from the right.
fn legend(canvas: &mut Canvas, lines: &[Line], head: Rect) {
    let mut right = head.right();
    for line in lines.iter().rev() {
        let value = line.curve.smoothed().last().map_or_else(String::new, |&(_, value)| format!(" {value:.3}"));
        let (text, style) = (format!("{}{value}", line.name), Style::words(26.0, line.colour));
        let width = style.width(&text).ceil() as u32 + 4;
        right = right.saturating_sub(width);
        canvas.write(&text, style, Align::Left, Rect { x: right, width, ..head });
        right = right.saturating_sub(28);
    }
}

/// A third of the way from the card to a colour.
fn faint(colour: Colour) -> Colour {
    std::array::from_fn(|index| ((u16::from(colour[index]) + 2 * u16::from(CARD[index])) / 3) as u8)
}

fn short(value: f64) -> String {
    // A step's rounding would show in the last digits.
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::palette::ACCENT;

    fn sorted(values: &[f64]) -> Scale {
        Scale::of(values)
    }

    #[test]
    fn values_far_apart_get_a_logarithmic_scale() {
        let wide: Vec<f64> = (0..200).map(|place| 10_f64.powf(f64::from(place) / 100.0)).collect();
        let scale = sorted(&wide);
        assert!(scale.is_log && (scale.share(10.0) - 0.5).abs() < 0.02, "{scale:?}");
        assert!(scale.labels().len() >= 2 && scale.labels().contains(&10.0));
        assert!(!sorted(&[1.0, 2.0, 3.0]).is_log && !sorted(&[-1.0, 0.5, 100.0]).is_log);
    }

    #[test]
    fn labels_are_round_few_and_in_range() {
        for (low, high) in [(0.0, 1.0), (-0.31, 0.78), (0.02, 0.09), (3.0, 3.0), (0.0, 0.0)] {
            let scale = sorted(&[low, (low + high) / 2.0, high]);
            let labels = scale.labels();
            assert!((1..=7).contains(&labels.len()), "{labels:?}");
            assert!(labels.iter().all(|label| (scale.low..=scale.high).contains(label)));
        }
        assert_eq!(short(0.6000000001), "0.6");
        assert_eq!((short(-0.0), short(12.0), short(0.025)), ("0".into(), "12".into(), "0.025".into()));
    }

    #[test]
    fn a_flat_curve_is_drawn_at_its_value() {
        let mut curve = Curve::default();
        (1..=100).for_each(|step| curve.add(step, 2.0));
        let line = Line { name: "loss", colour: ACCENT, curve: &curve };
        let chart = draw_chart("loss", &[line], (800, 300));
        let (x, y) = (400, TOP + (300 - TOP - BOTTOM) / 2);
        assert!((y - 2..=y + 2).any(|y| chart.get_pixel(x, y).0 == ACCENT));
        draw_chart("nothing yet", &[], (800, 300));
    }
}
