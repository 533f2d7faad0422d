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

use bevy::prelude::*;

pub(super) use clock::{Clock, ticks_a_second};
pub(super) use eye::{Stand, drawing_plugin};
pub(super) use minimap::picture_of;
pub(super) use played::PlayedFolder;
#[cfg(test)]
pub(super) use played::Tape;
pub(super) use sight::{CONTEXT, Sight};
pub use stage::StageError;
pub(super) use stage::{OpenMaze, Stage, Start};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((
        stage::plugin,
        sight::plugin,
        clock::plugin,
        steer::plugin,
        played::plugin,
        reload::plugin,
        eye::plugin,
        minimap::plugin,
        hud::plugin,
    ));
}
