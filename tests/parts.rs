//! Several machines share a piece of work: parts of a recording, merged, are the whole recording, and parts of a list of
//! trainings are the whole list.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crossroads::episode::{Manifest, check};
use crossroads::part::Part;
use crossroads::train::Run;

use crate::helper::{
    GAN, Place, REGRESSION, SCENE, assert_same_files, copy_folder, data, errors, files_in, refused, skipped,
};
use crate::killed::kill_when;

/// How [`data`] was recorded.
const DATA: [&str; 8] = ["record", "small.ron", "--episodes", "24", "--ticks", "40", "--seed", "5"];

/// Records one part of a recording into the folder `part-K`, with other arguments in place of some.
fn record(place: &Place, arguments: &[&str], number: u32, of: u32) -> String {
    let out = format!("part-{number}");
    place.succeed(&[arguments, &["--part", &format!("{number}/{of}"), "--out", &out]].concat());
    out
}

fn merge<'a>(parts: &[&'a str]) -> Vec<&'a str> {
    [&["merge", "--out", "merged"], parts].concat()
}

fn merged(place: &Place, parts: &[&str]) -> String {
    let output = place.tools(&merge(parts)).output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn names_in(place: &Place) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> = place.path("").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}

#[test]
fn merged_parts_have_the_bytes_of_the_whole_recording() {
    let place = Place::new();
    let picture = image::RgbImage::from_fn(8, 8, |x, y| image::Rgb([(x * 30) as u8, (y * 30) as u8, 200]));
    picture.save(place.path("own.png")).unwrap();
    place.file("small.ron", &SCENE.replace("brick-blue.png", "own.png"));
    let common = ["record", "small.ron", "--episodes", "23", "--ticks", "9", "--seed", "3"];
    place.succeed(&[&common[..], &["--out", "whole"]].concat());
    let parts: Vec<String> = (1..=4).map(|number| record(&place, &common, number, 4)).collect();
    let before: Vec<_> = parts.iter().map(|part| files_in(&place.path(part))).collect();
    let episodes = |files: &std::collections::BTreeMap<PathBuf, Vec<u8>>| {
        files.keys().filter(|name| name.to_string_lossy().starts_with("episode-")).count()
    };
    assert_eq!(before.iter().map(episodes).collect::<Vec<_>>(), [6, 6, 6, 5], "as even as can be");

    let said = merged(&place, &["part-3", "part-1", "part-4", "part-2"]);
    assert_eq!(said, "merged: 23 episodes of 4 parts\n");
    assert_same_files(&place.path("merged"), &place.path("whole"));
    assert_eq!(files_in(&place.path("merged")).len(), 23 + 2, "episodes, the manifest and the texture");

    // What is done to the whole in place, by whatever program, does not reach the parts.
    for name in files_in(&place.path("merged")).into_keys() {
        std::fs::write(place.path("merged").join(name), "altered").unwrap();
    }
    for (part, before) in parts.iter().zip(&before) {
        assert!(files_in(&place.path(part)) == *before, "{part} was changed");
    }
}

