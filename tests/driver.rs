//! A graphics driver that fails while the window is open: Mesa's software driver behind a few lines of C, which say that the
//! device is lost as soon as there is a file.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crossroads::agent::Action;
use crossroads::episode::{check, read};
use crossroads::train::Run;

use crate::display::{Display, Game};
use crate::helper::{Place, copy_folder, data, errors, skipped};

/// Mesa's software driver, as its package tells where it is.
fn software_driver() -> Option<PathBuf> {
    let told = Path::new("/usr/share/vulkan/icd.d").read_dir().ok()?.flatten();
    let told = told.map(|file| file.path()).find(|file| file.to_string_lossy().contains("lvp_icd"))?;
    let told: serde_json::Value = serde_json::from_slice(&std::fs::read(told).ok()?).ok()?;
    Some(told["ICD"]["library_path"].as_str()?.into())
}

/// Builds the driver that fails, and returns the file by which Vulkan finds it.
fn failing_driver(place: &Place) -> String {
    let (source, library) = ("tools/torture/failing_driver.c", place.path("failing.so"));
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(source))
        .arg("-ldl")
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", errors(&built));
    let icd = serde_json::json!({ "library_path": library.to_string_lossy(), "api_version": "1.1.0" });
    let told = serde_json::json!({ "file_format_version": "1.0.0", "ICD": icd });
    place.file("failing.json", &told.to_string()).to_string_lossy().into_owned()
}

/// The window on a display, with a driver that fails in one function as soon as there is a file `now` in the place.
macro_rules! game {
    ($display:ident, $place:expr, $function:expr, $arguments:expr) => {{
        let Some(real) = software_driver() else {
            return skipped("Debian's package mesa-vulkan-drivers is not installed");
        };
        let (driver, when) = (failing_driver($place), $place.path("now").to_string_lossy().into_owned());
        let variables = [
            ("VK_ICD_FILENAMES", driver.as_str()),
            ("VK_DRIVER_FILES", driver.as_str()),
            ("REAL_DRIVER", &real.to_string_lossy()),
            ("FAIL_IN", $function),
            ("FAIL_WHEN", when.as_str()),
        ];
        match Game::start_with(&$display, $place, $arguments, &variables) {
            Ok(game) => game,
            Err(why) => return skipped(&why),
        }
    }};
}

/// Makes the driver fail, and sees one line and exit code 2.
fn fail(game: Game, place: &Place, function: &str) {
    place.file("now", "");
    let (code, said) = game.ended();
    let lines = said.lines().filter(|line| !line.contains("INFO") && !line.is_empty()).count();
    let says = said.contains("the graphics driver has failed") && !said.contains("panicked");
    assert!(code == Some(2) && says && lines == 1, "{function}: {code:?}: {said}");
}

#[test]
fn a_driver_that_fails_takes_nothing_but_the_window() {
    let display = match Display::open(320, 180) {
        Ok(display) => display,
        Err(why) => return skipped(&why),
    };
    for function in ["vkQueueSubmit", "vkQueuePresentKHR"] {
        let place = Place::new();
        let game = game!(display, &place, function, &["play", "brick", "--size", "320x180", "--out", "played"]);
        game.key_and_wait("r", 500);
        game.key_and_wait("Left", 1500);
        fail(game, &place, function);
        let folder = place.path("played");
        let (manifest, damages) = check(&folder).unwrap();
        assert!(damages.is_empty() && manifest.episodes.len() == 1, "{function}: {damages:?}");
        let episode = read(&std::fs::read(folder.join(&manifest.episodes[0].file)).unwrap()).unwrap();
        assert_eq!(episode.actions, [Action::Left; 4]);
    }
}

#[test]
fn a_driver_that_fails_during_a_training_leaves_its_checkpoint() {
    let display = match Display::open(1280, 720) {
        Ok(display) => display,
        Err(why) => return skipped(&why),
    };
    let place = Place::new();
    std::fs::create_dir(place.path("out")).unwrap();
    copy_folder(data(), &place.path("out/data"));
    let mut game = game!(display, &place, "vkQueueSubmit", &[]);
    std::thread::sleep(Duration::from_secs(2));
    game.key_and_wait("Right", 300);
    game.key_and_wait("space", 500);
    game.key("Return");
    let run = place.path("out/runs/regression-1");
    // The one at its beginning; steps are written with the next.
    game.until("begin the training", || {
        run.read_dir().is_ok_and(|found| {
            found.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("checkpoint-"))
        })
    });
    std::thread::sleep(Duration::from_secs(2));
    fail(game, &place, "vkQueueSubmit");
    let run = Run::open(&run).unwrap();
    let (newest, every) = (run.newest_step().unwrap().unwrap(), run.info.recipe.checkpoint_every);
    assert!(newest > 0 && !newest.is_multiple_of(every), "{newest}: not one of those that are saved anyhow");
}
