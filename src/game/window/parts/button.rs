//! Buttons, and the line of keys at the foot of a screen.

use bevy::prelude::*;

use super::theme::{ACCENT, BACKGROUND, DIM, LINE, TEXT, figures, row, words};
use crate::game::window::screen::FrameSet;

/// A button's looks follow the mouse.
#[derive(Component)]
struct Face;

/// Marks what the keys have chosen.
#[derive(Component)]
pub(in crate::game::window) struct Selected;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, colour.in_set(FrameSet::Show));
}

/// Spawns a button; `mark` says what it does.
pub(in crate::game::window) fn spawn_button(parent: &mut ChildSpawnerCommands, label: &str, mark: impl Bundle) {
    let node = Node {
        padding: UiRect::axes(px(12.0), px(3.0)),
        border: UiRect::all(px(1.0)),
        border_radius: BorderRadius::all(px(6.0)),
        ..default()
    };
    let looks = (BackgroundColor(BACKGROUND), BorderColor::all(LINE));
    parent
        .spawn((Button, Face, Name::new(format!("button {label}")), node, looks, mark))
        .with_child(words(label, 15.0, TEXT));
}

fn colour(mut faces: Query<(&Interaction, Has<Selected>, &mut BorderColor, &mut BackgroundColor), With<Face>>) {
    for (interaction, is_selected, mut border, mut background) in &mut faces {
        let (edge, fill) = match interaction {
            Interaction::Pressed => (ACCENT, LINE),
            Interaction::Hovered => (ACCENT, BACKGROUND),
            Interaction::None if is_selected => (ACCENT, BACKGROUND),
            Interaction::None => (LINE, BACKGROUND),
        };
        border.set_if_neq(BorderColor::all(edge));
        background.set_if_neq(BackgroundColor(fill));
    }
}

/// Spawns a line that names keys and what they do.
pub(in crate::game::window) fn spawn_hints(parent: &mut ChildSpawnerCommands, hints: &[(&str, &str)]) {
    parent.spawn(row(8.0)).with_children(|line| {
        for (key, does) in hints {
            line.spawn(figures(*key, 14.0, ACCENT));
            line.spawn((Node { margin: UiRect::right(px(10.0)), ..default() }, words(*does, 14.0, DIM)));
        }
    });
}
