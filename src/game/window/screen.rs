//! The screens, and the order of a frame.

use bevy::prelude::*;

/// What is on.
#[derive(States, Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Screen {
    /// Scenes, data sets and runs to choose from.
    #[default]
    Start,
    /// A maze to walk.
    Play,
    /// The same, with models beside it.
    Watch,
    /// The same, and one model to walk inside.
    Dream,
    /// Recorded episodes.
    Browse,
    /// A training under way.
    Training,
}

impl Screen {
    /// Whether there is a maze with an agent.
    pub fn has_maze(self) -> bool {
        matches!(self, Self::Play | Self::Watch | Self::Dream)
    }
}

/// The screens that have a maze.
pub(super) const WITH_MAZE: [Screen; 3] = [Screen::Play, Screen::Watch, Screen::Dream];

/// A run condition: whether there is a maze with an agent.
pub(super) fn in_maze(screen: Res<State<Screen>>) -> bool {
    screen.has_maze()
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
