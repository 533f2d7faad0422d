//! The loop.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Instant;

use burn::tensor::Device;

use super::checkpoint::Checkpoint;
use super::metrics::MetricsFile;
use super::run::{FORMAT, SAMPLES};
use super::snapshots::Snapshots;
use super::{Learned, Recipe, Run, RunInfo, TrainError};
use crate::agent::Agent;
use crate::camera::{Frame, Frames};
use crate::device;
use crate::episode::{Batch, DataError, DataSet, TRAIN, Windows};
use crate::files::{self, Lock, Shown};
use crate::objective::{Batches, Clock, Compute, Metrics, Need, Objective, Takes};
use crate::predict::{Question, questions};
use crate::progress::Progress;
use crate::random::{self, Purpose, Rng, stream};
use crate::settings::difference;

/// What to train.
#[derive(Debug, Clone)]
pub struct TrainJob {
    /// How.
    pub recipe: Recipe,
    /// The data set's folder; its split `train` is learned from.
    pub data: PathBuf,
    /// Folders of further data sets, for a recipe that learns from several.
    pub more_data: Vec<PathBuf>,
    /// The run's folder.
    pub out: PathBuf,
    /// Name of the device.
    pub device: String,
    /// Go on where an interrupted training was.
    pub resume: bool,
    /// Leave out damaged files instead of refusing the data set.
    pub skip_damaged: bool,
    /// How many times over its schedule, evenly, the run saves what it would show, with the seconds that it took; 0 for
    /// none of both.
    pub snapshots: u32,
}

/// Fallbacks after which a training is given up.
const FALLBACKS: u64 = 3;

/// Corners on a sample sheet.
const SHEET_ROWS: usize = 6;

/// Windows that an objective looks at before the first step.
const PREPARING: usize = 128;

/// Trains, and returns the run.
///
/// Every random number follows from the seed and the step, so that a training that was interrupted and resumed gives
/// the same weights, bit for bit, as one that was not. Where `progress` asks it to stop, it returns with a checkpoint of
/// the steps so far, to be resumed.
pub fn train(job: &TrainJob, progress: &mut dyn Progress) -> Result<Run, TrainError> {
    let device = device::find(&job.device)?;
    if job.out.is_file() {
        let why = "is a file; choose another --out".to_owned();
        return Err(TrainError::Folder { folder: job.out.clone(), why });
    }
    // What is refused leaves no lock in a folder that is somebody else's.
    open_run(job)?;
    let is_new = !job.out.exists();
    let lock = Lock::take(&job.out)?;
    let trained = train_locked(job, &device, progress);
    // What never became a run leaves nothing behind.
    if is_new && trained.is_err() && files::is_free(&job.out, &[]).unwrap_or(false) {
        let _only_tidiness = std::fs::remove_dir_all(&job.out);
    }
    drop(lock);
    trained
}

/// As [`train`], in a folder that nobody else writes into.
fn train_locked(job: &TrainJob, device: &Device, progress: &mut dyn Progress) -> Result<Run, TrainError> {
    let run = open_run(job)?;
    let all = open_data(job, &job.recipe)?;
    for data in &all {
        for damage in &data.skipped {
            progress.say(&format!("skipped {damage}"));
        }
        if !data.skipped.is_empty() {
            let (skipped, left) = (data.skipped.len(), data.episodes.len());
            progress.say(&format!("{skipped} damaged episode files skipped, {left} left"));
        }
    }
    let run = match run {
        Some(run) => {
            all.iter().try_for_each(|data| run.check_fits(data))?;
            check_data(&run, &all)?;
            run
        }
        None => new_run(job, &all)?,
    };
    let mut training = Training::new(job, run, &all, device)?;
    if training.run.info.recipe.steps != job.recipe.steps {
        progress.say(&format!("the run was begun for {} steps, and goes on to them", training.run.info.recipe.steps));
    }
    training.introduce(progress);
    training.go(progress)?;
    Ok(training.run)
}

