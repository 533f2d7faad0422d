//! Models that screens have beside a maze: opened, held until the screen is there, and asked on threads of their own.

use std::path::PathBuf;

use bevy::ecs::system::SystemParam;
use bevy::platform::cell::SyncCell;
use bevy::prelude::*;
use rayon::ThreadPoolBuilder;

use super::doors::{ComputeDevice, Doors};
use super::maze::Stage;
use super::notice::Notices;
use super::screen::Screen;
use crate::device;
use crate::train::Trained;

/// Models for the screen that is opened next; those that do not fit its scene are left out there.
#[derive(Resource)]
pub(super) struct Chosen(SyncCell<Vec<Trained>>);

impl Chosen {
    /// Models that are open.
    pub fn new(models: Vec<Trained>) -> Self {
        Self(SyncCell::new(models))
    }

    /// Hands them over.
    pub fn take(&mut self) -> Vec<Trained> {
        std::mem::take(self.0.get())
    }
}

/// Opens models, and leads to the screen that is to have them.
#[derive(SystemParam)]
pub(super) struct Opener<'w, 's> {
    device: Res<'w, ComputeDevice>,
    chosen: ResMut<'w, Chosen>,
    doors: Doors<'w, 's>,
}

impl Opener<'_, '_> {
    /// Opens folders of runs, or weights by their names, for a screen with a maze.
    pub fn go(&mut self, models: &[PathBuf], stage: &Stage, screen: Screen) {
        let device = device::find(&self.device.0).map_err(|error| error.to_string());
        match device.and_then(|device| Trained::open_all(models, &device).map_err(|error| error.to_string())) {
            Ok(models) => {
                *self.chosen = Chosen::new(models);
                self.doors.go_in(stage.clone(), screen);
            }
            Err(error) => self.doors.notices.error(error),
        }
    }
}

/// Leaves out models of another frame size than the scene's, and says so.
pub(super) fn fitting(models: Vec<Trained>, stage: &Stage, notices: &mut Notices) -> Vec<Trained> {
    let scene = std::path::Path::new(&stage.scene.name);
    models
        .into_iter()
        .filter(|model| match model.check_size(stage.camera.size(), scene) {
            Ok(()) => true,
            Err(error) => {
                notices.error(format!("`{}` is left out: {error}", model.name));
                false
            }
        })
        .collect()
}

/// What is known of a model without asking it.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub name: String,
    pub is_stochastic: bool,
    pub is_action_conditioned: bool,
    /// Mazes whose split number is below this it never learned.
    pub unseen_below: f64,
    /// Numbers of the run: steps that it was trained for.
    pub step: u64,
}

impl About {
    pub fn of(model: &Trained) -> Self {
        Self {
            name: model.name.clone(),
            is_stochastic: model.predictor.is_stochastic(),
            is_action_conditioned: model.predictor.is_action_conditioned(),
            unseen_below: model.info.unseen_below().unwrap_or(0.0),
            step: model.step,
        }
    }
}

/// Computes on one core, so that another is left to the game, and does not push the game aside.
pub(super) fn on_one_core(work: impl FnOnce() + Send) {
    match ThreadPoolBuilder::new().num_threads(1).start_handler(|_| yield_to_the_game()).build() {
        Ok(pool) => pool.install(work),
        // No thread to be had: then in this one, with as many cores as there are.
        Err(_) => work(),
    }
}

/// Makes this a batch thread: when it is woken, it waits for a core instead of taking that of the thread that woke it,
/// which is the game's, for some milliseconds.
fn yield_to_the_game() {
    #[cfg(target_os = "linux")]
    {
        let parameters = libc::sched_param { sched_priority: 0 };
        // SAFETY: reads the parameters, and changes nothing but this thread's scheduling.
        if unsafe { libc::sched_setscheduler(0, libc::SCHED_BATCH, &raw const parameters) } != 0 {
            warn!("the thread that answers keeps its scheduling: {}", std::io::Error::last_os_error());
        }
    }
}
