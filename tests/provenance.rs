//! What a model learned from is known: it is not judged by that, and does not go on with anything else.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crossroads::files::{LOCK, Lock};
use crossroads::train::{Run, UnseenData};

use crate::helper::{Place, REGRESSION, SCENE, copy_folder, refused};

/// Mazes few enough that every recording has them all.
const EPISODES: &str = "60";

fn record(place: &Place, split: &str, seed: &str, out: &str) {
    place.file("small.ron", &SCENE.replace("1000000", "40"));
    let arguments = ["record", "small.ron", "--episodes", EPISODES, "--ticks", "40", "--seed", seed];
    place.succeed(&[&arguments[..], &["--split", split, "--out", out]].concat());
}

fn train(place: &Place, data: &str, out: &str) {
    place.file("regression.ron", REGRESSION);
    place.succeed(&["train", "regression.ron", "--data", data, "--out", out, "--steps", "2"]);
}

#[test]
fn a_model_is_judged_by_mazes_that_it_never_learned_in_whatever_data() {
    let place = Place::new();
    record(&place, "train=0.7,test=0.3", "1", "narrow");
    record(&place, "train=0.4,test=0.6", "2", "wide");
    train(&place, "narrow", "run");
    let info = Run::open(&place.path("run")).unwrap().info;
    assert!((info.unseen_below().unwrap() - 0.3).abs() < 1e-6);

    // Half of the wider test split was learned from the other data set.
    let unseen = UnseenData::open(&place.path("wide"), false, [&info]).unwrap();
    let scene = &unseen.manifest.scene;
    assert!(unseen.left_out > 0 && !unseen.episodes.is_empty());
    assert!(unseen.episodes.iter().all(|episode| scene.maze(episode.entry.maze).split_number() < 0.3));
    let output = place.succeed(&["measure", "run", "--data", "wide", "--samples", "2", "--json", "wide.json"]);
    let said = String::from_utf8(output.stdout).unwrap();
    let told = format!("; {} left out, whose mazes a model may have learned", unseen.left_out);
    assert!(said.contains(&told), "{told} is missing in {said}");
    let json = std::fs::read_to_string(place.path("wide.json")).unwrap();
    assert!(json.contains(&format!("\"left_out\": {}", unseen.left_out)), "{json}");

    // Of its own test split nothing is left out; of what it learned nothing is left.
    let own = place.succeed(&["measure", "run", "--data", "narrow", "--samples", "2"]);
    assert!(!String::from_utf8(own.stdout).unwrap().contains("left out"));
    train(&place, "wide", "less");
    record(&place, "train=1", "1", "all");
    train(&place, "all", "all-run");
    let nothing = ["narrow: nothing is left to judge by", "larger share of `train`"];
    place.refuse(&["measure", "all-run", "--data", "narrow"], &nothing);
    place.refuse(&["measure", "less", "all-run", "--data", "narrow"], &nothing);
    refused(place.tools(&["compare", "all-run", "--data", "narrow", "--out", "a.png"]), &nothing);
    refused(place.tools(&["report", "all-run", "--data", "narrow", "--out", "a.html"]), &nothing);
}

#[test]
fn another_scene_may_be_judged_and_is_labelled() {
    let place = Place::new();
    record(&place, "train=0.6,test=0.4", "1", "data");
    train(&place, "data", "run");
    place.file("other.ron", &SCENE.replace("\"small\"", "\"other\"").replace("1000000", "40"));
    let arguments = ["record", "other.ron", "--episodes", EPISODES, "--ticks", "40", "--split", "test=1"];
    place.succeed(&[&arguments[..], &["--out", "other"]].concat());
    let said = place.succeed(&["measure", "run", "--data", "other", "--samples", "2"]).stdout;
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("regression (trained on small)") && said.contains("left out"), "{said}");
}

