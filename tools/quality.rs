//! `tools quality`.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use crossroads::cli::print_line;
use crossroads::device;
use crossroads::files::{Shown, write_alone};
use crossroads::measure::COMMITTED;
use crossroads::progress::{Bar, Progress};
use crossroads::report::{COLOURS, Curve, Moment, Panel, Scale, curve, mean_curve, picture};
use crossroads::task::{check_page, snapshots_of, write_json};
use crossroads::train::{UnseenData, snapshots};
use serde::Serialize;

use super::gather::{Bench, Entry};

/// Draw how good models are against the seconds that they were trained for, a curve for each way of training.
///
/// A curve is of runs with snapshots, made by `crossroads train --snapshots 12`, `tools train-all` or
/// `tools/baseline/train.py`; of several runs the mean is drawn, and each of them faintly. The figures are written beside the
/// picture as JSON.
#[derive(Debug, Args)]
pub(super) struct Quality {
    /// A curve's name and its runs' folders
    #[arg(required = true, value_name = "NAME=RUN[,RUN...]", value_parser = parse_way)]
    ways: Vec<Way>,
    /// Folder of the data set, whose split `test` is judged on
    #[arg(long)]
    data: PathBuf,
    /// File to write: .svg; the JSON goes beside it
    #[arg(long)]
    out: PathBuf,
    /// Samples at each corner
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    samples: u16,
    /// What the noise follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
    /// Leave out damaged episode files
    #[arg(long)]
    skip_damaged: bool,
}

/// What is drawn as one curve.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    name: String,
    runs: Vec<String>,
}

fn parse_way(text: &str) -> Result<Way, String> {
    let parts = text.split_once('=').filter(|(name, runs)| !name.is_empty() && !runs.split(',').any(str::is_empty));
    let (name, runs) = parts.ok_or_else(|| format!("`{text}` is not NAME=RUN, or NAME=RUN,RUN for several seeds"))?;
    Ok(Way { name: name.to_owned(), runs: runs.split(',').map(str::to_owned).collect() })
}

impl Way {
    /// Refuses runs whose snapshots are of different steps: they have no mean.
    fn check(&self) -> anyhow::Result<()> {
        let steps = |run: &String| -> anyhow::Result<Vec<u64>> {
            Ok(snapshots(Path::new(run))?.iter().map(|snapshot| snapshot.step).collect())
        };
        let first = steps(&self.runs[0])?;
        for run in &self.runs[1..] {
            let steps = steps(run)?;
            ensure!(
                steps == first,
                "{run}: has snapshots of the steps {steps:?}, and {} of {first:?}; give the two as curves of their own",
                self.runs[0]
            );
        }
        Ok(())
    }
}

/// What was measured of a [`Way`].
#[derive(Debug, Serialize)]
struct Measured {
    name: String,
    runs: Vec<MeasuredRun>,
}

#[derive(Debug, Serialize)]
struct MeasuredRun {
    run: String,
    timeline: Vec<Moment>,
}

impl Quality {
    pub(super) fn run(self) -> anyhow::Result<()> {
        ensure!(self.ways.len() <= COLOURS, "there are colours for {COLOURS} curves, not for {}", self.ways.len());
        let json = check_page(&self.out, "svg")?;
        let device = device::find(&self.device)?;
        let last = |run: &String| {
            let all = snapshots_of(Path::new(run))?;
            Entry::at(&all[all.len() - 1].file, &device)
        };
        let entries = self.ways.iter().flat_map(|way| &way.runs).map(last).collect::<anyhow::Result<Vec<_>>>()?;
        for way in &self.ways {
            way.check()?;
        }
        let data = UnseenData::open(&self.data, self.skip_damaged, entries.iter().map(|entry| &entry.info))?;
        let mut bar = Bar::default();
        for damage in &data.skipped {
            bar.say(&format!("skipped {damage}"));
        }
        data.note().iter().for_each(|note| bar.say(note));
        let samples = usize::from(self.samples);
        let bench = Bench::new(&data, &device, &entries, (samples, self.seed))?;
        bar.begin("quality", "runs", entries.len() as u64, 0);
        let mut done = 0;
        let mut measure = |run: &String| {
            bar.advance(done, run);
            done += 1;
            let timeline = bench.timeline(Path::new(run), (usize::MAX, samples)).with_context(|| run.clone())?;
            anyhow::Ok(MeasuredRun { run: run.clone(), timeline })
        };
        let mut measured = Vec::new();
        for way in &self.ways {
            let runs = way.runs.iter().map(&mut measure).collect::<anyhow::Result<Vec<_>>>()?;
            measured.push(Measured { name: way.name.clone(), runs });
        }
        bar.advance(entries.len() as u64, "");
        bar.end();
        let figures = write_json(&measured, &json);
        write_alone(&self.out, draw(&measured).as_bytes()).with_context(|| self.out.shown())?;
        figures?;
        print_line(&self.out.shown())?;
        print_line(&json.shown())
    }
}

/// Nearness and committed.
fn draw(measured: &[Measured]) -> String {
    let panel = |title: &str, figure: &str, bound| {
        let curve = |way: &Measured| {
            let parts: Vec<_> = way.runs.iter().map(|run| curve(&run.timeline, figure)).collect();
            let points = mean_curve(&parts);
            Curve { name: way.name.clone(), points, parts: if parts.len() > 1 { parts } else { Vec::new() } }
        };
        let curves = measured.iter().map(curve).collect();
        let across = "seconds in training steps".to_owned();
        Panel { title: title.to_owned(), across, scale: Scale::Linear, curves, bound }
    };
    let bound = (COMMITTED, "committed below".to_owned());
    let panels = [
        panel("nearness, median (0 is a true future)", "nearness_median", Some(bound)),
        panel("committed, share of samples", "committed", None),
    ];
    picture("quality against seconds of training", &panels, 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossroads::report::Figures;

    #[test]
    fn a_way_is_a_name_and_runs() {
        let way = parse_way("before=out/a,out/b").unwrap();
        assert_eq!((way.name.as_str(), way.runs.as_slice()), ("before", &["out/a".to_owned(), "out/b".to_owned()][..]));
        for text in ["out/a", "=out/a", "name=", "name=a,,b", "name=a,"] {
            assert!(parse_way(text).unwrap_err().contains("NAME=RUN"), "{text}");
        }
    }

    #[test]
    fn seeds_are_drawn_beside_their_mean() {
        let run = |nearness: f64| {
            let figures = |nearness: f64| -> Figures {
                [("nearness_median".to_owned(), nearness), ("committed".to_owned(), 0.5)].into_iter().collect()
            };
            let moment = |seconds: f64| Moment { step: 1, seconds, figures: figures(nearness / seconds) };
            MeasuredRun { run: String::new(), timeline: vec![moment(1.0), moment(2.0)] }
        };
        let one = Measured { name: "one".into(), runs: vec![run(0.5)] };
        let two = Measured { name: "two".into(), runs: vec![run(0.3), run(0.4)] };
        let svg = draw(&[one, two]);
        assert_eq!(svg.matches("<path class='curve part curve-1'").count(), 4, "two seeds in two panels");
        assert_eq!(svg.matches("curve part curve-0'").count(), 0, "a single one is its own mean");
    }
}
