//! Translation between two scenes: data without pairs and with them, trainings that go on with their pools, verdicts, films,
//! and what is refused.

use std::path::Path;

use crossroads::device::find;
use crossroads::episode::{DataSet, Place as At, TRAIN, WindowSettings, Windows};
use crossroads::measure::TranslationReport;
use crossroads::predict::Skill;
use crossroads::random::{Purpose, stream};
use crossroads::settings::{Source, to_text};
use crossroads::train::{Recipe, Trained, recipes_for};

use crate::helper::{Place, SCENE, errors, goes_on_bit_for_bit, refused, source};

/// The small scene between hedges, by night.
fn night() -> String {
    let text = SCENE.replace("name: \"small\"", "name: \"small-night\"").replace("brick-red.png", "hedge-a.png");
    let text = text.replace("brick-blue.png", "hedge-b.png").replace("floor-paving.png", "floor-gravel.png");
    let text = text.replace("ceiling-plaster.png", "sky-night.png");
    text.replace("fog: (colour: (24, 26, 34), distance: 9.0)", "fog: (colour: (18, 26, 48), distance: 6.0)")
}

/// Day and night, of different mazes.
pub fn record(place: &Place) {
    place.file("day.ron", SCENE);
    place.file("night.ron", &night());
    for (scene, seed) in [("day", "5"), ("night", "6")] {
        let scene_file = format!("{scene}.ron");
        place.succeed(&["record", &scene_file, "--episodes", "16", "--ticks", "40", "--seed", seed, "--out", scene]);
    }
}

/// A recipe that comes with Crossroads, with networks as narrow as can be, in a file of the place.
pub fn narrow(place: &Place, name: &str, steps: u64) -> String {
    let (_, text) = recipes_for(Skill::Translate).into_iter().find(|(known, _)| *known == name).unwrap();
    let text = text
        .replace("width: 24, blocks: 3", "width: 4, blocks: 1")
        .replace("discriminator_width: 32", "discriminator_width: 4");
    // A pool that is full after two steps of four.
    let text = text.replace("pool: 50", "pool: 8");
    let mut recipe = Recipe::from_source(&Source { file: name.into(), text }).unwrap();
    (recipe.steps, recipe.checkpoint_every, recipe.sheet_every) = (steps, 4, 4);
    let file = format!("{name}.ron");
    place.file(&file, &to_text(&recipe).unwrap());
    file
}

pub fn train(place: &Place, recipe: &str, out: &str, more: &[&str]) {
    let words = [&["train", recipe, "--data", "day", "--data", "night", "--out", out], more].concat();
    place.succeed(&words);
}

fn text(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn a_training_that_is_killed_goes_on_bit_for_bit_with_its_pools() {
    let place = Place::new();
    record(&place);
    for (name, _) in recipes_for(Skill::Translate) {
        let recipe = narrow(&place, name, 12);
        let (whole, newest) = goes_on_bit_for_bit(&place, name, |out, more| train(&place, &recipe, out, more));
        let has_pools = newest.join("night-pool.png").is_file() && newest.join("day-pool.png").is_file();
        assert_eq!(has_pools, name != "cycle-paired", "{name}");
        let weights = Trained::weights(&whole, &find("flex").unwrap()).unwrap();
        assert_eq!(
            weights.info.learned.iter().map(|learned| learned.scene.as_str()).collect::<Vec<_>>(),
            ["small", "small-night"]
        );
        assert!(whole.join("samples/step-00000012.png").is_file(), "{name}: an exhibit");
    }
}

#[test]
fn translations_are_judged_and_shown_on_unseen_mazes() {
    let place = Place::new();
    record(&place);
    for name in ["cycle", "cycle-paired"] {
        let recipe = narrow(&place, name, 4);
        train(&place, &recipe, name, &[]);
    }
    let words = ["translate", "cycle", "cycle-paired", "--data", "day", "--other", "night", "--frames", "32"];
    let shown = ["--json", "found.json", "--sheet", "sheet.png", "--film", "walk.mp4", "--steps", "8"];
    let output = place.tools(&[&words[..], &shown].concat()).output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
    let report: TranslationReport = serde_json::from_str(&text(&place.path("found.json"))).unwrap();
    let names: Vec<&str> = report.rows.iter().map(|row| row.name.as_str()).collect();
    let without_training =
        ["the frame itself", "average of all truths", "its place, walls redrawn", "its place, mean of 8 redrawn"];
    assert_eq!(names, [&["cycle", "cycle-paired"][..], &without_training].concat());
    // Who knows the place, but not its walls, is nearer to the truth than who knows neither, and not there.
    let ssim = |name: &str| report.rows.iter().find(|row| row.name == name).map(|row| row.ssim).unwrap();
    assert!(ssim("its place, walls redrawn") > ssim("the frame itself") + 0.1, "{:?}", report.rows);
    assert!(ssim("its place, walls redrawn") < 0.95, "{:?}", report.rows);
    assert_eq!((report.frames, report.rows[0].back.is_some(), report.rows[1].back), (32, true, None));
    assert!(report.rows.iter().all(|row| row.ssim < 0.99 && row.own.is_some()));
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("32 frames of small, of mazes never trained on, against small-night"), "{table}");
    let size = image::image_dimensions(place.path("sheet.png")).unwrap();
    assert!(size.0 > 6 * 192 && size.1 > 4 * 192, "{size:?}");
    assert!(place.path("walk.mp4").is_file());

    for (words, parts) in [
        (
            ["translate", "cycle", "--data", "night", "--other", "night"],
            &["night", "`small-night`", "learned `small` there"],
        ),
        (["translate", "cycle", "--data", "day", "--other", "day"], &["day", "`small`", "learned `small-night` there"]),
    ] {
        refused(place.tools(&words), parts);
    }
    let regression = place.file("regression.ron", crate::helper::REGRESSION);
    place.succeed(&["train", regression.to_str().unwrap(), "--data", "day", "--out", "regression", "--steps", "1"]);
    let words = ["translate", "regression", "--data", "day", "--other", "night"];
    refused(
        place.tools(&words),
        &["regression: predicts frames, and does not translate", "cycle, cycle-none, cycle-paired"],
    );
    place.refuse(
        &["measure", "cycle", "--data", "day"],
        &["cycle: translates between two scenes, and predicts no frames"],
    );
}

