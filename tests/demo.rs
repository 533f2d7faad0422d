//! `crossroads demo`, with hardly any time to train in: interrupted, and started again.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::helper::Place;

const DEMO: [&str; 5] = ["demo", "--minutes", "0.02", "--out", "made"];

#[test]
fn a_demo_goes_on_where_it_was_killed_and_makes_everything() {
    let place = Place::new();
    let mut child = place.crossroads(&DEMO).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while !place.path("made/gan/run.ron").is_file() {
        assert!(began.elapsed() < Duration::from_secs(300), "no model was trained in five minutes");
        assert!(child.try_wait().unwrap().is_none(), "it had ended by itself");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let plan = std::fs::read(place.path("made/plan.ron")).unwrap();
    let recorded = place.path("made/data/episode-0000000.safetensors");
    let written = || std::fs::metadata(&recorded).unwrap().modified().unwrap();
    let before = written();

    let output = place.succeed(&DEMO);
    let said = String::from_utf8(output.stdout).unwrap();
    for row in ["regression", "gan", "gan-mean", "copy last frame", "exact average", "simulator"] {
        assert!(said.contains(&format!("| {row} ")), "{row} is missing in: {said}");
    }
    for file in ["compare.mp4", "samples.png", "metrics.json", "cure.mp4", "cure.png", "cure.json"] {
        assert!(said.contains(&format!("made/{file}")), "{file} is missing in: {said}");
    }
    assert_eq!(std::fs::read(place.path("made/plan.ron")).unwrap(), plan, "the plan is settled once");
    assert_eq!(written(), before, "nothing is recorded twice");
    let figures = std::fs::read_to_string(place.path("made/metrics.json")).unwrap();
    assert!(figures.contains("\"all_found\"") && figures.matches("\"nearness_median\"").count() == 5, "{figures}");
    for (sheet, film) in [("made/samples.png", "made/compare.mp4"), ("made/cure.png", "made/cure.mp4")] {
        assert!(image::open(place.path(sheet)).unwrap().width() > 1000);
        let film = std::fs::read(place.path(film)).unwrap();
        assert!(film.windows(4).any(|word| word == b"avc1"));
    }
}
