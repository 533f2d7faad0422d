//! The conditional GAN: best-of-codes reconstruction as a warm start, then a discriminator that sees the context too.
//!
//! The hinge loss is Lim and Ye's "Geometric GAN" (2017), <https://arxiv.org/abs/1705.02894>. Mismatched real pairs as
//! fakes are Reed et al.'s (2016), <https://arxiv.org/abs/1605.05396>. Reconstruction by the nearest of several answers
//! is Guzman-Rivera et al.'s multiple choice learning (2012), relaxed so that no code dies.

use std::path::Path;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::SeedableRng;
use serde::{Deserialize, Serialize};

use super::ema::moved;
use super::feedback::{Feedback, drawn_steps};
use super::learner::{Learner, SaveError, load_model, save_model, trained_numbers};
use super::numbers::{Numbers, NumbersError, numbers, with_numbers};
use super::regression::{check_below_one, check_betas, check_cooling, check_generator, check_rate};
use super::{Clock, Objective, Start, Workers};
use crate::episode::Batch;
use crate::maze::Rng;
use crate::network::{Discriminator, DiscriminatorSettings, Generator, GeneratorSettings, Init, from_pixels};
use crate::predict::{ACTIONS, GeneratorPredictor, Noise, NoiseSettings, Predictor, conditions, one_hot};
use crate::settings::{SettingsError, Source};

/// What a recipe says of a GAN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GanSettings {
    /// The network that predicts.
    pub generator: GeneratorSettings,
    /// What noise it takes.
    pub noise: NoiseSettings,
    /// The network that judges.
    pub discriminator: DiscriminatorSettings,
    /// Weight of the reconstruction, 0 to 1000: mean absolute difference of the nearest code's answer.
    pub reconstruction: f32,
    /// Weight of the other codes' reconstruction against the nearest's, 0 to 1.
    pub other_codes: f32,
    /// Weight of the adversarial term once it is on, 0 to 1000.
    pub adversarial: f32,
    /// Weight of wrong-context negatives in the discriminator's loss, 0 to 10.
    pub wrong_context: f32,
    /// Weight of wrong-action negatives (a real frame after its context, but told another action) and of the right
    /// actions beside them, 0 to 10; 0 unless the recipe is told.
    #[serde(default)]
    pub wrong_action: f32,
    /// Share of the training without discriminator, 0 to below 1.
    pub warm_share: f32,
    /// Generator's learning rate without discriminator, above 0 to 0.1.
    pub warm_rate: f64,
    /// Generator's learning rate with it, above 0 to 0.1.
    pub rate: f64,
    /// Discriminator's learning rate, above 0 to 0.1.
    pub discriminator_rate: f64,
    /// Share of the training, at its end, over which both learning rates fall to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl GanSettings {
    pub(super) fn check(&self, source: &Source, told: bool, context: usize, part: usize) -> Result<(), SettingsError> {
        // Another window's frame is the wrong-context negative, so every part needs another window.
        source.check(part >= 2, "shards", format!("a shard of {part} window"), "at most half of `batch` for a GAN")?;
        let within = |field: &str, value: f32, top: f32| {
            let allowed = format!("0 to {top}");
            source.check((0.0..=top).contains(&value), &format!("objective.{field}"), value, &allowed)
        };
        check_generator(source, &self.generator)?;
        let (codes, gaussian) = (self.noise.codes, self.noise.gaussian);
        source.check((1..=16).contains(&codes), "objective.noise.codes", codes, "1 to 16")?;
        source.check(gaussian <= 64, "objective.noise.gaussian", gaussian, "0 to 64")?;
        let width = self.discriminator.width;
        source.check((4..=128).contains(&width), "objective.discriminator.width", width, "4 to 128")?;
        let seen = self.discriminator.context;
        let allowed = format!("1 to {context}, the window's context");
        source.check((1..=context).contains(&seen), "objective.discriminator.context", seen, &allowed)?;
        within("reconstruction", self.reconstruction, 1000.0)?;
        within("other_codes", self.other_codes, 1.0)?;
        within("adversarial", self.adversarial, 1000.0)?;
        within("wrong_context", self.wrong_context, 10.0)?;
        within("wrong_action", self.wrong_action, 10.0)?;
        let holds = told || self.wrong_action == 0.0;
        source.check(holds, "objective.wrong_action", self.wrong_action, "0, since the recipe is not `told: true`")?;
        check_below_one(source, "warm_share", self.warm_share)?;
        check_rate(source, "warm_rate", self.warm_rate)?;
        check_rate(source, "rate", self.rate)?;
        check_rate(source, "discriminator_rate", self.discriminator_rate)?;
        check_cooling(source, self.cooling_share)?;
        check_betas(source, self.betas)?;
        check_below_one(source, "ema", self.ema)
    }
}

