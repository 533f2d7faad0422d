//! `tools calibration`.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Args;
use crossroads::cli::print_line;
use crossroads::device;
use crossroads::files::{Shown, write_alone};
use crossroads::measure::{Share, judge};
use crossroads::predict::{Predictor, Simulator};
use crossroads::progress::{Bar, Progress, tell};
use crossroads::report::{COLOURS, Curve, Panel, Scale, picture};
use crossroads::task::{check_page, test_questions, write_json};
use crossroads::train::{Trained, UnseenData};
use serde::Serialize;

/// Hold how often models pick each future against how often it happens: a table, a picture (SVG) and figures (JSON).
///
/// A model is asked about the data set of its own world, such as `lopsided` recorded with several --left-odds and a run
/// trained on each. Of every future the share of committed samples that picked it is held against its odds, with the
/// interval that holds the true share in 95 % of cases: corners are independent, samples of one corner are not.
#[derive(Debug, Args)]
pub(super) struct Calibration {
    /// A run and the data set that it is asked about, RUN=DATA, once for each
    #[arg(required = true, value_parser = parse_pair)]
    pairs: Vec<Pair>,
    /// File to write: .svg; the figures go beside it as .json
    #[arg(long)]
    out: PathBuf,
    /// Samples at each corner
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1000))]
    samples: u16,
    /// What the noise follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
}

/// A run, and the data set that it is asked about.
#[derive(Debug, Clone, PartialEq)]
struct Pair {
    run: String,
    data: PathBuf,
}

fn parse_pair(text: &str) -> Result<Pair, String> {
    let pair = text.rsplit_once('=').filter(|(run, data)| !run.is_empty() && !data.is_empty());
    let (run, data) = pair.ok_or_else(|| format!("`{text}` is not RUN=DATA, such as out/gan-90=out/lopsided-90"))?;
    Ok(Pair { run: run.to_owned(), data: data.into() })
}

/// How one predictor is calibrated on one data set.
#[derive(Debug, Serialize)]
struct Calibrated {
    name: String,
    data: PathBuf,
    corners: usize,
    /// Share of samples that picked a future at all: of the others no share is known.
    committed: f64,
    shares: Vec<Share>,
}

/// Standard errors on either side that hold 95 % of a normal distribution.
const INTERVAL: f64 = 1.96;

impl Calibration {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let json = check_page(&self.out, "svg")?;
        let mut bar = Bar::default();
        bar.begin("calibrate", "runs", self.pairs.len() as u64, 0);
        let mut all = Vec::new();
        for (done, pair) in (0..).zip(&self.pairs) {
            bar.advance(done, &pair.run);
            all.extend(self.calibrate(pair)?);
        }
        bar.advance(self.pairs.len() as u64, "");
        bar.end();
        let printed = all.iter().flat_map(lines).try_for_each(|line| print_line(&line));
        let figures = write_json(&all, &json);
        let svg = draw(&all)?;
        write_alone(&self.out, svg.as_bytes()).with_context(|| self.out.shown())?;
        figures?;
        printed?;
        print_line(&self.out.shown())?;
        print_line(&json.shown())
    }

    /// A model, and the simulator beside it.
    fn calibrate(&self, pair: &Pair) -> anyhow::Result<Vec<Calibrated>> {
        let device = device::find(&self.device)?;
        let infos = Trained::infos(std::slice::from_ref(&pair.run))?;
        let data = UnseenData::open(&pair.data, false, &infos)?;
        data.note().iter().for_each(|note| tell(&format!("{}: {note}", pair.run)));
        let model = Trained::open_for(&pair.run, &device, &data.manifest.scene.name)?;
        model.check_size(data.camera.size(), &data.folder)?;
        ensure!(
            model.predictor.is_stochastic() && !model.predictor.is_action_conditioned(),
            "{}: {} picks nothing by itself; give a model that takes noise and is not told the action",
            pair.run,
            model.name
        );
        let questions = test_questions(&data, model.info.recipe.windows.context, 1)?;
        let asked: [&dyn Predictor; 2] = [&*model.predictor, &Simulator];
        let report = judge(&asked, &questions, usize::from(self.samples), self.seed, |_| {});
        let calibrated = |row: crossroads::measure::Row| Calibrated {
            name: row.name,
            data: pair.data.clone(),
            corners: report.corners,
            committed: row.committed,
            shares: row.shares,
        };
        Ok(report.rows.into_iter().map(calibrated).collect())
    }
}

fn lines(one: &Calibrated) -> Vec<String> {
    let head = format!("{} on {}: {} corners, committed {:.3}", one.name, one.data.shown(), one.corners, one.committed);
    let share = |share: &Share| {
        format!(
            "  {:<24} true {:.3}  predicted {:.3} ± {:.3}  off by {:+.3}",
            share.name,
            share.odds,
            share.share,
            INTERVAL * share.error,
            share.share - share.odds
        )
    };
    std::iter::once(head).chain(one.shares.iter().map(share)).collect()
}

/// Predicted against true odds: a curve for each name, with its intervals, and the diagonal on which both are equal.
fn draw(all: &[Calibrated]) -> anyhow::Result<String> {
    let mut curves =
        vec![Curve { name: "as often as it happens".into(), points: vec![(0.0, 0.0), (1.0, 1.0)], parts: Vec::new() }];
    for one in all {
        let at = curves.iter().position(|curve| curve.name == one.name).unwrap_or_else(|| {
            curves.push(Curve { name: one.name.clone(), points: Vec::new(), parts: Vec::new() });
            curves.len() - 1
        });
        for share in &one.shares {
            let reach = INTERVAL * share.error;
            curves[at].points.push((share.odds, share.share));
            curves[at]
                .parts
                .push(vec![(share.odds, (share.share - reach).max(0.0)), (share.odds, (share.share + reach).min(1.0))]);
        }
    }
    ensure!(
        curves.len() <= COLOURS,
        "there are colours for {COLOURS} curves, not for {}; give fewer models",
        curves.len()
    );
    curves.iter_mut().for_each(|curve| curve.points.sort_by(|a, b| a.0.total_cmp(&b.0)));
    let panel = Panel {
        title: "share of committed samples".into(),
        across: "odds of the future".into(),
        scale: Scale::Linear,
        curves,
        bound: None,
    };
    Ok(picture("predicted against true odds", &[panel], 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_a_run_and_its_data() {
        assert_eq!(parse_pair("a=b=c").unwrap(), Pair { run: "a=b".into(), data: "c".into() });
        for text in ["a", "=b", "a="] {
            assert!(parse_pair(text).unwrap_err().contains("RUN=DATA"), "{text}");
        }
    }

    #[test]
    fn intervals_are_drawn_around_what_was_predicted() {
        let share = |odds: f64, share: f64| Share { name: "left".into(), odds, share, error: 0.05 };
        let one = |odds: f64, predicted: f64| Calibrated {
            name: "gan".into(),
            data: "data".into(),
            corners: 9,
            committed: 1.0,
            shares: vec![share(odds, predicted)],
        };
        let all = [one(0.9, 0.5), one(0.5, 0.5)];
        let svg = draw(&all).unwrap();
        assert_eq!(svg.matches("curve part curve-1'").count(), 2, "an interval each");
        assert_eq!(
            lines(&all[0])[1].trim(),
            "left                     true 0.900  predicted 0.500 ± 0.098  off by -0.400"
        );
    }
}
