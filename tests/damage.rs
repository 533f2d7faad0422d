//! Damaged data sets: the error names the file and what differs, and nothing is trained on them unasked.

use std::path::Path;

use crossroads::episode::{DataSet, MANIFEST, Manifest, check, to_bytes};
use crossroads::settings::Source;

use crate::helper::{Place, REGRESSION, copy_data, errors};

const FILE: &str = "episode-0000003.safetensors";

fn manifest(folder: &Path) -> Manifest {
    Source::read(&folder.join(MANIFEST)).unwrap().parse().unwrap()
}

/// Puts other bytes in place of [`FILE`] and lets the manifest say that this is how they should be.
fn vouch_for(folder: &Path, bytes: &[u8]) {
    std::fs::write(folder.join(FILE), bytes).unwrap();
    let mut manifest = manifest(folder);
    let entry = manifest.episodes.iter_mut().find(|entry| entry.file == FILE).unwrap();
    (entry.bytes, entry.crc32) = (bytes.len() as u64, crc32fast::hash(bytes));
    manifest.write(folder).unwrap();
}

/// Damages a copy of the data set; then `check`, `train` and `train --skip-damaged` must say `expected` of the file.
fn damaged(break_it: impl Fn(&Path), expected: &str) {
    let place = Place::new();
    let folder = copy_data(&place);
    break_it(&folder);
    let (_, damages) = check(&folder).unwrap();
    assert_eq!(damages.len(), 1, "{damages:?}");
    let said = damages[0].to_string();
    assert!(said.contains(FILE) && said.contains(expected), "{said}");

    place.file("recipe.ron", &REGRESSION.replace("steps: 12", "steps: 1"));
    let arguments = ["train", "recipe.ron", "--data", "data", "--out", "run"];
    place.refuse(&arguments, &["1 of 21 episode files are damaged", FILE, expected, "--skip-damaged"]);
    assert!(!place.path("run").exists(), "a refused training leaves no folder");
    let output = place.succeed(&[&arguments[..], &["--skip-damaged"]].concat());
    let said = errors(&output);
    assert!(said.contains("skipped") && said.contains(FILE) && said.contains(expected), "{said}");
    assert!(said.contains("1 damaged episode files skipped, 20 left"), "{said}");
}

#[test]
fn a_file_cut_short() {
    let cut = |folder: &Path| {
        let bytes = std::fs::read(folder.join(FILE)).unwrap();
        std::fs::write(folder.join(FILE), &bytes[..bytes.len() - 1]).unwrap();
    };
    damaged(cut, "bytes, the manifest says");
}

