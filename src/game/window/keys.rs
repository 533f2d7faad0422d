//! The keys: each is declared where it is read, and bound to the screens that have it. F1 shows what is bound.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::screen::Screen;

/// A key, and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    codes: &'static [KeyCode],
    shown: &'static str,
    does: &'static str,
}

impl Key {
    /// A key by its codes, any of which will do; how F1 shows it, and what it does.
    pub const fn new(codes: &'static [KeyCode], shown: &'static str, does: &'static str) -> Self {
        Self { codes, shown, does }
    }

    /// How the key is shown, and what it does.
    pub fn texts(&self) -> (&'static str, &'static str) {
        (self.shown, self.does)
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
    pub fn of(&self, screen: Screen) -> impl Iterator<Item = &Key> {
        let own = self.on.iter().filter(move |(on, _)| *on == screen).map(|(_, key)| key);
        own.chain(&self.everywhere)
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
    input: Res<'w, ButtonInput<KeyCode>>,
    screen: Res<'w, State<Screen>>,
    bindings: Res<'w, Bindings>,
}

impl Keys<'_> {
    fn is_bound(&self, key: &Key) -> bool {
        self.bindings.of(*self.screen.get()).any(|bound| bound == key)
    }

    /// Whether a key goes down in this frame.
    pub fn pressed(&self, key: &Key) -> bool {
        self.input.any_just_pressed(key.codes.iter().copied()) && self.is_bound(key)
    }

    /// Whether a key is held down.
    pub fn held(&self, key: &Key) -> bool {
        self.input.any_pressed(key.codes.iter().copied()) && self.is_bound(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::window::maze::Stage;
    use crate::game::window::open::blind;

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        let app = blind(Stage::load("brick").unwrap(), Screen::FIRST, Vec::new());
        let bindings = app.world().resource::<Bindings>();
        for (screen, _) in &bindings.on {
            let mut seen: Vec<KeyCode> = Vec::new();
            for code in bindings.of(*screen).flat_map(|key| key.codes) {
                assert!(!seen.contains(code), "{code:?} on {screen:?}");
                seen.push(*code);
            }
        }
    }
}
