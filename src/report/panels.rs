//! Curves in panels side by side, as a picture of their own: for pages that are not the report.

use super::axis::{Axis, short};
use super::labels::Area;
use super::markup::escape;
use super::plot::{dot, horizontal_grid, text, vertical_grid};
use super::power::Power;

/// Curves that a panel may have: so many have a colour.
pub const COLOURS: usize = 5;

/// How far apart values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// By their difference; both axes begin at 0.
    Linear,
    /// By their ratio, so that a power is a straight line; the one that fits best is dashed.
    Ratio,
}

/// One curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// What it is of: shown above all panels, if there are several curves in one.
    pub name: String,
    /// From left to right.
    pub points: Vec<(f64, f64)>,
    /// What it is the mean of, drawn faintly: none, if it is no mean.
    pub parts: Vec<Vec<(f64, f64)>>,
}

/// One drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Above it.
    pub title: String,
    /// What is across.
    pub across: String,
    /// How far apart values are drawn.
    pub scale: Scale,
    /// The curves; the same place stands for the same thing in all panels.
    pub curves: Vec<Curve>,
    /// A dashed line at this value upwards, and what it means.
    pub bound: Option<(f64, String)>,
}

/// Size of a panel, and of the margin around all.
const PANEL: (f64, f64) = (400.0, 300.0);
const MARGIN: f64 = 16.0;

/// Height of a line of the legend, and width of a character of its text, about.
const LEGEND: f64 = 30.0;
const CHARACTER: f64 = 8.2;

/// A whole SVG file, so many panels in a row, each with at most [`COLOURS`] curves.
pub fn picture(title: &str, panels: &[Panel], columns: usize) -> String {
    let columns = columns.clamp(1, panels.len().max(1));
    let names: Vec<&str> = match panels.iter().max_by_key(|panel| panel.curves.len()) {
        Some(panel) if panel.curves.len() > 1 => panel.curves.iter().map(|curve| curve.name.as_str()).collect(),
        _ => Vec::new(),
    };
    let width = 2.0 * MARGIN + PANEL.0 * columns as f64;
    let (legend, lines) = legend(&names, width - 2.0 * MARGIN);
    let top = MARGIN + LEGEND * lines;
    let height = top + PANEL.1 * panels.len().div_ceil(columns) as f64 + MARGIN;
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{width:.0}' height='{height:.0}' viewBox='0 0 {width:.0} \
         {height:.0}' role='img' aria-label='{}'><style>{}</style><rect class='paper' width='{width:.0}' \
         height='{height:.0}' rx='10'/><g class='plot panels'>{legend}",
        escape(title),
        include_str!("../../assets/report/plot.css")
    );
    for (index, panel) in panels.iter().enumerate() {
        let (x, y) = (MARGIN + PANEL.0 * (index % columns) as f64, top + PANEL.1 * (index / columns) as f64);
        svg += &format!("<g transform='translate({x:.0} {y:.0})'>{}</g>", drawing(panel));
    }
    svg + "</g></svg>\n"
}

/// Names with their colours, and how many lines they take.
fn legend(names: &[&str], width: f64) -> (String, f64) {
    let (mut svg, mut x, mut line) = (String::new(), 0.0, 0.0);
    for (index, name) in names.iter().enumerate() {
        let length = 44.0 + CHARACTER * name.chars().count() as f64;
        if x > 0.0 && x + length > width {
            (x, line) = (0.0, line + 1.0);
        }
        let (left, middle) = (MARGIN + 12.0 + x, MARGIN + LEGEND * (line + 0.5));
        svg += &format!("<path class='curve curve-{index}' d='M{left:.0} {middle:.0}h22'/>");
        svg += &text((left + 30.0, middle + 5.0), "start", "label", name);
        x += length + 12.0;
    }
    (svg, if names.is_empty() { 0.0 } else { line + 1.0 })
}

