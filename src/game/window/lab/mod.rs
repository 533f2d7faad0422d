//! The training that runs beside the window, whatever screen is on.

mod course;
mod curve;
mod listener;
mod training;

use std::path::PathBuf;

use bevy::prelude::*;

pub(super) use curve::Curve;
pub(super) use training::{Standing, Training, Worker};

use super::notice::Notices;
use super::screen::FrameSet;
use crate::train::TrainJob;

/// The training, if there is one.
#[derive(Resource, Default)]
pub(super) struct Lab {
    training: Option<Training>,
    worker: Worker,
    /// A data set that a recipe is to be chosen for.
    pub asked: Option<PathBuf>,
}

impl Lab {
    /// The thread that trains, now or later.
    pub fn worker(&self) -> Worker {
        self.worker.clone()
    }

    pub fn training(&self) -> Option<&Training> {
        self.training.as_ref()
    }

    /// Whether a training runs.
    pub fn is_busy(&self) -> bool {
        self.training.as_ref().is_some_and(Training::is_busy)
    }

    /// Begins a training, or goes on with the last one.
    pub fn begin(&mut self, job: TrainJob) {
        self.asked = None;
        if self.is_busy() {
            return;
        }
        // The curves of what is gone on with stay.
        let last = self.training.take().filter(|last| job.resume && last.job.out == job.out);
        self.training = Some(Training::begin(job, last, self.worker()));
    }

    /// Tells the training to stop; it is over once its checkpoint is written.
    pub fn stop(&mut self) {
        if let Some(training) = &mut self.training {
            training.stop();
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Lab>()
        .add_systems(Update, listen.in_set(FrameSet::Receive))
        .add_systems(Last, end_with_the_app);
}

fn listen(mut lab: ResMut<Lab>, mut notices: ResMut<Notices>) {
    let Some(training) = &mut lab.bypass_change_detection().training else { return };
    let is_over = training.is_over();
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