/// The discriminator's loss for real frames: mean of max(0, 1 − score). `[1]`.
pub fn hinge_real(scores: Tensor<4>) -> Tensor<1> {
    relu(scores.neg() + 1.0).mean()
}

/// The discriminator's loss for fakes: mean of max(0, 1 + score). `[1]`.
pub fn hinge_fake(scores: Tensor<4>) -> Tensor<1> {
    relu(scores + 1.0).mean()
}

/// For each of `actions`, `[batch, ACTIONS]`, one of the others: which, follows from the step.
fn other_actions(actions: Tensor<2>, step: u64) -> Tensor<2> {
    let by = 1 + (step % (ACTIONS as u64 - 1)) as i64;
    actions.roll(&[by], &[1])
}

/// Generator and discriminator.
pub(super) struct Gan {
    settings: GanSettings,
    generator: Learner<Generator>,
    discriminator: Learner<Discriminator>,
    shown: Generator,
    told: bool,
    device: Device,
}

const METRICS: [&str; 9] = [
    "reconstruction",
    "adversarial",
    "adversarial_gradient",
    "discriminator",
    "score_real",
    "score_fake",
    "score_wrong",
    "score_wrong_action",
    "code_0_nearest",
];

/// What one part of a batch gives.
struct PartResult {
    generator: GradientsParams,
    discriminator: Option<GradientsParams>,
    metrics: [f32; METRICS.len()],
}

impl Gan {
    pub(super) fn new(settings: &GanSettings, start: &Start) -> Self {
        let mut init = Init::new(start.seed, &start.device);
        let told = if start.told { ACTIONS } else { 0 };
        let conditions = told + settings.noise.inputs();
        let generator = Generator::new(&settings.generator, start.context, start.frame_size, conditions, &mut init);
        let discriminator = Discriminator::new(&settings.discriminator, told, &mut init);
        Self {
            settings: settings.clone(),
            shown: generator.valid(),
            generator: Learner::new(generator, settings.betas),
            discriminator: Learner::new(discriminator, settings.betas),
            told: start.told,
            device: start.device.clone(),
        }
    }
}

/// One part's frames and networks, on the device that tracks gradients.
struct Part<'a> {
    settings: &'a GanSettings,
    generator: Generator,
    discriminator: Discriminator,
    /// `[batch, 3 · context, height, width]`.
    context: Tensor<4>,
    /// `[batch, 3, height, width]`.
    truth: Tensor<4>,
    /// `[batch, ACTIONS]`, where the networks are told.
    actions: Option<Tensor<2>>,
    /// Own predictions at the end of the context.
    fed_back: usize,
}

/// Mean scores of real frames, of answers, and of both kinds of wrong pairs (0 where there are none).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Scores {
    real: f32,
    fake: f32,
    wrong_context: f32,
    wrong_action: f32,
}

