//! A training on a thread of its own: how it stands, and what it has told so far.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use super::course::Course;
use super::curve::Curve;
use super::listener::{Listener, Told};
use crate::camera::Frame;
use crate::episode::read_manifest;
use crate::files::Shown;
use crate::game::window::notice::Notices;
use crate::predict::{Skill, contact_sheet_row};
use crate::train::{Run, TrainError, TrainJob, train};

/// Messages that wait for the window; a training that is faster goes on, and some of its steps are not shown.
const WAITING: usize = 512;

/// Steps that the time of a step is the mean of.
const PACED: usize = 40;

/// How a training stands.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::game::window) enum Standing {
    Running,
    /// It was told to stop, and still writes its checkpoint.
    Stopping,
    Stopped,
    Done,
    Failed(String),
}

/// A training under way, or the last one.
pub(in crate::game::window) struct Training {
    pub job: TrainJob,
    pub standing: Standing,
    /// Steps done, and steps in all.
    pub step: u64,
    pub steps: u64,
    /// What is measured, by its name.
    pub curves: Vec<(String, Curve)>,
    /// The newest sample sheet, and its step.
    pub sheet: Option<(u64, Frame)>,
    /// One corner through the training; nothing of a model that answers no corners.
    pub course: Course,
    /// Height of a sheet's row, where a row is a corner.
    row: Option<u32>,
    /// What the training said last.
    pub said: String,
    /// When the last steps were done.
    pace: VecDeque<Instant>,
    told: Mutex<Receiver<Told>>,
    worker: Worker,
}

/// The thread that trains. Who has to wait for it where the game's world is gone has it, too.
#[derive(Clone, Default)]
pub(in crate::game::window) struct Worker(Arc<Mutex<Option<Work>>>);

struct Work {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Run, TrainError>>,
}

impl Worker {
    fn work(&self) -> MutexGuard<'_, Option<Work>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        if let Some(work) = &*self.work() {
            work.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Waits for its end, as does whoever else asks meanwhile; nothing for those who ask later.
    fn join(&self) -> Option<std::thread::Result<Result<Run, TrainError>>> {
        let mut work = self.work();
        work.take().map(|work| work.thread.join())
    }

    /// Stops it, and waits until its checkpoint is written; or says why there is none.
    pub fn save(&self) -> Result<(), TrainError> {
        self.stop();
        match self.join() {
            Some(Ok(result)) => result.map(drop),
            // A panic has told itself.
            Some(Err(_)) | None => Ok(()),
        }
    }
}

impl Training {
    /// Begins it; the curves of the last one stay where it is gone on with.
    pub(super) fn begin(job: TrainJob, last: Option<Self>, worker: Worker) -> Self {
        // The last one stops its thread as it goes, so it goes before there is another.
        let (curves, sheet, course, step) = match last {
            Some(mut last) => {
                (std::mem::take(&mut last.curves), last.sheet.take(), std::mem::take(&mut last.course), last.step)
            }
            None => (Vec::new(), None, Course::default(), 0),
        };
        // Where the recording cannot be read the training says so itself.
        let of_frames = |size| (job.recipe.skill() == Skill::Predict).then_some(contact_sheet_row(size));
        let row = read_manifest(&job.data).ok().and_then(|(_, camera)| of_frames(camera.size()));
        let (to, told) = sync_channel(WAITING);
        let stop = Arc::new(AtomicBool::new(false));
        let mut listener = Listener::new(to, stop.clone());
        let work = job.clone();
        let thread = std::thread::spawn(move || train(&work, &mut listener));
        *worker.work() = Some(Work { stop, thread });
        Self {
            steps: job.recipe.steps,
            job,
            standing: Standing::Running,
            step,
            curves,
            sheet,
            course,
            row,
            said: String::new(),
            pace: VecDeque::new(),
            told: Mutex::new(told),
            worker,
        }
    }

    /// Whether its thread is not known to have ended.
    pub(super) fn is_busy(&self) -> bool {
        self.worker.work().is_some()
    }

    /// Whether its thread is done, and [`Training::end`] does not wait.
    pub(super) fn is_over(&self) -> bool {
        self.worker.work().as_ref().is_some_and(|work| work.thread.is_finished())
    }

    /// Tells it to stop; it is over once its checkpoint is written.
    pub(super) fn stop(&mut self) {
        if self.standing == Standing::Running {
            self.worker.stop();
            self.standing = Standing::Stopping;
        }
    }

    /// Seconds that a step takes.
    pub fn seconds_a_step(&self) -> Option<f64> {
        let (first, last) = (self.pace.front()?, self.pace.back()?);
        let steps = self.pace.len() - 1;
        (steps > 0).then(|| last.duration_since(*first).as_secs_f64() / steps as f64)
    }

    /// Seconds until it is done.
    pub fn seconds_left(&self) -> Option<f64> {
        Some(self.seconds_a_step()? * self.steps.saturating_sub(self.step) as f64)
    }

    /// What it is and how far, in a few words.
    pub fn headline(&self) -> String {
        let name = &self.job.recipe.name;
        match &self.standing {
            Standing::Running => format!("training {name}: {} %", self.step * 100 / self.steps.max(1)),
            Standing::Stopping => format!("{name}: writing a checkpoint"),
            Standing::Stopped => format!("{name}: stopped at step {}", self.step),
            Standing::Done => format!("{name} is trained"),
            Standing::Failed(_) => format!("{name}: failed"),
        }
    }

    /// Takes in what the thread told; whether there was anything.
    pub(super) fn listen(&mut self) -> bool {
        let told = self.told.get_mut().unwrap_or_else(PoisonError::into_inner);
        let told: Vec<Told> = told.try_iter().collect();
        let is_new = !told.is_empty();
        for told in told {
            match told {
                Told::Begin { steps, done } => (self.steps, self.step) = (steps, done),
                Told::Measured { step, at, values } => {
                    self.step = step;
                    self.pace.push_back(at);
                    if self.pace.len() > PACED {
                        self.pace.pop_front();
                    }
                    if self.curves.is_empty() {
                        self.curves = values.iter().map(|(name, _)| (name.clone(), Curve::default())).collect();
                    }
                    self.curves.iter_mut().zip(&values).for_each(|((_, curve), (_, value))| curve.add(step, *value));
                }
                Told::Sheet(step, picture) => {
                    if let Some(height) = self.row {
                        self.course.add((step, self.steps), &picture, height);
                    }
                    self.sheet = Some((step, picture));
                }
                Told::Said(line) => self.said = line,
            }
        }
        is_new
    }

    /// Waits for the thread to end, and tells how it went.
    pub(super) fn end(&mut self, notices: &mut Notices) {
        let Some(result) = self.worker.join() else { return };
        self.listen();
        let (name, folder) = (self.job.recipe.name.clone(), self.job.out.shown());
        self.standing = match result {
            Ok(Ok(_)) if self.step >= self.steps => {
                notices.say(format!("`{name}` is trained: {folder}"));
                Standing::Done
            }
            Ok(Ok(_)) => {
                notices.say(format!("`{name}` has stopped at step {}: {folder} can go on later", self.step));
                Standing::Stopped
            }
            Ok(Err(error)) => {
                notices.error(format!("training `{name}` failed: {error}"));
                Standing::Failed(error.to_string())
            }
            Err(_) => {
                notices.error(format!("training `{name}` has panicked; {folder} has the last checkpoint"));
                Standing::Failed("the thread that trains has panicked".into())
            }
        };
    }
}

impl Drop for Training {
    fn drop(&mut self) {
        self.worker.stop();
    }
}
