//! Bad input on the command line: one line on standard error that says what, where and what to do; exit code 2.

use std::path::Path;

use crossroads::episode::check;

use crate::helper::{GAN, Place, REGRESSION, SCENE, data, errors};

/// `record` of a scene's text is refused.
fn refused_scene(text: &str, parts: &[&str]) {
    let place = Place::new();
    place.file("small.ron", text);
    place.refuse(&["record", "small.ron", "--episodes", "2", "--out", "data"], parts);
    assert!(!place.path("data").exists(), "a refused recording leaves no folder");
}

/// `train` on a recipe's text is refused.
fn refused_recipe(text: &str, parts: &[&str]) {
    let place = Place::new();
    place.file("recipe.ron", text);
    let arguments = ["train", "recipe.ron", "--data", data().to_str().unwrap(), "--out", "run"];
    place.refuse(&arguments, parts);
    assert!(!place.path("run").exists(), "a refused training leaves no folder");
}

/// The argument parser refuses: exit code 2, and standard error has all of `parts`.
fn refused_arguments(arguments: &[&str], parts: &[&str]) {
    let output = Place::new().crossroads(arguments).output().unwrap();
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    for part in parts {
        assert!(said.contains(part), "{arguments:?}: `{part}` is missing in: {said}");
    }
}

#[test]
fn scenes() {
    refused_scene(&SCENE.replace("openings:", "opennings:"), &["small.ron:3:", "`opennings`", "`openings`"]);
    refused_scene(&SCENE.replace("width: 32", "width: \"32\""), &["small.ron:14:", "`width`"]);
    refused_scene(&SCENE.replace("        width: 32,\n", ""), &["small.ron:", "`width`", "missing"]);
    refused_scene(&SCENE.replace("width: 32", "width: 7"), &["small.ron:14: `camera.width` is 7; allowed is 8 to 512"]);
    refused_scene(
        &SCENE.replace("width: 11, height: 11", "width: 12, height: 11"),
        &["small.ron:3: `maze.width` is 12"],
    );
    refused_scene("(", &["small.ron:1:"]);
    let no_corner = "maze: Drawn(rows: [\"#####\", \"#...#\", \"#####\"])";
    let grown = "maze: Grown(width: 11, height: 11, openings: 0.3, seeds: (0, 1000000))";
    refused_scene(&SCENE.replace(grown, no_corner), &["small.ron", "no maze of this scene has a corner", "openings"]);
    refused_scene(&SCENE.replace("brick-blue.png", "brick-pink.png"), &["`brick-pink.png`", "brick-red.png"]);
    let place = Place::new();
    let arguments = ["record", "nowhere.ron", "--episodes", "2", "--out", "data"];
    place.refuse(&arguments, &["there is no scene `nowhere.ron`", "brick, hedge-night, arcade, lopsided"]);
}

#[test]
fn recipes() {
    refused_recipe(&GAN.replace("codes:", "coeds:"), &["recipe.ron:12:", "`coeds`", "`codes`"]);
    refused_recipe(&GAN.replace("batch: 4", "batch: \"four\""), &["recipe.ron:4:", "`batch`"]);
    refused_recipe(&GAN.replace("batch: 4", "batch: 0"), &["recipe.ron:4: `batch` is 0; allowed is 1 to 256"]);
    refused_recipe(&GAN.replace(" rate: 2e-4", " rate: 2.0"), &["recipe.ron:20: `objective.rate` is 2.0"]);
    refused_recipe(&GAN.replace("Gan(", "Gun("), &["recipe.ron:10:", "`Gun`", "`Gan`"]);
    let detail = |shares| GAN.replace("wrong_context:", &format!("detail: {shares}, wrong_context:"));
    refused_recipe(&detail("(0.4, 0.2)"), &["`objective.detail` is (0.4, 0.2)", "the smaller one first"]);
    refused_recipe(&detail("(0.2, 0.4)"), &["`objective.detail` is (0.2, 0.4); allowed is (0, 0)", "single pixels"]);
    let place = Place::new();
    let arguments = ["train", "nothing", "--data", "data", "--out", "run"];
    place.refuse(&arguments, &["there is no recipe `nothing`", "regression, regression-l1, noise-only"]);
}

#[test]
fn folders_of_data_sets_are_not_mixed_up() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    let record = |out, extra: &[&'static str]| {
        [&["record", "small.ron", "--episodes", "12", "--ticks", "5", "--out", out], extra].concat()
    };
    place.succeed(&record("data", &[]));
    for other in [["--seed", "2"], ["--split", "train=1"]] {
        place.refuse(&record("data", &other), &["data: holds another recording", "choose another --out"]);
    }
    let fewer = ["record", "small.ron", "--episodes", "11", "--ticks", "5", "--out", "data"];
    place.refuse(&fewer, &["data: holds a recording of 12 episodes"]);
    std::fs::create_dir(place.path("used")).unwrap();
    place.file("used/.part-of-something", "mine");
    place.file("used/notes.txt", "mine");
    place.refuse(&record("used", &[]), &["used: is not empty and holds no recording"]);
    assert!(place.path("used/.part-of-something").is_file(), "another's folder is not tidied up");
    place.refuse(&record("small.ron", &[]), &["small.ron"]);
}

#[test]
fn splits() {
    let record = |split| ["record", "brick", "--episodes", "9", "--out", "data", "--split", split];
    for split in ["train", "train=", "=1", "train=0", "train=1.5", "train=NaN", "train=0.5,test=x", ""] {
        refused_arguments(&record(split), &["--split", "NAME=SHARE"]);
    }
    refused_arguments(&record("train=0.5,train=0.5"), &["split `train` is given twice"]);
}

