//! Browse: recorded episodes, frame by frame.

mod book;
mod facts;
mod input;
mod layout;
mod leaf;
mod show;
#[cfg(test)]
mod tests;
mod timeline;

use bevy::prelude::*;

pub(super) use book::{BrowseFolder, Browsing};

use self::book::receive;
use self::input::{KEYS, jump, point, run, turn};
use self::layout::enter;
use self::show::{fit, show_frame, tell};
use super::keys::BindKeys;
use super::library;
use super::screen::{FrameSet, Screen};

/// This screen.
pub(super) const SCREEN: Screen = Screen::new("browse");

pub(super) fn plugin(app: &mut App) {
    library::look_on(app, SCREEN);
    app.bind(SCREEN, &KEYS).add_observer(book::open).add_systems(OnEnter(SCREEN), enter).add_systems(
        Update,
        (
            (turn, point, jump).chain().in_set(FrameSet::Input),
            run.in_set(FrameSet::Advance),
            receive.in_set(FrameSet::Receive),
            (fit, show_frame, tell).chain().in_set(FrameSet::Show),
        )
            .run_if(in_state(SCREEN).and_then(resource_exists::<Browsing>)),
    );
}