/// The data sets of a job, as many as its recipe asks for.
pub(super) fn open_data(job: &TrainJob, recipe: &Recipe) -> Result<Vec<DataSet>, TrainError> {
    let needs = recipe.objective.config().needs();
    let folders: Vec<&PathBuf> = std::iter::once(&job.data).chain(&job.more_data).collect();
    if needs.len() != folders.len() {
        let names: Vec<&str> = needs.iter().map(|need| need.name).collect();
        return Err(TrainError::DataSets {
            recipe: recipe.name.clone(),
            names: names.join(", "),
            found: folders.len(),
        });
    }
    let open = |(need, folder): (&Need, &&PathBuf)| match need.corners {
        true => DataSet::open(folder, TRAIN, job.skip_damaged),
        false => DataSet::open_some(folder, TRAIN, job.skip_damaged),
    };
    let all: Vec<DataSet> = needs.iter().zip(&folders).map(open).collect::<Result<_, _>>()?;
    check_unpaired(&needs, &all, &recipe.name)?;
    Ok(all)
}

/// Refuses data sets of the same mazes where a recipe is to learn without pairs.
fn check_unpaired(needs: &[Need], all: &[DataSet], recipe: &str) -> Result<(), TrainError> {
    let mazes = |data: &DataSet| -> HashSet<u64> {
        let scene = &data.manifest.scene;
        data.episodes.iter().map(|episode| scene.maze(episode.entry.maze).split_number().to_bits()).collect()
    };
    for (index, data) in all.iter().enumerate().filter(|(index, _)| needs[*index].unpaired) {
        let own = mazes(data);
        for before in &all[..index] {
            let count = mazes(before).intersection(&own).count();
            if count > 0 {
                let (first, second) = (before.folder.clone(), data.folder.clone());
                return Err(TrainError::Paired { recipe: recipe.to_owned(), first, second, count });
            }
        }
    }
    Ok(())
}

/// The run to go on with, if that was asked for; an error where the folder does not fit what was asked for.
fn open_run(job: &TrainJob) -> Result<Option<Run>, TrainError> {
    let folder_error = |why: &str| TrainError::Folder { folder: job.out.clone(), why: why.to_owned() };
    match (Run::is_in(&job.out), job.resume) {
        (true, false) => Err(folder_error("holds a run already; pass --resume to go on with it, or another --out")),
        (false, true) => Err(folder_error("there is nothing to resume; leave out --resume to begin")),
        (false, false) => {
            match job.out.is_file() || !files::is_free(&job.out, &[]).map_err(TrainError::io(&job.out))? {
                true => Err(folder_error("is not empty and holds no run; choose another --out")),
                false => Ok(None),
            }
        }
        (true, true) => {
            let run = Run::open(&job.out)?;
            let same_but_steps = Recipe { steps: run.info.recipe.steps, ..job.recipe.clone() };
            if let Some(what) = difference(&run.info.recipe, &same_but_steps) {
                return Err(folder_error(&format!(
                    "holds a run of another recipe or seed: {what}; choose another --out"
                )));
            }
            Ok(Some(run))
        }
    }
}

pub(super) fn run_info(recipe: &Recipe, all: &[DataSet]) -> Result<RunInfo, TrainError> {
    let first = all.first().ok_or_else(|| TrainError::DataSets {
        recipe: recipe.name.clone(),
        names: String::new(),
        found: 0,
    })?;
    Ok(RunInfo {
        format: FORMAT,
        recipe: recipe.clone(),
        scene: first.manifest.scene.name.clone(),
        frame_size: first.camera.size(),
        learned: learned(all)?,
    })
}

fn learned(all: &[DataSet]) -> Result<Vec<Learned>, TrainError> {
    all.iter().map(|data| Learned::of(&data.manifest).map_err(TrainError::io(&data.folder))).collect()
}

/// Refuses to go on with other data than a run was begun with: it would no longer be known what it learned.
fn check_data(run: &Run, all: &[DataSet]) -> Result<(), TrainError> {
    let now = learned(all)?;
    if run.info.learned.is_empty() {
        return Err(TrainError::UnknownLearned { name: run.info.recipe.name.clone() });
    }
    match difference(&run.info.learned, &now) {
        None => Ok(()),
        Some(what) => {
            let why = format!(
                "learned from other data than {}, or from less of it: {what}; give the data as it was, or begin anew in another \
                 --out",
                all.iter().map(|data| data.folder.shown()).collect::<Vec<_>>().join(", ")
            );
            Err(TrainError::Folder { folder: run.folder.clone(), why })
        }
    }
}