#[test]
fn numbers_out_of_range() {
    refused_arguments(&["record", "brick", "--episodes", "0", "--out", "data"], &["--episodes", "1..=10000000"]);
    refused_arguments(&["record", "brick", "--episodes", "1", "--ticks", "0", "--out", "data"], &["--ticks"]);
    refused_arguments(&["record", "brick", "--episodes", "1", "--threads", "0", "--out", "data"], &["--threads"]);
    refused_arguments(&["train", "gan", "--data", "data", "--out", "run", "--steps", "0"], &["--steps"]);
    refused_arguments(&["measure", "run", "--data", "data", "--samples", "0"], &["--samples"]);
    refused_arguments(&["record", "brick", "--out", "data"], &["--episodes"]);
    refused_arguments(&["walk"], &["walk"]);
}

#[test]
fn devices() {
    let place = Place::new();
    let data = data().to_str().unwrap();
    let train = |device| ["train", "regression", "--data", data, "--out", "run", "--device", device];
    place.refuse(&train("abacus"), &["there is no device `abacus`; this build has flex"]);
    for (device, is_here) in
        [("tch", cfg!(feature = "tch")), ("wgpu", cfg!(feature = "wgpu")), ("cuda", cfg!(feature = "cuda"))]
    {
        if !is_here {
            let parts = [&*format!("device `{device}` is not in this build"), &*format!("`--features {device}`")];
            place.refuse(&train(device), &parts);
            place.refuse(&["measure", "run", "--data", data, "--device", device], &parts);
        }
    }
    assert!(!place.path("run").exists());
}

#[test]
fn measuring_without_a_model_or_without_corners() {
    let place = Place::new();
    let data = data().to_str().unwrap();
    place.refuse(&["measure", "nowhere", "--data", data], &["nowhere: holds no run", "--out"]);
    place.file("recipe.ron", REGRESSION);
    place.succeed(&["train", "recipe.ron", "--data", data, "--out", "run", "--steps", "1"]);
    place.refuse(&["measure", "run", "--data", "nowhere"], &["no data set here", "nowhere"]);
    place.file("small.ron", SCENE);
    place.succeed(&[
        "record",
        "small.ron",
        "--episodes",
        "8",
        "--ticks",
        "40",
        "--out",
        "train-only",
        "--split",
        "train=1",
    ]);
    place.refuse(&["measure", "run", "--data", "train-only"], &["train-only", "no episode of split `test`", "--split"]);
    // No corner has as many frames before it as this model looks at.
    place.file("deep.ron", &REGRESSION.replace("context: 2", "context: 16"));
    place.succeed(&["train", "deep.ron", "--data", data, "--out", "deep", "--steps", "1"]);
    let short = ["--episodes", "30", "--ticks", "14", "--out", "short", "--split", "train=0.5,test=0.5"];
    place.succeed(&[&["record", "small.ron"], &short[..]].concat());
    place
        .refuse(&["measure", "deep", "--data", "short"], &["short: no corner of split `test` has 16 frames before it"]);
    let text = std::fs::read_to_string(place.path("run/run.ron")).unwrap();
    std::fs::write(place.path("run/run.ron"), text.replace("frame_size: (32", "frame_size: (0")).unwrap();
    place.refuse(&["measure", "run", "--data", data], &["run/run.ron:", "`frame_size` is (0, 32)"]);
    std::fs::write(place.path("run/run.ron"), text.replace("width: 4", "width: 0")).unwrap();
    place.refuse(&["measure", "run", "--data", data], &["run/run.ron:", "`objective.generator.width` is 0"]);
}

/// Runs a command that may write files of so many blocks of 512 bytes, and no larger: what a full disk looks like.
#[cfg(unix)]
pub fn with_small_files(place: &Place, blocks: u32, arguments: &[&str]) -> std::process::Output {
    let mut command = std::process::Command::new("sh");
    // The signal must be ignored, else it kills; ignored, it stays so in what is executed.
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_crossroads")]).args(arguments).current_dir(place.path(""));
    command.output().unwrap()
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_while_recording() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    let arguments = ["record", "small.ron", "--episodes", "12", "--ticks", "40", "--out", "data"];
    // An episode has 126 kB, the manifest without any about 1 kB.
    let output = with_small_files(&place, 32, &arguments);
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let error = said.lines().last().unwrap();
    assert!(error.starts_with("error: data/episode-") && error.contains("cannot be written"), "{error}");
    assert!(error.contains("what was recorded before is whole"), "{error}");
    assert!(check(&place.path("data")).unwrap().1.is_empty());
    assert_no_leftovers(&place.path("data"));
    // With room again, it goes on.
    place.succeed(&arguments);
    let (manifest, damages) = check(&place.path("data")).unwrap();
    assert_eq!((manifest.episodes.len(), damages.len()), (12, 0));
}

#[cfg(unix)]
fn assert_no_leftovers(folder: &Path) {
    let names: Vec<String> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(names.iter().all(|name| !name.starts_with(".part-")), "{names:?}");
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_while_training() {
    let place = Place::new();
    place.file("recipe.ron", REGRESSION);
    let data = data().to_str().unwrap();
    let arguments = ["train", "recipe.ron", "--data", data, "--out", "run", "--steps", "2"];
    let output = with_small_files(&place, 16, &arguments);
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let error = said.lines().last().unwrap();
    assert!(error.starts_with("error: run/") && error.contains("large"), "{error}");
    assert_no_leftovers(&place.path("run"));
    // With room again, it goes on.
    place.succeed(&[&arguments[..], &["--resume"]].concat());
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let arguments = ["record", "small.ron", "--episodes", "12", "--ticks", "5", "--out", "data"];
    let output = place.crossroads(&arguments).stdout(writer).output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
}
