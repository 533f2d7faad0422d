//! F1 lists the keys; Esc closes the list first, then leads back.

use bevy::prelude::*;

use super::keys::{Key, Keys, bindings};
use super::parts::theme::{ACCENT, BACKGROUND, DIM, LINE, TEXT, VEIL, column, cover, figures, row, words};
use super::screen::{Back, FrameSet, Screen};

/// The list that F1 shows.
#[derive(Component)]
pub(super) struct Help;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, (go_back, toggle_help).chain().in_set(FrameSet::Input));
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
            for binding in bindings(screen) {
                let (shown, does) = binding.texts();
                list.spawn(row(16.0)).with_children(|line| {
                    let node = Node { width: px(110.0), ..default() };
                    line.spawn(node).with_child(figures(shown, 17.0, TEXT));
                    line.spawn(words(does, 17.0, DIM));
                });
            }
        });
    });
}

fn go_back(
    keys: Keys,
    help: Query<(), With<Help>>,
    screen: Res<State<Screen>>,
    mut back: ResMut<Back>,
    mut next: ResMut<NextState<Screen>>,
    mut exit: MessageWriter<AppExit>,
) {
    // The list of keys closes first.
    if !keys.pressed(Key::Back) || !help.is_empty() {
        return;
    }
    if *screen.get() == Screen::Start {
        exit.write(AppExit::Success);
    } else {
        next.set(std::mem::take(&mut back.0));
    }
}
