//! Training: a recipe is chosen, then its curves and its growing sample sheet are watched.

mod act;
mod chart;
mod curve;
mod draw;
mod face;
mod lab;
mod layout;
mod recipes;
mod tell;

use bevy::prelude::*;

pub(super) use lab::Lab;

use self::act::act;
use self::draw::draw;
use self::layout::{Desk, enter, lay_out, mark};
use self::recipes::tell_of_recipe;
use self::tell::tell;
use super::screen::{FrameSet, Screen};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(lab::plugin)
        .add_systems(OnEnter(Screen::Training), enter)
        .add_systems(OnExit(Screen::Training), |mut commands: Commands| commands.remove_resource::<Desk>())
        .add_systems(
            Update,
            (act.in_set(FrameSet::Input), (lay_out, mark, tell_of_recipe, tell, draw).chain().in_set(FrameSet::Show))
                .run_if(resource_exists::<Desk>),
        );
}
