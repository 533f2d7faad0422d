//! The walker: trained, interrupted, recorded, judged, refused.

use crossroads::device::find;
use crossroads::episode::{DataSet, read_manifest, recorded_walks};
use crossroads::progress::{Silent, StopAfter};
use crossroads::train::{RECIPES, Recipe, TrainJob, Trained, train};

use crate::helper::{Place, SCENE, assert_same_files, changed, data, source};

/// The recipe for a few small steps, with all that it has: likelihood, discriminator and policy gradient.
fn text() -> String {
    let text = RECIPES.iter().find(|(name, _)| *name == "walker").unwrap().1;
    let small = [("length: 20", "length: 8"), ("hidden: 48", "hidden: 8"), ("filters: 32", "filters: 4")];
    let mut recipe = Recipe::from_source(&source(&changed(text, &small))).unwrap();
    (recipe.batch, recipe.steps, recipe.checkpoint_every, recipe.sheet_every) = (4, 12, 4, 6);
    crossroads::settings::to_text(&recipe).unwrap()
}

pub fn job(place: &Place, out: &str) -> TrainJob {
    TrainJob {
        recipe: Recipe::from_source(&source(&text())).unwrap(),
        data: data().to_owned(),
        more_data: Vec::new(),
        out: place.path(out),
        device: "flex".into(),
        resume: false,
        skip_damaged: false,
        snapshots: 0,
    }
}

#[test]
fn a_stopped_walker_goes_on_bit_for_bit_from_every_part_of_its_training() {
    let place = Place::new();
    train(&job(&place, "whole"), &mut Silent).unwrap();
    let halves = job(&place, "halves");
    train(&halves, &mut StopAfter::steps(3)).unwrap();
    let resumed = TrainJob { resume: true, ..halves };
    train(&resumed, &mut StopAfter::steps(9)).unwrap();
    train(&resumed, &mut Silent).unwrap();
    let weights = |out: &str| Trained::weights(place.path(out), &find("flex").unwrap()).unwrap();
    assert!(weights("whole") == weights("halves"), "weights differ");
    let [whole, halves] = ["whole", "halves"].map(|out| place.path(out));
    for name in ["walker", "likelihood", "pretrained", "discriminator"] {
        let bytes =
            |run: &std::path::Path, file: String| std::fs::read(run.join("checkpoint-00000012-0").join(file)).unwrap();
        for file in [format!("{name}.bpk"), format!("{name}-optimiser.bpk")] {
            assert!(bytes(&whole, file.clone()) == bytes(&halves, file.clone()), "{file} differs");
        }
    }
    let metrics = |run: &std::path::Path| std::fs::read_to_string(run.join("metrics.csv")).unwrap();
    assert_eq!(metrics(&whole), metrics(&halves));
    assert!(whole.join("samples/step-00000012.png").is_file(), "walks on maps are shown");
    // The policy gradient moved the walker, and nothing moved what it began as.
    let numbers = weights("whole").numbers;
    let of = |name: &str| {
        numbers
            .iter()
            .filter(|numbers| numbers.path.starts_with(name))
            .map(|numbers| &numbers.values)
            .collect::<Vec<_>>()
    };
    assert!(of("walker/") != of("pretrained/") && of("likelihood/") != of("pretrained/"));
    assert_eq!(of("walker/").len(), of("pretrained/").len());
}

