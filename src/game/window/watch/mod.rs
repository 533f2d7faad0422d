//! Watch: the game with models beside it, live.

mod answers;
mod column;
mod fan;
mod show;
mod tally;
mod watched;

use std::path::PathBuf;

use bevy::prelude::*;

pub(super) use watched::Watched;

use self::show::{show_answers, show_fans, show_futures, show_seen, show_tallies};
use self::watched::{HOLD, PAGE, ask, enter, hold, receive, switch_hold, turn_page};
use super::keys::BindKeys;
use super::maze::{self, Stage};
use super::models::Opener;
use super::parts::bind_noise;
use super::screen::{FrameSet, Screen};
use crate::game::tick::{Tick, TickSet};

/// This screen.
pub(super) const SCREEN: Screen = Screen::new("watch");

/// Asks for models beside a maze.
#[derive(Event)]
pub(super) struct WatchModels {
    pub stage: Stage,
    /// Folders of runs, or names of weights that come with Crossroads.
    pub models: Vec<PathBuf>,
}

pub(super) fn plugin(app: &mut App) {
    maze::add_to(app, SCREEN);
    app.bind(SCREEN, &[HOLD, PAGE]);
    bind_noise(app, SCREEN);
    app.add_observer(open)
        .add_systems(OnEnter(SCREEN), enter)
        .add_systems(OnExit(SCREEN), |mut commands: Commands| commands.remove_resource::<Watched>())
        .add_systems(Tick, hold.in_set(TickSet::Save).run_if(resource_exists::<Watched>))
        .add_systems(
            Update,
            (
                (switch_hold, turn_page).in_set(FrameSet::Input),
                receive.in_set(FrameSet::Receive),
                (show_seen, show_futures, show_answers, show_tallies, show_fans).in_set(FrameSet::Show),
            )
                .run_if(resource_exists::<Watched>),
        )
        // When all is done: the thread that answers then has its core before the next frame wants one.
        .add_systems(Last, ask.run_if(resource_exists::<Watched>));
}

fn open(asked: On<WatchModels>, mut opener: Opener) {
    opener.go(&asked.models, &asked.stage, SCREEN);
}
