//! The keys: what each is called, what it does and where. F1 shows this very list.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::screen::Screen;

/// What a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Forward,
    Left,
    Right,
    Around,
    Explorer,
    Record,
    Pause,
    Step,
    View,
    NextMaze,
    Slower,
    Faster,
    Hold,
    Page,
    Noise,
    Colder,
    Warmer,
    Swap,
    Reset,
    FrameBack,
    FrameOn,
    TenBack,
    TenOn,
    First,
    Last,
    EpisodeBack,
    EpisodeOn,
    Replay,
    PlayFromHere,
    WatchFromHere,
    Previous,
    Next,
    ColumnBefore,
    ColumnAfter,
    Choose,
    Other,
    ToTraining,
    Stop,
    Help,
    Photo,
    Back,
}

/// A key, and what it does.
pub(super) struct Binding {
    pub key: Key,
    codes: &'static [KeyCode],
    shown: &'static str,
    does: &'static str,
    screens: &'static [Screen],
}

const MAZE: &[Screen] = &super::screen::WITH_MAZE;
const MODELS: &[Screen] = &[Screen::Watch, Screen::Dream];
const WATCH: &[Screen] = &[Screen::Watch];
const DREAM: &[Screen] = &[Screen::Dream];
const BROWSE: &[Screen] = &[Screen::Browse];
const START: &[Screen] = &[Screen::Start];
const TRAINING: &[Screen] = &[Screen::Training];
const ALL: &[Screen] = &[Screen::Start, Screen::Play, Screen::Watch, Screen::Dream, Screen::Browse, Screen::Training];

const fn bind(
    key: Key,
    codes: &'static [KeyCode],
    shown: &'static str,
    does: &'static str,
    screens: &'static [Screen],
) -> Binding {
    Binding { key, codes, shown, does, screens }
}

