//! Measuring runs for `tools report`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use burn::tensor::Device;
use crossroads::agent::Action;
use crossroads::camera::Frames;
use crossroads::files::Shown;
use crossroads::film::pick_corners;
use crossroads::measure::{LEAST_SPREAD, Row, Truth, judge, questions_for, spread};
use crossroads::predict::{CopyLast, ExactAverage, Predictor, Question, Sampling, Simulator};
use crossroads::progress::Progress;
use crossroads::report::{About, Answers, Baseline, Corner, Figures, Group, MeasuredRun, Moment, ReportData};
use crossroads::task::test_questions;
use crossroads::train::{Divergence, Recipe, Run, RunInfo, Trained, UnseenData, seconds_trained, snapshots};

/// Corners by which snapshots are judged, and samples at each.
const TIMELINE: (usize, usize) = (48, 8);

/// Corners of the gallery, and samples of each model there.
const GALLERY: (usize, usize) = (4, 4);

/// How often sampling a frame is timed, at most, and how long.
const TIMED: usize = 15;
const TIMED_FOR: Duration = Duration::from_secs(2);

/// What is judged, and by how much.
pub(super) struct Bench<'a> {
    pub data: &'a UnseenData,
    pub device: &'a Device,
    pub samples: usize,
    pub seed: u64,
    /// All corners with two futures to pick from.
    questions: Vec<Question>,
    /// Corners of the gallery.
    shown: Vec<Question>,
    skipped: usize,
}

/// A run to be measured, before it is opened.
pub(super) struct Entry {
    /// As it was given.
    pub place: PathBuf,
    pub info: RunInfo,
}

impl Entry {
    /// Of a folder of a run, or of weights.
    pub fn at(place: &Path, device: &Device) -> anyhow::Result<Self> {
        let info = if Run::is_in(place) { Run::open(place)?.info } else { Trained::open(place, device)?.info };
        Ok(Self { place: place.to_owned(), info })
    }
}

/// Refuses runs that cannot be seeds of one another although they have the same name.
pub(super) fn check_seeds(entries: &[Entry]) -> anyhow::Result<()> {
    for (index, entry) in entries.iter().enumerate() {
        let recipe = &entry.info.recipe;
        let Some(other) = entries[..index].iter().find(|other| other.info.recipe.name == recipe.name) else { continue };
        let (this, first, name) = (entry.place.shown(), other.place.shown(), &recipe.name);
        let alike = Recipe { seed: recipe.seed, steps: recipe.steps, ..other.info.recipe.clone() };
        if alike != *recipe {
            bail!(
                "{this}: its recipe has the `name` of {first}, {name:?}, but differs in more than seed and steps; give the \
                 recipes different names, or report them apart"
            );
        }
        let same_seed = |other: &&Entry| other.info.recipe.name == *name && other.info.recipe.seed == recipe.seed;
        if let Some(other) = entries[..index].iter().find(same_seed) {
            let seed = recipe.seed;
            bail!(
                "{this}: has the recipe {name:?} and `seed` {seed} like {}; a spread over seeds needs different ones",
                other.place.shown()
            );
        }
    }
    Ok(())
}

impl<'a> Bench<'a> {
    /// Prepares the corners, with as much context as the model with the longest memory sees.
    pub fn new(
        data: &'a UnseenData,
        device: &'a Device,
        entries: &[Entry],
        (samples, seed): (usize, u64),
    ) -> anyhow::Result<Self> {
        for entry in entries {
            entry.info.check_size(data.camera.size(), &data.folder)?;
            data.check(&entry.info)?;
        }
        let context = entries.iter().map(|entry| entry.info.recipe.windows.context).max().unwrap_or(1);
        let mut questions = test_questions(data, context, 1)?;
        let all = questions.len();
        questions.retain(|question| spread(&question.futures) >= LEAST_SPREAD);
        if questions.is_empty() {
            bail!(
                "{}: no corner of split `test` has {context} frames before it and futures that differ; record more \
                 episodes or ticks",
                data.folder.shown()
            );
        }
        let shown = pick_corners(data, GALLERY.0, context, 1)?;
        let skipped = all - questions.len();
        Ok(Self { data, device, samples, seed, questions, shown, skipped })
    }

    /// Measures everything.
    pub fn measure(&self, entries: &[Entry], progress: &mut dyn Progress) -> anyhow::Result<ReportData> {
        let baselines: [&dyn Predictor; 3] = [&CopyLast, &ExactAverage, &Simulator];
        let mut corners: Vec<Corner> = self.shown.iter().map(corner).collect();
        self.show(&ExactAverage, &mut corners);
        progress.begin("report", "runs", entries.len() as u64 + 1, 0);
        let mut runs = Vec::new();
        for (done, entry) in (0..).zip(entries) {
            progress.advance(done, &entry.place.shown());
            runs.extend(self.measure_run(entry, &mut corners).with_context(|| entry.place.shown())?);
        }
        progress.advance(entries.len() as u64, "baselines");
        let baseline = |predictor: &&dyn Predictor| {
            let figures = Figures::of(&self.row(*predictor, &self.questions, self.samples)?)?;
            Ok(Baseline { name: predictor.name().to_owned(), figures })
        };
        let baselines = baselines.iter().map(baseline).collect::<anyhow::Result<Vec<_>>>()?;
        progress.advance(entries.len() as u64 + 1, "");
        progress.end();
        let about = About {
            data: self.data.folder.shown(),
            scene: self.data.manifest.scene.name.clone(),
            frame_size: self.data.camera.size(),
            left_odds: self.data.manifest.scene.agent.left_odds,
            corners: self.questions.len(),
            skipped: self.skipped,
            left_out: self.data.left_out,
            samples: self.samples,
            seed: self.seed,
            timeline: (TIMELINE.0.min(self.questions.len()), TIMELINE.1),
        };
        Ok(ReportData { about, groups: Group::all(runs), baselines, corners })
    }

