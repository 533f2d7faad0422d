//! Pictures of the window, and how fast it is drawn.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, save_to_disk};

use super::keys::{BindKeys, Key, Keys};
use super::notice::Notices;
use super::screen::FrameSet;
use crate::files::Shown;

const PHOTO: Key = Key::named(KeyCode::F12, "F12", "save a picture of the window");

/// The window closes by itself after so long.
#[derive(Resource)]
pub(super) struct Lasts {
    pub time: Duration,
    /// When the program began to open it.
    pub began: Instant,
}

/// The frame before which a picture has certainly been shown: two may be under way.
const SHOWN: u32 = 3;

/// Frames in this time are not counted: textures and shaders are being made.
const WARM_UP: Duration = Duration::from_secs(2);

pub(super) fn plugin(app: &mut App) {
    app.bind_everywhere(&[PHOTO])
        .add_systems(Update, take.in_set(FrameSet::Input))
        .add_systems(Last, count.run_if(resource_exists::<Lasts>));
}

fn take(mut commands: Commands, keys: Keys, mut notices: ResMut<Notices>) {
    if keys.pressed(&PHOTO) {
        let file = free_name();
        commands.spawn(Screenshot::primary_window()).observe(save_to_disk(file.clone()));
        notices.say(format!("saved {}", file.shown()));
    }
}

/// The first name in the current folder that is not taken.
fn free_name() -> PathBuf {
    let names = (1..).map(|number| PathBuf::from(format!("crossroads-{number:03}.png")));
    names.into_iter().find(|name| !name.exists()).unwrap_or_else(|| PathBuf::from("crossroads.png"))
}

/// What is counted.
#[derive(Default)]
struct Count {
    all: u32,
    first_picture: Duration,
    /// Frames after the warm-up, and when that was over.
    frames: u32,
    warm: Option<Duration>,
}

fn count(time: Res<Time<Real>>, lasts: Res<Lasts>, mut count: Local<Count>, mut exit: MessageWriter<AppExit>) {
    count.all += 1;
    if count.all == SHOWN {
        count.first_picture = lasts.began.elapsed();
    }
    let now = time.elapsed();
    if now < WARM_UP {
        return;
    }
    let first = *count.warm.get_or_insert(now);
    if now < first + lasts.time {
        count.frames += 1;
        return;
    }
    let (frames, seconds) = (count.frames, (now - first).as_secs_f64());
    let (rate, wait) = (f64::from(frames) / seconds, count.first_picture.as_secs_f64());
    let line = format!("first picture after {wait:.1} s; {frames} frames in {seconds:.1} s: {rate:.1} a second");
    // A reader that has closed the pipe has seen enough.
    if let Err(error) = writeln!(std::io::stdout(), "{line}") {
        error!("standard output: {error}");
    }
    exit.write(AppExit::Success);
}