#[test]
fn a_part_says_that_it_is_one_and_the_whole_may_be_extended() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    let parts: Vec<String> = (1..=3).map(|number| record(&place, &DATA, number, 3)).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let checked = |folder| {
        let output = place.tools(&["check-data", folder, "--redraw"]).output().unwrap();
        assert!(output.status.success(), "{}", errors(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let said = checked("part-2");
    assert!(said.contains("part 2 of 3: 8 of 24 episodes; `tools merge`") && !said.contains("stopped"), "{said}");
    merged(&place, &parts);
    let said = checked("merged");
    assert!(said.contains("all 24 episode files are as the manifest says") && !said.contains("part"), "{said}");
    assert_same_files(&place.path("merged"), data());

    // Both ways to more episodes: the whole goes on as one, or its parts do, and each keeps what it has.
    let longer = DATA.map(|argument| if argument == "24" { "31" } else { argument });
    place.succeed(&[&longer[..], &["--out", "merged"]].concat());
    std::fs::rename(place.path("merged"), place.path("extended")).unwrap();
    let first = files_in(&place.path("part-1")).len();
    (1..=3).for_each(|number| drop(record(&place, &longer, number, 3)));
    assert_eq!(files_in(&place.path("part-1")).len(), first + 3);
    merged(&place, &parts);
    assert_same_files(&place.path("merged"), &place.path("extended"));
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_is_written() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    place.file("wide.ron", &SCENE.replace("width: 32", "width: 48"));
    let common = ["record", "small.ron", "--episodes", "12", "--ticks", "9", "--seed", "3"];
    (1..=3).for_each(|number| drop(record(&place, &common, number, 3)));
    let other = |out: &str, from: &str, to: &str, part: &str| {
        let arguments = common.map(|argument| if argument == from { to } else { argument });
        place.succeed(&[&arguments[..], &["--part", part, "--out", out]].concat());
    };
    other("seed", "3", "4", "2/3");
    other("ticks", "9", "8", "2/3");
    other("scene", "small.ron", "wide.ron", "2/3");
    other("more", "12", "13", "2/3");
    other("of-four", "", "", "2/4");
    place.succeed(&[&common[..], &["--part", "2/3", "--split", "train=0.8,test=0.2", "--out", "shares"]].concat());
    place.succeed(&[&common[..], &["--out", "whole"]].concat());
    copy_folder(&place.path("part-2"), &place.path("damaged"));
    std::fs::write(place.path("damaged/episode-0000004.safetensors"), "damaged").unwrap();
    // As a recording that was stopped leaves it.
    copy_folder(&place.path("part-2"), &place.path("stopped"));
    let (manifest, _) = check(&place.path("part-2")).unwrap();
    let episodes = manifest.episodes[..3].to_vec();
    Manifest { episodes, ..manifest }.write(&place.path("stopped")).unwrap();

    let before = names_in(&place);
    let with = |part| place.tools(&merge(&["part-1", part, "part-3"]));
    let differs = |part, what| refused(with(part), &[part, "another recording than part-1", what]);
    differs("seed", "`seed` is 3 there, 4 here");
    differs("ticks", "`ticks` is 9 there, 8 here");
    differs("scene", "`scene.camera.width` is 32 there, 48 here");
    differs("more", "`requested` is 12 there, 13 here");
    differs("of-four", "`part.of` is 3 there, 4 here");
    differs("shares", "`splits[0].share` is 0.9 there, 0.8 here");
    refused(with("whole"), &["whole: is no part of a recording", "--part K/N"]);
    refused(with("part-1"), &["part-1: is part 1 of 3, as is part-1; give each part once"]);
    refused(with("nowhere"), &["no data set here", "nowhere"]);
    refused(with("damaged"), &["damaged/episode-0000004.safetensors", "has 7 bytes", "records it anew"]);
    refused(with("stopped"), &["stopped: lacks episode-0000010.safetensors, 3 of 4 episodes", "completes it"]);
    refused(
        place.tools(&merge(&["part-3", "part-1"])),
        &["part-3: is a part of a recording in 3", "part 2 is missing"],
    );
    assert_eq!(names_in(&place), before, "nothing was written");
    std::fs::create_dir(place.path("kept")).unwrap();
    place.file("kept/a", "");
    refused(
        place.tools(&["merge", "part-1", "part-2", "part-3", "--out", "kept"]),
        &["kept: is there already", "another --out"],
    );

    // A part's folder takes nothing else, and a part is one of so many.
    let into = |part: &str, out: &str| place.crossroads(&[&common[..], &["--part", part, "--out", out]].concat());
    refused(into("1/3", "part-2"), &["part-2: holds another recording: `part.number` is 2 there, 1 here"]);
    refused(into("2/3", "whole"), &["whole: holds another recording: `part` is absent there"]);
    refused(place.crossroads(&[&common[..], &["--out", "part-2"]].concat()), &["part-2", "`part` is", "absent here"]);
    for part in ["0/3", "4/3", "3", "1/0"] {
        let output = into(part, "new").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(errors(&output).contains("is not K/N with 1 ≤ K ≤ N"), "{}", errors(&output));
    }
    assert!(!place.path("new").exists());
    merged(&place, &["part-1", "part-2", "part-3"]);
    assert_same_files(&place.path("merged"), &place.path("whole"));
}

#[test]
fn a_killed_merge_leaves_nothing_in_place_and_the_next_one_tidies() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    let common = ["record", "small.ron", "--episodes", "300", "--ticks", "60", "--seed", "3"];
    let parts = [record(&place, &common, 1, 2), record(&place, &common, 2, 2)];
    let before = names_in(&place);
    let files = || {
        let part = names_in(&place).into_iter().find(|path| !before.contains(path));
        part.map_or(0, |part| part.read_dir().map_or(0, Iterator::count))
    };
    let mut command = place.tools(&merge(&[&parts[0], &parts[1]]));
    kill_when(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap(), || files() > 20);
    assert!(files() > 20 && !place.path("merged").exists(), "under a temporary name");
    assert_eq!(merged(&place, &[&parts[0], &parts[1]]), "merged: 300 episodes of 2 parts\n");
    assert_eq!(names_in(&place).len(), before.len() + 1, "what the killed one left is gone");
    let (manifest, damages) = check(&place.path("merged")).unwrap();
    assert!(damages.is_empty() && manifest.episodes.len() == 300 && manifest.part.is_none());
}

#[test]
fn a_run_that_learned_a_part_says_so_and_goes_on_with_nothing_else() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    place.file("regression.ron", REGRESSION);
    (1..=2).for_each(|number| drop(record(&place, &DATA, number, 2)));
    merged(&place, &["part-1", "part-2"]);
    let train = |data: &'static str, more: &[&'static str]| {
        [&["train", "regression.ron", "--data", data, "--out", "run", "--steps", "4"], more].concat()
    };
    place.succeed(&train("part-2", &[]));
    let info = Run::open(&place.path("run")).unwrap().info;
    let learned = &info.learned[0];
    assert_eq!((learned.part, learned.episodes), (Some(Part { number: 2, of: 2 }), 12));
    // A maze's split follows from its walls: what it never learned of a part it never learned of the whole.
    let (whole, _) = check(&place.path("merged")).unwrap();
    assert_eq!(learned.unseen_below, whole.unseen_below());
    place.refuse(&train("merged", &["--resume"]), &["`[0].episodes` is 12 there, 24 here", "`[0].part` is"]);
    place.refuse(&train("part-1", &["--resume"]), &["`[0].part.number` is 2 there, 1 here"]);
    place.succeed(&train("part-2", &["--resume"]));
    place.succeed(&["measure", "run", "--data", "merged", "--samples", "2"]);
}

