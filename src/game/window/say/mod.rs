//! Say: type a caption, and see what a model paints of it.

mod layout;
mod saying;
#[cfg(test)]
mod tests;
mod typing;

use bevy::prelude::*;

pub(super) use self::saying::Saying;

use self::layout::{enter, show_frames, tell};
use self::saying::hear;
use self::typing::{KEYS, type_in};
use super::keys::BindKeys;
use super::screen::{FrameSet, Screen};

/// This screen.
pub(super) const SCREEN: Screen = Screen::new("say");

pub(super) fn plugin(app: &mut App) {
    app.bind(SCREEN, &KEYS).add_systems(OnEnter(SCREEN), enter.run_if(resource_exists::<Saying>)).add_systems(
        Update,
        (
            type_in.in_set(FrameSet::Input),
            hear.in_set(FrameSet::Receive),
            (show_frames, tell).chain().in_set(FrameSet::Show),
        )
            .run_if(in_state(SCREEN).and_then(resource_exists::<Saying>)),
    );
}
