//! Watch: the game with models beside it, live.

mod answers;
mod chosen;
mod column;
mod fan;
mod show;
mod tally;
mod watched;

use bevy::prelude::*;

pub(super) use answers::{About, on_one_core};
pub(super) use chosen::{Chosen, fitting};
pub(super) use watched::Watched;

use self::show::{show_answers, show_fans, show_futures, show_seen, show_tallies};
use self::watched::{ask, enter, hold, receive, switch_hold, turn_page};
use super::screen::{FrameSet, Screen};
use crate::game::tick::{Tick, TickSet};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(chosen::open)
        .add_systems(OnEnter(Screen::Watch), enter)
        .add_systems(OnExit(Screen::Watch), |mut commands: Commands| commands.remove_resource::<Watched>())
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
