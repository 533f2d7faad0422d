//! Frames of odd sizes, which no network can halve: recorded, learned and judged like others.

use crossroads::episode::{DataSet, TRAIN};
use crossroads::predict::Skill;
use crossroads::train::{RECIPES, Recipe, time_steps};

use crate::helper::{GAN, Place, REGRESSION, SCENE, errors};
use crate::words::garden;

/// A scene in frames of 21 × 17 pixels.
fn odd(scene: &str) -> String {
    scene.replace("width: 32", "width: 21").replace("height: 32", "height: 17")
}

/// A data set of them.
fn record(place: &Place) {
    place.file("odd.ron", &odd(SCENE));
    place.succeed(&["record", "odd.ron", "--episodes", "24", "--ticks", "80", "--seed", "5", "--out", "data"]);
}

#[test]
fn odd_frames_are_learned_judged_and_filmed() {
    let place = Place::new();
    record(&place);
    for (name, recipe) in [("regression", REGRESSION), ("gan", GAN)] {
        place.file("recipe.ron", &recipe.replace("steps: 12", "steps: 2"));
        place.succeed(&["train", "recipe.ron", "--data", "data", "--out", name]);
    }
    place.succeed(&["measure", "regression", "gan", "--data", "data", "--samples", "2"]);
    for film in ["film.mp4", "film.gif", "film.png"] {
        let mut compare = place.tools(&["compare", "regression", "gan", "--data", "data", "--out", film]);
        let output = compare.args(["--corners", "1"]).output().unwrap();
        assert!(output.status.success(), "{film}: {}", errors(&output));
    }
}

#[test]
fn every_recipe_learns_odd_frames() {
    let place = Place::new();
    record(&place);
    // As many as the recipe that asks for most of them.
    let open = |name: &str| DataSet::open(&place.path(name), TRAIN, false).unwrap();
    let data = [open("data"), open("data")];
    let said = [("day", "sky-day.png"), ("night", "sky-night.png")].map(|(name, ceiling)| {
        let file = format!("{name}.ron");
        place.file(&file, &odd(&garden(name, ceiling)));
        place.succeed(&["record", &file, "--episodes", "80", "--ticks", "240", "--seed", "5", "--out", name]);
        open(name)
    });
    for (name, _) in RECIPES {
        let mut recipe = Recipe::load(name).unwrap();
        (recipe.batch, recipe.shards) = (4, 2);
        let needs = recipe.objective.config().needs().len();
        let data = if recipe.skill() == Skill::Illustrate { &said } else { &data };
        // The last step is one of the second part of a training that has two.
        time_steps(&recipe, "flex", &data[..needs], &[recipe.steps - 1], 1).unwrap();
    }
}
