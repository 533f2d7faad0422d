//! The recipes to choose from.

use std::path::Path;

use bevy::prelude::*;

use super::face::Face;
use super::layout::Pick;
use crate::game::window::parts::spawn_hints;
use crate::game::window::parts::theme::{ACCENT, CARD, DIM, LINE, TEXT, column, figures, row, words};
use crate::train::{RECIPES, Recipe};

pub(super) fn spawn_recipes(screen: &mut ChildSpawnerCommands, data: Option<&Path>, face: &Face) {
    let title = data
        .map_or_else(|| "Nothing is being trained".to_owned(), |data| format!("Train a model on {}", data.display()));
    screen.spawn(words(title, 28.0, ACCENT));
    let line = "Choose a recipe. The run goes into out/runs; you can play on while it trains.";
    screen.spawn(words(
        if data.is_some() { line } else { "Choose Train on a recording of the first screen." },
        17.0,
        DIM,
    ));
    for (index, (_, name)) in face.options().into_iter().enumerate() {
        let node = Node {
            padding: UiRect::axes(px(18.0), px(12.0)),
            border: UiRect::all(px(1.0)),
            border_radius: BorderRadius::all(px(8.0)),
            ..column(4.0)
        };
        let looks = (BackgroundColor(CARD), BorderColor::all(LINE));
        screen.spawn((Button, Pick(index), Name::new(name), node, looks)).with_children(|card| {
            card.spawn(row(14.0)).with_children(|line| {
                line.spawn(words(name, 20.0, TEXT));
                let steps = Recipe::load(name).map_or_else(
                    |_| String::new(),
                    |recipe| format!("{} steps of {} windows", recipe.steps, recipe.batch),
                );
                line.spawn(figures(steps, 14.0, DIM));
            });
            card.spawn(words(comment_of(RECIPES[index].1), 15.0, DIM));
        });
    }
    screen.spawn(Node { flex_grow: 1.0, ..default() });
    spawn_hints(screen, &[("↑↓", "choose"), ("Enter", "begin"), ("F1", "all keys"), ("Esc", "back")]);
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
    fn every_recipe_says_what_it_is() {
        for (name, text) in RECIPES {
            assert!(comment_of(text).len() > 20, "{name}");
        }
        assert_eq!(comment_of("// One.\n// Two.\n(\n // three\n)"), "One. Two.");
    }
}
