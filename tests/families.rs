//! Every recipe that comes with Crossroads, with networks as narrow as can be: it trains, goes on where it was stopped,
//! answers, and is judged.

use std::path::Path;

use crossroads::camera::Frames;
use crossroads::device::find;
use crossroads::episode::DataSet;
use crossroads::predict::{Predictor, Sampling, Skill, drawn_latents};
use crossroads::progress::{Silent, StopAfter};
use crossroads::settings::{Source, to_text};
use crossroads::task::{measure, open_models, test_questions, unseen};
use crossroads::train::{RECIPES, Recipe, Run, TrainJob, Trained, recipes_for, train};

use crate::helper::{Place, data, source};

/// A recipe that comes with Crossroads, for a few small steps.
pub fn narrow(name: &str, text: &str) -> Recipe {
    let text = text.replace("width: 24", "width: 4").replace("width: 32", "width: 4").replace("width: 16", "width: 4");
    let text =
        text.replace("moves: 8", "moves: 1").replace("hidden: 128", "hidden: 8").replace("colours: 16", "colours: 4");
    let text = text.replace("context: 4", "context: 2").replace("unroll: 4", "unroll: 2");
    let mut recipe = Recipe::from_source(&Source { file: name.into(), text }).unwrap();
    (recipe.batch, recipe.steps, recipe.checkpoint_every) = (4, 6, 3);
    Recipe::from_source(&source(&to_text(&recipe).unwrap())).unwrap()
}

fn job(recipe: &Recipe, out: &Path) -> TrainJob {
    TrainJob {
        recipe: recipe.clone(),
        data: data().to_owned(),
        more_data: Vec::new(),
        out: out.to_owned(),
        device: "flex".into(),
        resume: Run::is_in(out),
        skip_damaged: false,
        snapshots: 0,
    }
}

fn answers(predictor: &dyn Predictor, context: usize, sampling: Sampling) -> Vec<Frames> {
    let data = DataSet::open(data(), "test", false).unwrap();
    predictor.predict(&test_questions(&data, context, 1).unwrap()[..2], sampling)
}

#[test]
fn every_recipe_trains_and_goes_on_and_answers() {
    let place = Place::new();
    // Those that need another kind of data, or two of them, have tests of their own.
    let asked = [Skill::Predict, Skill::Paint].map(recipes_for).concat();
    for (name, text) in &asked {
        let recipe = narrow(name, text);
        let (whole, halves) = (place.path(&format!("{name}-whole")), place.path(&format!("{name}-halves")));
        train(&job(&recipe, &whole), &mut Silent).unwrap();
        train(&job(&recipe, &halves), &mut StopAfter::steps(3)).unwrap();
        train(&job(&recipe, &halves), &mut Silent).unwrap();
        let [metrics, again] = [&whole, &halves].map(|run| std::fs::read_to_string(run.join("metrics.csv")).unwrap());
        assert!(metrics == again, "{name}: {metrics} {again}");
        let weights = |run: &Path| Trained::weights(run, &find("flex").unwrap()).unwrap();
        assert!(weights(&whole) == weights(&halves), "{name}: weights differ");
        let numbers = metrics.lines().skip(1).flat_map(|line| line.split(',')).map(|number| number.parse::<f32>());
        assert!(numbers.into_iter().all(|number| number.is_ok_and(f32::is_finite)), "{name}: {metrics}");

        if recipe.skill() == Skill::Paint {
            let asked = Trained::open(&whole, &find("flex").unwrap()).unwrap_err().to_string();
            assert!(asked.contains("predicts no frames"), "{asked}");
            let painters = Trained::open_painters(&[&whole], &find("flex").unwrap()).unwrap();
            let painted = painters[0].paint(&drawn_latents(painters[0].latent(), 3, 1));
            assert_eq!((painters[0].name(), painted.len(), painted.size()), (*name, 3, (32, 32)));
            assert!(painted[0] != painted[1], "{name} paints the same from other noise");
            assert!(Run::open(&whole).unwrap().newest_sheet().is_some(), "{name} shows what it paints");
            continue;
        }
        let refused = Trained::open_painters(&[&whole], &find("flex").unwrap()).map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains("paints no frames from noise alone"), "{name}: {refused}");
        let trained = Trained::open(&whole, &find("flex").unwrap()).unwrap();
        assert_eq!(trained.predictor.name(), *name);
        let takes_noise = !["regression", "regression-l1", "regression-told"].contains(name);
        for predictor in std::iter::once(&trained.predictor).chain(&trained.variants) {
            let (name, told) = (predictor.name(), predictor.is_action_conditioned());
            assert_eq!((predictor.is_stochastic(), told), (takes_noise, name.ends_with("-told")), "{name}");
            let few = answers(&**predictor, 2, Sampling::new(2, 7));
            let more = answers(&**predictor, 2, Sampling::new(5, 7));
            assert!(few.iter().flat_map(Frames::iter).all(|frame| frame.len() == 32 * 32 * 3), "{name}");
            assert!(
                few.iter().zip(&more).all(|(few, more)| *few == more.slice(0..2)),
                "{name}: the same samples come first"
            );
            assert!(takes_noise || more[0].iter().all(|answer| *answer == more[0][0]), "{name} repeats itself");
        }
    }
}

#[test]
fn a_flow_is_measured_by_its_other_walks_and_a_pixel_rnn_by_coarse_futures() {
    let place = Place::new();
    let recipe = |name: &str| narrow(name, RECIPES.iter().find(|(known, _)| *known == name).unwrap().1);
    for name in ["flow", "pixel-rnn"] {
        train(&job(&recipe(name), &place.path(name)), &mut Silent).unwrap();
    }
    let runs = ["flow", "pixel-rnn"].map(|name| place.path(name));
    let data = unseen(&runs, data(), false).unwrap();
    let models: Vec<Trained> = open_models(&runs, "flex", &data).unwrap();
    let report = measure(&models, &data, 4, 1, &mut Silent).unwrap();
    let names: Vec<&str> = report.rows.iter().map(|row| row.name.as_str()).collect();
    let expected =
        ["flow", "flow, 1 step", "flow, 8 steps", "pixel-rnn", "copy last frame", "exact average", "simulator"];
    assert_eq!(names, expected);
    let bits: Vec<bool> = report.rows.iter().map(|row| row.bits_per_dimension.is_some()).collect();
    assert_eq!(bits, [false, false, false, true, false, false, false]);
    // Blind, one of four colours costs two bits, and stands for three numbers.
    let bits = report.rows[3].bits_per_dimension.unwrap();
    assert!(bits > 0.05 && bits < 1.5, "{bits}");
    let simulator = report.rows.last().unwrap();
    assert_eq!((simulator.belongs, simulator.nearness_median), (1.0, 0.0));
}
