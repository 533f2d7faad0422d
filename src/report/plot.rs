//! Plots as SVG text: their colours are the page's, so that they change with it on paper.

use super::axis::{Axis, short};
use super::labels::{Area, place};
use super::markup::escape;

/// What a mark stands for; its name is the class of its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A trained model.
    Model,
    /// What models are held against.
    Baseline,
    /// A model of which a run diverged.
    Diverged,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Baseline => "baseline",
            Self::Diverged => "diverged",
        }
    }
}

/// A labelled point: a mean and its standard deviation, in both directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Beside it.
    pub label: String,
    /// How it is drawn.
    pub kind: Kind,
    /// Mean and deviation across.
    pub x: (f64, f64),
    /// Mean and deviation upwards.
    pub y: (f64, f64),
}

/// Points with labels, and whiskers of one standard deviation.
#[derive(Debug, Clone)]
pub struct Scatter<'a> {
    /// The points.
    pub points: &'a [Point],
    /// What is across, and what is upwards.
    pub names: (&'a str, &'a str),
    /// Dashed lines at values across, with what they mean.
    pub lines: &'a [(f64, &'a str)],
    /// Points between these values across and upwards have no label here: least and most each.
    pub elsewhere: Option<[(f64, f64); 2]>,
    /// Whether both axes begin at 0.
    pub from_zero: bool,
}

/// Size of a character of a label, about: widths are not known before a browser draws them.
const CHARACTER: (f64, f64) = (8.8, 17.0);

impl Scatter<'_> {
    /// The drawing.
    pub fn svg(&self) -> String {
        let (width, height) = (760.0, 600.0);
        let frame = Area { x: 70.0, y: 16.0, width: width - 90.0, height: height - 84.0 };
        let (right, bottom) = (frame.x + frame.width, frame.y + frame.height);
        let zero = self.from_zero.then_some(0.0);
        let ends = |(mean, deviation): (f64, f64)| [mean - deviation, mean + deviation].map(|end| end.max(0.0));
        let x = Axis::linear(self.points.iter().flat_map(|point| ends(point.x)).chain(zero), (frame.x, right));
        let y = Axis::linear(self.points.iter().flat_map(|point| ends(point.y)).chain(zero), (bottom, frame.y));
        let mut svg = open("scatter", width, height, &format!("{} against {}", self.names.1, self.names.0));
        svg += &grid(&x, &y, frame, self.names);
        for (row, (value, name)) in (0..).zip(self.lines) {
            let at = x.at(*value);
            svg += &format!("<line class='bound' x1='{at:.1}' y1='{:.1}' x2='{at:.1}' y2='{bottom:.1}'/>", frame.y);
            svg += &text((at + 6.0, frame.y + 15.0 + 20.0 * f64::from(row)), "start", "note", name);
        }
        let mut note = None;
        if let Some([across, upwards]) = self.elsewhere {
            let (left, top) = (x.at(across.0) - 9.0, y.at(upwards.1) - 9.0);
            let (width, height) = (x.at(across.1) + 9.0 - left, y.at(upwards.0) + 9.0 - top);
            svg += &format!(
                "<rect class='enlarged' x='{left:.1}' y='{top:.1}' width='{width:.1}' height='{height:.1}' rx='6'/>"
            );
            note = Some((left + width / 2.0, top + height));
        }
        let inner = Area { x: frame.x + 4.0, y: frame.y + 20.0, width: frame.width - 6.0, height: frame.height - 24.0 };
        let mut places: Vec<(f64, f64)> = self.points.iter().map(|point| (x.at(point.x.0), y.at(point.y.0))).collect();
        let mut sizes: Vec<(f64, f64)> = self.points.iter().map(|point| self.size(point)).collect();
        places.extend(note);
        sizes.extend(note.map(|_| size_of(ENLARGED)));
        let areas = place(&places, &sizes, inner);
        if note.is_some()
            && let Some(area) = areas.last()
        {
            svg += &text((area.x, area.y + area.height - 4.5), "start", "note", ENLARGED);
        }
        let (mut marks, mut labels) = (String::new(), String::new());
        for ((point, &at), area) in self.points.iter().zip(&places).zip(areas) {
            marks += &mark(point, at, (&x, &y));
            if self.is_labelled(point) {
                labels += &label(point, at, area);
            }
        }
        svg + &marks + &labels + "</svg>"
    }

    fn is_labelled(&self, point: &Point) -> bool {
        let is_in = |value: f64, (least, most): (f64, f64)| (least..=most).contains(&value);
        !self.elsewhere.is_some_and(|[across, upwards]| is_in(point.x.0, across) && is_in(point.y.0, upwards))
    }

    fn size(&self, point: &Point) -> (f64, f64) {
        match self.is_labelled(point) {
            true => size_of(&point.label),
            false => (0.0, 0.0),
        }
    }
}

