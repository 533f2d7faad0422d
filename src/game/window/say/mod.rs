//! Say: type a caption, and see what a model paints of it.

mod layout;
mod saying;
#[cfg(test)]
mod tests;
mod typing;

use std::path::PathBuf;

use bevy::prelude::*;

pub(super) use self::saying::Saying;

use self::layout::{enter, show_frames, tell};
use self::saying::hear;
use self::typing::{KEYS, type_in};
use super::doors::{ComputeDevice, Doors};
use super::keys::BindKeys;
use super::screen::{FrameSet, Screen};
use crate::device;
use crate::train::Trained;

/// This screen.
pub(super) const SCREEN: Screen = Screen::new("say");

/// Asks for a run of a model that captions are said to.
#[derive(Event)]
pub(super) struct SayTo(pub PathBuf);

pub(super) fn plugin(app: &mut App) {
    app.bind(SCREEN, &KEYS).add_observer(open);
    app.add_systems(OnEnter(SCREEN), enter.run_if(resource_exists::<Saying>));
    // With it the thread that paints ends.
    app.add_systems(OnExit(SCREEN), |mut commands: Commands| commands.remove_resource::<Saying>());
    app.add_systems(
        Update,
        (
            type_in.in_set(FrameSet::Input),
            hear.in_set(FrameSet::Receive),
            (show_frames, tell).chain().in_set(FrameSet::Show),
        )
            .run_if(in_state(SCREEN).and_then(resource_exists::<Saying>)),
    );
}

fn open(asked: On<SayTo>, mut commands: Commands, device: Res<ComputeDevice>, mut doors: Doors) {
    let opened = device::find(&device.0).map_err(|error| error.to_string()).and_then(|device| {
        Trained::open_illustrators(std::slice::from_ref(&asked.0), &device).map_err(|error| error.to_string())
    });
    match opened {
        Ok(models) => {
            let Some(model) = models.into_iter().next() else { return };
            commands.insert_resource(Saying::new(model));
            doors.go(SCREEN);
        }
        Err(error) => doors.notices.error(error),
    }
}
