//! The models that were chosen to be watched, or to be dreamed with.

use bevy::platform::cell::SyncCell;
use bevy::prelude::*;

use crate::device;
use crate::game::window::doors::{ComputeDevice, Doors, WithModels};
use crate::game::window::maze::Stage;
use crate::game::window::notice::Notices;
use crate::train::Trained;

/// Models to be watched from the next opening of the screen on; those that do not fit the scene are left out.
#[derive(Resource)]
pub(in crate::game::window) struct Chosen(SyncCell<Vec<Trained>>);

impl Chosen {
    pub fn new(models: Vec<Trained>) -> Self {
        Self(SyncCell::new(models))
    }

    pub fn take(&mut self) -> Vec<Trained> {
        std::mem::take(self.0.get())
    }
}

/// Opens models that a screen is to have, and leads to it.
pub(super) fn open(asked: On<WithModels>, device: Res<ComputeDevice>, mut chosen: ResMut<Chosen>, mut doors: Doors) {
    let device = device::find(&device.0).map_err(|error| error.to_string());
    match device.and_then(|device| Trained::open_all(&asked.models, &device).map_err(|error| error.to_string())) {
        Ok(models) => {
            *chosen = Chosen::new(models);
            doors.go_in(asked.stage.clone(), asked.screen);
        }
        Err(error) => doors.notices.error(error),
    }
}

/// Leaves out models of another frame size than the scene's, and says so.
pub(in crate::game::window) fn fitting(models: Vec<Trained>, stage: &Stage, notices: &mut Notices) -> Vec<Trained> {
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
