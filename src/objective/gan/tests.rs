//! Gradients and losses on networks as narrow as can be.

use burn::module::{ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

use rand::SeedableRng;

use super::*;
use crate::agent::Action;
use crate::episode::Batch;
use crate::network::{GeneratorSettings, Places, from_pixels};
use crate::objective::adversary::{AdversarialLoss, Lipschitz, other_actions};
use crate::objective::numbers::numbers;
use crate::objective::part::Part;
use crate::objective::{Batches, Clock, Compute, ObjectiveSettings, Start};
use crate::predict::{Condition, Noise, NoiseSettings, one_hot};
use crate::random::Rng;
use crate::train::Recipe;

const BATCH: usize = 2;
const CONTEXT: usize = 2;
const SIDE: u32 = 32;

/// The recipe `gan` with narrow networks and equally likely codes.
fn settings() -> GanSettings {
    settings_of("gan")
}

/// A recipe that comes with Crossroads, with narrow networks and equally likely codes.
fn settings_of(recipe: &str) -> GanSettings {
    let ObjectiveSettings::Gan(mut settings) = Recipe::load(recipe).unwrap().objective else {
        panic!("the recipe `{recipe}` trains a GAN");
    };
    (settings.generator.width, settings.discriminator.width) = (4, 4);
    settings.learned_odds = false;
    settings
}

fn device() -> Device {
    Device::flex().autodiff()
}

fn frames(count: usize, seed: u64) -> Vec<u8> {
    let mut rng = Rng::seed_from_u64(seed);
    (0..count * (SIDE * SIDE * 3) as usize).map(|_| rand::RngExt::random(&mut rng)).collect()
}

fn condition(told: bool) -> Condition {
    if told { Condition::Action } else { Condition::Nothing }
}

fn gan(settings: &GanSettings, told: bool) -> Gan {
    let condition = condition(told);
    Gan::new(
        settings,
        &Start {
            context: CONTEXT,
            condition,
            frame_size: (SIDE, SIDE),
            seed: 3,
            compute: Compute::whole(&Device::flex()),
        },
    )
}

fn part(settings: &GanSettings, told: bool) -> Part {
    let noise = Noise::copies(settings.noise, BATCH, settings.samples, &mut Rng::seed_from_u64(4));
    let frame = |seed| from_pixels(&frames(BATCH, seed), 1, (SIDE, SIDE), &device());
    Part {
        context: from_pixels(&frames(BATCH * CONTEXT, 1), CONTEXT, (SIDE, SIDE), &device()),
        truth: frame(2),
        twin: settings.packed.then(|| frame(5)),
        condition: condition(told).of_actions(&[Action::Left, Action::Forward], &device()),
        noise: Some(noise.to_tensor(&device())),
        share: 1.0,
        fed_back: 0,
        counts: vec![1.0; BATCH],
    }
}

fn losses<'a>(settings: &'a GanSettings, gan: &'a Gan, part: &'a Part) -> Losses<'a> {
    let generator = gan.generator.learner.model.clone().fork(&device());
    Losses { settings, generator, judge: Some(gan.adversary.judge(part)), unjudged: gan.adversary.unjudged(), part }
}

const CLOCK: Clock = Clock { step: 0, steps: 1, seed: 0 };

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
fn adversarial_gradients(settings: &GanSettings, weight: f32, told: bool) -> (Vec<(String, Vec<f32>)>, bool) {
    let settings = GanSettings { reconstruction: 0.0, ..settings.clone() };
    let (gan, part) = (gan(&settings, told), part(&settings, told));
    let losses = losses(&settings, &gan, &part);
    let generator = losses.generator.clone();
    let result = losses.run(CLOCK, Some(weight));
    (gradients(&generator, &result.generator), result.discriminator.is_some())
}

