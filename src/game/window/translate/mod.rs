//! Translate: the maze that is played, as a trained translation shows it, live, beside what the other scene really shows.

mod column;
mod show;
#[cfg(test)]
mod tests;
mod translating;
mod translator;

use std::path::PathBuf;

use bevy::platform::cell::SyncCell;
use bevy::prelude::*;

use self::show::{show_figures, show_laid, show_panels};
use self::translating::{LAY, Translating, ask, enter, hear, lay};
use super::doors::{ComputeDevice, Doors};
use super::keys::BindKeys;
use super::maze::{self, Stage};
use super::screen::{FrameSet, Screen};
use crate::device;
use crate::train::{Trained, Translated};

/// This screen.
pub(super) const SCREEN: Screen = Screen::new("translate");

/// Asks for a maze as a run shows it that translates.
#[derive(Event)]
pub(super) struct TranslateIn {
    pub stage: Stage,
    pub run: PathBuf,
}

/// The translation for this screen, until it is entered.
#[derive(Resource)]
pub(super) struct Opened(SyncCell<Option<Translated>>);

impl Opened {
    /// Holds one.
    pub fn new(translated: Translated) -> Self {
        Self(SyncCell::new(Some(translated)))
    }

    /// Hands it over.
    fn take(&mut self) -> Option<Translated> {
        self.0.get().take()
    }
}

pub(super) fn plugin(app: &mut App) {
    maze::add_to(app, SCREEN);
    app.bind(SCREEN, &[LAY]);
    app.add_observer(open)
        .add_systems(OnEnter(SCREEN), enter.run_if(resource_exists::<Opened>))
        .add_systems(OnExit(SCREEN), |mut commands: Commands| commands.remove_resource::<Translating>())
        .add_systems(
            Update,
            (
                lay.in_set(FrameSet::Input),
                hear.in_set(FrameSet::Receive),
                (show_panels, show_laid, show_figures).in_set(FrameSet::Show),
            )
                .run_if(resource_exists::<Translating>),
        )
        // As with Watch: the thread that translates has its core before the next frame wants one.
        .add_systems(Last, ask.run_if(resource_exists::<Translating>));
}

fn open(asked: On<TranslateIn>, mut commands: Commands, device: Res<ComputeDevice>, mut doors: Doors) {
    let translated = device::find(&device.0).map_err(|error| error.to_string()).and_then(|device| {
        let name = &Trained::infos(std::slice::from_ref(&asked.run)).map_err(|error| error.to_string())?[0].recipe.name;
        Translated::open(&asked.run, &device, name).map_err(|error| error.to_string())
    });
    match translated {
        Ok(translated) => {
            commands.insert_resource(Opened::new(translated));
            doors.go_in(asked.stage.clone(), SCREEN);
        }
        Err(error) => doors.notices.error(error),
    }
}