#[test]
fn what_cannot_be_translated_is_refused_before_any_training() {
    let place = Place::new();
    record(&place);
    let recipe = narrow(&place, "cycle", 4);
    let train = |data: &[&str]| {
        [&["train", &recipe, "--out", "run"], data].concat().iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()
    };
    let refuse = |data: &[&str], parts: &[&str]| {
        let words = train(data);
        place.refuse(&words.iter().map(String::as_str).collect::<Vec<_>>(), parts);
        assert!(!place.path("run").exists(), "{data:?}");
    };
    refuse(&["--data", "day"], &["(day, night), but 1 are given"]);
    refuse(&["--data", "day", "--data", "day"], &["mazes are in the split `train` of both", "another --seed"]);
    // The night of the very same mazes: pairs in all but name.
    place.succeed(&["record", "night.ron", "--episodes", "16", "--ticks", "40", "--seed", "5", "--out", "same"]);
    refuse(&["--data", "day", "--data", "same"], &["day and same: ", "`cycle` learns without pairs"]);
    place.file("large.ron", &night().replace("width: 32", "width: 40").replace("height: 32", "height: 40"));
    place.succeed(&["record", "large.ron", "--episodes", "16", "--ticks", "40", "--seed", "6", "--out", "large"]);
    refuse(&["--data", "day", "--data", "large"], &["large: the size of a frame is 40x40", "32x32"]);
    // With pairs, the same mazes are no fault.
    let paired = narrow(&place, "cycle-paired", 2);
    place.succeed(&["train", &paired, "--data", "day", "--data", "same", "--out", "paired"]);
}

#[test]
fn recipes_that_translate_are_read_back_and_checked() {
    let refused = |name: &str, old: &str, new: &str, field: &str| {
        let (_, text) = recipes_for(Skill::Translate).into_iter().find(|(known, _)| *known == name).unwrap();
        let changed = text.replacen(old, new, 1);
        assert_ne!(changed, text, "{name}: {old}");
        let error = Recipe::from_source(&source(&changed)).unwrap_err().to_string();
        assert!(error.contains(&format!("`{field}`")), "{name}, {new}: {error}");
    };
    for (name, text) in recipes_for(Skill::Translate) {
        let recipe = Recipe::from_source(&source(text)).unwrap();
        assert_eq!(recipe.name, name);
        assert_eq!(Recipe::from_source(&source(&to_text(&recipe).unwrap())).unwrap(), recipe);
        refused(name, "context: 1", "context: 2", "windows.context");
        refused(name, "blocks: 3", "blocks: 17", "objective.translator.blocks");
        refused(name, "width: 24", "width: 3", "objective.translator.width");
        refused(name, "discriminator_width: 32", "discriminator_width: 3", "objective.discriminator_width");
        refused(name, " rate: 5e-4", " rate: 0.0", "objective.rate");
        refused(name, "discriminator_rate: 5e-4", "discriminator_rate: 0.2", "objective.discriminator_rate");
        refused(name, "windows:", "condition: Action, windows:", "condition");
    }
    for (old, new, field) in [
        ("LeastSquares", "Relativistic", "objective.loss"),
        ("adversarial: 1.0", "adversarial: 0.0", "objective.adversarial"),
        ("cycle: 10.0", "cycle: -1.0", "objective.cycle"),
        ("identity: 1.0", "identity: 1001.0", "objective.identity"),
        ("pool: 50", "pool: 1001", "objective.pool"),
    ] {
        refused("cycle", old, new, field);
    }
    refused("cycle-paired", "reconstruction: 30.0", "reconstruction: -1.0", "objective.reconstruction");
}

#[test]
fn a_pair_is_what_the_other_scene_shows_from_the_recorded_pose() {
    let place = Place::new();
    record(&place);
    let [day, night] = ["day", "night"].map(|name| DataSet::open(&place.path(name), TRAIN, false).unwrap());
    let settings = WindowSettings { mirror: true, corner_share: 0.0, ..WindowSettings::at_corners(1) };
    let windows = |camera| Windows::new(&day, settings.clone()).with_other_scene(camera);
    let other = windows(Some(night.camera.clone())).take(&day, &[At { episode: 1, frame: 7 }]).unwrap();
    let maze = day.manifest.scene.maze(day.episodes[1].entry.maze);
    let expected = night.camera.frame(&maze, day.episodes[1].poses()[8]).into_raw();
    assert_eq!(other.pairs.unwrap(), expected);
    assert_ne!(other.futures, expected);
    // From its own scene's camera it is the frame itself, mirrored where that is.
    let mut rng = stream(1, Purpose::Windows, &[]);
    let own = windows(Some(day.camera.clone())).draw(&day, 16, &mut rng).unwrap();
    assert_eq!(own.pairs.as_deref(), Some(&own.futures[..]));
    assert_eq!(windows(None).take(&day, &[At { episode: 0, frame: 3 }]).unwrap().pairs, None);
}
