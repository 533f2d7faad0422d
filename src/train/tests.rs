//! The loop with an objective on two data sets, with two networks that are shown.

use std::path::{Path, PathBuf};

use super::*;
use crate::device;
use crate::game::{RecordJob, record};
use crate::objective::ObjectiveSettings;
use crate::objective::ToySettings;
use crate::predict::Condition;
use crate::progress::{Progress, Silent, StopAfter};
use crate::scene::Scene;

/// Removes the run's folder after the first step.
struct Removes(PathBuf);

impl Progress for Removes {
    fn begin(&mut self, _: &str, _: &str, _: u64, _: u64) {}
    fn advance(&mut self, done: u64, _: &str) {
        if done == 1 {
            std::fs::remove_dir_all(&self.0).unwrap();
        }
    }
    fn say(&mut self, _: &str) {}
    fn end(&mut self) {}
}

fn data(folder: &Path, scene: &str) -> PathBuf {
    let mut scene = Scene::load(scene).unwrap().0;
    (scene.camera.width, scene.camera.height, scene.camera.supersampling) = (32, 32, 1);
    let out = folder.join(&scene.name);
    let job = RecordJob { ticks: 24, ..RecordJob::new(scene, &out, 3) };
    record(job, Box::new(Silent)).unwrap();
    out
}

fn job(folder: &Path, out: &str, predicts: bool) -> TrainJob {
    let mut recipe = Recipe::load("regression").unwrap();
    (recipe.batch, recipe.shards, recipe.steps, recipe.windows.context) = (4, 2, 4, 2);
    recipe.objective = ObjectiveSettings::Toy(ToySettings { predicts });
    recipe.condition = Condition::Class(2);
    TrainJob {
        recipe,
        data: folder.join("brick"),
        more_data: vec![folder.join("hedge-night")],
        out: folder.join(out),
        device: "flex".into(),
        resume: false,
        skip_damaged: false,
        snapshots: 0,
    }
}

#[test]
fn a_run_with_two_shown_networks_on_two_data_sets_resumes_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let _both = [data(place, "brick"), data(place, "hedge-night")];
    let whole = job(place, "whole", true);
    train(&whole, &mut Silent).unwrap();
    let halves = job(place, "halves", true);
    train(&halves, &mut StopAfter::steps(2)).unwrap();
    assert_eq!(Run::open(&halves.out).unwrap().newest_step().unwrap(), Some(2));
    train(&TrainJob { resume: true, ..halves.clone() }, &mut Silent).unwrap();

    let device = device::find("flex").unwrap();
    let weights = |job: &TrainJob| Trained::weights(job.out.to_str().unwrap(), &device).unwrap();
    let (one, other) = (weights(&whole), weights(&halves));
    assert_eq!(one, other);
    let of = |name: &str| one.numbers.iter().filter(|numbers| numbers.path.starts_with(name)).count();
    assert!(of("day/") > 5 && of("day/") == of("night/"), "each under its own name");
    let (day, night): (Vec<_>, Vec<_>) = one.numbers.iter().partition(|numbers| numbers.path.starts_with("day/"));
    assert!(day.iter().zip(&night).any(|(day, night)| day.values != night.values));

    let learned = &one.info.learned;
    assert_eq!(learned.iter().map(|learned| learned.scene.as_str()).collect::<Vec<_>>(), ["brick", "hedge-night"]);
    let csv = std::fs::read_to_string(whole.out.join("metrics.csv")).unwrap();
    assert!(csv.starts_with("step,day,night\n") && csv.lines().count() == 5, "{csv}");
    let trained = Trained::open(whole.out.to_str().unwrap(), &device).unwrap();
    assert_eq!(trained.variants.len(), 1, "both are shown");

    // A file of weights holds both.
    let file = place.join("both.safetensors");
    std::fs::write(&file, one.to_bytes(&file).unwrap()).unwrap();
    assert_eq!(Trained::open(file.to_str().unwrap(), &device).unwrap().step, 4);
}

#[test]
fn what_predicts_no_frame_is_trained_without_a_sheet_and_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let _both = [data(folder.path(), "brick"), data(folder.path(), "hedge-night")];
    let job = job(folder.path(), "run", false);
    let run = train(&job, &mut Silent).unwrap();
    assert_eq!(run.newest_sheet(), None);
    let error = Trained::open(job.out.to_str().unwrap(), &device::find("flex").unwrap()).unwrap_err().to_string();
    assert!(error.contains("predicts no frames"), "{error}");
}

#[test]
fn as_many_data_sets_are_given_as_a_recipe_asks_for() {
    let folder = tempfile::tempdir().unwrap();
    data(folder.path(), "brick");
    let few = TrainJob { more_data: Vec::new(), ..job(folder.path(), "run", true) };
    let error = train(&few, &mut Silent).unwrap_err().to_string();
    assert!(error.contains("(day, night), but 1 are given"), "{error}");
    assert!(!few.out.exists());
}

#[test]
fn a_run_that_is_removed_while_it_is_trained_does_not_come_back_as_half_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let _both = [data(folder.path(), "brick"), data(folder.path(), "hedge-night")];
    let job = job(folder.path(), "run", false);
    let error = train(&job, &mut Removes(job.out.clone())).unwrap_err().to_string();
    assert!(error.contains("run"), "{error}");
    assert!(!job.out.exists(), "{error}");
}
