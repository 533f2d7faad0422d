//! The frame, what is known of it, and the time line of its episode.

use bevy::prelude::*;
use bevy::ui::RelativeCursorPosition;

use super::SCREEN;
use super::book::Browsing;
use super::facts::FACTS;
use super::timeline::{self, draw_timeline};
use crate::camera::Frame;
use crate::files::Shown;
use crate::game::window::parts::theme::{ACCENT, CARD, DIM, TEXT, card, column, cover, figures, row, words};
use crate::game::window::parts::{image_of, smooth_image_of, spawn_hints};

/// Place for the frame, in the design's pixels.
pub(super) const BOX: Vec2 = Vec2::new(800.0, 578.0);
/// Of the map, in the design's pixels.
pub(super) const MAP: f32 = 272.0;

/// The frame.
#[derive(Component)]
pub(super) struct Large;

/// What stands in its place.
#[derive(Component)]
pub(super) struct Message;

#[derive(Component)]
pub(super) struct Map;

#[derive(Component)]
pub(super) struct TimeLine;

/// The place in the time line.
#[derive(Component)]
pub(super) struct Hand;

pub(super) fn enter(mut commands: Commands, mut browsing: ResMut<Browsing>, mut images: ResMut<Assets<Image>>) {
    browsing.shown = None;
    browsing.runs = None;
    let mut image = || images.add(image_of(&Frame::new(1, 1)));
    let (large, map) = (image(), image());
    let line = images.add(smooth_image_of(&draw_timeline(&[false], &[])));
    let node =
        Node { padding: UiRect::axes(px(32.0), px(16.0)), justify_content: JustifyContent::SpaceBetween, ..cover() };
    let node = Node { flex_direction: FlexDirection::Column, ..node };
    commands.spawn((Name::new("browse"), DespawnOnExit(SCREEN), node)).with_children(|screen| {
        screen.spawn(Node { column_gap: px(32.0), ..default() }).with_children(|top| {
            let centred = Node {
                width: px(BOX.x),
                height: px(BOX.y),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                border_radius: BorderRadius::all(px(8.0)),
                ..default()
            };
            top.spawn((centred, BackgroundColor(CARD))).with_children(|place| {
                place.spawn((Large, Node::default(), ImageNode::new(large)));
                place.spawn((Message, words("", 20.0, DIM)));
            });
            top.spawn(Node { flex_grow: 1.0, ..column(14.0) }).with_children(|side| {
                side.spawn(words(browsing.folder.shown(), 22.0, ACCENT));
                side.spawn(card(column(4.0))).with_children(|facts| {
                    for (fact, label) in FACTS {
                        facts.spawn(row(0.0)).with_children(|line| {
                            line.spawn(Node { width: px(86.0), ..default() }).with_child(words(label, 15.0, DIM));
                            line.spawn((fact, figures("", 15.0, TEXT)));
                        });
                    }
                });
                side.spawn(card(Node { align_self: AlignSelf::Start, ..default() })).with_child((
                    Map,
                    Node { width: px(MAP), height: px(MAP), ..default() },
                    ImageNode::new(map),
                ));
            });
        });
        screen.spawn(column(2.0)).with_children(|bottom| {
            let node = Node { width: px(timeline::SIZE.0), height: px(timeline::SIZE.1), ..default() };
            let pointed = (Interaction::None, RelativeCursorPosition::default());
            bottom.spawn((TimeLine, Name::new("time line"), node, ImageNode::new(line), pointed)).with_children(
                |line| {
                    let hand = Node {
                        position_type: PositionType::Absolute,
                        width: px(4.0),
                        height: px(34.0),
                        top: px(2.0),
                        border_radius: BorderRadius::all(px(2.0)),
                        ..default()
                    };
                    line.spawn((Hand, hand, BackgroundColor(TEXT)));
                },
            );
            spawn_hints(
                bottom,
                &[
                    ("←→", "frame"),
                    ("↑↓", "episode"),
                    ("Space", "run"),
                    ("Enter", "walk on from here"),
                    ("M", "watch models from here"),
                    ("F1", "all keys"),
                    ("Esc", "back"),
                ],
            );
        });
    });
}
