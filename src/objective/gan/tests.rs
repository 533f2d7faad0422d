//! Gradients and losses on networks as narrow as can be.

use burn::module::{ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use super::part::other_actions;
use super::*;
use crate::agent::Action;
use crate::objective::ObjectiveSettings;
use crate::train::Recipe;

const BATCH: usize = 2;
const CONTEXT: usize = 2;
const SIDE: u32 = 32;

/// The recipe that comes with Crossroads, with narrow networks.
fn settings() -> GanSettings {
    let ObjectiveSettings::Gan(mut settings) = Recipe::load("gan").unwrap().objective else {
        panic!("the recipe `gan` trains a GAN");
    };
    (settings.generator.width, settings.discriminator.width) = (4, 4);
    settings
}

fn device() -> Device {
    Device::flex().autodiff()
}

fn frames(count: usize, seed: u64) -> Vec<u8> {
    let mut rng = Rng::seed_from_u64(seed);
    (0..count * (SIDE * SIDE * 3) as usize).map(|_| rand::RngExt::random(&mut rng)).collect()
}

fn part(settings: &GanSettings, told: bool) -> Part<'_> {
    let start = Start { context: CONTEXT, told, frame_size: (SIDE, SIDE), seed: 3, device: Device::flex() };
    let gan = Gan::new(settings, &start);
    Part {
        settings,
        generator: gan.generator.model.fork(&device()),
        discriminator: gan.discriminator.model.fork(&device()),
        context: from_pixels(&frames(BATCH * CONTEXT, 1), CONTEXT, (SIDE, SIDE), &device()),
        truth: from_pixels(&frames(BATCH, 2), 1, (SIDE, SIDE), &device()),
        actions: told.then(|| one_hot(&[Action::Left, Action::Forward], &device())),
        fed_back: 0,
    }
}

fn noise(settings: &GanSettings) -> Tensor<2> {
    Noise::every_code(settings.noise, BATCH, &mut Rng::seed_from_u64(4)).to_tensor(&device())
}

/// The gradient of every parameter, by the parameter's path; empty where there is none.
fn gradients<M: Module>(model: &M, gradients: &GradientsParams) -> Vec<(String, Vec<f32>)> {
    struct Collect<'a> {
        path: Vec<String>,
        gradients: &'a GradientsParams,
        found: Vec<(String, Vec<f32>)>,
    }
    impl ModuleVisitor for Collect<'_> {
        fn enter_module(&mut self, name: &str, _: &str) {
            self.path.push(name.to_owned());
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.pop();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = self.gradients.get::<D>(param.id);
            let numbers = gradient.map(|gradient| gradient.into_data().try_to_vec::<f32>().unwrap());
            self.found.push((self.path.join("."), numbers.unwrap_or_default()));
        }
    }
    let mut collect = Collect { path: Vec::new(), gradients, found: Vec::new() };
    model.visit(&mut collect);
    collect.found
}

fn norm(gradient: &[f32]) -> f32 {
    gradient.iter().map(|x| x * x).sum::<f32>().sqrt()
}

/// The generator's gradients where nothing but the adversarial term is on, with this weight.
fn adversarial_gradients(weight: f32, told: bool) -> (Vec<(String, Vec<f32>)>, bool) {
    let mut settings = settings();
    settings.reconstruction = 0.0;
    let part = part(&settings, told);
    let generator = part.generator.clone();
    let clock = Clock { step: 0, steps: 1, seed: 0 };
    let result = part.run(clock, noise(&settings), 1.0, weight);
    (gradients(&generator, &result.generator), result.discriminator.is_some())
}

#[test]
fn the_adversarial_term_reaches_every_weight_of_the_generator() {
    for told in [false, true] {
        let (found, judged) = adversarial_gradients(0.5, told);
        assert!(judged);
        let weights: Vec<_> = found.iter().filter(|(path, _)| path.ends_with("weight")).collect();
        assert!(weights.len() > 10, "{} weights", weights.len());
        for (path, gradient) in weights {
            let norm = norm(gradient);
            assert!(norm.is_finite() && norm > 0.0, "{path}, told {told}: {norm}");
        }
    }
}

#[test]
fn a_weight_of_zero_switches_the_adversarial_term_off() {
    let (found, judged) = adversarial_gradients(0.0, false);
    assert!(!judged, "the discriminator is not trained either");
    assert!(found.iter().all(|(_, gradient)| norm(gradient) == 0.0));
}

