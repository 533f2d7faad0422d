//! Asks every agent's policy.

use bevy::prelude::*;

use super::TickSet;
use super::world::{Driver, InMaze, Walker};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, decide.in_set(TickSet::Decide));
}

fn decide(mut walkers: Query<(&InMaze, &mut Walker, &mut Driver)>) {
    for (maze, mut walker, mut driver) in &mut walkers {
        walker.wish = driver.0.decide(&walker.agent, &maze.0);
    }
}
