//! What a report is made from: measured runs, grouped by what was trained.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::Figures;
use crate::measure::Verdict;

/// What was measured, and on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct About {
    /// The data set, as it was given.
    pub data: String,
    /// Its scene.
    pub scene: String,
    /// Width and height of a frame in pixels.
    pub frame_size: (u32, u32),
    /// Probability of a left turn.
    pub left_odds: f32,
    /// Corners judged.
    pub corners: usize,
    /// Corners skipped, since their futures hardly differ.
    pub skipped: usize,
    /// Corners left out, since one of the models may have learned their mazes.
    pub left_out: usize,
    /// Samples at each corner.
    pub samples: usize,
    /// What their noise follows from.
    #[serde(serialize_with = "exactly")]
    pub seed: u64,
    /// Corners, and samples at each, by which snapshots are judged.
    pub timeline: (usize, usize),
}

/// A number as JSON that no reader rounds: beyond 2⁵³, where many hold numbers as doubles, as its digits in a text.
fn exactly<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    if *number > 1 << 53 { serializer.serialize_str(&number.to_string()) } else { serializer.serialize_u64(*number) }
}

/// How good a run would have been at a moment of its training.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moment {
    /// Steps done.
    pub step: u64,
    /// Seconds spent in them.
    pub seconds: f64,
    /// As in the table, by fewer corners and samples.
    pub figures: Figures,
}

/// One trained run, sampled in one way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasuredRun {
    /// The row that it belongs to.
    pub name: String,
    /// The run, as it was given.
    pub run: String,
    /// Name of its recipe.
    pub recipe: String,
    /// Seed of its training.
    #[serde(serialize_with = "exactly")]
    pub seed: u64,
    /// Steps that it was trained for.
    pub steps: u64,
    /// Steps that it was begun for.
    pub planned_steps: u64,
    /// Seconds spent in training steps, if they were counted.
    pub seconds: Option<f64>,
    /// Milliseconds of a training step, as a mean, if they were counted.
    pub step_ms: Option<f64>,
    /// Milliseconds to sample one frame, as a median.
    pub sample_ms: f64,
    /// Trained numbers of each of its networks.
    pub parameters: BTreeMap<String, usize>,
    /// The step at which it diverged: its figures are those of its last checkpoint.
    pub diverged: Option<u64>,
    /// Its snapshots, oldest first.
    pub timeline: Vec<Moment>,
    /// How good it is.
    pub figures: Figures,
}

/// Runs that differ in their seed alone: a row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Shown everywhere.
    pub name: String,
    /// At least one.
    pub runs: Vec<MeasuredRun>,
    /// Mean over the runs.
    pub mean: Figures,
    /// Standard deviation over the runs; empty for a single one.
    pub deviation: Figures,
}

impl Group {
    /// Groups runs by their names, in the order in which those come first.
    pub fn all(runs: Vec<MeasuredRun>) -> Vec<Self> {
        let mut grouped: Vec<(String, Vec<MeasuredRun>)> = Vec::new();
        for run in runs {
            match grouped.iter_mut().find(|(name, _)| *name == run.name) {
                Some((_, runs)) => runs.push(run),
                None => grouped.push((run.name.clone(), vec![run])),
            }
        }
        let group = |(name, runs): (String, Vec<MeasuredRun>)| {
            let figures: Vec<&Figures> = runs.iter().map(|run| &run.figures).collect();
            Self { mean: Figures::mean(&figures), deviation: Figures::deviation(&figures), name, runs }
        };
        grouped.into_iter().map(group).collect()
    }

    /// Mean over those runs that have a figure.
    pub fn mean_of(&self, figure: impl Fn(&MeasuredRun) -> Option<f64>) -> Option<f64> {
        let values: Vec<f64> = self.runs.iter().filter_map(figure).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }

    /// What has to be told of its runs beside their figures.
    pub fn remarks(&self) -> Vec<String> {
        let of = |run: &MeasuredRun| match self.runs.len() {
            1 => String::new(),
            _ => format!("seed {} ", run.seed),
        };
        let remark = |run: &MeasuredRun| match run.diverged {
            Some(step) => Some(format!("{}diverged at step {step}", of(run))),
            None if run.steps < run.planned_steps => {
                Some(format!("{}stopped at step {} of {}", of(run), run.steps, run.planned_steps))
            }
            None => None,
        };
        self.runs.iter().filter_map(remark).collect()
    }

    /// The timeline as a mean over the runs, as far as all of them have one: seconds, and a figure.
    pub fn curve(&self, figure: &str) -> Vec<(f64, f64)> {
        let curves: Vec<_> = self.runs.iter().map(|run| curve(&run.timeline, figure)).collect();
        mean_curve(&curves)
    }
}

