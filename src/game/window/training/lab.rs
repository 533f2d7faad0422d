//! The training that runs beside the window, on a thread of its own.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bevy::prelude::*;

use super::curve::Curve;
use crate::camera::Frame;
use crate::files::Shown;
use crate::game::window::doors::{Doors, ToTraining, TrainOn};
use crate::game::window::notice::Notices;
use crate::game::window::screen::{FrameSet, Screen};
use crate::progress::Progress;
use crate::train::{Run, TrainError, TrainJob, train};

/// Messages that wait for the window; a training that is faster goes on, and some of its steps are not shown.
const WAITING: usize = 512;

/// Between two sample sheets that are made for the window.
const SHEET_EVERY: Duration = Duration::from_secs(15);

/// Steps that the time of a step is the mean of.
const PACED: usize = 40;

/// The training, if there is one.
#[derive(Resource, Default)]
pub(in crate::game::window) struct Lab {
    training: Option<Training>,
    /// A data set that a recipe is to be chosen for.
    pub asked: Option<PathBuf>,
}

/// How a training stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Standing {
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
    pub(super) standing: Standing,
    /// Steps done, and steps in all.
    pub step: u64,
    pub steps: u64,
    /// What is measured, by its name.
    pub(super) curves: Vec<(String, Curve)>,
    /// The newest sample sheet, and its step.
    pub sheet: Option<(u64, Frame)>,
    /// What the training said last.
    pub said: String,
    /// When the last steps were done.
    pace: VecDeque<Instant>,
    told: Mutex<Receiver<Told>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<Run, TrainError>>>,
}

enum Told {
    Begin { steps: u64, done: u64 },
    Measured { step: u64, at: Instant, values: Vec<(String, f32)> },
    Sheet(u64, Frame),
    Said(String),
}

impl Lab {
    pub fn training(&self) -> Option<&Training> {
        self.training.as_ref()
    }

    /// Whether a training runs.
    pub fn is_busy(&self) -> bool {
        self.training.as_ref().is_some_and(|training| training.thread.is_some())
    }

    /// Begins a training, or goes on with the last one.
    pub fn begin(&mut self, job: TrainJob) {
        self.asked = None;
        if self.is_busy() {
            return;
        }
        // The curves of what is gone on with stay.
        let last = self.training.take().filter(|last| job.resume && last.job.out == job.out);
        self.training = Some(Training::begin(job, last));
    }

    /// Tells the training to stop; it is over once its checkpoint is written.
    pub fn stop(&mut self) {
        if let Some(training) = self.training.as_mut().filter(|training| training.standing == Standing::Running) {
            training.stop.store(true, Ordering::Relaxed);
            training.standing = Standing::Stopping;
        }
    }
}

impl Training {
    fn begin(job: TrainJob, last: Option<Self>) -> Self {
        let (to, told) = sync_channel(WAITING);
        let stop = Arc::new(AtomicBool::new(false));
        let mut listener = Listener { to, stop: stop.clone(), drawn: None };
        let work = job.clone();
        let thread = std::thread::spawn(move || train(&work, &mut listener));
        let (curves, sheet, step) = match last {
            Some(mut last) => (std::mem::take(&mut last.curves), last.sheet.take(), last.step),
            None => (Vec::new(), None, 0),
        };
        Self {
            steps: job.recipe.steps,
            job,
            standing: Standing::Running,
            step,
            curves,
            sheet,
            said: String::new(),
            pace: VecDeque::new(),
            told: Mutex::new(told),
            stop,
            thread: Some(thread),
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
    fn listen(&mut self) -> bool {
        let told = self.told.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
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
                Told::Sheet(step, picture) => self.sheet = Some((step, picture)),
                Told::Said(line) => self.said = line,
            }
        }
        is_new
    }

    /// Waits for the thread to end, and tells how it went.
    fn end(&mut self, notices: &mut Notices) {
        let Some(thread) = self.thread.take() else { return };
        let result = thread.join();
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
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// What the training loop talks to. It never waits for the window.
struct Listener {
    to: SyncSender<Told>,
    stop: Arc<AtomicBool>,
    /// When a sheet was drawn last.
    drawn: Option<Instant>,
}

impl Listener {
    fn tell(&self, told: Told) {
        // Where the window has fallen behind, or is gone, the training goes on.
        let _unheard = self.to.try_send(told);
    }
}

impl Progress for Listener {
    fn begin(&mut self, _: &str, _: &str, steps: u64, done: u64) {
        self.tell(Told::Begin { steps, done });
    }

    fn advance(&mut self, _: u64, _: &str) {}

    fn say(&mut self, line: &str) {
        self.tell(Told::Said(line.to_owned()));
    }

    fn end(&mut self) {}

    fn measured(&mut self, step: u64, names: &[&str], values: &[f32]) {
        let values = names.iter().zip(values).map(|(name, value)| ((*name).to_owned(), *value)).collect();
        self.tell(Told::Measured { step, at: Instant::now(), values });
    }

    fn sheet(&mut self, step: u64, picture: &Frame) {
        self.drawn = Some(Instant::now());
        self.tell(Told::Sheet(step, picture.clone()));
    }

    fn wants_sheet(&self) -> bool {
        self.drawn.is_none_or(|drawn| drawn.elapsed() >= SHEET_EVERY)
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Lab>()
        .add_observer(ask)
        .add_observer(look)
        .add_systems(Update, listen.in_set(FrameSet::Receive))
        .add_systems(Last, end_with_the_app);
}

/// To choose how to train on a data set; while a training runs, to that one.
fn ask(asked: On<TrainOn>, mut lab: ResMut<Lab>, mut doors: Doors) {
    if lab.is_busy() {
        doors.notices.say("one training at a time: this one is still under way");
        lab.asked = None;
    } else {
        lab.asked = Some(asked.0.clone());
    }
    doors.go(Screen::Training);
}

/// To the training under way, or the last one.
fn look(_: On<ToTraining>, mut lab: ResMut<Lab>, mut doors: Doors) {
    lab.asked = None;
    doors.go(Screen::Training);
}

fn listen(mut lab: ResMut<Lab>, mut notices: ResMut<Notices>) {
    let Some(training) = &mut lab.bypass_change_detection().training else { return };
    let is_over = training.thread.as_ref().is_some_and(JoinHandle::is_finished);
    let is_new = training.listen();
    if is_over {
        training.end(&mut notices);
    }
    if is_new || is_over {
        lab.set_changed();
    }
}

/// Quitting in any way stops the training, and waits for its checkpoint.
fn end_with_the_app(mut exits: MessageReader<AppExit>, mut lab: ResMut<Lab>, mut notices: ResMut<Notices>) {
    if exits.read().next().is_some() {
        lab.stop();
        if let Some(training) = &mut lab.bypass_change_detection().training {
            training.end(&mut notices);
        }
    }
}
