//! `record` and `train`, killed at any moment: what is left is whole, and going on gives what would have been.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crossroads::episode::{MANIFEST, check};

use crate::helper::{GAN, Place, REGRESSION, SCENE, assert_same_files, changed, data, told};

/// Kills a child (SIGKILL) as soon as `ready`, which must be before it ends by itself.
pub fn kill_when(mut child: Child, ready: impl Fn() -> bool) {
    let began = Instant::now();
    while !ready() {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing to kill after a minute");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), None, "it had ended by itself");
}

#[test]
fn a_killed_recording_is_whole_and_can_be_completed() {
    let place = Place::new();
    // Many samples a pixel: the recording takes some seconds, and the manifest is written every second.
    place.file("slow.ron", &SCENE.replace("supersampling: 1", "supersampling: 4"));
    let arguments = |out| ["record", "slow.ron", "--episodes", "500", "--ticks", "100", "--threads", "1", "--out", out];
    let start = || {
        let mut command = place.crossroads(&arguments("killed"));
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let folder = place.path("killed");
    let episodes_listed =
        || std::fs::read_to_string(folder.join(MANIFEST)).map_or(0, |text| text.matches("crc32").count());
    let episode_files = || {
        let names = folder.read_dir().map(|entries| entries.flatten().map(|entry| entry.file_name()));
        names.map_or(0, |names| names.filter(|name| name.to_string_lossy().starts_with("episode-")).count())
    };

    // With files that the manifest does not know yet, then with a manifest that knows some of them.
    kill_when(start(), || episode_files() > 0);
    let (manifest, damages) = check(&folder).unwrap();
    assert!(damages.is_empty() && manifest.episodes.len() < 500, "{damages:?}");
    kill_when(start(), || episodes_listed() > 0);
    let (manifest, damages) = check(&folder).unwrap();
    assert!(damages.is_empty(), "{damages:?}");
    let said = place.tools(&["check-data", "killed"]).output().unwrap();
    assert!(said.status.success(), "{}", crate::helper::errors(&said));
    assert!(
        String::from_utf8_lossy(&said.stdout).contains(&format!("stopped early: {} of 500", manifest.episodes.len()))
    );
    assert!((1..500).contains(&manifest.episodes.len()), "{} episodes", manifest.episodes.len());

    place.succeed(&arguments("killed"));
    place.succeed(&arguments("whole"));
    assert_same_files(&folder, &place.path("whole"));
}

#[test]
fn what_a_kill_leaves_before_the_first_file_is_no_obstacle() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    place.file("recipe.ron", REGRESSION);
    for folder in ["new/textures", "run/.part-checkpoint"] {
        std::fs::create_dir_all(place.path(folder)).unwrap();
    }
    let parts = ["new/.part-manifest", "run/.part-info", "run/.part-checkpoint/shown.bpk"];
    for part in parts {
        place.file(part, "half of it");
    }
    place.succeed(&["record", "small.ron", "--episodes", "12", "--ticks", "5", "--out", "new"]);
    place.succeed(&["train", "recipe.ron", "--data", data().to_str().unwrap(), "--out", "run", "--steps", "1"]);
    for part in parts {
        assert!(!place.path(part).exists(), "{part} is still there");
    }
}

fn checkpoint(run: &Path, step: u64) -> PathBuf {
    run.join(format!("checkpoint-{step:08}-0"))
}

/// Trains a recipe twice, the second time killed after each of some checkpoints, and compares everything.
fn resumed_equals_uninterrupted(recipe: &str, networks: &[&str]) {
    let place = Place::new();
    // Long enough that it is killed long before its end.
    let text = recipe.replace("steps: 12", "steps: 120").replace("checkpoint_every: 4", "checkpoint_every: 8");
    place.file("recipe.ron", &text);
    let data = data().to_str().unwrap();
    let arguments = |out, extra: &[&'static str]| {
        let common = ["train", "recipe.ron", "--data", data, "--out", out];
        [&common, extra].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let run = |out, extra: &[&'static str]| {
        let arguments = arguments(out, extra);
        place.crossroads(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let whole = run("whole", &[]).output().unwrap();
    assert!(whole.status.success(), "{}", crate::helper::errors(&whole));

    // Step 16 is warm, step 64 is not: the second part of a GAN's training is interrupted too.
    for (step, extra) in [(16, &[][..]), (64, &["--resume"][..])] {
        let child = run("killed", extra).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        kill_when(child, || checkpoint(&place.path("killed"), step).is_dir());
    }
    let output = run("killed", &["--resume"]).output().unwrap();
    assert!(output.status.success(), "{}", crate::helper::errors(&output));

    let (whole, killed) = (place.path("whole"), place.path("killed"));
    for network in networks {
        let file = checkpoint(&whole, 120).join(format!("{network}.bpk"));
        assert!(file.is_file(), "{network} was not saved");
    }
    // Not only the numbers are the same: every byte of every file is.
    assert_same_files(&whole, &killed);
    let exported = |run: &str| {
        let file = format!("{run}.safetensors");
        let output = place.tools(&["export", run, "--out", &file]).output().unwrap();
        assert!(output.status.success(), "{}", crate::helper::errors(&output));
        std::fs::read(place.path(&file)).unwrap()
    };
    assert!(exported("whole") == exported("killed"), "weights differ");
}

#[test]
fn a_killed_regression_goes_on_bit_for_bit() {
    resumed_equals_uninterrupted(REGRESSION, &["generator", "generator-ema", "generator-optimiser"]);
}

#[test]
fn a_killed_gan_goes_on_bit_for_bit() {
    let files = ["generator", "discriminator", "generator-ema", "generator-optimiser", "discriminator-optimiser"];
    resumed_equals_uninterrupted(GAN, &files);
}

/// As `gan-mean-patches`: what it has beyond the GAN depends on how many steps are done, or draws numbers of its own.
#[test]
fn a_killed_gan_of_means_and_slopes_goes_on_bit_for_bit() {
    let changes = [
        ("(width: 4, moves: 2)", "(width: 4, moves: 2, decisive: 4.0, places: Patches)"),
        ("Mix(codes: 2, gaussian: 2)", "Gaussian(1), samples: 4, mean_matching: 50.0, slope_matching: 20.0"),
        ("(width: 4, context: 2)", "(width: 4, context: 2, normalised: true, places: Patches), detail: (0.4, 0.6)"),
        ("reconstruction: 10.0", "reconstruction: 10.0, reconstruction_kept: 0.0, quiet_start: true"),
        ("relaxation: 0.02", "relaxation: 1.0"),
        ("ema: 0.9", "ema: 0.9, ema_share: 0.25"),
    ];
    let recipe = changed(GAN, &changes);
    resumed_equals_uninterrupted(&recipe, &["generator", "discriminator", "generator-ema"]);
}

#[test]
fn a_killed_gan_that_is_told_goes_on_bit_for_bit() {
    let recipe = told(&GAN.replace("mirror: true", "mirror: true, unroll: 3"));
    resumed_equals_uninterrupted(&recipe, &["generator", "discriminator", "generator-ema"]);
}