/// A figure of a timeline against seconds, where it is known.
pub fn curve(timeline: &[Moment], figure: &str) -> Vec<(f64, f64)> {
    timeline.iter().filter_map(|moment| Some((moment.seconds, moment.figures.get(figure)?))).collect()
}

/// The mean of curves, point by point, as far as the shortest goes.
pub fn mean_curve(curves: &[Vec<(f64, f64)>]) -> Vec<(f64, f64)> {
    let (length, count) = (curves.iter().map(Vec::len).min().unwrap_or(0), curves.len() as f64);
    let sum = |at: usize| curves.iter().fold((0.0, 0.0), |(x, y), curve| (x + curve[at].0, y + curve[at].1));
    (0..length).map(sum).map(|(x, y)| (x / count, y / count)).collect()
}

/// A predictor that needs no training.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// Its name.
    pub name: String,
    /// How good it is.
    pub figures: Figures,
}

/// A picture in 8 bit, `[height, width, 3]`.
pub type Pixels = Vec<u8>;

/// What one row answered at a corner.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The row's name.
    pub name: String,
    /// A few samples, each with its verdict.
    pub samples: Vec<(Pixels, Verdict)>,
}

/// A corner of the gallery.
#[derive(Debug, Clone, PartialEq)]
pub struct Corner {
    /// Which one it is.
    pub place: String,
    /// Frame seen last.
    pub seen: Pixels,
    /// What may follow: names and frames.
    pub futures: Vec<(String, Pixels)>,
    /// Of each row.
    pub answers: Vec<Answers>,
}

/// Everything that a report shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportData {
    /// What was measured.
    pub about: About,
    /// A row each.
    pub groups: Vec<Group>,
    /// A row each, after them.
    pub baselines: Vec<Baseline>,
    /// The gallery.
    pub corners: Vec<Corner>,
}

impl ReportData {
    /// Names, figures and their deviations of all rows, the baselines last.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &Figures, Option<&Figures>)> {
        let groups = self.groups.iter().map(|group| {
            let deviation = (group.runs.len() > 1).then_some(&group.deviation);
            (group.name.as_str(), &group.mean, deviation)
        });
        groups.chain(self.baselines.iter().map(|baseline| (baseline.name.as_str(), &baseline.figures, None)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{figures, run};

    #[test]
    fn runs_of_a_name_are_one_row_in_the_order_of_their_first() {
        let groups = Group::all(vec![run("gan", 1, 0.5), run("vae", 1, 0.1), run("gan", 2, 0.9)]);
        let names: Vec<(&str, usize)> = groups.iter().map(|group| (group.name.as_str(), group.runs.len())).collect();
        assert_eq!(names, [("gan", 2), ("vae", 1)]);
        assert!((groups[0].mean.get("committed").unwrap() - 0.7).abs() < 1e-12);
        assert_eq!(groups[1].deviation, figures(&[]), "a single seed has no spread");
        assert_eq!(groups[0].mean_of(|run| run.step_ms), Some(20.0));
    }

    #[test]
    fn what_went_wrong_is_told_with_its_seed() {
        let mut runs = vec![run("gan", 1, 0.5), run("gan", 2, 0.5), run("vae", 1, 0.5)];
        runs[1].diverged = Some(31);
        runs[2].steps = 60;
        let groups = Group::all(runs);
        assert_eq!(groups[0].remarks(), ["seed 2 diverged at step 31"]);
        assert_eq!(groups[1].remarks(), ["stopped at step 60 of 100"]);
    }

    #[test]
    fn a_curve_is_the_mean_of_its_seeds() {
        let mut runs = vec![run("gan", 1, 0.5), run("gan", 2, 0.5)];
        for (run, seconds) in runs.iter_mut().zip([1.0, 3.0]) {
            let figures = figures(&[("committed", seconds / 10.0)]);
            run.timeline = vec![Moment { step: 50, seconds, figures }];
        }
        let curve = Group::all(runs)[0].curve("committed");
        assert_eq!(curve.len(), 1);
        assert!((curve[0].0 - 2.0).abs() < 1e-12 && (curve[0].1 - 0.2).abs() < 1e-12, "{curve:?}");
    }

    #[test]
    fn seeds_survive_json_readers_that_hold_doubles() {
        #[derive(serde::Serialize)]
        struct Seed(#[serde(serialize_with = "super::exactly")] u64);
        let text = |seed| serde_json::to_string(&Seed(seed)).unwrap();
        assert_eq!((text(7), text(1 << 53)), ("7".to_owned(), "9007199254740992".to_owned()));
        assert_eq!((text((1 << 53) + 1), text(u64::MAX)), ("\"9007199254740993\"".into(), format!("\"{}\"", u64::MAX)));
    }
}
