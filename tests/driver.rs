//! A graphics driver that fails while the window is open: Mesa's software driver behind a few lines of C, which say that the
//! device is lost as soon as there is a file.

use std::path::{Path, PathBuf};
use std::process::Command;

use crossroads::agent::Action;
use crossroads::episode::{check, read};

use crate::display::{Display, Game};
use crate::helper::{Place, errors, skipped};

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

#[test]
fn a_driver_that_fails_takes_nothing_but_the_window() {
    let Some(real) = software_driver() else {
        return skipped("Debian's package mesa-vulkan-drivers is not installed");
    };
    let display = match Display::open(320, 180) {
        Ok(display) => display,
        Err(why) => return skipped(&why),
    };
    for function in ["vkQueueSubmit", "vkQueuePresentKHR"] {
        let place = Place::new();
        let (driver, real) = (failing_driver(&place), real.to_string_lossy());
        let when = place.path("now").to_string_lossy().into_owned();
        let variables = [
            ("VK_ICD_FILENAMES", driver.as_str()),
            ("VK_DRIVER_FILES", driver.as_str()),
            ("REAL_DRIVER", real.as_ref()),
            ("FAIL_IN", function),
            ("FAIL_WHEN", when.as_str()),
        ];
        let arguments = ["play", "brick", "--size", "320x180", "--out", "played"];
        let game = match Game::start_with(&display, &place, &arguments, &variables) {
            Ok(game) => game,
            Err(why) => return skipped(&why),
        };
        game.key_and_wait("r", 500);
        game.key_and_wait("Left", 1500);
        place.file("now", "");
        let (code, said) = game.ended();
        let lines = said.lines().filter(|line| !line.contains("INFO") && !line.is_empty()).count();
        let says = said.contains("the graphics driver has failed") && !said.contains("panicked");
        assert!(code == Some(2) && says && lines == 1, "{function}: {code:?}: {said}");
        let folder = place.path("played");
        let (manifest, damages) = check(&folder).unwrap();
        assert!(damages.is_empty() && manifest.episodes.len() == 1, "{function}: {damages:?}");
        let episode = read(&std::fs::read(folder.join(&manifest.episodes[0].file)).unwrap()).unwrap();
        assert_eq!(episode.actions, [Action::Left; 4]);
    }
}
