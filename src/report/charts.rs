//! Which figures are plotted, and how.

use super::plot::{Bar, Kind, Point, Scatter, bars, curves, dots};
use super::{Group, MeasuredRun, ReportData};
use crate::measure::COMMITTED;

/// Rows with what a figure is of each: name, kind, mean and standard deviation; those that have none are left out.
fn rows(data: &ReportData, figure: &str) -> Vec<Bar> {
    let bar = |(label, kind, mean, deviation): (&str, Kind, Option<f64>, Option<f64>)| {
        Some(Bar { label: label.to_owned(), kind, value: (mean?, deviation.unwrap_or(0.0)) })
    };
    let groups = data
        .groups
        .iter()
        .map(|group| (group.name.as_str(), kind(group), group.mean.get(figure), group.deviation.get(figure)));
    let baselines = data
        .baselines
        .iter()
        .map(|baseline| (baseline.name.as_str(), Kind::Baseline, baseline.figures.get(figure), None));
    groups.chain(baselines).filter_map(bar).collect()
}

fn kind(group: &Group) -> Kind {
    if group.runs.iter().any(|run| run.diverged.is_some()) { Kind::Diverged } else { Kind::Model }
}

/// So many models in a crowd that they are drawn again, larger.
const CROWD: usize = 3;

/// Every row as a point; then those that committed again, enlarged, if they are several.
pub fn nearness_against_diversity(data: &ReportData) -> Vec<String> {
    let (x, y) = (rows(data, "nearness_median"), rows(data, "diversity"));
    let point = |bar: &Bar| {
        let other = y.iter().find(|other| other.label == bar.label)?;
        Some(Point { label: bar.label.clone(), kind: bar.kind, x: bar.value, y: other.value })
    };
    let points: Vec<Point> = x.iter().filter_map(point).collect();
    let is_crowded = |point: &&Point| point.kind != Kind::Baseline && point.x.0 < COMMITTED;
    let crowd: Vec<Point> = points.iter().filter(is_crowded).cloned().collect();
    let names = ("nearness, median (0 is a true future)", "diversity of samples");
    let range = |value: fn(&Point) -> f64| {
        crowd.iter().map(value).fold((f64::MAX, f64::MIN), |(least, most), value| (least.min(value), most.max(value)))
    };
    let elsewhere = (crowd.len() >= CROWD).then(|| [range(|point| point.x.0), range(|point| point.y.0)]);
    let lines = [(COMMITTED, "left of here: committed"), (0.5, "the exact average")];
    let all = Scatter { points: &points, names, lines: &lines, elsewhere, from_zero: true }.svg();
    let enlarged = Scatter { points: &crowd, names, lines: &[], elsewhere: None, from_zero: false };
    std::iter::once(all).chain(elsewhere.map(|_| enlarged.svg())).collect()
}

/// Sharpness, with the line at 1.
pub fn sharpness(data: &ReportData) -> String {
    bars(&rows(data, "sharpness"), "sharpness over that of the nearer future", 1.0)
}

/// PSNR against what happened, against the nearer future, and of the best sample.
pub fn psnr(data: &ReportData) -> String {
    let realised = rows(data, "psnr_realised");
    let series =
        [("nearest", rows(data, "psnr_nearest")), ("best", rows(data, "psnr_best")), ("realised", realised.clone())];
    // The simulator's own is exact, and reported as 100 dB: it would leave no room for the others.
    let dots_of = |bar: &Bar| {
        let of = |(class, rows): &(&'static str, Vec<Bar>)| {
            let value = rows.iter().find(|row| row.label == bar.label)?.value.0;
            (value < MOST_DECIBELS).then_some((*class, value))
        };
        series.iter().filter_map(of).collect::<Vec<_>>()
    };
    let rows: Vec<_> = realised.iter().map(|bar| (bar.clone(), dots_of(bar))).collect();
    dots(&rows, "PSNR in dB", false)
}

/// Above this a picture is the truth itself.
const MOST_DECIBELS: f64 = 60.0;

