//! From one screen to another, with what is to be shown there.
//!
//! Who wants another screen triggers the event of that screen; the screen observes it, and passes through these doors.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::maze::Stage;
use super::notice::Notices;
use super::screen::{Back, Screen};

/// Name of the device that models compute on.
#[derive(Resource, Clone)]
pub(super) struct ComputeDevice(pub String);

/// Leads to other screens.
#[derive(SystemParam)]
pub(super) struct Doors<'w, 's> {
    commands: Commands<'w, 's>,
    screen: Res<'w, State<Screen>>,
    next: ResMut<'w, NextState<Screen>>,
    back: ResMut<'w, Back>,
    pub notices: ResMut<'w, Notices>,
}

impl Doors<'_, '_> {
    /// Asks whichever screen observes this event.
    pub fn ask<'a>(&mut self, event: impl Event<Trigger<'a>: Default>) {
        self.commands.trigger(event);
    }

    /// Leads to a screen whose resources are there; Esc leads back to this one.
    pub fn go(&mut self, screen: Screen) {
        self.back.0 = *self.screen.get();
        self.next.set(screen);
    }

    /// The same, to a screen with a maze.
    pub fn go_in(&mut self, stage: Stage, screen: Screen) {
        self.commands.insert_resource(stage);
        self.go(screen);
    }
}
