//! Frames from noise alone: painters are judged, drawn and refused.

use crossroads::episode::{DataSet, TEST, TRAIN};
use crossroads::measure::{FrameIndex, PaintedReport, rms};
use crossroads::settings::to_text;
use crossroads::train::RECIPES;

use crate::families::narrow;
use crate::helper::{GAN, Place, SCENE, data, errors, refused};

/// Trains narrow networks for a few steps on the shared data.
fn train(place: &Place, name: &str) {
    let (_, text) = RECIPES.iter().find(|(known, _)| *known == name).unwrap();
    place.file("recipe.ron", &to_text(&narrow(name, text)).unwrap());
    place.succeed(&["train", "recipe.ron", "--data", data().to_str().unwrap(), "--out", name]);
}

#[test]
fn painters_are_judged_beside_held_out_frames_and_blends_and_drawn() {
    let place = Place::new();
    let names = ["dream-up", "dream-up-vae", "dream-up-plain"];
    names.iter().for_each(|name| train(&place, name));
    let mut arguments = vec!["dream-up"];
    arguments.extend(names);
    arguments.extend(["--data", data().to_str().unwrap(), "--frames", "24", "--mazes", "24", "--json", "figures.json"]);
    arguments.extend(["--nearest", "nearest.png", "--between", "between.png", "--walk", "walk.gif"]);
    let output = place.tools(&arguments).output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
    let report: PaintedReport = serde_json::from_slice(&std::fs::read(place.path("figures.json")).unwrap()).unwrap();
    let rows: Vec<&str> = report.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(rows, ["held-out frames", "blends of two", "dream-up", "dream-up-vae", "dream-up-plain"]);
    let [real, blends, untrained, ..] = &report.rows[..] else { panic!() };
    assert!(real.possible >= 0.9 && blends.view_median > real.view_median, "{report:?}");
    // After six steps they paint grey.
    assert!(untrained.view_median > real.view_median && untrained.coverage < real.coverage, "{report:?}");
    assert!(report.training_frames.is_multiple_of(41) && report.poses > 24 * 500, "{report:?}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("| dream-up-plain") && table.contains("nine of ten held-out frames"), "{table}");
    for file in ["nearest.png", "between.png", "walk.gif"] {
        assert!(image::open(place.path(file)).unwrap().width() > 300, "{file}");
    }
}

#[test]
fn what_cannot_be_judged_is_refused_before_any_work() {
    let place = Place::new();
    train(&place, "dream-up");
    place.file("gan.ron", &GAN.replace("steps: 12", "steps: 2"));
    let data = data().to_str().unwrap();
    place.succeed(&["train", "gan.ron", "--data", data, "--out", "gan"]);
    place.file("small.ron", SCENE);
    place.succeed(&["record", "small.ron", "--episodes", "24", "--ticks", "40", "--seed", "6", "--out", "others"]);
    let refuse = |arguments: &[&str], parts: &[&str]| refused(place.tools(arguments), parts);
    refuse(
        &["dream-up", "gan", "--data", data],
        &["gan: predicts frames, and paints no frames from noise alone", "dream-up, dream-up-vae"],
    );
    refuse(&["dream-up", "dream-up", "--data", "others"], &["dream-up: learned from other data than others"]);
    refuse(&["dream-up", "dream-up", "--data", data, "--walk", "a.png"], &["a.png", ".mp4 or .gif"]);
    refuse(&["dream-up", "dream-up", "--data", data, "--nearest", "a.gif"], &["a.gif", ".png"]);
    refuse(&["dream-up", "dream-up", "--data", data, "--draw-only"], &["there is nothing to draw"]);
    refuse(&["compare", "dream-up", "--data", data, "--out", "a.png"], &["predicts no frames", "`tools dream-up`"]);
    place.refuse(&["measure", "dream-up", "--data", data], &["predicts no frames"]);
    assert!(!place.path("a.png").exists() && !place.path("a.gif").exists());
}

#[test]
fn a_report_on_all_runs_leaves_out_those_that_predict_nothing() {
    let place = Place::new();
    place.file("regression.ron", &crate::helper::REGRESSION.replace("steps: 12", "steps: 2"));
    let data = data().to_str().unwrap();
    place.succeed(&["train", "regression.ron", "--data", data, "--out", "all/regression"]);
    train(&place, "dream-up");
    std::fs::rename(place.path("dream-up"), place.path("all/dream-up")).unwrap();
    let report = ["report", "--all", "all", "--data", data, "--out", "report.html", "--samples", "2"];
    let output = place.tools(&report).output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
    let page = std::fs::read_to_string(place.path("report.html")).unwrap();
    assert!(page.contains("regression") && !page.contains("dream-up"));
}

#[test]
fn the_nearest_training_frame_is_that_of_a_plain_search() {
    let [training, unseen] = [TRAIN, TEST].map(|split| DataSet::open(data(), split, false).unwrap());
    let index = FrameIndex::of(&training).unwrap();
    assert_eq!(index.len(), training.episodes.len() * 41);
    let own = training.episodes[2].frame(7).unwrap();
    assert_eq!(index.nearest(&own).unwrap().unwrap().distance, 0.0, "a copy is found");
    let all: Vec<Vec<u8>> =
        (training.episodes.iter()).flat_map(|episode| (0..41).map(|at| episode.frame(at).unwrap())).collect();
    // With less contrast and with grain, what has the nearest means over blocks is mostly not the nearest.
    let grained = |frame: &[u8]| -> Vec<u8> {
        let grain = |at: usize| (at as u32).wrapping_mul(2_654_435_761).rotate_left(9) % 120;
        let one = |(at, &level): (usize, &u8)| (u32::from(level) * 135 / 255 + grain(at)) as u8;
        frame.iter().enumerate().map(one).collect()
    };
    for episode in unseen.episodes.iter().take(3) {
        for frame in (0..41).step_by(2) {
            let seen = episode.frame(frame).unwrap();
            for asked in [grained(&seen), seen] {
                let expected = all.iter().map(|frame| rms(&asked, frame)).fold(f64::INFINITY, f64::min);
                assert_eq!(index.nearest(&asked).unwrap().unwrap().distance, expected, "frame {frame}");
            }
        }
    }
}