#[test]
fn what_a_model_of_an_earlier_version_learned_is_not_known() {
    let place = Place::new();
    record(&place, "train=0.6,test=0.4", "1", "data");
    train(&place, "data", "run");
    let file = place.path("run/run.ron");
    let text = std::fs::read_to_string(&file).unwrap();
    let start = text.find("    learned: [").unwrap();
    let old = text[..start].replacen("format: 3,", "format: 2,", 1) + ")\n";
    std::fs::write(&file, old).unwrap();
    let unknown = ["what it learned from is not known", "train it anew"];
    place.refuse(&["measure", "run", "--data", "data"], &unknown);
    place.refuse(&["train", "regression.ron", "--data", "data", "--out", "run", "--resume"], &unknown);
}

#[test]
fn a_training_goes_on_with_the_data_and_the_recipe_that_it_was_begun_with() {
    let place = Place::new();
    record(&place, "train=0.7,test=0.3", "1", "data");
    record(&place, "train=0.7,test=0.3", "2", "other");
    train(&place, "data", "run");
    let resume = |recipe, data| ["train", recipe, "--data", data, "--out", "run", "--resume"];
    place.refuse(
        &resume("regression.ron", "other"),
        &["learned from other data than other", "`[0].seed` is 1 there, 2 here"],
    );
    place.file("faster.ron", &REGRESSION.replace("rate: 5e-4", "rate: 1e-3"));
    place.refuse(
        &resume("faster.ron", "data"),
        &["another recipe", "`objective.Regression.rate` is 0.0005 there, 0.001 here"],
    );
    place.succeed(&resume("regression.ron", "data"));
    copy_folder(&place.path("data"), &place.path("kept"));
    let more = ["record", "small.ron", "--episodes", "61", "--ticks", "40", "--seed", "1"];
    place.succeed(&[&more[..], &["--split", "train=0.7,test=0.3", "--out", "data"]].concat());
    place.refuse(&resume("regression.ron", "data"), &["`[0].episodes` is 60 there, 61 here"]);
    place.succeed(&resume("regression.ron", "kept"));
}

#[test]
fn a_recording_that_differs_says_in_what() {
    let place = Place::new();
    record(&place, "train=0.7,test=0.3", "1", "data");
    let other = ["record", "small.ron", "--episodes", EPISODES, "--ticks", "41", "--seed", "1"];
    let parts = ["holds another recording: `ticks` is 40 there, 41 here"];
    place.refuse(&[&other[..], &["--split", "train=0.7,test=0.3", "--out", "data"]].concat(), &parts);
}

#[test]
fn a_second_program_in_a_folder_is_refused_and_a_killed_one_leaves_no_lock() {
    let place = Place::new();
    record(&place, "train=0.7,test=0.3", "1", "data");
    place.file("long.ron", &REGRESSION.replace("steps: 12", "steps: 100000"));
    let mut first = place.crossroads(&["train", "long.ron", "--data", "data", "--out", "run"]);
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while Run::open(&place.path("run")).and_then(|run| run.newest_step()).ok().flatten().is_none_or(|step| step < 4) {
        assert!(began.elapsed() < Duration::from_secs(60), "no checkpoint after a minute");
        std::thread::sleep(Duration::from_millis(5));
    }
    let resume = ["train", "long.ron", "--data", "data", "--out", "run", "--resume"];
    place.refuse(&resume, &["run: another program is writing here"]);
    place.succeed(&["measure", "run", "--data", "data", "--samples", "2"]);
    first.kill().unwrap();
    first.wait().unwrap();
    let lock = Lock::take(&place.path("run")).expect("the lock died with its holder");
    place.refuse(&resume, &["another program is writing here"]);
    drop(lock);
    assert!(place.path("run").join(LOCK).is_file(), "the file stays, and means nothing");

    let recording = Lock::take(&place.path("data")).unwrap();
    let more = ["record", "small.ron", "--episodes", "70", "--ticks", "40", "--seed", "1"];
    place.refuse(
        &[&more[..], &["--split", "train=0.7,test=0.3", "--out", "data"]].concat(),
        &["data: another program is writing here"],
    );
    drop(recording);
}