fn drawing(panel: &Panel) -> String {
    let frame = Area { x: 62.0, y: 40.0, width: PANEL.0 - 86.0, height: PANEL.1 - 100.0 };
    let (right, bottom) = (frame.x + frame.width, frame.y + frame.height);
    let points = || panel.curves.iter().flat_map(|curve| curve.points.iter().chain(curve.parts.iter().flatten()));
    let bound = panel.bound.iter().map(|(value, _)| *value);
    let (xs, ys) = (points().map(|point| point.0), points().map(|point| point.1).chain(bound));
    let (x, y) = match panel.scale {
        Scale::Linear => {
            (Axis::linear(xs.chain([0.0]), (frame.x, right)), Axis::linear(ys.chain([0.0]), (bottom, frame.y)))
        }
        Scale::Ratio => (Axis::logarithmic(xs, (frame.x, right)), Axis::logarithmic(ys, (bottom, frame.y))),
    };
    let mut svg = text((frame.x, 22.0), "start", "title", &panel.title);
    let ticks = match (panel.scale, panel.curves.first()) {
        // Sizes that were measured are few, and seldom round.
        (Scale::Ratio, Some(curve)) => curve.points.iter().map(|point| (point.0, short(point.0))).collect(),
        _ => x.ticks(),
    };
    svg += &vertical_grid(&x, ticks, frame, &panel.across);
    svg += &horizontal_grid(&y, frame);
    if let Some((value, meaning)) = &panel.bound {
        let at = y.at(*value);
        svg += &format!("<line class='bound' x1='{}' y1='{at:.1}' x2='{right}' y2='{at:.1}'/>", frame.x);
        svg += &text((right, at - 6.0), "end", "note", meaning);
    }
    let place = |points: &[(f64, f64)]| points.iter().map(|&(px, py)| (x.at(px), y.at(py))).collect::<Vec<_>>();
    for (index, curve) in panel.curves.iter().enumerate() {
        let class = format!("curve-{index}");
        svg += &curve.parts.iter().map(|part| path(&place(part), &format!("curve part {class}"))).collect::<String>();
        if let (Scale::Ratio, Some(power), [first, .., last]) =
            (panel.scale, Power::fit(&curve.points), curve.points.as_slice())
        {
            svg += &path(&place(&[first.0, last.0].map(|at| (at, power.at(at)))), "fit");
        }
        let places = place(&curve.points);
        svg += &path(&places, &format!("curve {class}"));
        for (&at, &(_, value)) in places.iter().zip(&curve.points) {
            svg += &dot(at, 3.4, &class, "");
            if panel.scale == Scale::Ratio {
                svg += &text((at.0, at.1 - 10.0), "middle", "value", &short(value));
            }
        }
    }
    svg
}

/// A line through places; none through a single one.
fn path(places: &[(f64, f64)], class: &str) -> String {
    let steps: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    if steps.len() < 2 { String::new() } else { format!("<path class='{class}' d='M{}'/>", steps.join("L")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(scale: Scale, points: &[(f64, f64)], count: usize) -> Panel {
        let curve = |index: usize| Curve { name: format!("<{index}>"), points: points.to_vec(), parts: Vec::new() };
        let curves = (0..count).map(curve).collect();
        Panel { title: "a & b".into(), across: "seconds".into(), scale, curves, bound: None }
    }

    #[test]
    fn points_are_where_their_values_are() {
        let mut panel = panel(Scale::Linear, &[(0.0, 0.0), (10.0, 1.0)], 1);
        panel.bound = Some((0.5, "half".into()));
        panel.curves[0].parts = vec![vec![(0.0, 1.0), (10.0, 0.0)]];
        let svg = picture("title", &[panel], 3);
        // The frame is 314 wide from 62 and 200 high from 40.
        assert!(svg.contains("<path class='curve curve-0' d='M62.0 240.0L376.0 40.0'/>"), "{svg}");
        assert!(svg.contains("<path class='curve part curve-0' d='M62.0 40.0L376.0 240.0'/>"), "{svg}");
        assert!(svg.contains("class='bound' x1='62' y1='140.0'") && svg.contains(">half<"), "{svg}");
        assert!(svg.contains("width='432' height='332'"), "a single panel is no wider for more columns: {svg}");
        assert!(svg.contains(">a &amp; b<") && !svg.contains("class='label'"), "one curve needs no legend");
    }

    #[test]
    fn a_power_is_a_straight_line_with_its_values() {
        let points = [1.0, 10.0, 100.0].map(|x| (x, 3.0 * x * x));
        let svg = picture("title", &[panel(Scale::Ratio, &points, 1)], 1);
        let ends = |class: &str| {
            let path = &svg[svg.find(&format!("<path class='{class}' d='M")).expect(class)..];
            let steps = &path[path.find('M').unwrap() + 1..path.find("'/>").unwrap()];
            let steps: Vec<String> = steps.split('L').map(str::to_owned).collect();
            (steps[0].clone(), steps[steps.len() - 1].clone())
        };
        assert_eq!(ends("fit"), ends("curve curve-0"));
        assert!(svg.contains(">300</text>") && svg.contains(">30k</text>"), "{svg}");
    }

    #[test]
    fn panels_and_the_names_of_curves_take_as_many_lines_as_they_need() {
        let three = vec![panel(Scale::Linear, &[(0.0, 1.0)], 1); 3];
        let rows = picture("title", &three, 2);
        for place in ["translate(16 16)", "translate(416 16)", "translate(16 316)"] {
            assert_eq!(rows.matches(place).count(), 1, "{place}: {rows}");
        }
        let few = picture("title", &[panel(Scale::Linear, &[(0.0, 1.0), (1.0, 1.0)], 2)], 1);
        assert!(few.contains(">&lt;1&gt;</text>") && few.contains("height='362'"), "{few}");
        let mut long = panel(Scale::Linear, &[(0.0, 1.0), (1.0, 1.0)], COLOURS);
        long.curves.iter_mut().for_each(|curve| curve.name = "twenty-five letters, or so".into());
        let many = picture("title", &[long], 1);
        assert!(many.contains("height='482'"), "one of them on a line");
        assert!((0..COLOURS).all(|index| many.contains(&format!(".curve-{index} {{"))), "each has a colour");
    }
}
