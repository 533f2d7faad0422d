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
    /// Where the US keyboard has what it names in the layout that is on; nothing of keys that type something. Its place,
    /// unless keys are swapped, or a keyboard on the screen has places of its own.
    pub names: Option<KeyCode>,
}

/// What is bound by its name, and its place.
pub(super) const NAMED: [(Key, KeyCode); 15] = [
    (Key::ArrowDown, KeyCode::ArrowDown),
    (Key::ArrowLeft, KeyCode::ArrowLeft),
    (Key::ArrowRight, KeyCode::ArrowRight),
    (Key::ArrowUp, KeyCode::ArrowUp),
    (Key::Delete, KeyCode::Delete),
    (Key::End, KeyCode::End),
    (Key::Enter, KeyCode::Enter),
    (Key::Escape, KeyCode::Escape),
    (Key::F1, KeyCode::F1),
    (Key::F12, KeyCode::F12),
    (Key::Home, KeyCode::Home),
    (Key::PageDown, KeyCode::PageDown),
    (Key::PageUp, KeyCode::PageUp),
    (Key::Space, KeyCode::Space),
    (Key::Tab, KeyCode::Tab),
];

impl Stroke {
    /// A key at a place that is told to be this in the layout that is on.
    pub fn new(code: KeyCode, key: &Key) -> Self {
        let known = NAMED.iter().find(|(named, _)| named == key).map(|(_, code)| *code);
        let types = matches!(key, Key::Character(_));
        Self { code, says: said(key), names: known.or((!types).then_some(code)) }
    }
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
                let stroke = Stroke::new(*code, logical_key);
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

    #[test]
    fn a_key_names_what_it_is_told_to_be_or_else_its_place() {
        let names = |code, key| Stroke::new(code, &key).names;
        assert_eq!(names(KeyCode::Escape, Key::Escape), Some(KeyCode::Escape));
        assert_eq!(names(KeyCode::CapsLock, Key::Escape), Some(KeyCode::Escape), "swapped");
        assert_eq!(names(KeyCode::NumpadEnter, Key::Enter), Some(KeyCode::Enter));
        assert_eq!(names(KeyCode::Escape, Key::Character("r".into())), None, "a keyboard with places of its own");
        let unknown = Key::Unidentified(bevy::input::keyboard::NativeKey::Unidentified);
        assert_eq!(names(KeyCode::Tab, unknown), Some(KeyCode::Tab));
    }
}
