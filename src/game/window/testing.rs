//! What the tests of the window share.

use std::path::Path;
use std::time::{Duration, Instant};

use bevy::input::ButtonState;
use bevy::input::keyboard::Key;
use bevy::prelude::*;

use super::blind::{send_key, send_key_saying};
use super::notice::Notices;
use super::screen::Screen;
use crate::episode::Split;
use crate::game::{RecordJob, record};
use crate::progress::Silent;
use crate::scene::Scene;

/// Presses or releases a key, and lets it be seen.
pub(super) fn key(app: &mut App, code: KeyCode, state: ButtonState) {
    send_key(app, code, state);
    app.update();
}

/// Presses and releases a key.
pub(super) fn press(app: &mut App, code: KeyCode) {
    key(app, code, ButtonState::Pressed);
    key(app, code, ButtonState::Released);
}

/// Presses and releases a key that says something.
pub(super) fn type_key(app: &mut App, code: KeyCode, says: &str) {
    for state in [ButtonState::Pressed, ButtonState::Released] {
        send_key_saying(app, code, Key::Character(says.into()), state);
        app.update();
    }
}

/// Lets other threads come to an end, for as long as it takes them but no longer than a minute.
pub(super) fn until(app: &mut App, mut holds: impl FnMut(&App) -> bool) {
    let began = Instant::now();
    while !holds(app) {
        assert!(began.elapsed() < Duration::from_secs(60), "waited in vain; on the screen: {}", texts(app));
        std::thread::sleep(Duration::from_millis(2));
        app.update();
    }
}

/// The screen that is on.
pub(super) fn screen(app: &App) -> Screen {
    *app.world().resource::<State<Screen>>().get()
}

/// All notices, a line each.
pub(super) fn texts(app: &App) -> String {
    app.world().resource::<Notices>().texts().collect::<Vec<_>>().join("\n")
}

/// Records episodes of the scene `brick`, the same share of them in each split.
pub(super) fn record_brick(out: &Path, episodes: u32, ticks: u32, splits: &[&str]) {
    let (scene, _) = Scene::load("brick").unwrap();
    let share = 1.0 / splits.len() as f32;
    let splits = splits.iter().map(|name| Split { name: (*name).into(), share }).collect();
    let job = RecordJob { ticks, splits, ..RecordJob::new(scene, out, episodes) };
    record(job, Box::new(Silent)).unwrap();
}