#[test]
fn an_altered_byte() {
    let alter = |folder: &Path| {
        let mut bytes = std::fs::read(folder.join(FILE)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(folder.join(FILE), bytes).unwrap();
    };
    damaged(alter, "it was altered");
}

#[test]
fn a_missing_file() {
    damaged(|folder| std::fs::remove_file(folder.join(FILE)).unwrap(), "cannot be read");
}

#[test]
fn an_empty_file() {
    damaged(|folder| std::fs::write(folder.join(FILE), "").unwrap(), "has 0 bytes, the manifest says");
}

#[test]
fn an_unreadable_header() {
    let scramble = |folder: &Path| {
        let mut bytes = std::fs::read(folder.join(FILE)).unwrap();
        bytes[8..40].fill(b'?');
        vouch_for(folder, &bytes);
    };
    damaged(scramble, "is not a whole safetensors file");
}

#[test]
fn frames_of_another_size() {
    let shrink = |folder: &Path| {
        let bytes = std::fs::read(folder.join(FILE)).unwrap();
        let mut episode = crossroads::episode::read(&bytes).unwrap();
        (episode.width, episode.height) = (16, 64);
        vouch_for(folder, &to_bytes(&episode).unwrap());
    };
    damaged(shrink, "has frames of (16, 64) pixels, the scene's camera makes (32, 32)");
}

#[test]
fn counts_that_differ_from_the_manifest() {
    let miscount = |folder: &Path| {
        let mut manifest = manifest(folder);
        manifest.episodes[3].lefts += 1;
        manifest.write(folder).unwrap();
    };
    damaged(miscount, "has (frames, corners, (lefts, rights))");
}

#[test]
fn several_damages_are_counted_and_only_those_of_the_split_matter() {
    let place = Place::new();
    let folder = copy_data(&place);
    let entries = manifest(&folder).episodes;
    let test_file = &entries.iter().find(|entry| entry.split == "test").unwrap().file;
    std::fs::remove_file(folder.join(test_file)).unwrap();
    assert_eq!(check(&folder).unwrap().1.len(), 1);
    assert!(DataSet::open(&folder, "train", false).is_ok());
    for entry in entries.iter().filter(|entry| entry.split == "train").take(2) {
        std::fs::remove_file(folder.join(&entry.file)).unwrap();
    }
    let error = DataSet::open(&folder, "train", false).unwrap_err().to_string();
    assert!(error.contains("2 of 21"), "{error}");
    let data = DataSet::open(&folder, "train", true).unwrap();
    assert_eq!((data.episodes.len(), data.skipped.len()), (19, 2));
}

/// What is said of a data set whose manifest was changed.
fn broken_manifest(change: impl Fn(String) -> String) -> String {
    let place = Place::new();
    let folder = copy_data(&place);
    let text = std::fs::read_to_string(folder.join(MANIFEST)).unwrap();
    let changed = change(text.clone());
    assert_ne!(changed, text);
    std::fs::write(folder.join(MANIFEST), changed).unwrap();
    let said = check(&folder).unwrap_err().to_string();
    assert_eq!(DataSet::open(&folder, "train", true).unwrap_err().to_string(), said, "--skip-damaged does not help");
    place.file("recipe.ron", REGRESSION);
    place.refuse(&["train", "recipe.ron", "--data", "data", "--out", "run"], &["manifest.ron"]);
    said
}

#[test]
fn a_broken_manifest_is_refused_by_line() {
    let cut = broken_manifest(|text| text[..text.len() / 2].to_owned());
    assert!(cut.contains("manifest.ron:"), "{cut}");
    let unknown = broken_manifest(|text| text.replacen("seed:", "sede:", 1));
    assert!(unknown.contains("manifest.ron:") && unknown.contains("`sede`"), "{unknown}");
    let newer = broken_manifest(|text| text.replacen("format: 3", "format: 4", 1));
    assert!(newer.contains("`format` is 4, this program reads 3"), "{newer}");
}

#[test]
fn a_manifest_whose_scene_is_not_valid_is_refused_by_field() {
    for (old, new, field) in [
        ("width: 32", "width: 0", "camera.width"),
        ("district: 3", "district: 0", "theme.district"),
        ("ticks_per_quarter: 3", "ticks_per_quarter: 0", "agent.ticks_per_quarter"),
        ("height: 11", "height: 2", "maze.height"),
    ] {
        let said = broken_manifest(|text| text.replacen(old, new, 1));
        assert!(said.contains(&format!("`{field}`")), "{said}");
    }
}

#[test]
fn splits_that_divide_nothing_are_refused() {
    for share in ["NaN", "-1.0", "inf"] {
        let said = broken_manifest(|text| text.replacen("share: 0.9", &format!("share: {share}"), 1));
        assert!(said.contains("`splits.share` is") && said.contains("allowed is above 0 and up to 1"), "{said}");
    }
}

#[test]
fn a_folder_without_a_manifest_is_no_data_set() {
    let place = Place::new();
    place.file("recipe.ron", REGRESSION);
    place.refuse(
        &["train", "recipe.ron", "--data", "nowhere", "--out", "run"],
        &["no data set here", "nowhere/manifest.ron"],
    );
}
