//! The maze on the screen, for all screens that have one: it is opened, walked, drawn and recorded.

mod clock;
mod eye;
mod hud;
mod intent;
mod minimap;
mod played;
mod reload;
mod sight;
mod stage;
mod steer;
mod walker;

use bevy::prelude::*;

pub(super) use clock::{Clock, ticks_a_second};
pub(super) use eye::{Stand, drawing_plugin};
pub(super) use minimap::picture_of;
pub(super) use played::{PlayedFolder, Tape};
pub(super) use sight::{CONTEXT, Sight};
pub use stage::StageError;
pub(super) use stage::{OpenMaze, Stage, Start};
pub(super) use walker::Guide;
#[cfg(test)]
pub(super) use walker::Led;

use super::keys::{BindKeys, Key};
use super::screen::Screen;

/// The keys of a screen with a maze.
const KEYS: [Key; 8] = [
    played::RECORD,
    clock::PAUSE,
    clock::STEP,
    eye::VIEW,
    stage::NEXT_MAZE,
    walker::WALKER,
    clock::SLOWER,
    clock::FASTER,
];

/// The screens that have a maze.
#[derive(Resource, Default)]
struct WithMaze(Vec<Screen>);

/// A run condition: whether there is a maze with an agent.
fn in_maze(screen: Res<State<Screen>>, with_maze: Res<WithMaze>) -> bool {
    with_maze.0.contains(screen.get())
}

/// Gives a screen a maze, with all that belongs to it.
pub(super) fn add_to(app: &mut App, screen: Screen) {
    app.world_mut().get_resource_or_init::<WithMaze>().0.push(screen);
    app.bind(screen, &steer::KEYS)
        .bind(screen, &KEYS)
        .add_systems(OnEnter(screen), (stage::enter, minimap::spawn, hud::spawn))
        .add_systems(OnExit(screen), (played::leave, eye::leave));
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<WithMaze>().add_plugins((
        stage::plugin,
        sight::plugin,
        clock::plugin,
        steer::plugin,
        walker::plugin,
        played::plugin,
        reload::plugin,
        eye::plugin,
        minimap::plugin,
        hud::plugin,
    ));
}
