//! Training: a recipe is chosen, then its curves and its growing sample sheet are watched.

mod act;
mod chart;
mod draw;
mod face;
mod layout;
mod recipes;
mod tell;

use std::path::PathBuf;

use bevy::prelude::*;

use self::act::{KEYS, act};
use self::draw::draw;
use self::layout::{Desk, enter, lay_out, mark};
use self::recipes::tell_of_recipe;
use self::tell::tell;
use super::doors::Doors;
use super::keys::BindKeys;
use super::lab::Lab;
use super::screen::{FrameSet, Screen};

/// This screen.
pub(super) const SCREEN: Screen = Screen::new("training");

/// Asks to choose how to train on a data set.
#[derive(Event)]
pub(super) struct TrainOn(pub PathBuf);

/// Asks for the training under way, or the last one.
#[derive(Event)]
pub(super) struct ShowTraining;

pub(super) fn plugin(app: &mut App) {
    app.bind(SCREEN, &KEYS)
        .add_observer(choose)
        .add_observer(look)
        .add_systems(OnEnter(SCREEN), enter)
        .add_systems(OnExit(SCREEN), |mut commands: Commands| commands.remove_resource::<Desk>())
        .add_systems(
            Update,
            (act.in_set(FrameSet::Input), (lay_out, mark, tell_of_recipe, tell, draw).chain().in_set(FrameSet::Show))
                .run_if(resource_exists::<Desk>),
        );
}

/// To choose how to train on a data set; while a training runs, to that one.
fn choose(asked: On<TrainOn>, mut lab: ResMut<Lab>, mut doors: Doors) {
    if lab.is_busy() {
        doors.notices.say("one training at a time: this one is still under way");
        lab.asked = None;
    } else {
        lab.asked = Some(asked.0.clone());
    }
    doors.go(SCREEN);
}

/// To the training under way, or the last one.
fn look(_: On<ShowTraining>, mut lab: ResMut<Lab>, mut doors: Doors) {
    lab.asked = None;
    doors.go(SCREEN);
}