#[test]
fn a_walker_is_recorded_as_what_it_is_and_the_same_for_the_same_seed() {
    let place = Place::new();
    train(&job(&place, "run"), &mut Silent).unwrap();
    place.file("small.ron", SCENE);
    let record = |out: &str, episodes: &str, more: &[&str]| {
        let all =
            [&["record", "small.ron", "--episodes", episodes, "--ticks", "30", "--seed", "7", "--out", out], more];
        place.succeed(&all.concat());
    };
    record("one", "6", &["--policy", "run", "--threads", "1"]);
    record("two", "3", &["--policy", "run"]);
    record("two", "6", &["--policy", "run"]);
    assert_same_files(&place.path("one"), &place.path("two"));
    let (manifest, _) = read_manifest(&place.path("one")).unwrap();
    let policy = manifest.policy.unwrap();
    assert_eq!((policy.name.as_str(), policy.step, policy.weights.len()), ("walker", 12, 64));

    record("explored", "6", &[]);
    assert_eq!(read_manifest(&place.path("explored")).unwrap().0.policy, None);
    let walks = |out: &str| {
        let data = DataSet::open_some(&place.path(out), "train", false).unwrap();
        data.episodes.iter().map(|episode| episode.actions().to_vec()).collect::<Vec<_>>()
    };
    assert_ne!(walks("one"), walks("explored"));
    place.refuse(
        &[
            "record",
            "small.ron",
            "--episodes",
            "6",
            "--ticks",
            "30",
            "--seed",
            "7",
            "--out",
            "explored",
            "--policy",
            "run",
        ],
        &["explored", "policy"],
    );
}

#[test]
fn walks_are_judged_on_mazes_that_were_never_trained_on() {
    let place = Place::new();
    train(&job(&place, "run"), &mut Silent).unwrap();
    let data = data().to_str().unwrap();
    let arguments =
        ["walks", "run", "--data", data, "--samples", "4", "--json", "walks.json", "--picture", "walks.png"];
    let output = place.succeed(&arguments);
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("mazes never trained on, 4 walks of 8 decisions"), "{table}");
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(place.path("walks.json")).unwrap()).unwrap();
    let rows = json["rows"].as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    let expected = ["walker", "walker, likelihood only", "walker, likelihood for as long", "the explorer", "recorded"];
    assert_eq!(names, expected);
    for row in &rows[3..] {
        assert_eq!(row["legal"].as_f64(), Some(1.0), "{row}");
    }
    assert_eq!(rows[4]["divergence"].as_f64(), Some(0.0));
    assert!(rows[0]["legal"].as_f64().unwrap() < 0.5, "twelve steps teach nobody");
    assert!(image::open(place.path("walks.png")).unwrap().width() > 100);
    place.refuse(&["walks", "gan", "--data", data], &["gan", "did not learn to walk"]);
    place.refuse(&["measure", "run", "--data", data], &["walker: walks, and predicts no frames", "`crossroads walks`"]);
    place.refuse(&["watch", "run"], &["walker: walks, and predicts no frames", "`crossroads play --walker`"]);
    place.refuse(
        &["play", "brick", "--walker", "gan"],
        &["gan: predicts frames", "did not learn to walk", "such as walker"],
    );
}

#[test]
fn what_cannot_be_learned_is_refused_before_any_training() {
    let place = Place::new();
    place.file("walker.ron", &text());
    place.file("small.ron", SCENE);
    let record = |scene: &str, ticks: &str, out: &str| {
        place.succeed(&["record", scene, "--episodes", "4", "--ticks", ticks, "--split", "train=1", "--out", out]);
    };
    record("small.ron", "16", "short");
    let refused = |out: &str, parts: &[&str]| {
        place.refuse(&["train", "walker.ron", "--data", out, "--out", "run"], parts);
        assert!(!place.path("run").exists(), "nothing is left behind");
    };
    refused("short", &["short", "8 decisions in a row", "--ticks"]);
    record("crowd", "60", "crowd");
    refused("crowd", &["crowd", "creatures"]);
    let bend = SCENE.replace(
        "maze: Grown(width: 11, height: 11, openings: 0.3, seeds: (0, 1000000))",
        "maze: Drawn(rows: [\"#####\", \"#...#\", \"#.#.#\", \"#...#\", \"#####\"])",
    );
    place.file("bend.ron", &bend);
    place.refuse(&["record", "bend.ron", "--episodes", "1", "--out", "bend"], &["no maze of this scene has a corner"]);
    let wrong = text().replace("policy_from: 0.5", "policy_from: 1.5");
    place.file("walker.ron", &wrong);
    refused("short", &["walker.ron", "objective.policy_from", "1.5"]);
    let longest = recorded_walks(&DataSet::open(data(), "train", false).unwrap(), 8, true);
    assert!(longest.iter().all(|walk| walk.actions.len() == 8 && walk.start.has_arrived()));
}
