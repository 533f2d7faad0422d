//! Dream: walk inside a model.

mod column;
mod dreamer;
mod dreaming;
mod meter;
mod show;

use std::path::PathBuf;

use bevy::prelude::*;

pub(super) use dreaming::Dreaming;

use self::dreaming::{RESET, SWAP, enter, hear, swap, tell, wake_up};
use self::show::{show_dream, show_meter, show_real};
use super::keys::BindKeys;
use super::maze::{self, Stage};
use super::models::Opener;
use super::parts::bind_noise;
use super::screen::{FrameSet, Screen};
use crate::game::tick::{Tick, TickSet};

/// This screen.
pub(super) const SCREEN: Screen = Screen::new("dream");

/// Asks for a model to walk inside.
#[derive(Event)]
pub(super) struct DreamIn {
    pub stage: Stage,
    /// Folder of a run, or name of weights that come with Crossroads.
    pub model: PathBuf,
}

pub(super) fn plugin(app: &mut App) {
    maze::add_to(app, SCREEN);
    app.bind(SCREEN, &[SWAP, RESET]);
    bind_noise(app, SCREEN);
    app.add_observer(open)
        .add_systems(OnEnter(SCREEN), enter)
        .add_systems(OnExit(SCREEN), |mut commands: Commands| commands.remove_resource::<Dreaming>())
        .add_observer(wake_up)
        .add_systems(Tick, tell.in_set(TickSet::Save).run_if(resource_exists::<Dreaming>))
        .add_systems(
            Update,
            ((hear, swap).chain().in_set(FrameSet::Input), (show_real, show_dream, show_meter).in_set(FrameSet::Show))
                .run_if(resource_exists::<Dreaming>),
        );
}

fn open(asked: On<DreamIn>, mut opener: Opener) {
    opener.go(std::slice::from_ref(&asked.model), &asked.stage, SCREEN);
}
