//! From one screen to another, with what is to be shown there; Esc leads back.

use std::path::PathBuf;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::browse::Browsing;
use super::notice::Notices;
use super::screen::{Back, Screen};
use super::stage::Stage;
use super::watch::Chosen;
use crate::device;
use crate::train::Trained;

/// Name of the device that models compute on.
#[derive(Resource, Clone)]
pub(super) struct ComputeDevice(pub String);

/// Leads to other screens.
#[derive(SystemParam)]
pub(super) struct Doors<'w, 's> {
    commands: Commands<'w, 's>,
    device: Res<'w, ComputeDevice>,
    screen: Res<'w, State<Screen>>,
    next: ResMut<'w, NextState<Screen>>,
    back: ResMut<'w, Back>,
    chosen: ResMut<'w, Chosen>,
    pub notices: ResMut<'w, Notices>,
}

impl Doors<'_, '_> {
    pub fn play(&mut self, stage: Stage) {
        self.commands.insert_resource(stage);
        self.go(Screen::Play);
    }

    /// Folders of runs, or names of weights that come with Crossroads.
    pub fn watch(&mut self, stage: Stage, models: &[String]) {
        self.with_models(Screen::Watch, stage, models);
    }

    /// The same, of one model.
    pub fn dream(&mut self, stage: Stage, model: &str) {
        self.with_models(Screen::Dream, stage, &[model.to_owned()]);
    }

    pub fn browse(&mut self, folder: PathBuf) {
        self.commands.insert_resource(Browsing::open(folder));
        self.go(Screen::Browse);
    }

    fn with_models(&mut self, screen: Screen, stage: Stage, models: &[String]) {
        let device = device::find(&self.device.0).map_err(|error| error.to_string());
        match device.and_then(|device| Trained::open_all(models, &device).map_err(|error| error.to_string())) {
            Ok(models) => {
                *self.chosen = Chosen::new(models);
                self.commands.insert_resource(stage);
                self.go(screen);
            }
            Err(error) => self.notices.error(error),
        }
    }

    fn go(&mut self, screen: Screen) {
        self.back.0 = *self.screen.get();
        self.next.set(screen);
    }
}