/// A small drawing for each model that has snapshots.
pub fn over_time(data: &ReportData) -> String {
    let drawn: Vec<_> = data
        .groups
        .iter()
        .map(|group| (&group.name, group.curve("committed"), group.curve("all_found")))
        .filter(|(_, committed, _)| !committed.is_empty())
        .collect();
    let seconds = drawn.iter().flat_map(|(_, committed, _)| committed.iter().map(|(seconds, _)| *seconds));
    let most = seconds.fold(0.0, f64::max);
    drawn
        .into_iter()
        .map(|(name, committed, both)| curves(name, &[("both", both), ("committed", committed)], most))
        .collect()
}

/// What a model costs: step time, sampling time, parameters. A chart each, with its title.
pub fn costs(data: &ReportData) -> Vec<(&'static str, String)> {
    type Figure = fn(&MeasuredRun) -> Option<f64>;
    let figures: [(&str, &str, Figure); 3] = [
        ("Training", "milliseconds a training step", |run| run.step_ms),
        ("Sampling", "milliseconds a sampled frame", |run| Some(run.sample_ms)),
        ("Size", "trained numbers, all networks", |run| Some(run.parameters.values().sum::<usize>() as f64)),
    ];
    let chart = |(title, name, figure): (&'static str, &str, Figure)| {
        let row = |group: &Group| {
            let value = group.mean_of(figure)?;
            let bar = Bar { label: group.name.clone(), kind: kind(group), value: (value, 0.0) };
            Some((bar, vec![(if kind(group) == Kind::Diverged { "diverged" } else { "model" }, value)]))
        };
        let rows: Vec<_> = data.groups.iter().filter_map(row).collect();
        (!rows.is_empty()).then(|| (title, dots(&rows, name, true)))
    };
    figures.into_iter().filter_map(chart).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{data, figures, run};
    use crate::report::{Baseline, Moment};

    #[test]
    fn every_row_is_a_point_and_those_that_diverged_are_marked() {
        let mut runs = vec![run("gan", 1, 0.5), run("vae", 1, 0.5)];
        runs[1].diverged = Some(3);
        let mut data = data(runs);
        let figures = figures(&[("nearness_median", 0.5), ("diversity", 0.0)]);
        data.baselines = vec![Baseline { name: "exact average".into(), figures }];
        let [svg] = &nearness_against_diversity(&data)[..] else {
            panic!("nobody committed, so that there is no crowd")
        };
        for class in ["dot model", "dot diverged", "dot baseline"] {
            assert_eq!(svg.matches(class).count(), 1, "{class}");
        }
        assert!(svg.contains(">exact average<"));
        let diverged = &svg[svg.find("dot diverged").unwrap()..];
        assert!(diverged[..diverged.find("</title>").unwrap()].contains("<title>vae: "), "{diverged}");
        let near = ["a", "b", "c"].map(|name| {
            let mut run = run(name, 1, 0.9);
            run.figures = crate::report::testing::figures(&[("nearness_median", 0.1), ("diversity", 0.5)]);
            run
        });
        let drawn = nearness_against_diversity(&crate::report::testing::data(near.into()));
        assert!(drawn.len() == 2 && !drawn[0].contains(">a</text>") && drawn[1].contains(">a</text>"));
    }

    #[test]
    fn what_was_not_measured_is_not_drawn() {
        let mut runs = vec![run("gan", 1, 0.5)];
        runs[0].step_ms = None;
        let mut data = data(runs);
        assert_eq!(costs(&data).iter().map(|(title, _)| *title).collect::<Vec<_>>(), ["Sampling", "Size"]);
        assert_eq!(over_time(&data), "");
        let moment = Moment { step: 1, seconds: 3.0, figures: figures(&[("committed", 0.5), ("all_found", 0.25)]) };
        data.groups[0].runs[0].timeline = vec![moment];
        assert!(over_time(&data).contains("gan over training seconds"));
    }
}
