//! F1 lists the keys of the screen; F1 or Esc closes the list.

use bevy::prelude::*;

use super::keys::{BindKeys, Bindings, Key, Keys};
use super::layout::{self, Layout};
use super::parts::theme::{ACCENT, BACKGROUND, DIM, LINE, TEXT, VEIL, column, cover, figures, row, words};
use super::screen::{FrameSet, Screen};

/// Closes the list; where there is none, leads back.
pub(super) const BACK: Key =
    Key::named(KeyCode::Escape, "Esc", "back (a training goes on); from the first screen, quit");

const HELP: Key = Key::named(KeyCode::F1, "F1", "this list");

/// The list that F1 shows.
#[derive(Component)]
pub(super) struct Help;

pub(super) fn plugin(app: &mut App) {
    app.bind_everywhere(&[HELP]).add_systems(Update, toggle_help.in_set(FrameSet::Input));
}

/// What only makes sense with a display: it is asked what the keys say whenever the list is to be shown.
pub(super) fn asking_plugin(app: &mut App) {
    #[cfg(target_os = "linux")]
    app.add_systems(Update, layout::ask.in_set(FrameSet::Input).before(toggle_help).run_if(is_asked_for));
}

fn is_asked_for(keys: Keys) -> bool {
    keys.pressed(&HELP)
}

/// Shows the list, or closes it.
pub(super) fn toggle_help(
    mut commands: Commands,
    keys: Keys,
    screen: Res<State<Screen>>,
    bindings: Res<Bindings>,
    layout: Res<Layout>,
    help: Query<Entity, With<Help>>,
) {
    let close = screen.is_changed() || keys.pressed(&HELP) || keys.pressed(&BACK);
    if let Ok(help) = help.single() {
        if close {
            commands.entity(help).despawn();
        }
    } else if keys.pressed(&HELP) {
        spawn_help(&mut commands, bindings.texts(*screen.get(), &layout));
    }
}

fn spawn_help(commands: &mut Commands, keys: impl Iterator<Item = (String, &'static str)>) {
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
            for (shown, does) in keys {
                list.spawn(row(16.0)).with_children(|line| {
                    let node = Node { width: px(110.0), ..default() };
                    line.spawn(node).with_child(figures(shown, 17.0, TEXT));
                    line.spawn(words(does, 17.0, DIM));
                });
            }
        });
    });
}