impl Part<'_> {
    /// What the reconstruction is multiplied by: less and less, the more of what is seen was made up since the last true
    /// frame, where the truth is one of many that would do, and drawing to it only blurs.
    fn certainty(&self) -> f32 {
        (1.0 + 0.5 * self.fed_back as f32).recip()
    }

    /// The answers of every code: `[codes · batch, 3, height, width]`.
    fn answers(&self, noise: Tensor<2>) -> Tensor<4> {
        let codes = self.settings.noise.codes;
        let told = self.actions.clone().map(|actions| actions.repeat_dim(0, codes));
        let features = self.generator.encode(self.context.clone());
        self.generator.decode(features.repeat(codes), conditions(told, Some(noise)))
    }

    /// Weighs every answer's distance from the truth: 1 for the nearest code, `other_codes` for the others.
    ///
    /// Returns the loss `[1]`, the mean distance of the nearest answers, and the share where code 0 was the nearest.
    fn reconstruction(&self, answers: Tensor<4>) -> (Tensor<1>, f32, f32) {
        let codes = self.settings.noise.codes;
        let batch = self.truth.dims()[0];
        let truth = self.truth.clone().repeat_dim(0, codes);
        let distances = (answers - truth).abs().reshape([(codes * batch) as i32, -1]).mean_dim(1); // [codes · batch, 1]
        let values = distances.clone().into_data().try_to_vec::<f32>().expect("networks compute in f32");
        let nearest: Vec<usize> = (0..batch)
            .map(|sample| {
                let at = |code: usize| values[code * batch + sample];
                (0..codes).reduce(|best, code| if at(code) < at(best) { code } else { best }).unwrap_or(0)
            })
            .collect();
        let weight = |code: usize, sample: usize| match nearest[sample] == code {
            true => 1.0,
            false => self.settings.other_codes,
        };
        let weights: Vec<f32> =
            (0..codes * batch).map(|index| weight(index / batch, index % batch) / batch as f32).collect();
        let weights = Tensor::<2>::from_data(TensorData::new(weights, [codes * batch, 1]), &self.truth.device());
        let mean = nearest.iter().enumerate().map(|(sample, code)| values[code * batch + sample]).sum::<f32>();
        let first = nearest.iter().filter(|&&code| code == 0).count();
        ((distances * weights).sum(), mean / batch as f32, first as f32 / batch as f32)
    }

    /// The adversarial loss −mean D(context, answer), and its gradient at the answers.
    fn adversarial(&self, answers: &Tensor<4>) -> (f32, Tensor<4>) {
        let codes = self.settings.noise.codes;
        let judge = self.discriminator.clone().no_grad();
        let leaf = answers.clone().detach().require_grad();
        let context = self.context.clone().repeat_dim(0, codes);
        let actions = self.actions.clone().map(|actions| actions.repeat_dim(0, codes));
        let loss = judge.forward(context, actions, leaf.clone()).mean().neg();
        let value = loss.clone().into_scalar::<f32>();
        let gradients = loss.backward();
        let gradient = leaf.grad(&gradients).expect("the discriminator depends on what it judges");
        (value, gradient)
    }

    /// The discriminator's loss over real frames, one answer for each sample, other samples' real frames, and, where it
    /// is told, real frames after another action.
    ///
    /// Returns the loss `[1]` and the mean scores.
    fn judgement(&self, answers: &Tensor<4>, step: u64) -> (Tensor<1>, Scores) {
        let batch = self.truth.dims()[0];
        let device = self.truth.device();
        let codes = self.settings.noise.codes;
        let rows = |row: &dyn Fn(usize) -> usize| {
            let rows: Vec<i32> = (0..batch).map(|sample| row(sample) as i32).collect();
            Tensor::<1, Int>::from_data(TensorData::new(rows, [batch]), &device)
        };
        let one_each = rows(&|sample| (sample + step as usize) % codes * batch + sample);
        let others = rows(&|sample| (sample + 1) % batch);
        let real = || (self.truth.clone(), self.actions.clone());
        let fake = (answers.clone().detach().select(0, one_each), self.actions.clone());
        let mut pairs = vec![real(), fake];
        let wrong_context = (self.settings.wrong_context > 0.0).then(|| {
            pairs.push((self.truth.clone().select(0, others), self.actions.clone()));
            pairs.len() - 1
        });
        let wrong_action = self.actions.clone().filter(|_| self.settings.wrong_action > 0.0).map(|actions| {
            pairs.push((self.truth.clone(), Some(other_actions(actions, step))));
            pairs.len() - 1
        });
        let count = pairs.len();
        let (candidates, told): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let told: Option<Vec<_>> = told.into_iter().collect();
        let scores = self.discriminator.forward(
            self.context.clone().repeat_dim(0, count),
            told.map(|actions| Tensor::cat(actions, 0)),
            Tensor::cat(candidates, 0),
        );
        let scores = scores.chunk(count, 0);
        let mean = |pair: Option<usize>| pair.map_or(0.0, |pair| scores[pair].clone().mean().into_scalar::<f32>());
        let means = Scores {
            real: mean(Some(0)),
            fake: mean(Some(1)),
            wrong_context: mean(wrong_context),
            wrong_action: mean(wrong_action),
        };
        let mut loss = hinge_real(scores[0].clone()) + hinge_fake(scores[1].clone());
        if let Some(wrong) = wrong_context {
            loss = loss + hinge_fake(scores[wrong].clone()) * self.settings.wrong_context;
        }
        if let Some(wrong) = wrong_action {
            // A real pair beside each wrong one: more fakes than real frames would push all scores down to the margin,
            // where fakes teach nothing.
            let both = hinge_fake(scores[wrong].clone()) + hinge_real(scores[0].clone());
            loss = loss + both * self.settings.wrong_action;
        }
        (loss, means)
    }

    /// Both networks' gradients, each scaled by `share`, this part's share of the batch.
    fn run(self, clock: Clock, noise: Tensor<2>, share: f32, adversarial: f32) -> PartResult {
        let answers = self.answers(noise);
        let (reconstruction, nearest, first) = self.reconstruction(answers.clone());
        let mut loss = reconstruction * (self.settings.reconstruction * self.certainty() * share);
        let mut metrics = [nearest, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, first];
        let mut discriminator = None;
        if adversarial > 0.0 {
            let (value, gradient) = self.adversarial(&answers);
            metrics[1] = value;
            metrics[2] = gradient.clone().square().sum().sqrt().into_scalar::<f32>();
            // The same gradient as the loss itself, whose way through the discriminator has been walked already.
            loss = loss + (answers.clone() * gradient.detach()).sum() * (adversarial * share);
            let (judgement, scores) = self.judgement(&answers, clock.step);
            metrics[3] = judgement.clone().into_scalar::<f32>();
            metrics[4..8].copy_from_slice(&[scores.real, scores.fake, scores.wrong_context, scores.wrong_action]);
            let gradients = (judgement * share).backward();
            discriminator = Some(GradientsParams::from_grads(gradients, &self.discriminator));
        }
        PartResult {
            generator: GradientsParams::from_grads(loss.backward(), &self.generator),
            discriminator,
            metrics: metrics.map(|value| value * share),
        }
    }
}