#[test]
fn the_adversarial_term_reaches_every_weight_of_the_generator() {
    use AdversarialLoss::{Hinge, LeastSquares, Minimax, NonSaturating, Relativistic, Wasserstein};
    let clip = Lipschitz::Clip(0.1);
    let penalty = Lipschitz::FiniteDifference { weight: 10.0, slope: 1.0 };
    let cases = [
        (Hinge, Lipschitz::Spectral, false, false),
        (Hinge, Lipschitz::Spectral, false, true),
        (Hinge, Lipschitz::Spectral, true, false),
        (NonSaturating, Lipschitz::Unbounded, false, false),
        (Minimax, Lipschitz::Spectral, false, false),
        (LeastSquares, Lipschitz::Spectral, false, false),
        (Wasserstein, clip, false, false),
        (Wasserstein, penalty, false, false),
        (Relativistic, Lipschitz::Noise { weight: 0.1, deviation: 0.05, every: 1 }, false, false),
        (Relativistic, Lipschitz::Spectral, true, false),
    ];
    for (loss, lipschitz, packed, told) in cases {
        let settings = GanSettings { loss, lipschitz, packed, ..settings() };
        let (found, judged) = adversarial_gradients(&settings, 0.5, told);
        assert!(judged);
        let weights: Vec<_> = found.iter().filter(|(path, _)| path.ends_with("weight")).collect();
        assert!(weights.len() > 10, "{} weights", weights.len());
        for (path, gradient) in weights {
            let norm = norm(gradient);
            assert!(norm.is_finite() && norm > 0.0, "{path}, {loss:?}, {lipschitz:?}, told {told}: {norm}");
        }
    }
}

#[test]
fn a_reconstruction_that_is_not_kept_has_no_part_in_the_gradient() {
    let norms = |settings: &GanSettings, weight| {
        let (gan, part) = (gan(settings, false), part(settings, false));
        let losses = losses(settings, &gan, &part);
        let generator = losses.generator.clone();
        let found = gradients(&generator, &losses.run(CLOCK, weight).generator);
        found.into_iter().map(|(_, gradient)| gradient).collect::<Vec<_>>()
    };
    let warm_only = GanSettings { reconstruction_kept: 0.0, ..settings() };
    let none = GanSettings { reconstruction: 0.0, ..settings() };
    assert!(norms(&warm_only, Some(0.5)) == norms(&none, Some(0.5)), "the adversarial gradient is the only one");
    assert!(norms(&warm_only, None) == norms(&settings(), None), "the warm start has it whole");
    assert!(
        norms(&warm_only, Some(0.0)).iter().all(|gradient| norm(gradient) == 0.0),
        "without an adversary nothing is left"
    );
}

#[test]
fn the_mean_of_several_draws_is_matched_beside_the_discriminator() {
    let noise = NoiseSettings::Gaussian(4);
    let settings = GanSettings { noise, samples: 3, mean_matching: 2.0, reconstruction: 0.0, ..settings() };
    let mut gan = gan(&settings, false);
    assert_eq!(settings.copies(), 3);
    let measured = step(&mut gan, 9);
    let product = measured.get("mean_matching").unwrap();
    assert!(product.is_finite() && product != 0.0 && measured.get("score_fake").unwrap() != 0.0);

    // Without a reconstruction and without the discriminator, it alone moves the generator.
    let moves = |settings: &GanSettings| {
        let (gan, part) = (self::gan(settings, false), part(settings, false));
        let losses = losses(settings, &gan, &part);
        let generator = losses.generator.clone();
        let found = gradients(&generator, &losses.run(CLOCK, None).generator);
        found.iter().filter(|(path, _)| path.ends_with("weight")).all(|(_, gradient)| norm(gradient) > 0.0)
    };
    assert!(moves(&settings) && !moves(&GanSettings { mean_matching: 0.0, ..settings }));
}

