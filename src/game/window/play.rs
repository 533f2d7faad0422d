//! Play: a maze to walk, and nothing beside it. The shortest screen, and an example of one.

use std::path::PathBuf;

use bevy::prelude::*;

use super::doors::Doors;
use super::maze::{self, Guide, Stage};
use super::screen::Screen;

/// This screen.
pub(super) const SCREEN: Screen = Screen::new("play");

/// Asks for a maze to walk, and for a run of a walker that may walk it, if there is one.
#[derive(Event)]
pub(super) struct PlayIn {
    pub stage: Stage,
    pub walker: Option<PathBuf>,
}

pub(super) fn plugin(app: &mut App) {
    maze::add_to(app, SCREEN);
    app.add_observer(open);
}

fn open(asked: On<PlayIn>, mut doors: Doors, mut guide: ResMut<Guide>) {
    match asked.walker.as_deref().map(Guide::open) {
        Some(Ok(opened)) => *guide = opened,
        Some(Err(error)) => doors.notices.error(error.to_string()),
        None => {}
    }
    doors.go_in(asked.stage.clone(), SCREEN);
}
