//! Keys as they go down: where on the keyboard, and what they say there.

use bevy::input::ButtonState;
use bevy::input::InputSystems;
use bevy::input::keyboard::{Key, KeyboardFocusLost, KeyboardInput};
use bevy::prelude::*;

use super::layout::Layout;

/// A key that is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stroke {
    /// Its place.
    pub code: KeyCode,
    /// What it says in the layout that is on, in lower case; nothing of keys that type nothing.
    pub says: Option<char>,
}

/// Keys that are down.
#[derive(Resource, Default)]
pub(super) struct Strokes {
    /// Those that went down in this frame.
    pub new: Vec<Stroke>,
    /// All that are held.
    pub held: Vec<Stroke>,
}

/// While one of these is held, other keys do not say what is printed on them.
const MODIFIERS: [KeyCode; 8] = [
    KeyCode::ShiftLeft,
    KeyCode::ShiftRight,
    KeyCode::ControlLeft,
    KeyCode::ControlRight,
    KeyCode::AltLeft,
    KeyCode::AltRight,
    KeyCode::SuperLeft,
    KeyCode::SuperRight,
];

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Strokes>().init_resource::<Layout>().add_systems(PreUpdate, read.after(InputSystems));
}

fn read(
    mut inputs: MessageReader<KeyboardInput>,
    mut lost: MessageReader<KeyboardFocusLost>,
    mut strokes: ResMut<Strokes>,
    mut layout: ResMut<Layout>,
) {
    strokes.new.clear();
    for KeyboardInput { key_code: code, logical_key, state, .. } in inputs.read() {
        let is_held = strokes.held.iter().any(|held| held.code == *code);
        match state {
            ButtonState::Released => strokes.held.retain(|held| held.code != *code),
            // A key that is held is said to go down again and again.
            ButtonState::Pressed if is_held => {}
            ButtonState::Pressed => {
                let stroke = Stroke { code: *code, says: said(logical_key) };
                if let Some(says) = stroke.says
                    && !strokes.held.iter().any(|held| MODIFIERS.contains(&held.code))
                {
                    layout.learn(*code, says);
                }
                strokes.new.push(stroke);
                strokes.held.push(stroke);
            }
        }
    }
    // Nobody tells when a key comes up while another window has the keyboard.
    if lost.read().count() > 0 {
        strokes.held.clear();
    }
}

/// A single character that a key types.
fn said(key: &Key) -> Option<char> {
    let Key::Character(text) = key else { return None };
    let mut lower = text.chars().flat_map(char::to_lowercase);
    lower.next().filter(|_| lower.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_one_character_or_nothing() {
        let typed = |text: &str| said(&Key::Character(text.into()));
        assert_eq!([typed("r"), typed("R"), typed("é"), typed("Л")], [Some('r'), Some('r'), Some('é'), Some('л')]);
        assert_eq!([typed(""), typed("ab"), said(&Key::Enter), said(&Key::Dead(Some('^')))], [None; 4]);
    }
}