fn new_run(job: &TrainJob, all: &[DataSet]) -> Result<Run, TrainError> {
    let info = run_info(&job.recipe, all)?;
    all.iter().try_for_each(|data| info.check_size(data.camera.size(), &data.folder))?;
    job.recipe.objective.config().check_data(all)?;
    Run::create(&job.out, info)
}

/// A data set that is learned from, and what is drawn from it.
struct Source<'a> {
    name: &'static str,
    data: &'a DataSet,
    windows: Windows,
    is_read: bool,
}

impl Source<'_> {
    fn draw(&self, size: usize, rng: &mut Rng) -> Result<(&'static str, Batch), TrainError> {
        if !self.is_read {
            return Ok((self.name, Batch::unread(size, self.data.camera.size())));
        }
        Ok((self.name, self.windows.draw(self.data, size, rng).map_err(TrainError::DataLost)?))
    }
}

/// The batches of a step, which follow from the recipe's seed and these numbers.
fn draw(sources: &[Source<'_>], recipe: &Recipe, numbers: [u64; 2]) -> Result<Batches, TrainError> {
    let mut rng = stream(recipe.seed, Purpose::Windows, &numbers);
    let batches = sources.iter().map(|source| source.draw(recipe.batch, &mut rng)).collect::<Result<_, _>>()?;
    Ok(Batches::new(batches))
}

/// A training under way.
pub(super) struct Training<'a> {
    run: Run,
    /// At least one.
    sources: Vec<Source<'a>>,
    objective: Box<dyn Objective>,
    device_name: String,
    device: Device,
    step: u64,
    fallbacks: u64,
    /// The step that the last fallback led to.
    fell_back_to: Option<u64>,
    snapshots: Option<Snapshots>,
    /// What was drawn for a step to come, by the numbers that it was drawn by.
    drawn: Option<([u64; 2], Result<Batches, TrainError>)>,
}

impl<'a> Training<'a> {
    fn new(job: &TrainJob, run: Run, all: &'a [DataSet], device: &Device) -> Result<Self, TrainError> {
        let mut training = Self::unsaved(run, all, device)?;
        training.device_name = job.device.clone();
        let folder = &training.run.folder;
        for folder in [folder.clone(), folder.join(SAMPLES)] {
            std::fs::create_dir_all(&folder)
                .and_then(|()| files::remove_parts(&folder))
                .map_err(TrainError::io(&folder))?;
        }
        if let Some(checkpoint) = Checkpoint::newest(&training.run.folder)? {
            training.fall_back_to(&checkpoint)?;
        } else {
            Checkpoint::write(&training.run.folder, &*training.objective, 0, 0)?;
        }
        if job.snapshots > 0 {
            let (run, steps) = (&training.run.folder, training.run.info.recipe.steps);
            training.snapshots = Some(Snapshots::new(run, job.snapshots, steps, training.step)?);
        }
        Ok(training)
    }

    /// At the first step, with nothing on disk.
    pub(super) fn unsaved(run: Run, all: &'a [DataSet], device: &Device) -> Result<Self, TrainError> {
        let recipe = &run.info.recipe;
        let needs = recipe.objective.config().needs();
        let source = |(index, need): (usize, Need)| {
            let data: &'a DataSet = &all[index];
            let other_camera = all.get(index + 1).filter(|_| need.paired).map(|other| other.camera.clone());
            let windows = Windows::new(data, need.takes.settings(&recipe.windows));
            let windows = if need.learned_odds { windows.with_learned_odds(data) } else { windows };
            let windows = windows.with_both_futures(need.both_futures).with_other_scene(other_camera);
            match windows.is_empty(data) || (need.corners && windows.corners.is_empty()) {
                true => Err(DataError::Empty { folder: data.folder.clone(), split: TRAIN.into() }),
                false => Ok(Source { name: need.name, data, windows, is_read: need.takes != Takes::Whole }),
            }
        };
        let sources = needs.into_iter().take(all.len()).enumerate().map(source).collect::<Result<Vec<_>, _>>()?;
        let shards = recipe.shards;
        let compute = Compute::in_parts(device, shards).map_err(|source| TrainError::Threads { shards, source })?;
        let mut objective = run.info.start(compute);
        objective.read(&sources.iter().map(|source| source.data).collect::<Vec<_>>());
        let mut rng = stream(recipe.seed, Purpose::Preparation, &[]);
        let shown = sources.iter().map(|source| source.draw(PREPARING, &mut rng)).collect::<Result<_, _>>()?;
        objective.prepare(&Batches::new(shown));
        Ok(Self {
            sources,
            objective,
            device_name: String::new(),
            device: device.clone(),
            run,
            step: 0,
            fallbacks: 0,
            fell_back_to: None,
            snapshots: None,
            drawn: None,
        })
    }