#[test]
fn slopes_are_matched_once_the_adversarial_term_is_on() {
    let noise = NoiseSettings::Gaussian(4);
    let settings = GanSettings { noise, samples: 3, slope_matching: 2.0, reconstruction: 0.0, ..settings() };
    let moved = |settings: &GanSettings, adversarial| {
        let (gan, part) = (gan(settings, false), part(settings, false));
        let losses = losses(settings, &gan, &part);
        let generator = losses.generator.clone();
        let result = losses.run(CLOCK, adversarial);
        let found = gradients(&generator, &result.generator);
        (found.iter().any(|(_, gradient)| norm(gradient) > 0.0), result.metrics.get("slope_matching"))
    };
    // Of weight nought, so that nothing but the slopes moves the generator.
    let (moves, measured) = moved(&settings, Some(0.0));
    assert!(moves && measured.is_some_and(|product| product.is_finite() && product != 0.0), "{measured:?}");
    assert_eq!(moved(&settings, None), (false, Some(0.0)), "not before");
    assert_eq!(moved(&GanSettings { slope_matching: 0.0, ..settings }, Some(0.0)), (false, None));
}

#[test]
fn a_weight_of_zero_switches_the_adversarial_term_off() {
    let (found, judged) = adversarial_gradients(&settings(), 0.0, false);
    assert!(!judged, "the discriminator is not trained either");
    assert!(found.iter().all(|(_, gradient)| norm(gradient) == 0.0));
}

#[test]
fn learning_the_odds_of_codes_moves_no_answer() {
    let settings = GanSettings { learned_odds: true, reconstruction: 0.0, ..settings() };
    let (gan, part) = (gan(&settings, false), part(&settings, false));
    let losses = losses(&settings, &gan, &part);
    let generator = losses.generator.clone();
    let result = losses.run(CLOCK, Some(0.0));
    let cost = result.metrics.get("code_odds").unwrap();
    assert!((cost - 2.0_f32.ln()).abs() < 1e-6, "equally likely to begin with: {cost}");
    let moved: Vec<String> = gradients(&generator, &result.generator)
        .into_iter()
        .filter(|(_, gradient)| norm(gradient) > 0.0)
        .map(|(path, _)| path)
        .collect();
    assert!(!moved.is_empty() && moved.iter().all(|path| path.starts_with("odds.")), "{moved:?}");
}

#[test]
fn the_adversarial_weight_falls_with_the_learning_rates_to_what_is_kept() {
    let settings =
        GanSettings { warm_share: 0.2, cooling_share: 0.5, adversarial: 0.4, adversarial_kept: 0.25, ..settings() };
    let weight = |step| settings.adversarial_weight(Clock { step, steps: 100, seed: 1 });
    assert_eq!([weight(0), weight(19)], [None; 2]);
    let near = |step, expected: f32| (weight(step).unwrap() - expected).abs() < 1e-6;
    assert!(near(20, 0.4) && near(50, 0.4) && near(75, 0.25) && near(100, 0.1), "{:?}", [20, 50, 75, 100].map(weight));
}

#[test]
fn codes_are_balanced_less_and_less() {
    let settings = GanSettings { learned_odds: true, balanced_share: 0.4, ..settings() };
    let balance = |settings: &GanSettings, step| settings.balance(Clock { step, steps: 100, seed: 1 });
    assert_eq!([0, 20, 40, 99].map(|step| balance(&settings, step)), [1.0, 0.5, 0.0, 0.0]);
    assert_eq!(balance(&GanSettings { balanced_share: 0.0, ..settings.clone() }, 0), 0.0, "unless a recipe says");
}

