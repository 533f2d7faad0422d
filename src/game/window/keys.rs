//! The keys: each is declared where it is read, and bound to the screens that have it. F1 shows what is bound.
//!
//! Letters and signs count by what they say, wherever a layout has them; the four keys to walk with count by their place.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::layout::Layout;
use super::screen::Screen;
use super::strokes::{Stroke, Strokes};

/// How a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    /// A key that is the same on every keyboard, with its name.
    Named(KeyCode, &'static str),
    /// A place on the keyboard, and what it says in the US.
    Place(KeyCode, char),
    /// A key that says this; and where one says nothing in Latin script, the place that says it in the US.
    Label(char, KeyCode),
}

/// A key, and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    presses: [Option<Press>; 2],
    does: &'static str,
}

impl Key {
    /// A key that is the same on every keyboard.
    pub const fn named(code: KeyCode, name: &'static str, does: &'static str) -> Self {
        Self { presses: [Some(Press::Named(code, name)), None], does }
    }

    /// A key by what it says, and the place where that is in the US.
    pub const fn label(says: char, code: KeyCode, does: &'static str) -> Self {
        Self { presses: [Some(Press::Label(says, code)), None], does }
    }

    /// The same, or another one.
    pub const fn or(self, other: Press) -> Self {
        Self { presses: [self.presses[0], Some(other)], ..self }
    }

    fn presses(&self) -> impl Iterator<Item = Press> {
        self.presses.into_iter().flatten()
    }
}

/// Which screens have which keys.
#[derive(Resource, Default)]
pub(super) struct Bindings {
    on: Vec<(Screen, Key)>,
    everywhere: Vec<Key>,
}

impl Bindings {
    /// The keys of a screen, in the order in which F1 shows them: its own first.
    fn of(&self, screen: Screen) -> impl Iterator<Item = &Key> {
        let own = self.on.iter().filter(move |(on, _)| *on == screen).map(|(_, key)| key);
        own.chain(&self.everywhere)
    }

    /// The key that is meant on a screen. What a key says counts before its place, so that no two are meant at once.
    fn meant(&self, screen: Screen, stroke: Stroke) -> Option<&Key> {
        let first = |is_meant: &dyn Fn(Press) -> bool| self.of(screen).find(|key| key.presses().any(is_meant));
        let Stroke { code, says, names } = stroke;
        first(&|press| matches!(press, Press::Named(named, _) if Some(named) == names))
            .or_else(|| first(&|press| matches!(press, Press::Label(label, _) if Some(label) == says)))
            .or_else(|| first(&|press| matches!(press, Press::Place(place, _) if place == code)))
            .or_else(|| {
                let is_latin = says.is_some_and(|says| says.is_ascii());
                first(&|press| !is_latin && matches!(press, Press::Label(_, place) if place == code))
            })
    }

    /// How the keys of a screen are shown, and what they do.
    pub fn texts(&self, screen: Screen, layout: &Layout) -> impl Iterator<Item = (String, &'static str)> {
        let is_label = move |says: char| {
            self.of(screen).flat_map(Key::presses).any(|press| matches!(press, Press::Label(label, _) if label == says))
        };
        let shown = move |press: Press| match press {
            Press::Named(_, name) => Some(name.to_owned()),
            Press::Place(code, us) => {
                let says = layout.at(code).unwrap_or(us);
                // A key that says what another one is bound to means that one.
                (!is_label(says)).then(|| says.to_uppercase().to_string())
            }
            Press::Label(label, code) => {
                let says = if layout.lacks(label) { layout.at(code).unwrap_or(label) } else { label };
                Some(says.to_uppercase().to_string())
            }
        };
        self.of(screen).map(move |key| {
            let shown: Vec<String> = key.presses().filter_map(shown).collect();
            (shown.join("  "), key.does)
        })
    }
}

/// Gives keys to screens.
pub(super) trait BindKeys {
    /// To one screen.
    fn bind(&mut self, screen: Screen, keys: &[Key]) -> &mut Self;

    /// To all screens.
    fn bind_everywhere(&mut self, keys: &[Key]) -> &mut Self;
}

impl BindKeys for App {
    fn bind(&mut self, screen: Screen, keys: &[Key]) -> &mut Self {
        let mut bindings = self.world_mut().get_resource_or_init::<Bindings>();
        bindings.on.extend(keys.iter().map(|key| (screen, *key)));
        self
    }

    fn bind_everywhere(&mut self, keys: &[Key]) -> &mut Self {
        self.world_mut().get_resource_or_init::<Bindings>().everywhere.extend(keys);
        self
    }
}

/// Reads keys, on the screens that they are bound to.
#[derive(SystemParam)]
pub(super) struct Keys<'w> {
    strokes: Res<'w, Strokes>,
    screen: Res<'w, State<Screen>>,
    bindings: Res<'w, Bindings>,
}

impl Keys<'_> {
    fn is_among(&self, strokes: &[Stroke], key: &Key) -> bool {
        strokes.iter().any(|stroke| self.bindings.meant(*self.screen.get(), *stroke) == Some(key))
    }

    /// Whether a key goes down in this frame.
    pub fn pressed(&self, key: &Key) -> bool {
        self.is_among(&self.strokes.new, key)
    }

    /// Whether a key is held down.
    pub fn held(&self, key: &Key) -> bool {
        self.is_among(&self.strokes.held, key)
    }
}

