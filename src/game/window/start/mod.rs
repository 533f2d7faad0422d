//! The start screen: scenes, recordings and models, each with a picture and what can be done with it.

mod cards;
mod choose;
mod head;
mod layout;
mod shelf;
#[cfg(test)]
mod tests;
mod verb;

use bevy::prelude::*;

use self::cards::fill;
use self::choose::{choose, point, scroll, select, wheel};
use self::head::tell_training;
use self::layout::enter;
use self::shelf::Choice;
use self::verb::act;
use super::keys::BindKeys;
use super::library;
use super::screen::{FrameSet, Screen};

/// This screen.
pub(super) const SCREEN: Screen = Screen::FIRST;

pub(super) fn plugin(app: &mut App) {
    library::look_on(app, SCREEN);
    app.bind(SCREEN, &choose::KEYS).bind(SCREEN, &verb::KEYS);
    app.init_resource::<Choice>().add_systems(OnEnter(SCREEN), enter).add_systems(
        Update,
        (
            ((choose, point), act, wheel).chain().in_set(FrameSet::Input),
            (fill, (select, scroll, tell_training)).chain().in_set(FrameSet::Show),
        )
            .run_if(in_state(SCREEN)),
    );
}
