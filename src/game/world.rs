//! Mazes and who is in them.

use std::sync::Arc;

use bevy::prelude::*;

use super::TickSet;
use super::recorder::Recorder;
use crate::agent::{Action, Agent, Policy};
use crate::maze::Maze;

/// The maze that an entity walks.
#[derive(Component)]
pub(super) struct InMaze(pub Arc<Maze>);

/// The agent, and what it did last.
#[derive(Component)]
pub(super) struct Walker {
    pub agent: Agent,
    pub wish: Action,
    pub done: Action,
}

/// Who decides for it.
#[derive(Component)]
pub(super) struct Driver(pub Box<dyn Policy>);

/// Mazes that are walked at once.
const MAZES: usize = 64;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, open_mazes.in_set(TickSet::Spawn));
}

/// Keeps as many mazes open as there is work for.
fn open_mazes(mut commands: Commands, mut recorder: ResMut<Recorder>, walkers: Query<(), With<Walker>>) {
    for _ in walkers.iter().len()..MAZES {
        let Some(planned) = recorder.next_episode() else {
            return;
        };
        let (maze, agent, policy, recording) = recorder.open(planned);
        commands.spawn((
            Name::new(recording.name()),
            InMaze(Arc::new(maze)),
            Walker { agent, wish: Action::Forward, done: Action::Forward },
            Driver(policy),
            recording,
        ));
    }
}
