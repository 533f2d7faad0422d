//! Pictures of the window, and how fast it is drawn.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, save_to_disk};

use super::keys::{Key, Keys};
use super::notice::Notices;
use super::screen::FrameSet;

/// The window closes by itself after so long.
#[derive(Resource)]
pub(super) struct Lasts(pub Duration);

/// Frames in this time are not counted: textures and shaders are being made.
const WARM_UP: Duration = Duration::from_secs(2);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, take.in_set(FrameSet::Input)).add_systems(Last, count.run_if(resource_exists::<Lasts>));
}

fn take(mut commands: Commands, keys: Keys, mut notices: ResMut<Notices>) {
    if keys.pressed(Key::Photo) {
        let file = free_name();
        commands.spawn(Screenshot::primary_window()).observe(save_to_disk(file.clone()));
        notices.say(format!("saved {}", file.display()));
    }
}

/// The first name in the current folder that is not taken.
fn free_name() -> PathBuf {
    let names = (1..).map(|number| PathBuf::from(format!("crossroads-{number:03}.png")));
    names.into_iter().find(|name| !name.exists()).unwrap_or_else(|| PathBuf::from("crossroads.png"))
}

fn count(
    time: Res<Time<Real>>,
    lasts: Res<Lasts>,
    mut frames: Local<u32>,
    mut began: Local<Option<Duration>>,
    mut exit: MessageWriter<AppExit>,
) {
    let now = time.elapsed();
    if now < WARM_UP {
        return;
    }
    let first = *began.get_or_insert(now);
    if now < WARM_UP + lasts.0 {
        *frames += 1;
        return;
    }
    let seconds = (now - first).as_secs_f64();
    let line = format!("{} frames in {seconds:.1} s: {:.1} a second", *frames, f64::from(*frames) / seconds);
    // A reader that has closed the pipe has seen enough.
    if let Err(error) = writeln!(std::io::stdout(), "{line}") {
        error!("standard output: {error}");
    }
    exit.write(AppExit::Success);
}