    /// One run, in each way in which it is sampled. In the gallery is who comes first of a name.
    fn measure_run(&self, entry: &Entry, corners: &mut [Corner]) -> anyhow::Result<Vec<MeasuredRun>> {
        let (folder, recipe) = (&entry.place, &entry.info.recipe);
        let trained = Trained::open_for(&entry.place, self.device, &self.data.manifest.scene.name)?;
        let (diverged, spent) = (Divergence::of(folder)?, seconds_trained(folder)?);
        let parameters = entry.info.parameters(self.device);
        let measured = |(index, predictor): (usize, &dyn Predictor)| {
            let name = predictor.name().to_owned();
            self.show(predictor, corners);
            Ok(MeasuredRun {
                run: entry.place.shown(),
                recipe: recipe.name.clone(),
                seed: recipe.seed,
                steps: trained.step,
                planned_steps: recipe.steps,
                seconds: spent.map(|(_, seconds)| seconds),
                step_ms: spent.filter(|(steps, _)| *steps > 0).map(|(steps, seconds)| 1e3 * seconds / steps as f64),
                sample_ms: self.sample_ms(predictor),
                parameters: parameters.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect(),
                diverged: diverged.map(|divergence| divergence.step),
                // Of the way that it is sampled in first.
                timeline: if index == 0 { self.timeline(folder, TIMELINE)? } else { Vec::new() },
                figures: Figures::of(&self.row(predictor, &self.questions, self.samples)?)?,
                name,
            })
        };
        ways(&trained).into_iter().enumerate().map(measured).collect()
    }

    fn row(&self, predictor: &dyn Predictor, questions: &[Question], samples: usize) -> anyhow::Result<Row> {
        let mut report = judge(&[predictor], questions, samples, self.seed, |_| {});
        report.rows.pop().context("a predictor has a row")
    }

    /// The snapshots of a run, each judged by so many corners and samples at most.
    pub fn timeline(&self, run: &Path, (corners, samples): (usize, usize)) -> anyhow::Result<Vec<Moment>> {
        let count = corners.min(self.questions.len());
        let spread = (0..count).map(|index| self.questions[index * self.questions.len() / count].clone());
        let questions: Vec<Question> = spread.collect();
        let moment = |snapshot: crossroads::train::Snapshot| {
            let trained = Trained::open(&snapshot.file, self.device)?;
            let figures = Figures::of(&self.row(&*trained.predictor, &questions, samples)?)?;
            Ok(Moment { step: snapshot.step, seconds: snapshot.seconds, figures })
        };
        snapshots(run)?.into_iter().map(moment).collect()
    }

    /// Median time to sample one frame at one corner.
    fn sample_ms(&self, predictor: &dyn Predictor) -> f64 {
        let question = &self.questions[..1];
        let began = Instant::now();
        let mut times = Vec::new();
        // The first warms up, unless it takes all the time that there is.
        while times.is_empty() || (times.len() <= TIMED && began.elapsed() < TIMED_FOR) {
            let now = Instant::now();
            drop(predictor.predict(question, Sampling::new(1, times.len() as u64)));
            times.push(now.elapsed());
        }
        let warm = if times.len() > 1 { times.split_off(1) } else { times };
        super::bench::percentile(warm, 0.5)
    }

    /// Adds what a predictor says to the gallery, unless one of its name is there already.
    fn show(&self, predictor: &dyn Predictor, corners: &mut [Corner]) {
        if corners.iter().any(|corner| corner.answers.iter().any(|answers| answers.name == predictor.name())) {
            return;
        }
        let count = if predictor.is_stochastic() { GALLERY.1 } else { 1 };
        let answers = if predictor.is_action_conditioned() {
            let told = |turn| {
                let asked: Vec<Question> = self.shown.iter().map(|question| question.before(turn)).collect();
                predictor.predict(&asked, Sampling::new(count.div_ceil(2), self.seed))
            };
            let both = told(Action::Left).into_iter().zip(told(Action::Right));
            both.map(|(left, right)| Frames::collect(left.size(), left.iter().chain(right.iter()))).collect()
        } else {
            predictor.predict(&self.shown, Sampling::new(count, self.seed))
        };
        // As in `judge`: coarse pictures are held against equally coarse futures.
        let coarse = predictor.coarse();
        let truth = questions_for(coarse.as_ref(), &self.shown);
        for ((corner, question), answers) in corners.iter_mut().zip(truth.iter()).zip(answers) {
            let truth = Truth::of(&question.futures);
            let judged = answers.iter().map(|answer| (answer.to_vec(), truth.verdict(answer)));
            corner.answers.push(Answers { name: predictor.name().to_owned(), samples: judged.collect() });
        }
    }
}

/// All ways in which a model is sampled: a row each.
fn ways(trained: &Trained) -> Vec<&dyn Predictor> {
    std::iter::once(&trained.predictor).chain(&trained.variants).map(|predictor| &**predictor).collect()
}

/// A corner nobody has answered yet.
fn corner(question: &Question) -> Corner {
    let (maze, at) = question.place;
    Corner {
        place: format!("Maze {maze}, column {}, row {}", at.x, at.y),
        seen: question.context.last().unwrap_or_default().to_vec(),
        futures: question.futures.iter().map(|future| (future.name.clone(), future.frames[0].to_vec())).collect(),
        answers: Vec::new(),
    }
}
