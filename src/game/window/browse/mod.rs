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

pub(super) use book::Browsing;

use self::book::receive;
use self::input::{jump, point, run, turn};
use self::layout::enter;
use self::show::{fit, show_frame, tell};
use super::screen::{FrameSet, Screen};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(book::open).add_systems(OnEnter(Screen::Browse), enter).add_systems(
        Update,
        (
            (turn, point, jump).chain().in_set(FrameSet::Input),
            run.in_set(FrameSet::Advance),
            receive.in_set(FrameSet::Receive),
            (fit, show_frame, tell).chain().in_set(FrameSet::Show),
        )
            .run_if(in_state(Screen::Browse).and_then(resource_exists::<Browsing>)),
    );
}
