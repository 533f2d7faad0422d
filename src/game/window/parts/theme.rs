//! How the window looks: the films' palette and typefaces, and the few shapes that all screens are made of.

use bevy::asset::uuid_handle;
use bevy::prelude::*;

use crate::draw::palette::{self, Colour};

/// Ubuntu: words.
const WORDS: Handle<Font> = uuid_handle!("6f1d5f0e-5b5c-4b7e-9d0a-5a2c0f6c7a01");
/// Hack: figures and keys, which all have the same width.
const FIGURES: Handle<Font> = uuid_handle!("6f1d5f0e-5b5c-4b7e-9d0a-5a2c0f6c7a02");

pub(in crate::game::window) const BACKGROUND: Color = colour(palette::BACKGROUND);
pub(in crate::game::window) const CARD: Color = colour(palette::CARD);
pub(in crate::game::window) const LINE: Color = colour(palette::LINE);
pub(in crate::game::window) const TEXT: Color = colour(palette::TEXT);
pub(in crate::game::window) const DIM: Color = colour(palette::DIM);
pub(in crate::game::window) const ACCENT: Color = colour(palette::ACCENT);
pub(in crate::game::window) const LEFT: Color = colour(palette::LEFT);
pub(in crate::game::window) const RIGHT: Color = colour(palette::RIGHT);
/// What is being recorded, and what went wrong.
pub(in crate::game::window) const ALARM: Color = Color::srgb_u8(255, 107, 107);
/// Behind text that lies on the picture.
pub(in crate::game::window) const VEIL: Color = Color::srgba(0.06, 0.07, 0.10, 0.86);

pub(in crate::game::window) const fn colour([red, green, blue]: Colour) -> Color {
    Color::srgb_u8(red, green, blue)
}

/// Screens are laid out for a window of this size, and scaled to any other.
pub(in crate::game::window) const DESIGN: Vec2 = Vec2::new(1280.0, 720.0);

pub(super) fn plugin(app: &mut App) {
    let mut fonts = app.world_mut().resource_mut::<Assets<Font>>();
    for (handle, bytes) in [(WORDS, epaint_default_fonts::UBUNTU_LIGHT), (FIGURES, epaint_default_fonts::HACK_REGULAR)]
    {
        // A constant handle always has its place.
        if let Err(error) = fonts.insert(&handle, Font::from_bytes(bytes.to_vec())) {
            error!("a font cannot be kept: {error}");
        }
    }
    app.insert_resource(ClearColor(BACKGROUND)).add_systems(PreUpdate, scale);
}

/// Keeps the design's proportions in a window of any size, down to almost nothing.
fn scale(window: Query<&Window>, mut scale: ResMut<UiScale>) {
    let Ok(window) = window.single() else { return };
    let fitted = (window.width() / DESIGN.x).min(window.height() / DESIGN.y).clamp(0.05, 8.0);
    if (scale.0 - fitted).abs() > 1e-4 {
        scale.0 = fitted;
    }
}

/// Words of a size in the design's pixels.
pub(in crate::game::window) fn words(text: impl Into<String>, size: f32, colour: Color) -> impl Bundle {
    (Text::new(text), TextFont { font: WORDS.into(), font_size: FontSize::Px(size), ..default() }, TextColor(colour))
}

/// Figures of a size in the design's pixels.
pub(in crate::game::window) fn figures(text: impl Into<String>, size: f32, colour: Color) -> impl Bundle {
    (Text::new(text), TextFont { font: FIGURES.into(), font_size: FontSize::Px(size), ..default() }, TextColor(colour))
}

/// A column of things with gaps between them.
pub(in crate::game::window) fn column(gap: f32) -> Node {
    Node { flex_direction: FlexDirection::Column, row_gap: px(gap), ..default() }
}

/// A row of things with gaps between them, on one middle line.
pub(in crate::game::window) fn row(gap: f32) -> Node {
    Node { flex_direction: FlexDirection::Row, align_items: AlignItems::Center, column_gap: px(gap), ..default() }
}

/// A card with round corners around its content.
pub(in crate::game::window) fn card(node: Node) -> impl Bundle {
    let node = Node { padding: UiRect::all(px(12.0)), border_radius: BorderRadius::all(px(8.0)), ..node };
    (node, BackgroundColor(CARD))
}

/// A node that covers its parent.
pub(in crate::game::window) fn cover() -> Node {
    Node { position_type: PositionType::Absolute, width: percent(100.0), height: percent(100.0), ..default() }
}