#[test]
fn detail_comes_between_two_shares_of_the_training() {
    let detail =
        |shares, step| GanSettings { detail: shares, ..settings() }.detail(Clock { step, steps: 100, seed: 1 });
    let found = [0, 20, 30, 40, 99].map(|step| detail((0.2, 0.4), step));
    assert!(found.iter().zip([0.0, 0.0, 0.5, 1.0, 1.0]).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
    assert_eq!([detail((0.3, 0.3), 29), detail((0.3, 0.3), 30)], [0.0, 1.0], "at once");
    assert_eq!(detail((0.0, 0.0), 0), 1.0, "from the start");
}

#[test]
fn a_discriminator_of_patches_says_nothing_of_detail_before_its_time() {
    let mut settings = GanSettings { detail: (0.5, 1.0), warm_share: 0.0, ..settings() };
    settings.discriminator.places = Places::Patches;
    let mut gan = gan(&settings, false);
    let part = part(&settings, false);
    // The gradient at the answers is the same for the four pixels of a patch, as long as only their mean is seen.
    let differ = |gan: &Gan| {
        let (_, gradient) = gan.adversary.judge(&part).gradient(&part.truth.clone().repeat_dim(0, 2), 0);
        let pixel = |row, column| gradient.clone().inner().slice([0..2, 0..3, row..row + 1, column..column + 1]);
        (pixel(0, 0) - pixel(1, 1)).abs().max().into_scalar::<f32>()
    };
    step(&mut gan, 0);
    assert!(differ(&gan) < 1e-9, "{}", differ(&gan));
    step(&mut gan, 9);
    assert!(differ(&gan) > 1e-6, "{}", differ(&gan));
}

/// Holds what was found against the gradient as the paper has it, without a detour:
/// −weight · mean D(context, action, G(context, action, noise)).
fn assert_adversarial(settings: &GanSettings, told: bool, weight: f32, found: &[(String, Vec<f32>)]) {
    let (gan, part) = (gan(settings, told), part(settings, told));
    let losses = losses(settings, &gan, &part);
    let copies = settings.copies();
    let actions = part.condition.clone().map(|actions| actions.repeat_dim(0, copies));
    let context = part.context.clone().repeat_dim(0, copies);
    let scores = losses.judge.as_ref().expect("a judge").discriminator.forward(context, actions, losses.answers().0);
    let loss = scores.mean().neg() * weight;
    let expected = GradientsParams::from_grads(loss.backward(), &losses.generator);
    let expected = gradients(&losses.generator, &expected);
    // A bias before a group norm has none but what rounding leaves.
    let rounding = 1e-4 * norm(&expected.iter().map(|(_, gradient)| norm(gradient)).collect::<Vec<_>>());
    for ((path, expected), (_, found)) in expected.iter().zip(found) {
        assert_eq!(expected.len(), found.len(), "{path}");
        let difference: Vec<f32> = expected.iter().zip(found).map(|(a, b)| a - b).collect();
        let scale = norm(expected).max(rounding);
        assert!(norm(&difference) < 1e-3 * scale, "{path}: {} of {scale}, {rounding}", norm(&difference));
    }
}

#[test]
fn the_adversarial_gradient_is_that_of_the_whole_way_through_both_networks() {
    let (found, _) = adversarial_gradients(&settings(), 0.5, true);
    assert_adversarial(&settings(), true, 0.5, &found);
}

#[test]
fn in_gan_pure_the_adversarial_gradient_is_the_only_one() {
    let settings = settings_of("gan-pure");
    assert_eq!(settings.noise.codes(), 0, "its noise is Gaussian");
    let found = |settings: &GanSettings| {
        let (gan, part) = (gan(settings, false), part(settings, false));
        let losses = losses(settings, &gan, &part);
        let generator = losses.generator.clone();
        gradients(&generator, &losses.run(CLOCK, Some(0.2)).generator)
    };
    assert_adversarial(&settings, false, 0.2, &found(&settings));
    // Two of its terms that are not there, for comparison, have one.
    let alone = found(&settings);
    assert!(found(&GanSettings { reconstruction_kept: 0.1, ..settings.clone() }) != alone);
    assert!(found(&GanSettings { mean_matching: 1.0, ..settings }) != alone);
}

#[test]
fn the_generators_loss_leaves_the_discriminator_alone() {
    let settings = GanSettings { wrong_action: 0.5, ..settings() };
    let (gan, part) = (gan(&settings, true), part(&settings, true));
    let losses = losses(&settings, &gan, &part);
    let discriminator = losses.judge.as_ref().expect("a judge").discriminator.clone();
    let result = losses.run(CLOCK, Some(0.5));
    assert!(gradients(&discriminator, &result.generator).iter().all(|(_, gradient)| gradient.is_empty()));
    let own = gradients(&discriminator, &result.discriminator.unwrap());
    assert!(own.iter().filter(|(path, _)| path.ends_with("weight")).all(|(_, gradient)| norm(gradient) > 0.0));
}

#[test]
fn a_packed_discriminator_tells_two_of_the_same_from_both_futures() {
    let settings = GanSettings { packed: true, wrong_context: 0.0, ..settings() };
    let (gan, part) = (gan(&settings, false), part(&settings, false));
    let judge = gan.adversary.judge(&part);
    let scores = |answers: Vec<Tensor<4>>, step| {
        let (_, scores) = judge.judgement(&Tensor::cat(answers, 0), Clock { step, ..CLOCK });
        (scores.real, scores.fake)
    };
    let (truth, twin) = (part.truth.clone(), part.twin.clone().unwrap());
    // At step 0 both pairs stand in the order in which they are given.
    let (real, fake) = scores(vec![truth.clone(), twin.clone()], 0);
    assert_eq!(real, fake, "answers that are both futures are judged as both futures are");
    let (_, other_order) = scores(vec![truth.clone(), twin], 1);
    assert_ne!(other_order, fake, "orders change from step to step");
    let (real, fake) = scores(vec![truth.clone(), truth], 0);
    assert_ne!(real, fake, "the same future twice");
}

#[test]
fn a_critics_loss_does_not_change_when_all_scores_fall() {
    let settings = GanSettings { loss: AdversarialLoss::Wasserstein, lipschitz: Lipschitz::Clip(0.1), ..settings() };
    assert!(settings.wrong_context > 0.0);
    let (mut gan, part) = (gan(&settings, false), part(&settings, false));
    let answers = part.truth.clone().repeat_dim(0, 2);
    let loss = |gan: &Gan| gan.adversary.judge(&part).judgement(&answers, CLOCK).0.into_scalar::<f32>();
    let before = loss(&gan);
    gan.adversary.learner.model = gan.adversary.learner.model.clone().lowered(5.0);
    assert!((loss(&gan) - before).abs() < 1e-4, "{before}, and lower {}", loss(&gan));
}

#[test]
fn only_a_classifier_reports_a_divergence() {
    for loss in [AdversarialLoss::Hinge, AdversarialLoss::NonSaturating] {
        let settings = GanSettings { loss, ..settings() };
        let (gan, part) = (gan(&settings, false), part(&settings, false));
        let metrics = losses(&settings, &gan, &part).run(CLOCK, Some(0.5)).metrics;
        let warm = losses(&settings, &gan, &part).run(CLOCK, None).metrics;
        assert_eq!(metrics.names(), warm.names(), "the same names at every step");
        match (metrics.get("value"), metrics.get("jensen_shannon")) {
            (Some(value), Some(divergence)) => {
                assert!(loss.is_classifier());
                assert!(value < 0.0 && (divergence - (value + 2.0 * 2.0_f32.ln()) / 2.0).abs() < 1e-6, "{metrics:?}");
            }
            (None, None) => assert!(!loss.is_classifier()),
            other => panic!("{other:?}"),
        }
    }
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
    let (gan, mut part) = (gan(&settings, true), part(&settings, true));
    let answer = |part: &Part| losses(&settings, &gan, part).answers().0.into_data().try_to_vec::<f32>().unwrap();
    let before = answer(&part);
    part.condition = Some(one_hot(&[Action::Right, Action::Forward], &device()));
    let after = answer(&part);
    let half = before.len() / settings.noise.copies() / BATCH;
    assert!(before[..half] != after[..half], "told right in place of left");
    assert!(before[half..2 * half] == after[half..2 * half], "told the same");
}

/// One step of a training of ten, on random frames.
fn step(gan: &mut Gan, step: u64) -> Metrics {
    let (contexts, futures) = (frames(BATCH * CONTEXT, 1), frames(BATCH, 2));
    let actions = vec![Action::Left, Action::Forward];
    let frame_size = (SIDE, SIDE);
    let batch = Batch {
        size: BATCH,
        context: CONTEXT,
        frame_size,
        ahead: 1,
        contexts,
        futures,
        actions,
        twins: None,
        pairs: None,
        counts: vec![1.0; BATCH],
    };
    gan.step(&Batches::of(batch), Clock { step, steps: 10, seed: 1 })
}

#[test]
fn the_discriminator_joins_after_the_warm_start() {
    let mut gan = gan(&settings(), false);
    let scores = |metrics: Metrics| ["score_real", "score_fake", "score_wrong"].map(|name| metrics.get(name).unwrap());
    let before = numbers(&gan.adversary.learner.model.valid());
    assert_eq!(scores(step(&mut gan, 0)), [0.0; 3]);
    assert_eq!(numbers(&gan.adversary.learner.model.valid()), before);
    assert!(scores(step(&mut gan, 9)).iter().all(|score| *score != 0.0));
    assert_ne!(numbers(&gan.adversary.learner.model.valid()), before);
}

#[test]
fn a_quiet_start_teaches_nothing_about_the_noise() {
    let noise = NoiseSettings::Gaussian(1);
    let generator = GeneratorSettings { decisive: 4.0, ..settings().generator };
    for quiet_start in [true, false] {
        let settings = GanSettings { noise, samples: 2, quiet_start, generator: generator.clone(), ..settings() };
        let mut gan = gan(&settings, false);
        let choices = |gan: &Gan| -> Vec<_> {
            let all = numbers(&gan.generator.learner.model.valid()).into_iter();
            all.filter(|numbers| numbers.path.ends_with("by_noise.weight")).map(|numbers| numbers.values).collect()
        };
        let before = choices(&gan);
        assert!(!before.is_empty());
        step(&mut gan, 0);
        assert_eq!(choices(&gan) == before, quiet_start);
        step(&mut gan, 9);
        assert_ne!(choices(&gan), before, "once the discriminator has joined, the noise counts");
    }
}

#[test]
fn what_is_shown_follows_the_network() {
    // Of ten steps done a fifth is two, whose average keeps half.
    for (ema_share, kept) in [(0.0, settings().ema), (0.2, 0.5)] {
        let mut gan = gan(&GanSettings { ema_share, ..settings() }, false);
        let values = |network: &Generator| numbers(network).into_iter().flat_map(|numbers| numbers.values);
        let before: Vec<f32> = values(&gan.generator.average).collect();
        step(&mut gan, 9);
        let live: Vec<f32> = values(&gan.generator.learner.model.valid()).collect();
        assert!(live.iter().zip(&before).any(|(live, before)| (live - before).abs() > 1e-5));
        for ((shown, live), before) in values(&gan.generator.average).zip(live).zip(before) {
            let expected = before * kept + live * (1.0 - kept);
            assert!((shown - expected).abs() < 1e-6, "{shown} {expected}");
        }
    }
}

#[test]
fn an_average_remembers_a_share_of_the_steps_done_and_no_more_than_it_may() {
    let settings = GanSettings { ema: 0.99, ema_share: 0.25, ..settings() };
    let decay = |step| settings.decay(Clock { step, steps: 1000, seed: 1 });
    assert_eq!([0, 3].map(decay), [0.0; 2], "nothing but the newest weights");
    assert!((decay(79) - 0.95).abs() < 1e-6, "20 of 80: {}", decay(79));
    assert_eq!([399, 999].map(decay), [0.99; 2]);
}
