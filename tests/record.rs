//! `crossroads record`: the same seed gives the same bytes, and no test maze is trained on.

use std::collections::{HashMap, HashSet};

use crossroads::agent::Action;
use crossroads::camera::Camera;
use crossroads::episode::{Collection, DataSet, Episode, Manifest, check};

use crate::helper::{Place, REGRESSION, SCENE, assert_same_files, copy_folder, data, files_in, small_scene};

fn recorded(place: &Place, out: &str, extra: &[&str]) {
    let common = ["record", "small.ron", "--episodes", "260", "--ticks", "9", "--seed", "3", "--out", out];
    place.succeed(&[&common, extra].concat());
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_one_thread_and_on_two() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    recorded(&place, "one", &["--threads", "1"]);
    recorded(&place, "two", &["--threads", "2"]);
    recorded(&place, "again", &["--threads", "2"]);
    assert_same_files(&place.path("one"), &place.path("two"));
    assert_same_files(&place.path("two"), &place.path("again"));
    assert_eq!(files_in(&place.path("one")).len(), 261, "an episode each, and the manifest");
}

#[test]
fn another_seed_gives_other_episodes() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    let run = |seed: &str, out: &str| {
        place.succeed(&["record", "small.ron", "--episodes", "12", "--ticks", "9", "--seed", seed, "--out", out]);
        files_in(&place.path(out))
    };
    let (first, second) = (run("1", "first"), run("2", "second"));
    for (name, bytes) in &first {
        assert!(bytes != &second[name], "{} is the same for seeds 1 and 2", name.display());
    }
}

#[test]
fn mazes_of_one_split_are_in_no_other() {
    let (manifest, damages) = check(data()).unwrap();
    assert!(damages.is_empty());
    let fingerprints = |split: &str| -> HashSet<u64> {
        let entries = manifest.episodes.iter().filter(|entry| entry.split == split);
        entries.map(|entry| manifest.scene.maze(entry.maze).fingerprint()).collect()
    };
    let (train, test) = (fingerprints("train"), fingerprints("test"));
    assert!(train.len() > 10 && !test.is_empty());
    assert!(train.is_disjoint(&test));
}

#[test]
fn recorded_and_played_episodes_live_in_one_folder() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    let record = |episodes| {
        let arguments = ["record", "small.ron", "--episodes", episodes, "--ticks", "9", "--seed", "3", "--out", "data"];
        place.succeed(&arguments);
    };
    record("12");
    let scene = small_scene();
    let camera = Camera::new(&scene, None).unwrap();
    let (before, _) = check(&place.path("data")).unwrap();
    // Mazes that are recorded already, and such as will be, in another order than they will be recorded in.
    let first = before.episodes[0].maze;
    let mut collection = Collection::open(&place.path("data"), &scene, None, 40).unwrap();
    for maze in (first..first + 30).rev() {
        let map = scene.maze(maze);
        let (mut agent, _) = scene.spawn(&map, maze);
        let mut episode = Episode::begin(&camera, &map, &agent, 3);
        for turn in [Action::Left; 3] {
            let done = agent.tick(&map, turn);
            episode.record(&camera, &map, &agent, done);
        }
        collection.add(maze, &episode).unwrap();
    }
    drop(collection);
    record("40");
    let (manifest, damages) = check(&place.path("data")).unwrap();
    assert!(damages.is_empty(), "{damages:?}");
    let played = manifest.episodes.iter().filter(|entry| entry.file.starts_with("played-")).count();
    assert_eq!((manifest.episodes.len(), played, manifest.ticks), (70, 30, 9));
    let mut splits: HashMap<u64, HashSet<&str>> = HashMap::new();
    for entry in &manifest.episodes {
        splits.entry(scene.maze(entry.maze).fingerprint()).or_default().insert(&entry.split);
    }
    assert!(splits.values().all(|splits| splits.len() == 1), "{splits:?}");
    let output = place.tools(&["check-data", "data"]).output().unwrap();
    assert!(output.status.success(), "{}", crate::helper::errors(&output));
    place.file("regression.ron", REGRESSION);
    place.succeed(&["train", "regression.ron", "--data", "data", "--out", "run"]);
}