    fn introduce(&self, progress: &mut dyn Progress) {
        let recipe = &self.run.info.recipe;
        let parameters: Vec<String> =
            self.objective.parameters().iter().map(|(name, count)| format!("{name} {count}")).collect();
        let source = |source: &Source| {
            format!(
                "{}: {} episodes, {} corner windows{}",
                source.data.folder.shown(),
                source.data.episodes.len(),
                source.windows.corners.len(),
                if source.windows.mirrors() { ", mirrored" } else { "" },
            )
        };
        progress.say(&format!(
            "{}: device {} ({} shards), parameters {}; {}; batch {}",
            recipe.name,
            self.device_name,
            recipe.shards,
            parameters.join(", "),
            self.sources.iter().map(source).collect::<Vec<_>>().join("; "),
            recipe.batch,
        ));
    }

    fn fall_back_to(&mut self, checkpoint: &Checkpoint) -> Result<(), TrainError> {
        checkpoint.load(&mut *self.objective)?;
        (self.step, self.fallbacks) = (checkpoint.step, checkpoint.fallbacks);
        Ok(())
    }

    /// One step of the objective: what it measured. Meanwhile another thread draws for the step after it.
    pub(super) fn step(&mut self, step: u64) -> Result<Metrics, TrainError> {
        let recipe = &self.run.info.recipe;
        let numbers = [step, self.fallbacks];
        let batches = match self.drawn.take() {
            Some((by, drawn)) if by == numbers => drawn?,
            _ => draw(&self.sources, recipe, numbers)?,
        };
        let clock = Clock { step, steps: recipe.steps, seed: random::seed(recipe.seed, Purpose::Step, &numbers) };
        let next = Some([step + 1, self.fallbacks]).filter(|_| step + 1 < recipe.steps);
        let (sources, objective, device) = (&self.sources, &mut self.objective, &self.device);
        let (measured, drawn) = std::thread::scope(|scope| {
            let drawing = next.map(|numbers| (numbers, scope.spawn(move || draw(sources, recipe, numbers))));
            let measured = device::within(device, || objective.step(&batches, clock));
            let join = |thread: std::thread::ScopedJoinHandle<'_, _>| {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            (measured, drawing.map(|(numbers, thread)| (numbers, join(thread))))
        });
        self.drawn = drawn;
        Ok(measured)
    }

    fn go(&mut self, progress: &mut dyn Progress) -> Result<(), TrainError> {
        let recipe = self.run.info.recipe.clone();
        // Opened at the first step, which says what is measured.
        let mut metrics: Option<MetricsFile> = None;
        let shown = self.shown_questions()?;
        progress.begin(&recipe.name, "steps", recipe.steps, self.step);
        let (began, first) = (Instant::now(), self.step);
        let mut saved = self.step;
        while self.step < recipe.steps && !progress.is_stopped() {
            let step_began = Instant::now();
            let measured = self.step(self.step)?;
            let (names, values) = (measured.names(), measured.values());
            if let Some(snapshots) = &mut self.snapshots {
                snapshots.spend(step_began.elapsed());
            }
            if values.iter().any(|value| !value.is_finite()) {
                self.recover(progress)?;
                metrics = None;
                continue;
            }
            if metrics.is_none() {
                metrics = Some(MetricsFile::open(&self.run.folder, &names, self.step)?);
            }
            self.step += 1;
            metrics.iter_mut().try_for_each(|metrics| metrics.add(self.step, &values))?;
            progress.measured(self.step, &names, &values);
            let milliseconds = began.elapsed().as_secs_f64() * 1e3 / (self.step - first).max(1) as f64;
            let first =
                names.iter().zip(&values).next().map_or(String::new(), |(name, value)| format!(", {name} {value:.4}"));
            progress.advance(self.step, &format!("{milliseconds:.0} ms a step{first}"));
            let is_last = self.step == recipe.steps;
            if self.step.is_multiple_of(recipe.sheet_every) || is_last {
                if let Some(picture) = self.exhibit(&shown) {
                    self.write_sheet(&picture)?;
                    progress.sheet(self.step, &picture);
                }
            } else if progress.wants_sheet()
                && let Some(picture) = self.exhibit(&shown)
            {
                progress.sheet(self.step, &picture);
            }
            if let Some(snapshots) = &mut self.snapshots {
                snapshots.take(self.step, &self.run.info, &*self.objective)?;
            }
            if self.step.is_multiple_of(recipe.checkpoint_every) || is_last {
                metrics.iter_mut().try_for_each(MetricsFile::flush)?;
                self.write_checkpoint()?;
                saved = self.step;
            }
        }
        metrics.iter_mut().try_for_each(MetricsFile::flush)?;
        if self.step != saved {
            self.write_checkpoint()?;
        }
        progress.end();
        Ok(())
    }

