//! Lets every agent do what it wants.

use bevy::prelude::*;

use super::TickSet;
use super::world::{InMaze, Walker};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, act.in_set(TickSet::Act));
}

fn act(mut walkers: Query<(&InMaze, &mut Walker)>) {
    for (maze, mut walker) in &mut walkers {
        let wish = walker.wish;
        walker.done = walker.agent.tick(&maze.0, wish);
    }
}
