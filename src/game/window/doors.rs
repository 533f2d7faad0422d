//! From one screen to another, with what is to be shown there; Esc leads back.
//!
//! Who wants another screen triggers one of the events here; the screen that they are meant for observes them, so that
//! none knows another.

use std::path::{Path, PathBuf};

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::maze::Stage;
use super::notice::Notices;
use super::screen::{Back, Screen};

/// Name of the device that models compute on.
#[derive(Resource, Clone)]
pub(super) struct ComputeDevice(pub String);

/// Asks for models beside a maze, or for one to walk inside: folders of runs, or names of weights that come with
/// Crossroads.
#[derive(Event)]
pub(super) struct WithModels {
    pub screen: Screen,
    pub stage: Stage,
    pub models: Vec<PathBuf>,
}

/// Asks for the episodes of a data set.
#[derive(Event)]
pub(super) struct BrowseFolder(pub PathBuf);

/// Asks to choose how to train on a data set.
#[derive(Event)]
pub(super) struct TrainOn(pub PathBuf);

/// Asks for the training under way, or the last one.
#[derive(Event)]
pub(super) struct ToTraining;

/// Leads to other screens.
#[derive(SystemParam)]
pub(super) struct Doors<'w, 's> {
    commands: Commands<'w, 's>,
    screen: Res<'w, State<Screen>>,
    next: ResMut<'w, NextState<Screen>>,
    back: ResMut<'w, Back>,
    pub notices: ResMut<'w, Notices>,
}

impl Doors<'_, '_> {
    /// To a maze to walk.
    pub fn play(&mut self, stage: Stage) {
        self.go_in(stage, Screen::Play);
    }

    /// To a maze with models beside it.
    pub fn watch(&mut self, stage: Stage, models: &[PathBuf]) {
        self.ask(WithModels { screen: Screen::Watch, stage, models: models.to_vec() });
    }

    /// To a maze with a model to walk inside.
    pub fn dream(&mut self, stage: Stage, model: &Path) {
        self.ask(WithModels { screen: Screen::Dream, stage, models: vec![model.to_owned()] });
    }

    /// Asks whichever screen observes this event.
    pub fn ask<'a>(&mut self, event: impl Event<Trigger<'a>: Default>) {
        self.commands.trigger(event);
    }

    /// Leads to a screen whose resources are there; Esc leads back to this one.
    pub fn go(&mut self, screen: Screen) {
        self.back.0 = *self.screen.get();
        self.next.set(screen);
    }

    /// The same, to a screen with a maze.
    pub fn go_in(&mut self, stage: Stage, screen: Screen) {
        self.commands.insert_resource(stage);
        self.go(screen);
    }
}
