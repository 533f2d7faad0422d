//! Esc leads back to the screen before, and from the first one out of the window.

use bevy::prelude::*;

use super::help::{BACK, Help, toggle_help};
use super::keys::{BindKeys, Keys};
use super::screen::{Back, FrameSet, Screen};

pub(super) fn plugin(app: &mut App) {
    // The list of keys closes first, by the same key.
    let closes = any_with_component::<Help>;
    app.bind_everywhere(&[BACK])
        .add_systems(Update, go_back.in_set(FrameSet::Input).before(toggle_help).run_if(not(closes)));
}

fn go_back(
    keys: Keys,
    screen: Res<State<Screen>>,
    mut back: ResMut<Back>,
    mut next: ResMut<NextState<Screen>>,
    mut exit: MessageWriter<AppExit>,
) {
    if !keys.pressed(&BACK) {
        return;
    }
    if *screen.get() == Screen::FIRST {
        exit.write(AppExit::Success);
    } else {
        next.set(std::mem::take(&mut back.0));
    }
}
