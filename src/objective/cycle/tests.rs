//! Losses, gradients and steps on networks as narrow as can be.

use burn::tensor::{Device, Tensor, TensorData, Tolerance};

use super::losses::{Translated, scores};
use super::*;
use crate::objective::ObjectiveSettings;
use crate::objective::adversary::AdversarialLoss;
use crate::objective::numbers::{Numbers, numbers};
use crate::predict::Condition;
use crate::train::Recipe;

const BATCH: usize = 2;
const SIDE: u32 = 16;

/// The recipe that comes with Crossroads, with narrow networks.
fn settings() -> CycleSettings {
    let ObjectiveSettings::Cycle(mut settings) = Recipe::load("cycle").unwrap().objective else {
        panic!("the recipe `cycle` trains a CycleGAN");
    };
    (settings.translator.width, settings.translator.blocks, settings.discriminator_width) = (4, 1, 4);
    settings
}

fn cycle(settings: &CycleSettings) -> Cycle {
    let compute = Compute::whole(&Device::flex());
    let start = Start { context: 1, condition: Condition::Nothing, frame_size: (SIDE, SIDE), seed: 3, compute };
    Cycle::new(settings, &start)
}

/// Different ones for each number.
fn pixels(number: u32) -> Vec<u8> {
    let byte = |index: u32| (number * 7919 + index).wrapping_mul(2_654_435_761).rotate_left(9) as u8;
    (0..BATCH as u32 * SIDE * SIDE * 3).map(byte).collect()
}

fn frames(number: u32) -> Tensor<4> {
    from_pixels(&pixels(number), 1, (SIDE, SIDE), &Device::flex().autodiff())
}

/// The losses of random frames, and what each translator's gradients are.
fn run(settings: &CycleSettings, cycle: &Cycle) -> (Translated, [GradientsParams; 2]) {
    let device = Device::flex().autodiff();
    let models = [0, 1].map(|way: usize| cycle.translators[way].learner.model.clone().fork(&device));
    let judges = [0, 1].map(|way: usize| cycle.judges[way].model.clone().fork(&device).no_grad());
    let real = [frames(1), frames(2)];
    let both = Both { settings, translators: models.each_ref(), judges: judges.each_ref(), real };
    let found = both.run();
    let mut gradients = found.loss.clone().backward();
    let gradients = models.map(|model| GradientsParams::from_module(&mut gradients, &model));
    (found, gradients)
}

fn values(tensor: Tensor<4>) -> Vec<f32> {
    tensor.into_data().try_to_vec::<f32>().unwrap()
}

/// Mean absolute difference, in double precision and without anything of what is tested.
fn apart(one: Tensor<4>, other: Tensor<4>) -> f64 {
    let (one, other) = (values(one), values(other));
    one.iter().zip(&other).map(|(a, b)| f64::from((a - b).abs())).sum::<f64>() / one.len() as f64
}

#[test]
fn an_absolute_error_is_a_mean_over_pixels() {
    let tensor =
        |values: [f32; 4]| Tensor::<4>::from_data(TensorData::new(values.to_vec(), [1, 1, 2, 2]), &Device::flex());
    // (1 + 0 + 3 + 0.5) / 4
    let error = absolute_error(tensor([0.0, 1.0, -2.0, 0.5]), tensor([1.0, 1.0, 1.0, 0.0]));
    error.into_data().assert_approx_eq::<f32>(&TensorData::from([1.125_f32]), Tolerance::absolute(1e-6));
}

#[test]
fn the_loss_is_that_of_the_paper() {
    let settings = CycleSettings { adversarial: 1.0, cycle: 10.0, identity: 5.0, ..settings() };
    let cycle = cycle(&settings);
    let (found, _) = run(&settings, &cycle);
    let [there, back] = [0, 1].map(|way: usize| cycle.translators[way].learner.model.clone());
    let [night, day] = [0, 1].map(|way: usize| cycle.judges[way].model.clone());
    let (x, y) = (frames(1), frames(2));
    let (fake_night, fake_day) = (there.forward(x.clone()), back.forward(y.clone()));
    // Equations 1 and 2 of the paper, with least squares, and its identity loss (section 5.2).
    let fooled = |judge: &Discriminator, fake: Tensor<4>| {
        let scores = values(scores(judge, fake));
        scores.iter().map(|score| f64::from(score - 1.0).powi(2)).sum::<f64>() / scores.len() as f64
    };
    let adversarial = fooled(&night, fake_night.clone()) + fooled(&day, fake_day.clone());
    let round = apart(back.forward(fake_night.clone()), x.clone()) + apart(there.forward(fake_day), y.clone());
    let kept = apart(there.forward(y.clone()), y) + apart(back.forward(x.clone()), x);
    let near =
        |found: f32, expected: f64| assert!((f64::from(found) - expected).abs() < 1e-3, "{found}, expected {expected}");
    let measured = |name| found.metrics.get(name).unwrap();
    near(measured("adversarial"), adversarial);
    near(measured("cycle"), round);
    near(measured("identity"), kept);
    near(found.loss.clone().into_scalar::<f32>(), adversarial + 10.0 * round + 5.0 * kept);
    assert!(apart(found.fakes[0].clone(), fake_night) < 1e-5, "the first fakes are of the night");
}

