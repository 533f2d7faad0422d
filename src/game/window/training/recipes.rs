//! The recipes to choose from.

use std::path::Path;

use bevy::prelude::*;

use super::face::Face;
use super::layout::{BAR, Desk, Pick};
use crate::files::Shown;
use crate::game::window::parts::spawn_hints;
use crate::game::window::parts::theme::{ACCENT, CARD, DIM, LINE, TEXT, figures, row, words};
use crate::train::{RECIPES, Recipe};

/// Recipes below each other, before the next column begins.
pub(super) const ROWS: usize = 11;

/// Width and height of a card, and the space below it, in the design's pixels.
const CARD_SIZE: (f32, f32) = (394.0, 36.0);
const BETWEEN: f32 = 8.0;

/// What the recipe that is chosen says of itself.
#[derive(Component)]
pub(super) struct About;

pub(super) fn spawn_recipes(screen: &mut ChildSpawnerCommands, data: Option<&Path>, face: &Face) {
    let title =
        data.map_or_else(|| "Nothing is being trained".to_owned(), |data| format!("Train a model on {}", data.shown()));
    screen.spawn(words(title, 28.0, ACCENT));
    let line = "Choose a recipe. The run goes into out/runs; you can play on while it trains.";
    screen.spawn(words(
        if data.is_some() { line } else { "Choose Train on a recording of the first screen." },
        17.0,
        DIM,
    ));
    let grid = Node {
        flex_direction: FlexDirection::Column,
        flex_wrap: FlexWrap::Wrap,
        align_content: AlignContent::FlexStart,
        height: px(ROWS as f32 * (CARD_SIZE.1 + BETWEEN)),
        row_gap: px(BETWEEN),
        column_gap: px(14.0),
        ..default()
    };
    screen.spawn(grid).with_children(|grid| {
        for (index, (_, name)) in face.options().into_iter().enumerate() {
            spawn_card(grid, index, name);
        }
    });
    if data.is_some() {
        screen.spawn((About, Node { max_width: px(BAR), ..default() }, words("", 17.0, TEXT)));
    }
    screen.spawn(Node { flex_grow: 1.0, ..default() });
    let hints = [("↑↓ ←→", "choose"), ("Enter", "begin"), ("F1", "all keys"), ("Esc", "back")];
    spawn_hints(screen, &hints);
}

fn spawn_card(grid: &mut ChildSpawnerCommands, index: usize, name: &'static str) {
    let node = Node {
        width: px(CARD_SIZE.0),
        height: px(CARD_SIZE.1),
        padding: UiRect::horizontal(px(16.0)),
        border: UiRect::all(px(1.0)),
        border_radius: BorderRadius::all(px(8.0)),
        justify_content: JustifyContent::SpaceBetween,
        ..row(14.0)
    };
    let looks = (BackgroundColor(CARD), BorderColor::all(LINE));
    grid.spawn((Button, Pick(index), Name::new(name), node, looks)).with_children(|card| {
        card.spawn(words(name, 19.0, TEXT));
        let steps = Recipe::load(name)
            .map_or_else(|_| String::new(), |recipe| format!("{} steps of {}", recipe.steps, recipe.batch));
        card.spawn(figures(steps, 13.0, DIM));
    });
}

/// Tells of the recipe that is chosen.
pub(super) fn tell_of_recipe(desk: Res<Desk>, mut about: Query<&mut Text, With<About>>) {
    for mut text in &mut about {
        let comment = RECIPES.get(desk.picked).map_or_else(String::new, |(_, text)| comment_of(text));
        text.set_if_neq(Text(comment));
    }
}

/// What a recipe's file says of itself before it begins.
fn comment_of(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//"));
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_recipes_fit_into_three_columns() {
        assert!(RECIPES.len() <= 3 * ROWS && 3.0 * CARD_SIZE.0 + 2.0 * 14.0 <= BAR);
    }

    #[test]
    fn every_recipe_says_what_it_is() {
        for (name, text) in RECIPES {
            assert!(comment_of(text).len() > 20, "{name}");
        }
        assert_eq!(comment_of("// One.\n// Two.\n(\n // three\n)"), "One. Two.");
    }
}
