//! From one screen to another, with what is to be shown there; Esc leads back.

use std::path::{Path, PathBuf};

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::browse::Browsing;
use super::library::Folders;
use super::maze::Stage;
use super::notice::Notices;
use super::screen::{Back, Screen};
use super::training::{Lab, free_folder};
use super::watch::Chosen;
use crate::device;
use crate::train::{Recipe, TrainJob, Trained};

/// Name of the device that models compute on.
#[derive(Resource, Clone)]
pub(super) struct ComputeDevice(pub String);

/// Leads to other screens.
#[derive(SystemParam)]
pub(super) struct Doors<'w, 's> {
    commands: Commands<'w, 's>,
    device: Res<'w, ComputeDevice>,
    folders: Res<'w, Folders>,
    screen: Res<'w, State<Screen>>,
    next: ResMut<'w, NextState<Screen>>,
    back: ResMut<'w, Back>,
    chosen: ResMut<'w, Chosen>,
    pub notices: ResMut<'w, Notices>,
    pub lab: ResMut<'w, Lab>,
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

    /// To choose how to train on a data set; while a training runs, to that one.
    pub fn train(&mut self, data: PathBuf) {
        if self.lab.is_busy() {
            self.notices.say("one training at a time: this one is still under way");
            self.lab.asked = None;
        } else {
            self.lab.asked = Some(data);
        }
        self.go(Screen::Training);
    }

    /// To the training under way, or the last one.
    pub fn training(&mut self) {
        self.lab.asked = None;
        self.go(Screen::Training);
    }

    /// Begins a training, into the first folder that is free.
    pub fn begin(&mut self, recipe: Recipe, data: &Path) {
        let out = free_folder(&self.folders.runs, &recipe.name);
        let (data, device) = (data.to_owned(), self.device.0.clone());
        self.lab.begin(TrainJob { recipe, data, out, device, resume: false, skip_damaged: true, snapshots: 0 });
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