/// The runs in a folder, each with its steps and with the bytes of its newest weights.
fn runs(folder: &Path) -> Vec<(String, u64, Vec<u8>)> {
    let folders = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).filter(|path| Run::is_in(path));
    let mut runs: Vec<_> = folders
        .map(|path| {
            let steps = Run::open(&path).unwrap().newest_step().unwrap().unwrap();
            let weights = files_in(&path).into_iter().filter(|(name, _)| is_state(name));
            let bytes = weights.flat_map(|(_, bytes)| bytes).collect();
            (path.file_name().unwrap().to_string_lossy().into_owned(), steps, bytes)
        })
        .collect();
    runs.sort();
    runs
}

fn is_state(name: &Path) -> bool {
    name.components().next().is_some_and(|first| first.as_os_str().to_string_lossy().starts_with("checkpoint-"))
}

/// Arguments that train both recipes from two seeds for a moment, into a folder.
fn train_all(out: &str) -> Vec<&str> {
    let what = ["--recipes", "regression.ron,gan.ron", "--minutes", "0.003", "--seeds", "1,2"];
    [&["train-all", "--data", data().to_str().unwrap(), "--out", out][..], &what].concat()
}

#[test]
fn parts_of_a_list_of_trainings_are_the_whole_list() {
    let place = Place::new();
    place.file("regression.ron", REGRESSION);
    place.file("gan.ron", GAN);
    let run = |arguments: &[&str]| {
        let output = place.tools(arguments).output().unwrap();
        assert!(output.status.success(), "{}", errors(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    run(&train_all("whole"));
    std::fs::create_dir(place.path("shared")).unwrap();
    // How many steps follows from the machine's speed at that moment; with the same plan the weights are the same.
    std::fs::copy(place.path("whole/plan.ron"), place.path("shared/plan.ron")).unwrap();
    let mut before = Vec::new();
    for (part, counted) in [("3/3", 1), ("1/3", 2), ("2/3", 1)] {
        let said = run(&[&train_all("shared")[..], &["--part", part]].concat());
        let (number, of) = part.split_once('/').unwrap();
        assert_eq!(said, format!("shared: {counted} runs of 2 recipes, part {number} of {of}, 0 diverged\n"));
        let now = runs(&place.path("shared"));
        assert_eq!(now.len(), before.len() + counted, "no part trains what another does");
        assert!(before.iter().all(|run| now.contains(run)));
        before = now;
    }
    let whole = runs(&place.path("whole"));
    assert_eq!(whole.len(), 4);
    for (own, other) in before.iter().zip(&whole) {
        assert_eq!((&own.0, own.1), (&other.0, other.1));
        assert!(!own.2.is_empty() && own.2 == other.2, "{} has other weights", own.0);
    }
}

#[test]
fn gnu_parallel_records_and_trains_in_parts() {
    if Command::new("parallel").arg("--version").output().is_err() {
        return skipped("there is no `parallel` (Debian: parallel)");
    }
    let place = Place::new();
    for (name, text) in [("small.ron", SCENE), ("regression.ron", REGRESSION), ("gan.ron", GAN)] {
        place.file(name, text);
    }
    let parallel = |command: &Command, parts: &[&str]| {
        let output = Command::new("parallel")
            // `--quote`: the shell reads nothing into the program's path.
            .args(["--will-cite", "--quote", "--jobs", "3", "--halt", "now,fail=1"])
            .arg(command.get_program())
            .args(command.get_args())
            .arg(":::")
            .args(parts)
            .current_dir(place.path(""))
            // It keeps files of its own there.
            .env("HOME", place.path(""))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", errors(&output));
        output
    };
    let record = [&DATA[..], &["--threads", "1", "--part", "{}/3", "--out", "part-{}"]].concat();
    parallel(&place.crossroads(&record), &["1", "2", "3"]);
    merged(&place, &["part-1", "part-2", "part-3"]);
    assert_same_files(&place.path("merged"), data());

    let train = [&train_all("all")[..], &["--part", "{}/3"]].concat();
    let output = parallel(&place.tools(&train), &["1", "2", "3"]);
    let said = errors(&output);
    assert!(said.contains("2/2 gan, seed 2: ") && said.contains("1/1 regression, seed 2: "), "{said}");
    let runs = runs(&place.path("all"));
    let steps: Vec<(&str, u64)> = runs.iter().map(|(name, steps, _)| (name.as_str(), *steps)).collect();
    let &[("gan-seed1", gan), ("gan-seed2", other), ("regression-seed1", first), ("regression-seed2", second)] =
        &steps[..]
    else {
        panic!("{steps:?}")
    };
    assert_eq!((gan, first), (other, second), "two that begin at once settle one plan");
}
