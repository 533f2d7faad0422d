//! Which screen is on, and the order of a frame.

use bevy::prelude::*;

/// A screen, by its name. Each screen's module has its own; no list of all of them is kept.
#[derive(States, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Screen(&'static str);

impl Screen {
    /// The one that all others lead back to in the end.
    pub const FIRST: Self = Self::new("start");

    /// A screen of a name that no other has.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }
}

impl Default for Screen {
    fn default() -> Self {
        Self::FIRST
    }
}

/// Where Esc leads to.
#[derive(Resource, Default)]
pub(super) struct Back(pub Screen);

/// What happens in a frame of the window, in this order.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum FrameSet {
    /// Keys and buttons are read.
    Input,
    /// The clock advances, and with it the maze.
    Advance,
    /// Answers of other threads arrive.
    Receive,
    /// Everything is shown.
    Show,
}

pub(super) fn plugin(app: &mut App) {
    app.init_state::<Screen>()
        .init_resource::<Back>()
        .configure_sets(Update, (FrameSet::Input, FrameSet::Advance, FrameSet::Receive, FrameSet::Show).chain());
}
