//! Dream: walk inside a model.

mod column;
mod dreamer;
mod dreaming;
mod meter;
mod show;

use bevy::prelude::*;

pub(super) use dreaming::Dreaming;

use self::dreaming::{enter, hear, swap, tell, wake_up};
use self::show::{show_dream, show_meter, show_real};
use super::screen::{FrameSet, Screen};
use crate::game::tick::{Tick, TickSet};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Dream), enter)
        .add_systems(OnExit(Screen::Dream), |mut commands: Commands| commands.remove_resource::<Dreaming>())
        .add_observer(wake_up)
        .add_systems(Tick, tell.in_set(TickSet::Save).run_if(resource_exists::<Dreaming>))
        .add_systems(
            Update,
            ((hear, swap).chain().in_set(FrameSet::Input), (show_real, show_dream, show_meter).in_set(FrameSet::Show))
                .run_if(resource_exists::<Dreaming>),
        );
}
