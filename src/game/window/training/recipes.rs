//! The recipes to choose from.

use std::path::Path;

use bevy::prelude::*;

use super::face::{Face, Verb};
use super::layout::{BAR, Desk, Pick};
use crate::files::Shown;
use crate::game::window::parts::spawn_hints;
use crate::game::window::parts::theme::{ACCENT, CARD, DIM, LINE, TEXT, figures, row, words};
use crate::train::{RECIPES, Recipe};

/// Recipes below each other, before the next column begins.
pub(super) const ROWS: usize = 10;

/// Columns at most.
#[cfg(test)]
const COLUMNS: usize = 4;

/// Width and height of a card, and the space below it and beside it, in the design's pixels.
const CARD_SIZE: (f32, f32) = (295.0, 36.0);
const BETWEEN: f32 = 8.0;
const BESIDE: f32 = 12.0;

/// What the recipe that is chosen says of itself.
#[derive(Component)]
pub(super) struct About;

pub(super) fn spawn_recipes(screen: &mut ChildSpawnerCommands, data: Option<&Path>, face: &Face) {
    let title =
        data.map_or_else(|| "Nothing is being trained".to_owned(), |data| format!("Train a model on {}", data.shown()));
    screen.spawn(words(title, 28.0, ACCENT));
    let line = match (data, face) {
        (None, _) => "Choose Train on a recording of the first screen.".to_owned(),
        (Some(_), Face::Recordings(pair)) => {
            let (name, needs) = (RECIPES[pair.recipe].0, needs_of(pair.recipe));
            format!(
                "`{name}` learns from two recordings, {}: this is the first. Choose the second.",
                needs.join(" and ")
            )
        }
        (Some(_), _) => "Choose a recipe. The run goes into out/runs; you can play on while it trains.".to_owned(),
    };
    screen.spawn(words(line, 17.0, DIM));
    let grid = Node {
        flex_direction: FlexDirection::Column,
        flex_wrap: FlexWrap::Wrap,
        align_content: AlignContent::FlexStart,
        height: px(ROWS as f32 * (CARD_SIZE.1 + BETWEEN)),
        row_gap: px(BETWEEN),
        column_gap: px(BESIDE),
        ..default()
    };
    screen.spawn(grid).with_children(|grid| {
        for (index, (verb, name)) in face.options().into_iter().enumerate() {
            spawn_card(grid, index, verb, name);
        }
    });
    if data.is_some() {
        screen.spawn((About, Node { max_width: px(BAR), ..default() }, words("", 17.0, TEXT)));
    }
    screen.spawn(Node { flex_grow: 1.0, ..default() });
    let hints = [("↑↓ ←→", "choose"), ("Enter", "begin"), ("F1", "all keys"), ("Esc", "back")];
    spawn_hints(screen, &hints);
}

/// What a recipe calls the recordings that it learns from.
pub(super) fn needs_of(index: usize) -> Vec<&'static str> {
    let needs = |recipe: Recipe| recipe.objective.config().needs().into_iter().map(|need| need.name).collect();
    Recipe::load(RECIPES[index].0).map_or_else(|_| Vec::new(), needs)
}

fn spawn_card(grid: &mut ChildSpawnerCommands, index: usize, verb: Verb, name: String) {
    let is_recipe = matches!(verb, Verb::Recipe(_));
    let node = Node {
        width: px(if is_recipe { CARD_SIZE.0 } else { BAR }),
        height: px(CARD_SIZE.1),
        padding: UiRect::horizontal(px(12.0)),
        border: UiRect::all(px(1.0)),
        border_radius: BorderRadius::all(px(8.0)),
        justify_content: JustifyContent::SpaceBetween,
        ..row(8.0)
    };
    let looks = (BackgroundColor(CARD), BorderColor::all(LINE));
    let steps = Recipe::load(&name).ok().filter(|_| is_recipe).map(|recipe| format!("{} steps", recipe.steps));
    grid.spawn((Button, Pick(index), Name::new(name.clone()), node, looks)).with_children(|card| {
        card.spawn((words(name, 17.0, TEXT), TextLayout::linebreak(LineBreak::NoWrap)));
        card.spawn((figures(steps.unwrap_or_default(), 13.0, DIM), TextLayout::linebreak(LineBreak::NoWrap)));
    });
}

/// Tells of the recipe that is chosen.
pub(super) fn tell_of_recipe(desk: Res<Desk>, mut about: Query<&mut Text, With<About>>) {
    let recipe = desk.pair.as_ref().map_or(desk.picked, |pair| pair.recipe);
    for mut text in &mut about {
        let comment = RECIPES.get(recipe).map_or_else(String::new, |(_, text)| comment_of(text));
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
    fn all_recipes_fit_into_four_columns() {
        let columns = COLUMNS as f32;
        assert!(RECIPES.len() <= COLUMNS * ROWS && columns * CARD_SIZE.0 + (columns - 1.0) * BESIDE <= BAR);
    }

    #[test]
    fn every_recipe_says_what_it_is() {
        for (name, text) in RECIPES {
            assert!(comment_of(text).len() > 20, "{name}");
        }
        assert_eq!(comment_of("// One.\n// Two.\n(\n // three\n)"), "One. Two.");
    }
}