    fn write_checkpoint(&mut self) -> Result<(), TrainError> {
        if let Some(snapshots) = &mut self.snapshots {
            snapshots.note(self.step)?;
        }
        Checkpoint::write(&self.run.folder, &*self.objective, self.step, self.fallbacks)
    }

    /// After a step whose losses are no numbers: back to the newest checkpoint, or to the one before if that did not
    /// help, with other random numbers.
    fn recover(&mut self, progress: &mut dyn Progress) -> Result<(), TrainError> {
        let (failed, fallbacks) = (self.step + 1, self.fallbacks + 1);
        if fallbacks >= FALLBACKS {
            return Err(TrainError::Diverged { step: failed });
        }
        let mut checkpoints = Checkpoint::all(&self.run.folder)?;
        // Weights can be lost a step before a loss shows it. What was fallen back to in vain is not trusted again.
        if let (Some(vain), true) = (self.fell_back_to, checkpoints.len() > 1) {
            checkpoints.pop_if(|checkpoint| checkpoint.step == vain);
        }
        let checkpoint = checkpoints.pop().ok_or(TrainError::Diverged { step: failed })?;
        self.fall_back_to(&checkpoint)?;
        if let Some(snapshots) = &mut self.snapshots {
            snapshots.go_back(checkpoint.step);
        }
        (self.fallbacks, self.fell_back_to) = (fallbacks, Some(checkpoint.step));
        progress.say(&format!(
            "step {failed}: the losses are no longer numbers; back to step {} with other windows ({fallbacks} of {FALLBACKS})",
            self.step
        ));
        Ok(())
    }

    /// The first corners of the training mazes, always the same, also as a second data set's scene shows them.
    fn shown_questions(&self) -> Result<Vec<Question>, TrainError> {
        let Some(Source { data, windows, .. }) = self.sources.first() else { return Ok(Vec::new()) };
        let some = &windows.corners[..windows.corners.len().min(4 * SHEET_ROWS)];
        let mut questions =
            questions(data, some, self.run.info.recipe.windows.context, 1).map_err(TrainError::DataLost)?;
        questions.truncate(SHEET_ROWS);
        if let Some(Source { data: other, .. }) = self.sources.get(1) {
            let scene = &data.manifest.scene;
            for question in &mut questions {
                let (maze, corner) = question.place;
                let pose = Agent::arrived_at(corner, scene.gait()).pose();
                let seen = other.camera.frame(&scene.maze(maze), pose);
                question.elsewhere = Frames::from_pixels(other.camera.size(), seen.into_raw());
            }
        }
        Ok(questions)
    }

    fn exhibit(&self, shown: &[Question]) -> Option<Frame> {
        self.objective.exhibit(&self.run.info.recipe.name, shown)
    }

    fn write_sheet(&self, picture: &Frame) -> Result<(), TrainError> {
        let file = self.run.folder.join(format!("{SAMPLES}/step-{:08}.png", self.step));
        let mut png = Vec::new();
        let written = picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png);
        written.map_err(std::io::Error::other).map_err(TrainError::io(&file))?;
        files::write_whole(&file, &png).map_err(TrainError::io(&file))
    }
}