#[test]
fn every_term_reaches_every_weight_of_both_translators() {
    for (term, weights) in [("adversarial", (1.0, 0.0, 0.0)), ("cycle", (0.0, 1.0, 0.0)), ("identity", (0.0, 0.0, 1.0))]
    {
        let (adversarial, cycle_weight, identity) = weights;
        let settings = CycleSettings { adversarial, cycle: cycle_weight, identity, ..settings() };
        let (_, gradients) = run(&settings, &cycle(&settings));
        for (gradients, name) in gradients.into_iter().zip(TRANSLATORS) {
            assert_eq!(gradients.len(), numbers(&cycle(&settings).translators[0].average).len(), "{term}, {name}");
            assert!(size(&gradients, &cycle(&settings), name) > 1e-6, "{term}, {name}");
        }
    }
}

/// The largest number among the gradients of a translator.
fn size(gradients: &GradientsParams, cycle: &Cycle, name: &str) -> f32 {
    struct Largest<'a>(&'a GradientsParams, f32);
    impl burn::module::ModuleVisitor for Largest<'_> {
        fn visit_float<const D: usize>(&mut self, param: &burn::module::Param<Tensor<D>>) {
            let Some(gradient) = self.0.get::<D>(param.id) else { return };
            let values = gradient.into_data().try_to_vec::<f32>().unwrap();
            self.1 = values.iter().fold(self.1, |largest, value| largest.max(value.abs()));
        }
    }
    let way = TRANSLATORS.iter().position(|known| *known == name).unwrap();
    let mut largest = Largest(gradients, 0.0);
    cycle.translators[way].learner.model.visit(&mut largest);
    largest.1
}

fn step(cycle: &mut Cycle, number: u64) -> Metrics {
    let batch = |number| Batch {
        size: BATCH,
        context: 1,
        frame_size: (SIDE, SIDE),
        ahead: 1,
        contexts: pixels(number),
        futures: pixels(number),
        actions: vec![crate::agent::Action::Forward; BATCH],
        twins: None,
        pairs: None,
        counts: vec![1.0; BATCH],
    };
    let batches = Batches::new(vec![("day", batch(1)), ("night", batch(2))]);
    cycle.step(&batches, Clock { step: number, steps: 10, seed: number })
}

#[test]
fn a_step_moves_all_four_networks_and_fills_both_pools() {
    let mut cycle = cycle(&settings());
    let state = |cycle: &Cycle| {
        let translators = cycle.translators.each_ref().map(|translator| numbers(&translator.learner.model.valid()));
        // Singular vectors move in any case.
        let is_trained = |numbers: &Numbers| numbers.path.ends_with("weight");
        let weights =
            |judge: &Learner<Discriminator>| numbers(&judge.model.valid()).into_iter().filter(is_trained).collect();
        (translators, cycle.judges.each_ref().map(weights)) as ([Vec<Numbers>; 2], [Vec<Numbers>; 2])
    };
    let before = state(&cycle);
    let metrics = step(&mut cycle, 0);
    let after = state(&cycle);
    for way in 0..2 {
        assert_ne!(before.0[way], after.0[way], "{}", TRANSLATORS[way]);
        assert_ne!(before.1[way], after.1[way], "{}", JUDGES[way]);
        let folder = tempfile::tempdir().unwrap();
        cycle.pools[way].save(folder.path()).unwrap();
        let pool = image::image_dimensions(folder.path().join(format!("{}.png", POOLS[way]))).unwrap();
        assert_eq!(pool, (SIDE, SIDE * BATCH as u32), "{}", POOLS[way]);
    }
    assert!(metrics.values().iter().all(|value| value.is_finite()) && metrics.names().len() == 7, "{metrics:?}");
    assert_eq!(metrics.names(), step(&mut cycle, 1).names());
}

#[test]
fn a_discriminator_draws_real_frames_to_one_and_fakes_to_nought() {
    let cycle = cycle(&settings());
    let judge = &cycle.judges[0].model;
    let (real, fake) = (frames(2), frames(1));
    let (loss, [of_real, of_fakes]) = judgement(AdversarialLoss::LeastSquares, judge, real.clone(), fake.clone());
    let square = |frames: Tensor<4>, target: f32| {
        let scores = values(scores(judge, frames));
        scores.iter().map(|score| f64::from(score - target).powi(2)).sum::<f64>() / scores.len() as f64
    };
    let expected = square(real.clone(), 1.0) + square(fake, 0.0);
    assert!((f64::from(loss.into_scalar::<f32>()) - expected).abs() < 1e-4);
    let all = values(scores(judge, real));
    assert!((of_real - all.iter().sum::<f32>() / all.len() as f32).abs() < 1e-4);
    assert!(of_real != of_fakes);
}
