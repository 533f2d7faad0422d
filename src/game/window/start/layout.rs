//! The head, three columns of cards, and the keys.

use bevy::prelude::*;

use super::SCREEN;
use super::cards::{CARD_WIDTH, SECTIONS};
use super::head::spawn_head;
use crate::game::window::library::Library;
use crate::game::window::parts::spawn_hints;
use crate::game::window::parts::theme::{LINE, TEXT, column, words};

/// A column of cards that can be scrolled.
#[derive(Component)]
pub(super) struct Column(pub usize);

/// Where a column is, in what it holds.
#[derive(Component)]
pub(super) struct Thumb(pub usize);

pub(super) fn enter(mut commands: Commands, mut library: ResMut<Library>) {
    // The cards are to be shown anew.
    library.set_changed();
    let node = Node { padding: UiRect::axes(px(32.0), px(18.0)), ..column(14.0) };
    let node = Node { width: percent(100.0), height: percent(100.0), position_type: PositionType::Absolute, ..node };
    commands.spawn((Name::new("start"), DespawnOnExit(SCREEN), node)).with_children(|screen| {
        spawn_head(screen);
        let columns = Node { column_gap: px(20.0), flex_grow: 1.0, min_height: px(0.0), ..default() };
        screen.spawn(columns).with_children(|columns| {
            for (section, (title, ..)) in SECTIONS.iter().enumerate() {
                columns.spawn(Node { width: px(CARD_WIDTH), min_height: px(0.0), ..column(8.0) }).with_children(
                    |list| {
                        list.spawn(words(*title, 20.0, TEXT));
                        let view = Node {
                            overflow: Overflow::scroll_y(),
                            flex_grow: 1.0,
                            min_height: px(0.0),
                            ..column(10.0)
                        };
                        list.spawn((
                            Column(section),
                            Name::new(*title),
                            view,
                            ScrollPosition::default(),
                            Interaction::None,
                        ));
                        let thumb = Node {
                            position_type: PositionType::Absolute,
                            right: px(-9.0),
                            width: px(4.0),
                            border_radius: BorderRadius::all(px(2.0)),
                            ..default()
                        };
                        list.spawn((Thumb(section), thumb, BackgroundColor(LINE), Visibility::Hidden));
                    },
                );
            }
        });
        spawn_hints(
            screen,
            &[
                ("↑↓←→", "choose"),
                ("Enter", "first button"),
                ("Space", "second button"),
                ("F1", "all keys"),
                ("Esc", "quit"),
            ],
        );
    });
}
