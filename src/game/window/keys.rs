//! The keys: what each is called, what it does and where. F1 shows this very list.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::parts::theme::{ACCENT, BACKGROUND, DIM, LINE, TEXT, VEIL, column, cover, figures, row, words};
use super::screen::{FrameSet, Screen};

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

/// The list that F1 shows.
#[derive(Component)]
pub(super) struct Help;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, toggle_help.in_set(FrameSet::Input).after(super::screen::go_back));
}

fn toggle_help(mut commands: Commands, keys: Keys, screen: Res<State<Screen>>, help: Query<Entity, With<Help>>) {
    let close = screen.is_changed() || keys.pressed(Key::Help) || keys.pressed(Key::Back);
    if let Ok(help) = help.single() {
        if close {
            commands.entity(help).despawn();
        }
    } else if keys.pressed(Key::Help) {
        spawn_help(&mut commands, *screen.get());
    }
}

fn spawn_help(commands: &mut Commands, screen: Screen) {
    let node = Node { align_items: AlignItems::Center, justify_content: JustifyContent::Center, ..cover() };
    commands.spawn((Name::new("help"), Help, GlobalZIndex(100), node, BackgroundColor(VEIL))).with_children(|cover| {
        let node = Node {
            padding: UiRect::all(px(28.0)),
            border: UiRect::all(px(1.0)),
            border_radius: BorderRadius::all(px(12.0)),
            ..column(8.0)
        };
        cover.spawn((node, BackgroundColor(BACKGROUND), BorderColor::all(LINE))).with_children(|list| {
            list.spawn(words("Keys", 24.0, ACCENT));
            for binding in BINDINGS.iter().filter(|binding| binding.screens.contains(&screen)) {
                list.spawn(row(16.0)).with_children(|line| {
                    let node = Node { width: px(110.0), ..default() };
                    line.spawn(node).with_child(figures(binding.shown, 17.0, TEXT));
                    line.spawn(words(binding.does, 17.0, DIM));
                });
            }
        });
    });
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
