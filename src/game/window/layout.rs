//! What the keys of the keyboard say, so that F1 can tell the truth: asked of the display, and learned from keys that are
//! pressed where it cannot be asked.

use std::collections::{BTreeMap, BTreeSet};

use bevy::prelude::*;

/// What the keys of a keyboard say; as in the US unless it is known.
#[derive(Resource, Debug, Default, PartialEq)]
pub(super) struct Layout {
    /// What is printed on a key, in lower case.
    printed: BTreeMap<KeyCode, char>,
    /// All that can be typed with any modifier; empty where that is not known.
    typed: BTreeSet<char>,
}

impl Layout {
    /// A layout of which all is known: what each key types, without a modifier first.
    pub fn of(keys: impl IntoIterator<Item = (KeyCode, Vec<char>)>) -> Self {
        let mut layout = Self::default();
        for (code, types) in keys {
            let types: Vec<char> = types.into_iter().flat_map(char::to_lowercase).collect();
            layout.printed.extend(types.first().map(|printed| (code, *printed)));
            layout.typed.extend(types);
        }
        layout
    }

    /// What the key at a place says, if that is known.
    pub fn at(&self, code: KeyCode) -> Option<char> {
        self.printed.get(&code).copied()
    }

    /// Whether this cannot be typed.
    pub fn lacks(&self, says: char) -> bool {
        !self.typed.is_empty() && !self.typed.contains(&says)
    }

    /// What a key says was seen when it was pressed.
    pub fn learn(&mut self, code: KeyCode, says: char) {
        self.printed.insert(code, says);
    }
}

#[cfg(target_os = "linux")]
pub(super) use x11::ask;

/// The layout of an X display.
#[cfg(target_os = "linux")]
mod x11 {
    use std::error::Error;

    use bevy::prelude::*;
    use x11rb::connection::Connection;
    use x11rb::protocol::xkb::{self, ConnectionExt as _};
    use x11rb::protocol::xproto::ConnectionExt as _;
    use xkeysym::Keysym;

    use super::Layout;
    use crate::game::window::display::has_x11;

    /// From the number that Linux gives a key to that of X.
    const OFFSET: u8 = 8;

    /// Keys that type, by the numbers that Linux gives them (`linux/input-event-codes.h`).
    const TYPING: [(KeyCode, u8); 47] = [
        (KeyCode::Digit1, 2),
        (KeyCode::Digit2, 3),
        (KeyCode::Digit3, 4),
        (KeyCode::Digit4, 5),
        (KeyCode::Digit5, 6),
        (KeyCode::Digit6, 7),
        (KeyCode::Digit7, 8),
        (KeyCode::Digit8, 9),
        (KeyCode::Digit9, 10),
        (KeyCode::Digit0, 11),
        (KeyCode::Minus, 12),
        (KeyCode::Equal, 13),
        (KeyCode::KeyQ, 16),
        (KeyCode::KeyW, 17),
        (KeyCode::KeyE, 18),
        (KeyCode::KeyR, 19),
        (KeyCode::KeyT, 20),
        (KeyCode::KeyY, 21),
        (KeyCode::KeyU, 22),
        (KeyCode::KeyI, 23),
        (KeyCode::KeyO, 24),
        (KeyCode::KeyP, 25),
        (KeyCode::BracketLeft, 26),
        (KeyCode::BracketRight, 27),
        (KeyCode::KeyA, 30),
        (KeyCode::KeyS, 31),
        (KeyCode::KeyD, 32),
        (KeyCode::KeyF, 33),
        (KeyCode::KeyG, 34),
        (KeyCode::KeyH, 35),
        (KeyCode::KeyJ, 36),
        (KeyCode::KeyK, 37),
        (KeyCode::KeyL, 38),
        (KeyCode::Semicolon, 39),
        (KeyCode::Quote, 40),
        (KeyCode::Backquote, 41),
        (KeyCode::Backslash, 43),
        (KeyCode::KeyZ, 44),
        (KeyCode::KeyX, 45),
        (KeyCode::KeyC, 46),
        (KeyCode::KeyV, 47),
        (KeyCode::KeyB, 48),
        (KeyCode::KeyN, 49),
        (KeyCode::KeyM, 50),
        (KeyCode::Comma, 51),
        (KeyCode::Period, 52),
        (KeyCode::Slash, 53),
    ];

    /// Asks which layout is on now: a person may have several, and switch.
    pub fn ask(mut layout: ResMut<Layout>) {
        match read() {
            Ok(read) => *layout = read,
            // Wayland tells what a key says only when it is pressed.
            Err(_) if !has_x11() => {}
            Err(error) => warn!("what the keys say cannot be asked of the display: {error}"),
        }
    }

    fn read() -> Result<Layout, Box<dyn Error>> {
        let (connection, _) = x11rb::connect(None)?;
        connection.xkb_use_extension(1, 0)?.reply()?;
        let keyboard = xkb::ID::USE_CORE_KBD.into();
        let group = usize::from(u8::from(connection.xkb_get_state(keyboard)?.reply()?.group));
        let (first, last) = (connection.setup().min_keycode, connection.setup().max_keycode);
        let map = connection.get_keyboard_mapping(first, last - first + 1)?.reply()?;
        let width = usize::from(map.keysyms_per_keycode).max(1);
        Ok(Layout::of(TYPING.into_iter().filter_map(|(code, number)| {
            let row = usize::from((number + OFFSET).checked_sub(first)?);
            let symbols = map.keysyms.chunks(width).nth(row)?;
            Some((code, typed(symbols, group)))
        })))
    }

    /// What a key types in a group. X lists two levels of the first two groups, then their third and fourth levels.
    fn typed(symbols: &[u32], group: usize) -> Vec<char> {
        let columns = |group: usize| [2 * group, 2 * group + 1, 4 + 2 * group, 5 + 2 * group];
        let chars =
            |group| columns(group).into_iter().filter_map(|column| Keysym::new(*symbols.get(column)?).key_char());
        // Of a third and fourth group X tells nothing here.
        let own: Vec<char> = if group < 2 { chars(group).collect() } else { Vec::new() };
        if own.is_empty() { chars(0).collect() } else { own }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_key_types_what_its_group_has_or_else_the_first_one() {
            // The key R of a keyboard with a Latin and a Russian group: r, R, к, К.
            let both = [0x72, 0x52, 0x6cb, 0x6eb, 0, 0, 0, 0];
            assert_eq!((typed(&both, 0), typed(&both, 1)), (vec!['r', 'R'], vec!['к', 'К']));
            let latin = [0x72, 0x52];
            assert_eq!(typed(&latin, 1), ['r', 'R']);
            // The key 5 of a French one: (, 5 and, with AltGr, [.
            assert_eq!(typed(&[0x28, 0x35, 0, 0, 0x5b], 0), ['(', '5', '[']);
        }
    }
}