#[cfg(test)]
mod tests {
    use bevy::input::keyboard::Key;

    use super::super::strokes;
    use super::{Bindings, KeyCode, Layout, Press, Screen, Stroke};
    use crate::game::window::blind::blind;
    use crate::game::window::maze::Stage;
    use crate::game::window::play;

    fn bindings() -> Bindings {
        let mut app = blind(Stage::load("brick").unwrap(), Screen::FIRST, Vec::new());
        app.world_mut().remove_resource().unwrap()
    }

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        let bindings = bindings();
        for (screen, _) in &bindings.on {
            let (mut codes, mut labels) = (Vec::new(), Vec::new());
            for press in bindings.of(*screen).flat_map(super::Key::presses) {
                let is_new = |known: bool| assert!(!known, "{press:?} on {screen:?}");
                match press {
                    Press::Named(code, _) | Press::Place(code, _) => {
                        is_new(codes.contains(&code));
                        codes.push(code);
                    }
                    Press::Label(says, _) => {
                        is_new(labels.contains(&says));
                        labels.push(says);
                    }
                }
            }
        }
    }

    /// What a key does while a maze is walked.
    fn does(bindings: &Bindings, code: KeyCode, says: char) -> &'static str {
        told(bindings, code, &Key::Character(says.to_string().into()))
    }

    fn told(bindings: &Bindings, code: KeyCode, key: &Key) -> &'static str {
        bindings.meant(play::SCREEN, Stroke::new(code, key)).map_or("nothing", |key| key.does)
    }

    #[test]
    fn letters_count_by_what_they_say_and_the_keys_to_walk_by_their_place() {
        let bindings = bindings();
        let does = |code, says| does(&bindings, code, says);
        assert_eq!(does(KeyCode::KeyW, 'z'), "walk on, for as long as it is held", "AZERTY");
        assert_eq!(does(KeyCode::KeyA, 'q'), "turn left");
        assert_eq!(does(KeyCode::Comma, ';'), "nothing");
        assert_eq!(does(KeyCode::Semicolon, '.'), "one tick, also while paused", "with Shift");
        assert_eq!(does(KeyCode::Digit6, '-'), "slower");
        assert_eq!(does(KeyCode::Equal, '='), "faster");
        assert_eq!(does(KeyCode::BracketRight, '+'), "faster", "QWERTZ");
        assert_eq!(does(KeyCode::KeyR, 'p'), "pause", "Dvorak");
        assert_eq!(does(KeyCode::KeyO, 'r'), "record what you walk, or stop");
        assert_eq!(does(KeyCode::KeyS, 'r'), "record what you walk, or stop", "Colemak: what it says comes first");
        assert_eq!(does(KeyCode::KeyR, 'к'), "record what you walk, or stop", "another script: by its place");
        assert_eq!(does(KeyCode::Escape, 'r'), "record what you walk, or stop", "a keyboard on the screen");
        assert_eq!(told(&bindings, KeyCode::KeyQ, &Key::ArrowLeft), "turn left", "a keyboard on the screen");
    }

    #[test]
    fn what_is_bound_by_its_name_is_known_by_it() {
        let bindings = bindings();
        for (screen, _) in &bindings.on {
            for press in bindings.of(*screen).flat_map(super::Key::presses) {
                if let Press::Named(code, name) = press {
                    // A place that no key with a name has.
                    let is_known = strokes::NAMED
                        .iter()
                        .any(|(key, place)| *place == code && Stroke::new(KeyCode::F24, key).names == Some(code));
                    assert!(is_known, "{name}");
                }
            }
        }
    }

    #[test]
    fn the_list_of_keys_tells_the_truth_for_the_layout() {
        let bindings = bindings();
        let list = |layout: Layout| -> Vec<String> {
            bindings.texts(play::SCREEN, &layout).map(|(shown, _)| shown).take(7).collect()
        };
        let us = ["↑  W", "←  A", "→  D", "↓  S", "Tab", "R", "P"];
        assert_eq!(list(Layout::default()), us);
        let of = |says: &[(KeyCode, char)]| Layout::of(says.iter().map(|&(code, says)| (code, vec![says])));
        let azerty = [(KeyCode::KeyW, 'z'), (KeyCode::KeyA, 'q'), (KeyCode::KeyR, 'r'), (KeyCode::KeyP, 'p')];
        assert_eq!(list(of(&azerty)), ["↑  Z", "←  Q", "→  D", "↓  S", "Tab", "R", "P"]);
        let colemak = [(KeyCode::KeyS, 'r'), (KeyCode::KeyD, 's'), (KeyCode::KeyR, 'p')];
        assert_eq!(list(of(&colemak)), ["↑  W", "←  A", "→  S", "↓", "Tab", "R", "P"]);
        let russian = [(KeyCode::KeyW, 'ц'), (KeyCode::KeyR, 'к'), (KeyCode::KeyP, 'з')];
        assert_eq!(list(of(&russian)), ["↑  Ц", "←  A", "→  D", "↓  S", "Tab", "К", "З"]);
    }
}
