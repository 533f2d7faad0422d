//! Play: a maze to walk, and nothing beside it. The shortest screen, and an example of one.

use bevy::prelude::*;

use super::doors::Doors;
use super::maze::{self, Stage};
use super::screen::Screen;

/// This screen.
pub(super) const SCREEN: Screen = Screen::new("play");

/// Asks for a maze to walk.
#[derive(Event)]
pub(super) struct PlayIn(pub Stage);

pub(super) fn plugin(app: &mut App) {
    maze::add_to(app, SCREEN);
    app.add_observer(open);
}

fn open(asked: On<PlayIn>, mut doors: Doors) {
    doors.go_in(asked.0.clone(), SCREEN);
}
