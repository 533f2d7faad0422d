//! From values to places on a drawing, and where an axis has its ticks.

/// An axis from `start` to `end` on the drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    /// Least and most value.
    range: (f64, f64),
    /// Where those are.
    place: (f64, f64),
    /// Whether equal distances are equal ratios.
    is_log: bool,
}

/// Ticks that an axis has about.
const TICKS: f64 = 5.0;

impl Axis {
    /// An axis that holds these values, from round number to round number.
    pub fn linear(values: impl IntoIterator<Item = f64>, place: (f64, f64)) -> Self {
        let (least, most) = bounds(values).unwrap_or((0.0, 1.0));
        let most = if most > least { most } else { least + 1.0 };
        let step = round_step(most - least);
        // What is on a round number but for rounding errors stays there.
        let range = ((least / step + 1e-9).floor() * step, (most / step - 1e-9).ceil() * step);
        Self { range, place, is_log: false }
    }

    /// A logarithmic axis that holds these values, those that are not above 0 left out.
    pub fn logarithmic(values: impl IntoIterator<Item = f64>, place: (f64, f64)) -> Self {
        let (least, most) = bounds(values.into_iter().filter(|value| *value > 0.0)).unwrap_or((1.0, 10.0));
        let (low, high) = (least.log10(), most.log10());
        let margin = ((high - low) * 0.08).max(0.15);
        Self { range: (10_f64.powf(low - margin), 10_f64.powf(high + margin)), place, is_log: true }
    }

    /// Where a value is on the drawing; values beyond the axis are at its end.
    pub fn at(&self, value: f64) -> f64 {
        let scale = |value: f64| if self.is_log { value.max(f64::MIN_POSITIVE).ln() } else { value };
        let (from, to) = (scale(self.range.0), scale(self.range.1));
        let share = ((scale(value) - from) / (to - from)).clamp(0.0, 1.0);
        self.place.0 + share * (self.place.1 - self.place.0)
    }

    /// Values of the ticks, with what stands beside each.
    pub fn ticks(&self) -> Vec<(f64, String)> {
        if self.is_log {
            return self.decades();
        }
        let step = round_step(self.range.1 - self.range.0);
        let digits = (-step.log10().floor()).max(0.0) as usize;
        let count = ((self.range.1 - self.range.0) / step).round() as u32;
        let first = (self.range.0 / step).round();
        (0..=count)
            .map(|tick| (first + f64::from(tick)) * step)
            .map(|tick| (tick, format!("{tick:.digits$}")))
            .collect()
    }

    /// 1, 2 and 5 of each decade; only 1 where those would be many.
    fn decades(&self) -> Vec<(f64, String)> {
        let (from, to) = self.range;
        let decades = (from.log10().floor() as i32)..=(to.log10().ceil() as i32);
        let parts: &[f64] = if (to / from).log10() > 2.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let all = decades.flat_map(|decade| parts.iter().map(move |part| part * 10_f64.powi(decade)));
        all.filter(|tick| (from..=to).contains(tick)).map(|tick| (tick, short(tick))).collect()
    }
}

/// A number in as few characters as say it to about three digits: 0.25, 12, 3.4k, 1.2M.
pub fn short(value: f64) -> String {
    let (value, unit) = match value.abs() {
        size if size >= 999_500.0 => (value / 1e6, "M"),
        size if size >= 9_999.5 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let digits = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{unit}")
}

/// The least and the most of those values that are numbers.
fn bounds(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.into_iter().filter(|value| value.is_finite());
    finite.fold(None, |bounds, value| {
        let (least, most) = bounds.unwrap_or((value, value));
        Some((value.min(least), value.max(most)))
    })
}

/// 1, 2 or 5 times a power of ten, about a fifth of a length.
fn round_step(length: f64) -> f64 {
    let rough = length / TICKS;
    let power = 10_f64.powf(rough.log10().floor());
    let part = [1.0, 2.0, 5.0, 10.0].into_iter().find(|part| part * power >= rough * 0.999).unwrap_or(10.0);
    part * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn values_go_from_one_end_to_the_other() {
        let axis = Axis::linear([0.0, 1.0], (100.0, 300.0));
        assert_eq!([0.0, 0.5, 1.0].map(|value| axis.at(value)), [100.0, 200.0, 300.0]);
        let upwards = Axis::linear([0.0, 10.0], (200.0, 0.0));
        assert_eq!([0.0, 2.5, 10.0].map(|value| upwards.at(value)), [200.0, 150.0, 0.0]);
        assert_eq!([-3.0, 70.0].map(|value| upwards.at(value)), [200.0, 0.0], "what lies beyond stays on the drawing");
    }

    #[test]
    fn ticks_are_round_and_hold_all_values() {
        assert_eq!(texts(&Axis::linear([0.0, 1.0], (0.0, 1.0))), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(texts(&Axis::linear([16.2, 20.6], (0.0, 1.0))), ["16", "17", "18", "19", "20", "21"]);
        assert_eq!(texts(&Axis::linear([0.0, 480.0], (0.0, 1.0))), ["0", "100", "200", "300", "400", "500"]);
        assert_eq!(texts(&Axis::linear([3.0], (0.0, 1.0))).first().unwrap(), "3.0", "a single value");
        assert_eq!(texts(&Axis::linear([f64::NAN], (0.0, 1.0))).len(), 6, "no value at all");
    }

    #[test]
    fn logarithmic_ticks_are_ones_twos_and_fives() {
        let axis = Axis::logarithmic([3.0, 80.0], (0.0, 100.0));
        assert_eq!(texts(&axis), ["5", "10", "20", "50", "100"].map(str::to_owned)[..texts(&axis).len()]);
        let (five, ten, twenty) = (axis.at(5.0), axis.at(10.0), axis.at(20.0));
        assert!((ten - five - (twenty - ten)).abs() < 1e-9, "doubling is a step of the same length");
        assert!(texts(&Axis::logarithmic([0.01, 9000.0], (0.0, 1.0))).contains(&"1000".to_owned()));
        assert!(!Axis::logarithmic([0.0], (0.0, 1.0)).ticks().is_empty());
    }

    #[test]
    fn short_numbers_have_about_three_digits() {
        let values = [0.0, 0.25, 4.0, 12.34, 118.4, 4067.0, 34_210.0, 1_234_567.0];
        assert_eq!(values.map(short), ["0", "0.25", "4", "12.3", "118", "4067", "34.2k", "1.23M"]);
    }
}
