//! The column on the right, and what it leaves of the screen.

use bevy::prelude::*;

use super::theme::{BACKGROUND, LINE};
use crate::game::window::screen::Screen;

/// Width of the column, in the design's pixels.
pub(in crate::game::window) const COLUMN: f32 = 560.0;

/// The column of a screen, laid out inside as its node says.
pub(in crate::game::window) fn side(name: &'static str, screen: Screen, node: Node) -> impl Bundle {
    let node = Node {
        position_type: PositionType::Absolute,
        right: px(0.0),
        top: px(0.0),
        bottom: px(0.0),
        width: px(COLUMN),
        border: UiRect::left(px(1.0)),
        ..node
    };
    (Name::new(name), DespawnOnExit(screen), node, BackgroundColor(BACKGROUND), BorderColor::all(LINE))
}

/// What the column leaves, with something in its middle.
pub(in crate::game::window) fn beside(node: Node) -> Node {
    Node {
        position_type: PositionType::Absolute,
        left: px(0.0),
        right: px(COLUMN),
        top: px(0.0),
        bottom: px(0.0),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..node
    }
}