#[test]
fn the_adversarial_gradient_is_that_of_the_whole_way_through_both_networks() {
    let weight = 0.5;
    let (found, _) = adversarial_gradients(weight, true);
    let settings = settings();
    let part = part(&settings, true);
    // As the paper has it, without a detour: −weight · mean D(context, action, G(context, action, noise)).
    let codes = settings.noise.codes;
    let actions = part.actions.clone().map(|actions| actions.repeat_dim(0, codes));
    let answers = part.answers(noise(&settings));
    let scores = part.discriminator.forward(part.context.clone().repeat_dim(0, codes), actions, answers);
    let loss = scores.mean().neg() * weight;
    let expected = GradientsParams::from_grads(loss.backward(), &part.generator);
    for ((path, expected), (_, found)) in gradients(&part.generator, &expected).iter().zip(&found) {
        assert_eq!(expected.len(), found.len(), "{path}");
        let difference: Vec<f32> = expected.iter().zip(found).map(|(a, b)| a - b).collect();
        let scale = norm(expected).max(1e-5);
        assert!(norm(&difference) < 1e-3 * scale, "{path}: {} of {scale}", norm(&difference));
    }
}

#[test]
fn the_generators_loss_leaves_the_discriminator_alone() {
    let mut settings = settings();
    settings.wrong_action = 0.5;
    let part = part(&settings, true);
    let discriminator = part.discriminator.clone();
    let result = part.run(Clock { step: 0, steps: 1, seed: 0 }, noise(&settings), 1.0, 0.5);
    assert!(gradients(&discriminator, &result.generator).iter().all(|(_, gradient)| gradient.is_empty()));
    let own = gradients(&discriminator, &result.discriminator.unwrap());
    assert!(own.iter().filter(|(path, _)| path.ends_with("weight")).all(|(_, gradient)| norm(gradient) > 0.0));
}

#[test]
fn other_actions_are_others_and_still_actions() {
    let actions = [Action::Forward, Action::Left, Action::Right];
    for step in 0..4 {
        let hot = one_hot(&actions, &Device::flex());
        let others = other_actions(hot.clone(), step);
        let both = (hot * others.clone()).sum().into_scalar::<f32>();
        assert_eq!((both, others.sum().into_scalar::<f32>()), (0.0, 3.0));
    }
}

#[test]
fn what_is_told_reaches_the_answer() {
    let settings = settings();
    let mut part = part(&settings, true);
    let answer = |part: &Part| part.answers(noise(&settings)).into_data().try_to_vec::<f32>().unwrap();
    let before = answer(&part);
    part.actions = Some(one_hot(&[Action::Right, Action::Forward], &device()));
    let after = answer(&part);
    let half = before.len() / settings.noise.codes / BATCH;
    assert!(before[..half] != after[..half], "told right in place of left");
    assert!(before[half..2 * half] == after[half..2 * half], "told the same");
}

#[test]
fn hinge_losses_end_at_the_margin() {
    let scores = || Tensor::<4>::from_data([[[[-2.0, 0.0, 0.5, 3.0]]]], &Device::flex());
    // (3 + 1 + 0.5 + 0) / 4 and (0 + 1 + 1.5 + 4) / 4
    assert_eq!(hinge_real(scores()).into_scalar::<f32>(), 1.125);
    assert_eq!(hinge_fake(scores()).into_scalar::<f32>(), 1.625);
}

#[test]
fn the_nearest_code_is_drawn_to_the_truth_and_the_others_a_little() {
    let settings = settings();
    assert_eq!((settings.noise.codes, settings.other_codes), (2, 0.02));
    let mut part = part(&settings, false);
    part.truth = Tensor::zeros([BATCH, 3, 16, 16], &device());
    let flat = |level: f32| Tensor::<4>::full([1, 3, 16, 16], level, &device());
    // Code 0 is the nearest for sample 0, code 1 for sample 1.
    let answers = Tensor::cat(vec![flat(0.1), flat(-0.4), flat(0.3), flat(0.2)], 0);
    let (loss, nearest, first) = part.reconstruction(answers);
    let loss = loss.into_scalar::<f32>();
    assert!((loss - (0.1 + 0.2 + 0.02 * (0.4 + 0.3)) / 2.0).abs() < 1e-6, "{loss}");
    assert!((nearest - 0.15).abs() < 1e-6, "{nearest}");
    assert_eq!(first, 0.5);
}