#[test]
fn a_maze_is_in_the_same_split_of_every_recording() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    // Other seeds, other numbers of episodes, other shares, and mazes that both have.
    let narrow = SCENE.replace("1000000", "40");
    place.file("narrow.ron", &narrow);
    let record = |episodes: &str, seed: &str, split: &str, out: &str| {
        let arguments = ["record", "narrow.ron", "--episodes", episodes, "--ticks", "3", "--seed", seed];
        place.succeed(&[&arguments[..], &["--split", split, "--out", out]].concat());
        check(&place.path(out)).unwrap().0
    };
    let one = record("60", "1", "train=0.7,test=0.3", "one");
    let other = record("45", "2", "test=0.3,train=0.7", "other");
    let wider = record("41", "3", "train=0.5,test=0.5", "wider");
    let numbers = |manifest: &Manifest, split: &str| -> HashSet<u64> {
        let mazes = manifest.episodes.iter().filter(|entry| entry.split == split);
        mazes.map(|entry| manifest.scene.maze(entry.maze).fingerprint()).collect()
    };
    let learned = numbers(&one, "train");
    assert!(learned.len() > 10 && numbers(&one, "test").len() > 3);
    assert_eq!(learned, numbers(&other, "train"));
    assert_eq!(numbers(&one, "test"), numbers(&other, "test"));
    assert!(numbers(&wider, "train").is_subset(&learned), "more for tests leaves less to learn, and no other");
}

#[test]
fn a_recording_of_few_episodes_is_recorded_and_what_lacks_is_said_by_who_needs_it() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    place.file("regression.ron", REGRESSION);
    place.succeed(&["record", "small.ron", "--episodes", "1", "--split", "test=1", "--out", "data"]);
    let parts = ["no episode of split `train`", "--split train=1"];
    place.refuse(&["train", "regression.ron", "--data", "data", "--out", "run"], &parts);
    assert!(!place.path("run").exists(), "nothing is left behind");
}

#[test]
fn the_manifest_counts_what_is_in_the_files() {
    for split in ["train", "test"] {
        for episode in DataSet::open(data(), split, false).unwrap().episodes {
            assert_eq!(episode.entry.frames, 41, "40 ticks, and the frame before the first");
            assert_eq!(episode.poses().len(), 41);
            assert_eq!(episode.actions().len(), 40);
        }
    }
}

#[test]
fn a_recording_is_prolonged_without_touching_what_is_there() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    let run = |episodes: &str, out: &str| {
        place.succeed(&["record", "small.ron", "--episodes", episodes, "--ticks", "9", "--out", out]);
    };
    run("20", "short");
    run("30", "long");
    copy_folder(&place.path("short"), &place.path("prolonged"));
    run("30", "prolonged");
    assert_same_files(&place.path("prolonged"), &place.path("long"));
    // A damaged file is recorded anew.
    std::fs::write(place.path("prolonged/episode-0000004.safetensors"), "damaged").unwrap();
    run("30", "prolonged");
    assert_same_files(&place.path("prolonged"), &place.path("long"));
}

#[test]
fn a_scene_takes_its_own_textures_along() {
    let place = Place::new();
    let picture = image::RgbImage::from_fn(8, 8, |x, y| image::Rgb([(x * 30) as u8, (y * 30) as u8, 200]));
    picture.save(place.path("own.png")).unwrap();
    place.file("small.ron", &SCENE.replace("brick-blue.png", "own.png"));
    place.succeed(&["record", "small.ron", "--episodes", "12", "--ticks", "9", "--out", "data"]);
    std::fs::remove_file(place.path("own.png")).unwrap();
    let (_, damages) = check(&place.path("data")).unwrap();
    assert!(damages.is_empty());
    assert!(place.path("data/textures/own.png").is_file());
}

/// CRC-32 of what earlier versions recorded: whatever is added to scenes, these keep their bytes.
#[test]
fn recordings_of_the_first_scenes_have_the_bytes_that_they_always_had() {
    let place = Place::new();
    for (scene, sums) in [("brick", [4_054_660_352, 4_141_552_913]), ("arcade", [327_290_660, 399_083_106])] {
        let arguments = ["record", scene, "--episodes", "2", "--ticks", "24", "--seed", "7", "--out", scene];
        place.succeed(&arguments);
        let (manifest, _) = check(&place.path(scene)).unwrap();
        let found: Vec<u32> = manifest.episodes.iter().map(|entry| entry.crc32).collect();
        assert_eq!(found, sums, "{scene}");
    }
}
