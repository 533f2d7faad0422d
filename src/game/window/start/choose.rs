//! How a card is chosen, and what is seen of the columns.

use bevy::input::mouse::{MouseScrollUnit, MouseWheel};
use bevy::prelude::*;

use super::cards::Card;
use super::layout::{Column, Thumb};
use super::shelf::{Choice, scrolled_to};
use crate::game::window::keys::{Key, Keys};
use crate::game::window::parts::theme::{ACCENT, CARD, LINE};

const PREVIOUS: Key = Key::named(KeyCode::ArrowUp, "↑", "the card above");
const NEXT: Key = Key::named(KeyCode::ArrowDown, "↓", "the card below");
const COLUMN_BEFORE: Key = Key::named(KeyCode::ArrowLeft, "←", "the column to the left");
const COLUMN_AFTER: Key = Key::named(KeyCode::ArrowRight, "→", "the column to the right");

/// The keys that choose a card.
pub(super) const KEYS: [Key; 4] = [PREVIOUS, NEXT, COLUMN_BEFORE, COLUMN_AFTER];

/// Arrow keys move from card to card.
pub(super) fn choose(keys: Keys, mut choice: ResMut<Choice>) {
    let moves = [(&COLUMN_BEFORE, -1, 0), (&COLUMN_AFTER, 1, 0), (&PREVIOUS, 0, -1), (&NEXT, 0, 1)];
    for (key, sections, places) in moves {
        if keys.pressed(key) {
            choice.go(sections, places);
        }
    }
}

/// A press on a card chooses it.
pub(super) fn point(mut choice: ResMut<Choice>, cards: Query<(&Interaction, &Card), Changed<Interaction>>) {
    for (_, &Card(section, place)) in cards.iter().filter(|(interaction, _)| **interaction == Interaction::Pressed) {
        choice.set(section, place);
    }
}

/// The wheel scrolls the column under the mouse.
pub(super) fn wheel(
    mut wheel: MessageReader<MouseWheel>,
    window: Query<&Window>,
    mut columns: Query<(&mut ScrollPosition, &ComputedNode, &UiGlobalTransform), With<Column>>,
) {
    let turned: Vec<(MouseScrollUnit, f32)> = wheel.read().map(|event| (event.unit, event.y)).collect();
    let cursor = window.single().ok().and_then(Window::physical_cursor_position);
    let Some(cursor) = cursor.filter(|_| !turned.is_empty()) else { return };
    for (mut position, node, transform) in &mut columns {
        if node.contains_point(*transform, cursor) {
            let by = |&(unit, turned): &(MouseScrollUnit, f32)| match unit {
                MouseScrollUnit::Line => turned * 44.0,
                MouseScrollUnit::Pixel => turned * node.inverse_scale_factor,
            };
            let most = ((node.content_size.y - node.size.y) * node.inverse_scale_factor).max(0.0);
            position.y = (position.y - turned.iter().map(by).sum::<f32>()).clamp(0.0, most);
        }
    }
}

/// Marks the chosen card, and brings it into view.
pub(super) fn select(
    choice: Res<Choice>,
    mut cards: Query<(&Card, &Interaction, &mut BorderColor)>,
    mut columns: Query<(&Column, &mut ScrollPosition, &ComputedNode)>,
) {
    let (section, place) = choice.place();
    for (card, interaction, mut border) in &mut cards {
        let colour = match interaction {
            _ if *card == Card(section, place) => ACCENT,
            Interaction::None => CARD,
            Interaction::Hovered | Interaction::Pressed => LINE,
        };
        border.set_if_neq(BorderColor::all(colour));
    }
    if !choice.is_changed() {
        return;
    }
    for (column, mut position, node) in &mut columns {
        if column.0 == section {
            position.y = scrolled_to(place, position.y, node.size.y * node.inverse_scale_factor);
        }
    }
}

/// Shows how far a column is scrolled, where not all of it is seen.
pub(super) fn scroll(
    columns: Query<(&Column, &ScrollPosition, &ComputedNode)>,
    mut thumbs: Query<(&Thumb, &mut Node, &mut Visibility)>,
) {
    for (column, position, node) in &columns {
        let (whole, seen) = (node.content_size.y * node.inverse_scale_factor, node.size.y * node.inverse_scale_factor);
        for (_, mut thumb, mut visibility) in thumbs.iter_mut().filter(|(thumb, ..)| thumb.0 == column.0) {
            let is_cut = whole > seen + 1.0;
            visibility.set_if_neq(if is_cut { Visibility::Inherited } else { Visibility::Hidden });
            // Under the section's title.
            let place = (px(32.0 + position.y / whole.max(1.0) * seen), px(seen / whole.max(1.0) * seen));
            if is_cut && (thumb.top, thumb.height) != place {
                (thumb.top, thumb.height) = place;
            }
        }
    }
}
