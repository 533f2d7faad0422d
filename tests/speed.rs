//! Pictures of how quality grows with training and of how cost grows with size.

use std::path::Path;

use crate::helper::{GAN, Place, data, refused};

fn svg(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(text.starts_with("<svg xmlns=") && text.ends_with("</svg>\n"), "{text}");
    assert!(!text.contains("NaN") && !text.contains("inf"), "a plot has what is no number: {text}");
    text
}

#[test]
fn quality_is_drawn_against_the_seconds_of_runs_with_snapshots() {
    let place = Place::new();
    place.file("recipe.ron", GAN);
    let data = data().to_str().unwrap();
    for (out, seed) in [("one", "1"), ("two", "2")] {
        let run = ["train", "recipe.ron", "--data", data, "--out", out, "--seed", seed];
        place.succeed(&[&run[..], &["--steps", "4", "--snapshots", "2"]].concat());
    }
    place.succeed(&["train", "recipe.ron", "--data", data, "--out", "bare", "--steps", "2"]);
    let quality = |more: &[&'static str]| place.tools(&[&["quality", "--data", data, "--samples", "2"], more].concat());
    let output = quality(&["--out", "plots/quality.svg", "both=one,two", "first=one"]).output().unwrap();
    assert!(output.status.success(), "{}", crate::helper::errors(&output));
    let drawn = svg(&place.path("plots/quality.svg"));
    assert!(drawn.contains(">both</text>") && drawn.contains(">first</text>"), "{drawn}");
    let json = std::fs::read_to_string(place.path("plots/quality.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let timeline = |way: usize, run: usize| json[way]["runs"][run]["timeline"].as_array().unwrap().clone();
    let steps: Vec<u64> = timeline(0, 1).iter().map(|moment| moment["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, [2, 4]);
    assert!(timeline(0, 0).iter().all(|moment| moment["figures"]["nearness_median"].as_f64().unwrap() > 0.0));
    assert_eq!(timeline(0, 0), timeline(1, 0), "the same run is judged alike");

    place.succeed(&["train", "recipe.ron", "--data", data, "--out", "other", "--steps", "3", "--snapshots", "1"]);
    refused(quality(&["--out", "a.svg", "both=one,other"]), &["other", "[3]", "[2, 4]"]);
    refused(quality(&["--out", "a.svg", "none=nowhere"]), &["nowhere", "no such folder"]);
    let resumed =
        ["train", "recipe.ron", "--data", data, "--out", "bare", "--steps", "4", "--resume", "--snapshots", "2"];
    place.refuse(&resumed, &["bare", "first 2 steps", "--snapshots"]);
    refused(quality(&["--out", "a.svg", "bare=bare"]), &["bare", "no snapshots", "--snapshots"]);
    refused(quality(&["--out", "a.png", "one=one"]), &["a.png", ".svg"]);
}

#[test]
fn growth_is_told_and_drawn() {
    let place = Place::new();
    let growth = ["growth", "--largest", "0.01", "--steps", "1", "--folder", ".", "--plots", "plots"];
    let output = place.tools(&growth).output().unwrap();
    assert!(output.status.success(), "{}", crate::helper::errors(&output));
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.matches("Powers: ").count(), 5, "{said}");
    let steps = svg(&place.path("plots/growth-steps.svg"));
    assert_eq!(steps.matches("class='title'").count(), 8, "time and memory of four things");
    assert!(svg(&place.path("plots/growth-data.svg")).contains("recorded, frames/s, power "));
    let left = std::fs::read_dir(place.path(".")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.collect::<Vec<_>>(), ["plots"], "recordings are deleted");
}