impl Objective for Gan {
    fn step(&mut self, batch: &Batch, clock: Clock, workers: &Workers) -> Vec<f32> {
        let settings = &self.settings;
        let is_warm = clock.share() < settings.warm_share;
        let adversarial = if is_warm { 0.0 } else { settings.adversarial };
        if !is_warm {
            self.discriminator.model = self.discriminator.model.clone().iterated();
        }
        let device = self.device.clone().autodiff();
        let (generator, discriminator) = (&self.generator.model, &self.discriminator.model);
        let mut rng = Rng::seed_from_u64(clock.seed);
        let parts = batch.split(workers.count());
        let noises: Vec<_> = parts.iter().map(|part| Noise::every_code(settings.noise, part.size, &mut rng)).collect();
        let steps = drawn_steps(batch.ahead, clock, &mut rng);
        let work = parts.into_iter().zip(noises).map(|(part, noise)| {
            let feed = (steps, part.size);
            let feedback = Feedback::new(&self.shown, Some(settings.noise), feed, &mut rng, &self.device);
            (part, noise, feedback)
        });
        let results = workers.map(work.collect(), |_, (part, noise, feedback)| {
            let part = feedback.apply(part);
            let share = part.size as f32 / batch.size as f32;
            let work = Part {
                settings,
                generator: generator.clone().fork(&device),
                discriminator: discriminator.clone().fork(&device),
                context: from_pixels(&part.contexts, part.context, part.frame_size, &device),
                truth: from_pixels(&part.futures, 1, part.frame_size, &device),
                actions: self.told.then(|| one_hot(&part.actions, &device)),
                fed_back: steps,
            };
            work.run(clock, noise.to_tensor(&device), share, adversarial)
        });
        let mut metrics = vec![0.0; METRICS.len()];
        let (mut for_generator, mut for_discriminator) = (Vec::new(), Vec::new());
        for result in results {
            for_generator.push(result.generator);
            for_discriminator.extend(result.discriminator);
            for (sum, value) in metrics.iter_mut().zip(result.metrics) {
                *sum += value;
            }
        }
        let heat = clock.heat(settings.cooling_share);
        let rate = if is_warm { settings.warm_rate } else { settings.rate };
        self.generator.step(rate * heat, for_generator);
        if !for_discriminator.is_empty() {
            self.discriminator.step(settings.discriminator_rate * heat, for_discriminator);
        }
        self.shown = moved(self.shown.clone(), &self.generator.model.valid(), settings.ema);
        metrics
    }

    fn metrics(&self) -> &'static [&'static str] {
        &METRICS
    }

    fn parameters(&self) -> Vec<(&'static str, usize)> {
        vec![
            ("generator", trained_numbers(&self.generator.model)),
            ("discriminator", trained_numbers(&self.discriminator.model)),
        ]
    }

    fn save(&self, folder: &Path) -> Result<(), SaveError> {
        self.generator.save(folder, "generator")?;
        self.discriminator.save(folder, "discriminator")?;
        save_model(&self.shown, folder, "shown")
    }

    fn load(&mut self, folder: &Path) -> Result<(), SaveError> {
        self.generator.load(folder, "generator")?;
        self.discriminator.load(folder, "discriminator")?;
        self.shown = load_model(self.shown.clone(), folder, "shown")?;
        Ok(())
    }

    fn shown(&self) -> Vec<Numbers> {
        numbers(&self.shown)
    }

    fn show(&mut self, numbers: &[Numbers]) -> Result<(), NumbersError> {
        self.shown = with_numbers(self.shown.clone(), numbers)?;
        Ok(())
    }

    fn predictor(&self, name: &str) -> Box<dyn Predictor> {
        let noise = Some(self.settings.noise);
        Box::new(GeneratorPredictor::new(name, self.shown.clone(), self.told, noise, self.device.clone()))
    }
}

#[cfg(test)]
mod tests {
    use burn::module::{ModuleVisitor, Param};

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
}
