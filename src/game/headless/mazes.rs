//! Opens mazes.

use std::sync::Arc;

use bevy::prelude::*;

use super::recorder::{Opened, Recorder};
use crate::game::tick::{Driver, InMaze, Tick, TickSet, Walker};

/// Mazes that are walked at once.
const MAZES: usize = 64;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Tick, open_mazes.in_set(TickSet::Spawn));
}

/// Keeps as many mazes open as there is work for.
fn open_mazes(mut commands: Commands, mut recorder: ResMut<Recorder>, walkers: Query<(), With<Walker>>) {
    for _ in walkers.iter().len()..MAZES {
        let Some(planned) = recorder.next_episode() else {
            return;
        };
        let Opened { maze, agent, policy, creatures, recording } = recorder.open(planned);
        let mut entity = commands.spawn((
            Name::new(recording.name()),
            InMaze(Arc::new(maze)),
            Walker::new(agent),
            Driver(policy),
            recording,
        ));
        if let Some(creatures) = creatures {
            entity.insert(creatures);
        }
    }
}