/// What is said of a part that has a drawing of its own.
const ENLARGED: &str = "enlarged beside";

/// Room that words take.
fn size_of(words: &str) -> (f64, f64) {
    (words.chars().count() as f64 * CHARACTER.0, CHARACTER.1)
}

/// A dot with its whiskers.
fn mark(point: &Point, (px, py): (f64, f64), (x, y): (&Axis, &Axis)) -> String {
    let (class, (mean_x, off_x), (mean_y, off_y)) = (point.kind.class(), point.x, point.y);
    let (left, right) = (x.at(mean_x - off_x), x.at(mean_x + off_x));
    let (low, top) = (y.at(mean_y - off_y), y.at(mean_y + off_y));
    let whiskers =
        format!("<path class='whisker {class}' d='M{left:.1} {py:.1}H{right:.1}M{px:.1} {low:.1}V{top:.1}'/>");
    whiskers + &dot((px, py), 5.5, class, &format!("{}: {mean_x:.3}, {mean_y:.3}", point.label))
}

/// The words beside a dot; a line leads to them where they are not close to it.
fn label(point: &Point, (px, py): (f64, f64), area: Area) -> String {
    let (x, y) = area.nearest((px, py));
    let leader = match (x - px).hypot(y - py) > 14.0 {
        true => format!("<line class='leader' x1='{px:.1}' y1='{py:.1}' x2='{x:.1}' y2='{y:.1}'/>"),
        false => String::new(),
    };
    let class = format!("label {}", point.kind.class());
    // From the side that faces the dot, so that a name that is shorter than it was taken for stays close.
    let (at, anchor) = if area.x + area.width / 2.0 < px { (area.x + area.width, "end") } else { (area.x, "start") };
    leader + &text((at, area.y + area.height - 4.5), anchor, &class, &point.label)
}

/// A row of a chart: a mean and its standard deviation.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// On its left.
    pub label: String,
    /// How it is drawn.
    pub kind: Kind,
    /// Mean and deviation.
    pub value: (f64, f64),
}

const ROW: f64 = 25.0;

/// Horizontal bars from 0, with a line at a value that is right.
pub fn bars(bars: &[Bar], name: &str, right_value: f64) -> String {
    let (width, left) = (640.0, 180.0);
    let bottom = 14.0 + ROW * bars.len() as f64;
    let frame = Area { x: left, y: 8.0, width: width - left - 70.0, height: bottom - 8.0 };
    let most = bars.iter().map(|bar| bar.value.0 + bar.value.1).chain([right_value, 0.0]);
    let x = Axis::linear(most, (left, left + frame.width));
    let mut svg = open("bars", width, bottom + 48.0, name);
    svg += &vertical_grid(&x, x.ticks(), frame, name);
    for (index, bar) in (0..).zip(bars) {
        let middle = row_middle(index);
        let (class, end) = (bar.kind.class(), x.at(bar.value.0));
        svg += &row_label(left, middle, bar);
        svg += &format!(
            "<rect class='bar {class}' x='{left}' y='{:.1}' width='{:.1}' height='14' rx='2'/>",
            middle - 7.0,
            end - left
        );
        let (low, high) = (x.at(bar.value.0 - bar.value.1), x.at(bar.value.0 + bar.value.1));
        svg += &format!("<path class='whisker over' d='M{low:.1} {middle:.1}H{high:.1}'/>");
        svg += &text((width - 4.0, middle + 5.0), "end", "value", &format!("{:.3}", bar.value.0));
    }
    let at = x.at(right_value);
    svg += &format!("<line class='bound' x1='{at:.1}' y1='{:.1}' x2='{at:.1}' y2='{bottom:.1}'/>", frame.y);
    svg + "</svg>"
}

