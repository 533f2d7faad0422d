//! The window's app without a renderer and without a window system, for tests and for timing.

use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput, NativeKey};
use bevy::prelude::*;
use bevy::state::app::StatesPlugin;

use super::doors::ComputeDevice;
use super::maze::{PlayedFolder, Stage};
use super::models::Chosen;
use super::open::everything;
use super::screen::Screen;
use crate::train::Trained;

/// Presses or releases a key of an app without a window system, which reads it in its next update.
pub(super) fn send_key(app: &mut App, key_code: KeyCode, state: ButtonState) {
    send_key_saying(app, key_code, Key::Unidentified(NativeKey::Unidentified), state);
}

/// The same, of a key that types something.
pub(super) fn send_key_saying(app: &mut App, key_code: KeyCode, logical_key: Key, state: ButtonState) {
    let window = app.world_mut().query_filtered::<Entity, With<Window>>().single(app.world());
    let Ok(window) = window else { return };
    app.world_mut().write_message(KeyboardInput { key_code, logical_key, state, text: None, repeat: false, window });
}

/// The app on a screen, with a maze and models.
pub(super) fn blind(stage: Stage, screen: Screen, models: Vec<Trained>) -> App {
    let mut app = App::new();
    let window = WindowPlugin { primary_window: Some(Window::default()), ..default() };
    app.add_plugins((MinimalPlugins, bevy::input::InputPlugin, StatesPlugin, AssetPlugin::default(), window))
        .init_asset::<Image>()
        .init_asset::<Font>()
        .init_resource::<UiScale>()
        .add_plugins(everything)
        .insert_resource(PlayedFolder(None))
        .insert_resource(ComputeDevice("flex".into()))
        .insert_resource(stage)
        .insert_resource(Chosen::new(models))
        .insert_state(screen);
    app.finish();
    app.cleanup();
    app
}
