//! The keyboard as what it is made for: letters come into the text.

use bevy::input::ButtonState;
use bevy::input::keyboard::{Key as Typed, KeyboardInput};
use bevy::prelude::*;

use super::saying::Saying;
use crate::game::window::keys::{Key, Keys};
use crate::game::window::notice::Notices;
use crate::words::next_words;

const ANEW: Key = Key::named(KeyCode::Enter, "Enter", "paint anew, from other noise");
const COMPLETE: Key = Key::named(KeyCode::Tab, "Tab", "the first word that may follow");
const DELETE: Key = Key::named(KeyCode::Delete, "Delete", "begin anew");

/// The keys of the screen that are no letters.
pub(super) const KEYS: [Key; 3] = [ANEW, COMPLETE, DELETE];

/// Letters of a text; no caption has as many.
const LONGEST: usize = 100;

pub(super) fn type_in(
    keys: Keys,
    mut inputs: MessageReader<KeyboardInput>,
    mut saying: ResMut<Saying>,
    mut notices: ResMut<Notices>,
) {
    let mut text = saying.text.clone();
    for input in inputs.read().filter(|input| input.state == ButtonState::Pressed) {
        match &input.logical_key {
            Typed::Character(letters) => text.extend(letters.chars().filter(|letter| !letter.is_control())),
            Typed::Space if !text.is_empty() && !text.ends_with(' ') => text.push(' '),
            Typed::Backspace => drop(text.pop()),
            _ => {}
        }
    }
    if keys.pressed(&COMPLETE)
        && let Some(word) = next_words(&text).first()
    {
        text.truncate(text.rfind(' ').map_or(0, |space| space + 1));
        text.push_str(word);
        text.push(' ');
    }
    if keys.pressed(&DELETE) {
        text.clear();
    }
    if text != saying.text {
        saying.write(text.chars().take(LONGEST).collect());
    }
    if keys.pressed(&ANEW)
        && let Err(why) = saying.say_anew()
    {
        notices.error(why);
    }
}