/// All keys, in the order in which F1 shows them.
const BINDINGS: &[Binding] = &[
    bind(Key::Forward, &[KeyCode::ArrowUp, KeyCode::KeyW], "↑  W", "walk on, for as long as it is held", MAZE),
    bind(Key::Left, &[KeyCode::ArrowLeft, KeyCode::KeyA], "←  A", "turn left", MAZE),
    bind(Key::Right, &[KeyCode::ArrowRight, KeyCode::KeyD], "→  D", "turn right", MAZE),
    bind(Key::Around, &[KeyCode::ArrowDown, KeyCode::KeyS], "↓  S", "turn around", MAZE),
    bind(Key::Explorer, &[KeyCode::Tab], "Tab", "let the explorer walk, or take over", MAZE),
    bind(Key::Record, &[KeyCode::KeyR], "R", "record what you walk, or stop", MAZE),
    bind(Key::Pause, &[KeyCode::KeyP], "P", "pause", MAZE),
    bind(Key::Step, &[KeyCode::Period], ".", "one tick, also while paused", MAZE),
    bind(Key::View, &[KeyCode::KeyV], "V", "first person, or from above", MAZE),
    bind(Key::NextMaze, &[KeyCode::KeyG], "G", "go to another maze", MAZE),
    bind(Key::Slower, &[KeyCode::Minus, KeyCode::NumpadSubtract], "-", "slower", MAZE),
    bind(Key::Faster, &[KeyCode::Equal, KeyCode::NumpadAdd], "+", "faster", MAZE),
    bind(Key::Hold, &[KeyCode::KeyH], "H", "hold still at corners and fan out 16 samples; a turn goes on", WATCH),
    bind(Key::Page, &[KeyCode::PageDown], "Page down", "more true futures, where there are more than six", WATCH),
    bind(Key::Swap, &[KeyCode::KeyM], "M", "walk inside the model, or in the real maze", DREAM),
    bind(Key::Reset, &[KeyCode::KeyC], "C", "dream anew from what is really seen", DREAM),
    bind(Key::Noise, &[KeyCode::KeyN], "N", "draw new noise", MODELS),
    bind(Key::Colder, &[KeyCode::BracketLeft], "[", "less noise", MODELS),
    bind(Key::Warmer, &[KeyCode::BracketRight], "]", "more noise", MODELS),
    bind(Key::FrameBack, &[KeyCode::ArrowLeft], "←", "a frame back", BROWSE),
    bind(Key::FrameOn, &[KeyCode::ArrowRight], "→", "a frame on", BROWSE),
    bind(Key::TenBack, &[KeyCode::PageUp], "Page up", "ten frames back", BROWSE),
    bind(Key::TenOn, &[KeyCode::PageDown], "Page down", "ten frames on", BROWSE),
    bind(Key::First, &[KeyCode::Home], "Home", "the first frame", BROWSE),
    bind(Key::Last, &[KeyCode::End], "End", "the last frame", BROWSE),
    bind(Key::EpisodeBack, &[KeyCode::ArrowUp], "↑", "the episode before", BROWSE),
    bind(Key::EpisodeOn, &[KeyCode::ArrowDown], "↓", "the next episode", BROWSE),
    bind(Key::Replay, &[KeyCode::Space], "Space", "let it run, or stop", BROWSE),
    bind(Key::PlayFromHere, &[KeyCode::Enter], "Enter", "walk on from here yourself", BROWSE),
    bind(Key::WatchFromHere, &[KeyCode::KeyM], "M", "watch models from here", BROWSE),
    bind(Key::Previous, &[KeyCode::ArrowUp], "↑", "the card above", START),
    bind(Key::Next, &[KeyCode::ArrowDown], "↓", "the card below", START),
    bind(Key::ColumnBefore, &[KeyCode::ArrowLeft], "←", "the column to the left", START),
    bind(Key::ColumnAfter, &[KeyCode::ArrowRight], "→", "the column to the right", START),
    bind(Key::Choose, &[KeyCode::Enter], "Enter", "the card's first button: play, browse, watch", START),
    bind(Key::Other, &[KeyCode::Space], "Space", "the card's second button: watch, train, dream", START),
    bind(Key::ToTraining, &[KeyCode::KeyT], "T", "the training under way, or the last one", START),
    bind(Key::Previous, &[KeyCode::ArrowUp], "↑", "the choice before", TRAINING),
    bind(Key::Next, &[KeyCode::ArrowDown], "↓", "the next choice", TRAINING),
    bind(Key::ColumnBefore, &[KeyCode::ArrowLeft], "←", "the recipes to the left, or the choice before", TRAINING),
    bind(Key::ColumnAfter, &[KeyCode::ArrowRight], "→", "the recipes to the right, or the next choice", TRAINING),
    bind(Key::Choose, &[KeyCode::Enter], "Enter", "do what is chosen", TRAINING),
    bind(Key::Stop, &[KeyCode::KeyS], "S", "stop the training; it can go on later", TRAINING),
    bind(Key::Help, &[KeyCode::F1], "F1", "this list", ALL),
    bind(Key::Photo, &[KeyCode::F12], "F12", "save a picture of the window", ALL),
    bind(Key::Back, &[KeyCode::Escape], "Esc", "back (a training goes on); from the first screen, quit", ALL),
];

impl Binding {
    /// How the key is shown, and what it does.
    pub fn texts(&self) -> (&'static str, &'static str) {
        (self.shown, self.does)
    }
}

/// The keys of a screen, in the order in which F1 shows them.
pub(super) fn bindings(screen: Screen) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| binding.screens.contains(&screen))
}

/// Reads keys by their meaning.
#[derive(SystemParam)]
pub(super) struct Keys<'w> {
    input: Res<'w, ButtonInput<KeyCode>>,
    screen: Res<'w, State<Screen>>,
}

impl Keys<'_> {
    fn codes(&self, key: Key) -> &'static [KeyCode] {
        let here = BINDINGS.iter().find(|binding| binding.key == key && binding.screens.contains(self.screen.get()));
        here.map_or(&[], |binding| binding.codes)
    }

    /// Whether a key goes down in this frame, on a screen that has it.
    pub fn pressed(&self, key: Key) -> bool {
        self.input.any_just_pressed(self.codes(key).iter().copied())
    }

    /// Whether a key is held down.
    pub fn held(&self, key: Key) -> bool {
        self.input.any_pressed(self.codes(key).iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for &screen in ALL {
            let mut seen: Vec<KeyCode> = Vec::new();
            for binding in BINDINGS.iter().filter(|binding| binding.screens.contains(&screen)) {
                for code in binding.codes {
                    assert!(!seen.contains(code), "{code:?} on {screen:?}");
                    seen.push(*code);
                }
            }
        }
    }
}
