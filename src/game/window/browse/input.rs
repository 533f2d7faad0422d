//! What keys and the mouse do: they lead to other frames, and into the maze as it was.

use bevy::prelude::*;
use bevy::ui::RelativeCursorPosition;

use super::book::Browsing;
use super::layout::TimeLine;
use super::leaf::Turn;
use super::timeline;
use crate::game::window::doors::Doors;
use crate::game::window::keys::{Key, Keys};
use crate::game::window::library::Library;
use crate::game::window::maze::ticks_a_second;
use crate::game::window::play::PlayIn;
use crate::game::window::watch::WatchModels;

const FRAME_BACK: Key = Key::named(KeyCode::ArrowLeft, "←", "a frame back");
const FRAME_ON: Key = Key::named(KeyCode::ArrowRight, "→", "a frame on");
const TEN_BACK: Key = Key::named(KeyCode::PageUp, "Page up", "ten frames back");
const TEN_ON: Key = Key::named(KeyCode::PageDown, "Page down", "ten frames on");
const FIRST: Key = Key::named(KeyCode::Home, "Home", "the first frame");
const LAST: Key = Key::named(KeyCode::End, "End", "the last frame");
const EPISODE_BACK: Key = Key::named(KeyCode::ArrowUp, "↑", "the episode before");
const EPISODE_ON: Key = Key::named(KeyCode::ArrowDown, "↓", "the next episode");
const REPLAY: Key = Key::named(KeyCode::Space, "Space", "let it run, or stop");
const PLAY_FROM_HERE: Key = Key::named(KeyCode::Enter, "Enter", "walk on from here yourself");
const WATCH_FROM_HERE: Key = Key::label('m', KeyCode::KeyM, "watch models from here");

/// The keys of the screen.
pub(super) const KEYS: [Key; 11] = [
    FRAME_BACK,
    FRAME_ON,
    TEN_BACK,
    TEN_ON,
    FIRST,
    LAST,
    EPISODE_BACK,
    EPISODE_ON,
    REPLAY,
    PLAY_FROM_HERE,
    WATCH_FROM_HERE,
];

/// Seconds that a key is held until it goes on by itself, and from then on between two steps.
const PATIENCE: f32 = 0.4;
const REPEAT: f32 = 0.07;

pub(super) fn turn(keys: Keys, time: Res<Time>, mut browsing: ResMut<Browsing>, mut held: Local<f32>) {
    let steps = [
        (&FRAME_BACK, Turn::Frames(-1)),
        (&FRAME_ON, Turn::Frames(1)),
        (&TEN_BACK, Turn::Frames(-10)),
        (&TEN_ON, Turn::Frames(10)),
        (&EPISODE_BACK, Turn::Episodes(-1)),
        (&EPISODE_ON, Turn::Episodes(1)),
        (&FIRST, Turn::First),
        (&LAST, Turn::Last),
    ];
    for (key, turn) in steps {
        let mut is_due = keys.pressed(key);
        if is_due {
            *held = -PATIENCE;
        } else if keys.held(key) {
            *held += time.delta_secs();
            is_due = *held >= 0.0;
            *held -= if is_due { REPEAT } else { 0.0 };
        }
        if is_due {
            browsing.runs = None;
            browsing.turn(turn);
        }
    }
    if keys.pressed(&REPLAY) {
        let length = browsing.book().map_or(0, |book| book.lengths[browsing.leaf.episode]);
        if browsing.runs.is_none() && browsing.leaf.frame + 1 == length {
            browsing.turn(Turn::First);
        }
        browsing.runs = if browsing.runs.is_some() { None } else { Some(0.0) };
    }
}

/// A press on the time line leads to its frame.
pub(super) fn point(
    mut browsing: ResMut<Browsing>,
    lines: Query<(&Interaction, &RelativeCursorPosition), With<TimeLine>>,
) {
    for (interaction, cursor) in &lines {
        // From −0.5 at the left end to 0.5 at the right one.
        if let (Interaction::Pressed, Some(at)) = (interaction, cursor.normalized) {
            let share =
                ((at.x + 0.5) * timeline::SIZE.0 - timeline::INSET) / (timeline::SIZE.0 - 2.0 * timeline::INSET);
            browsing.runs = None;
            browsing.turn(Turn::Share(share));
        }
    }
}

/// To the maze as it was at this frame, alone or with models.
pub(super) fn jump(keys: Keys, library: Res<Library>, mut browsing: ResMut<Browsing>, mut doors: Doors) {
    let (plays, watches) = (keys.pressed(&PLAY_FROM_HERE), keys.pressed(&WATCH_FROM_HERE));
    if !plays && !watches {
        return;
    }
    browsing.runs = None;
    let stage = match browsing.stage() {
        Ok(stage) => stage,
        Err(error) => return doors.notices.error(error),
    };
    if plays {
        return doors.ask(PlayIn { stage, walker: None });
    }
    let models = library.fitting(stage.camera.size());
    if models.is_empty() {
        let looking = if library.is_looking() { "; still looking for some" } else { "" };
        doors.notices.error(format!("no model for frames of this size was found{looking}"));
    } else {
        doors.ask(WatchModels { stage, models });
    }
}

pub(super) fn run(time: Res<Time>, mut browsing: ResMut<Browsing>) {
    let (Some(part), Some(book)) = (browsing.runs, browsing.book()) else { return };
    let part = part + time.delta_secs() * ticks_a_second(&book.data.manifest.scene);
    let last = book.lengths[browsing.leaf.episode].saturating_sub(1);
    browsing.turn(Turn::Frames(part as isize));
    browsing.runs = (browsing.leaf.frame < last).then_some(part.fract());
}