/// Points on rows, a series each with its class and shape; `is_log` for figures of several decades, whose values are
/// then written beside them.
pub fn dots(rows: &[(Bar, Vec<(&str, f64)>)], name: &str, is_log: bool) -> String {
    let (width, left) = (if is_log { 520.0 } else { 640.0 }, 180.0);
    let bottom = 14.0 + ROW * rows.len() as f64;
    let spare = if is_log { 64.0 } else { 24.0 };
    let frame = Area { x: left, y: 8.0, width: width - left - spare, height: bottom - 8.0 };
    let values = rows.iter().flat_map(|(_, dots)| dots.iter().map(|(_, value)| *value));
    let ends = (left, left + frame.width);
    let x = if is_log { Axis::logarithmic(values, ends) } else { Axis::linear(values, ends) };
    let mut svg = open("dots", width, bottom + 48.0, name);
    svg += &vertical_grid(&x, x.ticks(), frame, name);
    for (index, (bar, dots)) in (0..).zip(rows) {
        let middle = row_middle(index);
        svg += &row_label(left, middle, bar);
        let at: Vec<f64> = dots.iter().map(|(_, value)| x.at(*value)).collect();
        let (first, last) = at.iter().fold((f64::MAX, f64::MIN), |(a, b), &x| (a.min(x), b.max(x)));
        let from = if is_log { left } else { first };
        if !at.is_empty() {
            svg += &format!("<path class='whisker stem' d='M{from:.1} {middle:.1}H{last:.1}'/>");
        }
        for ((class, value), &x) in dots.iter().zip(&at) {
            svg += &dot((x, middle), 5.5, class, &format!("{}: {value:.2}", bar.label));
        }
        if let (true, [(_, value)]) = (is_log, dots.as_slice()) {
            svg += &text((last + 10.0, middle + 5.0), "start", "value", &short(*value));
        }
    }
    svg + "</svg>"
}

/// One small drawing: curves of values from 0 to 1 over seconds, up to `most_seconds`.
pub fn curves(name: &str, curves: &[(&str, Vec<(f64, f64)>)], most_seconds: f64) -> String {
    let (width, height) = (300.0, 190.0);
    let frame = Area { x: 38.0, y: 30.0, width: width - 52.0, height: height - 72.0 };
    let (right, bottom) = (frame.x + frame.width, frame.y + frame.height);
    let x = Axis::linear([0.0, most_seconds], (frame.x, right));
    let y = Axis::linear([0.0, 1.0], (bottom, frame.y));
    let mut svg = open("curves", width, height, &format!("{name} over training seconds"));
    svg += &text((frame.x, 18.0), "start", "title", name);
    for tick in [0.0, 0.5, 1.0] {
        let at = y.at(tick);
        svg += &format!("<line class='grid' x1='{}' y1='{at:.1}' x2='{right}' y2='{at:.1}'/>", frame.x);
        svg += &text((frame.x - 6.0, at + 4.5), "end", "tick", &format!("{tick}"));
    }
    for (tick, words) in x.ticks().into_iter().step_by(2) {
        svg += &text((x.at(tick), bottom + 17.0), "middle", "tick", &words);
    }
    svg += &text((right, bottom + 34.0), "end", "name", "seconds");
    for (class, points) in curves {
        let path: Vec<String> = points.iter().map(|&(px, py)| format!("{:.1} {:.1}", x.at(px), y.at(py))).collect();
        if path.len() > 1 {
            svg += &format!("<path class='curve {class}' d='M{}'/>", path.join("L"));
        }
        svg += &points.iter().map(|&(px, py)| dot((x.at(px), y.at(py)), 2.6, class, "")).collect::<String>();
    }
    svg + "</svg>"
}

fn open(class: &str, width: f64, height: f64, name: &str) -> String {
    let name = escape(name);
    format!("<svg class='plot {class}' viewBox='0 0 {width:.0} {height:.0}' role='img' aria-label='{name}'>")
}

pub(super) fn text((x, y): (f64, f64), anchor: &str, class: &str, words: &str) -> String {
    format!("<text class='{class}' x='{x:.1}' y='{y:.1}' text-anchor='{anchor}'>{}</text>", escape(words))
}

pub(super) fn dot((x, y): (f64, f64), radius: f64, class: &str, title: &str) -> String {
    let title = if title.is_empty() { String::new() } else { format!("<title>{}</title>", escape(title)) };
    format!("<circle class='dot {class}' cx='{x:.1}' cy='{y:.1}' r='{radius}'>{title}</circle>")
}

fn row_middle(index: u32) -> f64 {
    8.0 + ROW * (f64::from(index) + 0.5)
}

fn row_label(left: f64, middle: f64, bar: &Bar) -> String {
    text((left - 10.0, middle + 5.0), "end", &format!("label {}", bar.kind.class()), &bar.label)
}

/// Lines and ticks of both axes.
fn grid(x: &Axis, y: &Axis, frame: Area, names: (&str, &str)) -> String {
    let svg = vertical_grid(x, x.ticks(), frame, names.0) + &horizontal_grid(y, frame);
    let middle = frame.y + frame.height / 2.0;
    svg + &format!(
        "<text class='name' transform='translate(18 {middle:.1}) rotate(-90)' text-anchor='middle'>{}</text>",
        escape(names.1)
    )
}

/// Lines and ticks of the axis upwards.
pub(super) fn horizontal_grid(y: &Axis, frame: Area) -> String {
    let right = frame.x + frame.width;
    let mut svg = String::new();
    for (tick, words) in y.ticks() {
        let at = y.at(tick);
        svg += &format!("<line class='grid' x1='{}' y1='{at:.1}' x2='{right}' y2='{at:.1}'/>", frame.x);
        svg += &text((frame.x - 10.0, at + 5.0), "end", "tick", &words);
    }
    svg
}

