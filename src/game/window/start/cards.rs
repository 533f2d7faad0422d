//! The cards: one for each thing that the library holds, in three sections.

use bevy::prelude::*;

use super::layout::Column;
use super::shelf::{Choice, STEP};
use super::verb::Verb;
use crate::draw::Style;
use crate::game::window::library::{Found, Kind, Library};
use crate::game::window::parts::spawn_button;
use crate::game::window::parts::theme::{CARD, DIM, TEXT, column, row, words};

/// Sections, and what they show.
pub(super) const SECTIONS: [(&str, &[Kind], &str); 3] = [
    ("Worlds", &[Kind::Scene], ""),
    (
        "Recordings",
        &[Kind::Data],
        "None yet. Press R while you play, or run `crossroads record brick --episodes 500 --out out/data`.",
    ),
    ("Models", &[Kind::Boxed, Kind::Run], "None yet. Train one on a recording, or run `crossroads demo`."),
];

/// Of a card, in the design's pixels.
pub(super) const CARD_WIDTH: f32 = 392.0;
const PICTURE: (f32, f32) = (136.0, 102.0);
const WORDS: u32 = 208;

/// A card: its section, and its place there.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
pub(super) struct Card(pub usize, pub usize);

/// A card's button.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
pub(super) struct Push(pub Card, pub Verb);

/// Cards of a section, in order.
pub(super) fn cards(library: &Library, section: usize) -> impl Iterator<Item = &(Found, Handle<Image>)> {
    let mut order: Vec<_> =
        library.found.iter().filter(|(found, _)| SECTIONS[section].1.contains(&found.kind)).collect();
    // As the section says; those of a kind as they were found.
    order.sort_by_key(|(found, _)| SECTIONS[section].1.iter().position(|kind| *kind == found.kind));
    order.into_iter()
}

/// Shows what the library holds.
pub(super) fn fill(
    mut commands: Commands,
    library: Res<Library>,
    mut choice: ResMut<Choice>,
    columns: Query<(Entity, &Column)>,
) {
    if !library.is_changed() {
        return;
    }
    choice.fit([0, 1, 2].map(|section| cards(&library, section).count()));
    // The marks of what is chosen are set anew.
    choice.set_changed();
    for (entity, &Column(section)) in &columns {
        commands.entity(entity).despawn_related::<Children>().with_children(|list| {
            for (index, (found, picture)) in cards(&library, section).enumerate() {
                spawn_card(list, Card(section, index), found, picture.clone());
            }
            if cards(&library, section).next().is_none() {
                let text = if library.is_looking() { "looking …" } else { SECTIONS[section].2 };
                list.spawn((Node { max_width: px(CARD_WIDTH), ..default() }, words(text, 16.0, DIM)));
            }
        });
    }
}

fn spawn_card(list: &mut ChildSpawnerCommands, card: Card, found: &Found, picture: Handle<Image>) {
    let node = Node {
        width: percent(100.0),
        height: px(STEP - 10.0),
        flex_shrink: 0.0,
        padding: UiRect::all(px(9.0)),
        border: UiRect::all(px(1.0)),
        border_radius: BorderRadius::all(px(8.0)),
        ..row(12.0)
    };
    let looks = (BackgroundColor(CARD), BorderColor::all(CARD));
    list.spawn((card, Name::new(found.title.clone()), node, looks, Interaction::None)).with_children(|row_of| {
        let node = Node { width: px(PICTURE.0), height: px(PICTURE.1), flex_shrink: 0.0, ..default() };
        row_of.spawn((node, ImageNode::new(picture)));
        let node = Node { height: percent(100.0), justify_content: JustifyContent::SpaceBetween, ..column(0.0) };
        row_of.spawn(node).with_children(|right| {
            right.spawn(column(2.0)).with_children(|text| {
                let line = |text: &str, size: f32, tint: Color| {
                    let kept = Style::words(size, [0; 3]).elided(text, WORDS);
                    (words(kept, size, tint), TextLayout::linebreak(LineBreak::NoWrap))
                };
                text.spawn(line(&found.title, 18.0, TEXT));
                for about in &found.lines {
                    text.spawn(line(about, 13.0, DIM));
                }
            });
            right.spawn(row(8.0)).with_children(|buttons| {
                for &(verb, label) in Verb::of(found) {
                    spawn_button(buttons, label, Push(card, verb));
                }
            });
        });
    });
}