/// Lines and ticks of the axis across, with its name.
pub(super) fn vertical_grid(x: &Axis, ticks: Vec<(f64, String)>, frame: Area, name: &str) -> String {
    let bottom = frame.y + frame.height;
    let mut svg = String::new();
    for (tick, words) in ticks {
        let at = x.at(tick);
        svg += &format!("<line class='grid' x1='{at:.1}' y1='{}' x2='{at:.1}' y2='{bottom:.1}'/>", frame.y);
        svg += &text((at, bottom + 20.0), "middle", "tick", &words);
    }
    svg + &text((frame.x + frame.width / 2.0, bottom + 42.0), "middle", "name", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(label: &str, value: f64) -> Bar {
        Bar { label: label.into(), kind: Kind::Model, value: (value, 0.1) }
    }

    #[test]
    fn a_point_is_where_its_values_are() {
        let point = |label: &str, x, y| Point { label: label.into(), kind: Kind::Model, x: (x, 0.0), y: (y, 0.0) };
        let points = [point("a<b", 0.0, 0.5), point("c", 1.0, 0.0)];
        let (names, lines) = (("nearness", "diversity"), [(0.25, "line")]);
        let scatter = Scatter { points: &points, names, lines: &lines, elsewhere: None, from_zero: true };
        let svg = scatter.svg();
        // The frame is 670 wide from 70 and 516 high from 16.
        assert!(svg.contains("class='dot model' cx='70.0' cy='16.0'"), "{svg}");
        assert!(svg.contains("class='dot model' cx='740.0' cy='532.0'"), "{svg}");
        assert!(svg.contains("class='bound' x1='237.5'") && svg.contains(">line<"), "{svg}");
        assert!(svg.contains(">a&lt;b</text>") && !svg.contains("a<b"));
        let svg = Scatter { elsewhere: Some([(0.0, 0.1), (0.4, 0.5)]), ..scatter }.svg();
        assert!(
            !svg.contains(">a&lt;b</text>") && svg.contains(">c</text>") && svg.contains("class='enlarged'"),
            "{svg}"
        );
        // Named c, at the foot of the enlarged part, would lie on what is said of it.
        let points = [point("a<b", 0.0, 0.5), point("c", 0.05, 0.37), point("d", 1.0, 0.0)];
        let svg = Scatter { points: &points, elsewhere: Some([(0.0, 0.1), (0.4, 0.5)]), ..scatter }.svg();
        let at = |words: &str| -> (f64, f64) {
            let before = &svg[..svg.find(words).unwrap()];
            let of = |name: &str| before.rsplit_once(name).unwrap().1.split('\'').next().unwrap().parse().unwrap();
            (of(" x='"), of(" y='"))
        };
        let ((note_x, note_y), (c_x, c_y)) = (at(">enlarged beside<"), at(">c<"));
        assert!(
            (note_y - c_y).abs() >= 15.0 || c_x > note_x + 14.0 * CHARACTER.0 || c_x + CHARACTER.0 < note_x,
            "{svg}"
        );
    }

    #[test]
    fn a_bar_ends_at_its_value_and_the_line_is_at_what_is_right() {
        let svg = bars(&[bar("gan", 0.5), bar("blur", 0.9)], "sharpness", 1.0);
        // 0 to 1 is 390 wide from 180.
        assert!(svg.contains("x='180' y='13.5' width='195.0'"), "{svg}");
        assert!(svg.contains("class='bound' x1='570.0'"), "{svg}");
        assert_eq!(svg.matches("<rect class='bar model'").count(), 2);
    }

    #[test]
    fn dots_of_several_decades_have_their_values_beside_them() {
        let rows = [(bar("gan", 0.0), vec![("model", 4.0)]), (bar("pixel-rnn", 0.0), vec![("model", 4000.0)])];
        let svg = dots(&rows, "ms", true);
        assert!(svg.contains(">4<") && svg.contains(">4000<"), "{svg}");
        let svg = dots(&[(bar("gan", 0.0), vec![("realised", 17.0), ("best", 21.0)])], "dB", false);
        assert!(svg.contains("dot realised") && svg.contains("dot best"), "{svg}");
    }

    #[test]
    fn a_curve_goes_through_its_points() {
        let svg = curves("gan", &[("committed", vec![(0.0, 0.0), (100.0, 1.0)])], 100.0);
        assert!(svg.contains("<path class='curve committed' d='M38.0 148.0L286.0 30.0'/>"), "{svg}");
        assert!(curves("gan", &[("both", vec![(5.0, 0.5)])], 100.0).contains("dot both"), "a single moment is a dot");
    }
}
