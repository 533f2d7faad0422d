//! Walks, one action a decision: a recurrent network learns to walk as was recorded, by likelihood; then a discriminator
//! scores whole walks, and its score is the reward of a policy gradient, since no gradient goes through a decision that was
//! drawn. SeqGAN: Yu et al. (2017), <https://arxiv.org/abs/1609.05473>.
//!
//! The walker sees a map of its surroundings every few decisions and goes on blindly between them, so that it has to plan.
//! The discriminator is told which ways were open at each decision.

mod losses;
mod rollout;
mod settings;
#[cfg(test)]
mod tests;
mod world;

use std::sync::Arc;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor, TensorData};

pub use settings::WalkerSettings;

use self::losses::{judge_loss, policy_loss, surprise};
use self::rollout::{Drawing, advantages};
use self::world::{MOVE, Walk, World};
use super::learner::{EmaLearner, Learner, Network};
use super::numbers::{numbers, with_numbers};
use super::part::number;
use super::{Batches, Clock, Compute, Metrics, Need, Objective, Start};
use crate::agent::Action;
use crate::camera::Frame;
use crate::episode::DataSet;
use crate::network::{Init, PlainWalkNet, WalkJudge, WalkNet};
use crate::predict::{Models, Question, WalkModel, WalkStrip, walk_sheet};
use crate::random::{Purpose, Rng, stream};

/// Walks of each kind on an exhibit.
const EXHIBITED: usize = 4;

struct SeqGan {
    settings: WalkerSettings,
    /// The policy: until the policy gradient begins, what likelihood has learned so far.
    walker: EmaLearner<WalkNet>,
    /// Likelihood alone, to the end.
    likelihood: EmaLearner<WalkNet>,
    /// Likelihood alone, up to where the policy gradient began.
    pretrained: EmaLearner<WalkNet>,
    judge: Learner<WalkJudge>,
    world: Option<World>,
    compute: Compute,
}

impl SeqGan {
    fn new(settings: &WalkerSettings, start: &Start) -> Self {
        let device = &start.compute.device;
        let net = |name| {
            let mut init = Init::new(start.seed, device);
            let net = WalkNet::new(settings.sight().inputs(), settings.hidden, &mut init);
            EmaLearner::new(name, net, settings.betas, settings.ema)
        };
        let judge = WalkJudge::new(MOVE, settings.filters, &mut Init::numbered(start.seed, 1, device));
        Self {
            settings: settings.clone(),
            walker: net("walker"),
            likelihood: net("likelihood"),
            pretrained: net("pretrained"),
            judge: Learner::new("discriminator", judge, settings.betas),
            world: None,
            compute: start.compute.clone(),
        }
    }

    fn world(&self) -> &World {
        self.world.as_ref().expect("a training reads its data before the first step")
    }

    /// `[walks, length, inputs]`.
    fn seen(&self, walks: &[Walk], device: &Device) -> Tensor<3> {
        tensor(walks, |walk| self.world().seen(walk), device)
    }

    /// `[walks, length, MOVE]`.
    fn moves(&self, walks: &[Walk], device: &Device) -> Tensor<3> {
        tensor(walks, |walk| self.world().moves(walk), device)
    }

    /// Gradients of what recorded walks surprise a network, times a weight, and the surprise.
    fn likelihood_gradients(&self, net: &WalkNet, recorded: &[Walk], weight: f32) -> (GradientsParams, f32) {
        let device = self.compute.tracking();
        let net = net.clone().fork(&device);
        let loss = surprise(net.log_odds(self.seen(recorded, &device)), decided(recorded, &device));
        let value = number(&loss);
        (GradientsParams::from_grads((loss * weight).backward(), &net), value)
    }

    /// Draws a walk from each start, with the advantage of each decision where `completions` are asked for.
    fn draw(&self, from: &[Walk], completions: usize, clock: Clock) -> Vec<(Walk, Vec<f32>)> {
        let network = self.walker.learner.model.valid().plain();
        let judge = self.judge.model.valid();
        let drawing = Drawing { world: self.world(), network: &network, length: self.settings.length };
        let size = from.len().div_ceil(self.compute.parts()).max(1);
        let parts: Vec<&[Walk]> = from.chunks(size).collect();
        let all = self.compute.map(parts, |part, starts| {
            let one = |(place, from): (usize, &Walk)| {
                let mut rng = stream(clock.seed, Purpose::Walks, &[(part * size + place) as u64]);
                drawing.with_completions(from, completions, &mut rng)
            };
            let drawn: Vec<(Walk, Vec<Vec<Walk>>)> = starts.iter().enumerate().map(one).collect();
            self.with_advantages(drawn, &judge)
        });
        all.into_iter().flatten().collect()
    }

    fn with_advantages(&self, drawn: Vec<(Walk, Vec<Vec<Walk>>)>, judge: &WalkJudge) -> Vec<(Walk, Vec<f32>)> {
        let asked = |(walk, completions): &(Walk, Vec<Vec<Walk>>)| {
            completions.iter().flatten().chain(std::iter::once(walk)).cloned().collect::<Vec<_>>()
        };
        let all: Vec<Walk> = drawn.iter().flat_map(asked).collect();
        if all.len() == drawn.len() {
            return drawn.into_iter().map(|(walk, _)| (walk, Vec::new())).collect();
        }
        let rewards = sigmoid(judge.score(self.moves(&all, &self.compute.device)));
        let mut rewards = rewards.into_data().try_to_vec::<f32>().expect("networks compute in f32").into_iter();
        let judged = |(walk, completions): (Walk, Vec<Vec<Walk>>)| {
            let mut take = |count: usize| rewards.by_ref().take(count).collect::<Vec<f32>>();
            let before: Vec<Vec<f32>> = completions.iter().map(|walks| take(walks.len())).collect();
            let whole = take(1)[0];
            (walk, advantages(&before, whole))
        };
        drawn.into_iter().map(judged).collect()
    }

    /// A step of the policy along its gradient, and how strongly recorded walks hold it.
    fn policy_step(&mut self, drawn: &[(Walk, Vec<f32>)], recorded: &[Walk], rate: f64) {
        let device = self.compute.tracking();
        let walks: Vec<Walk> = drawn.iter().map(|(walk, _)| walk.clone()).collect();
        let advantages = scaled(drawn.iter().flat_map(|(_, advantages)| advantages.clone()).collect());
        let advantages = TensorData::new(advantages, [walks.len(), self.settings.length]);
        let net = self.walker.learner.model.clone().fork(&device);
        let log_odds = net.log_odds(self.seen(&walks, &device));
        let loss = policy_loss(log_odds, decided(&walks, &device), Tensor::from_data(advantages, &device));
        let loss = loss / self.settings.length as f32;
        let mut gradients = vec![GradientsParams::from_grads(loss.backward(), &net)];
        if self.settings.anchor > 0.0 {
            let model = &self.walker.learner.model;
            gradients.push(self.likelihood_gradients(model, recorded, self.settings.anchor).0);
        }
        self.walker.step(rate, gradients);
    }

    /// A step of the discriminator: the mean of σ on recorded walks less that on drawn ones.
    fn judge_step(&mut self, drawn: &[(Walk, Vec<f32>)], recorded: &[Walk]) -> f32 {
        let device = self.compute.tracking();
        let judge = self.judge.model.clone().fork(&device);
        let walks: Vec<Walk> = drawn.iter().map(|(walk, _)| walk.clone()).collect();
        let real = judge.score(self.moves(recorded, &device));
        let fake = judge.score(self.moves(&walks, &device));
        let told_apart = number(&(sigmoid(real.clone()).mean() - sigmoid(fake.clone()).mean()));
        let gradients = judge_loss(real, fake).backward();
        self.judge.step(self.settings.discriminator_rate, [GradientsParams::from_grads(gradients, &judge)]);
        told_apart
    }

    /// All three walkers are one, up to where the policy gradient begins.
    fn share_likelihood(&mut self) {
        let (live, average) = (numbers(&self.likelihood.learner.model.valid()), numbers(&self.likelihood.average));
        for copy in [&mut self.walker, &mut self.pretrained] {
            let with = |net: WalkNet, numbers| with_numbers(net, numbers).expect("networks of the same settings");
            copy.learner.model = with(copy.learner.model.valid(), &live).train();
            copy.average = with(copy.average.clone(), &average);
        }
    }

    fn model(&self, name: String, network: &EmaLearner<WalkNet>) -> WalkModel {
        WalkModel { name, network: Arc::new(network.average.plain()), sight: self.settings.sight() }
    }

    fn strip(&self, network: &PlainWalkNet, from: &Walk, rng: &mut Rng) -> WalkStrip {
        let drawing = Drawing { world: self.world(), network, length: self.settings.length };
        let walk = drawing.walk(from, rng);
        WalkStrip { maze: self.world().maze(walk.maze).clone(), start: walk.start, actions: walk.actions }
    }
}

/// Numbers of some walks, each `[length, …]`.
fn tensor(walks: &[Walk], numbers: impl Fn(&Walk) -> Vec<f32>, device: &Device) -> Tensor<3> {
    let length = walks.first().map_or(0, |walk| walk.actions.len());
    let all: Vec<f32> = walks.iter().flat_map(numbers).collect();
    let width = all.len() / (walks.len() * length).max(1);
    Tensor::from_data(TensorData::new(all, [walks.len(), length, width]), device)
}

/// 1 where it was decided so, `[walks, length, 3]`.
fn decided(walks: &[Walk], device: &Device) -> Tensor<3> {
    let one_hot = |action| Action::ALL.map(|other| f32::from(u8::from(other == action)));
    tensor(walks, |walk| World::actions(walk).flat_map(one_hot).collect(), device)
}

/// Advantages over their root mean square, so that the step is as long whatever the discriminator's scores are.
fn scaled(mut advantages: Vec<f32>) -> Vec<f32> {
    let square = advantages.iter().map(|advantage| advantage * advantage).sum::<f32>() / advantages.len().max(1) as f32;
    advantages.iter_mut().for_each(|advantage| *advantage /= square.sqrt() + 1e-6);
    advantages
}

impl Objective for SeqGan {
    fn read(&mut self, data: &[&DataSet]) {
        self.world = data.first().map(|data| World::new(data, self.settings.length, self.settings.sight()));
    }

    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics {
        let size = batches.get(Need::WINDOWS.name).size;
        let mut rng = stream(clock.seed, Purpose::Step, &[]);
        let [recorded, others, starts] = [(); 3].map(|()| self.world().draw(size, &mut rng));
        let (share, settings) = (clock.share(), self.settings.clone());
        let is_policy = share >= settings.policy_from;

        let (gradients, surprise) = self.likelihood_gradients(&self.likelihood.learner.model, &recorded, 1.0);
        let drawn = self.draw(&starts, if is_policy { settings.rollouts } else { 0 }, clock);
        self.likelihood.step(settings.rate * clock.learning_rate_factor(settings.cooling_share), [gradients]);
        match is_policy {
            true => self.policy_step(
                &drawn,
                &recorded,
                settings.policy_rate * clock.learning_rate_factor(settings.cooling_share),
            ),
            false => self.share_likelihood(),
        }
        let told_apart = if share >= settings.discriminator_from { self.judge_step(&drawn, &others) } else { 0.0 };
        let legal = drawn.iter().filter(|(walk, _)| self.world().is_legal(walk)).count() as f32 / size.max(1) as f32;
        Metrics::default().with("legal", legal).with("surprise", surprise).with("told_apart", told_apart)
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.walker, &self.likelihood, &self.pretrained, &self.judge]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.walker, &mut self.likelihood, &mut self.pretrained, &mut self.judge]
    }

    fn models(&self, name: &str) -> Models {
        Models::Walkers(vec![
            self.model(name.to_owned(), &self.walker),
            self.model(format!("{name}, likelihood only"), &self.pretrained),
            self.model(format!("{name}, likelihood for as long"), &self.likelihood),
        ])
    }

    /// Walks on their mazes' maps, before and after the policy gradient.
    fn exhibit(&self, name: &str, _: &[Question]) -> Option<Frame> {
        let mut rng = stream(0, Purpose::Example, &[]);
        let starts = self.world.as_ref()?.draw(EXHIBITED, &mut rng);
        let row = |title: String, network: &EmaLearner<WalkNet>| {
            let network = network.average.plain();
            let mut rng = stream(0, Purpose::Walks, &[]);
            (title, starts.iter().map(|from| self.strip(&network, from, &mut rng)).collect::<Vec<_>>())
        };
        let before = row(format!("{name}, likelihood only"), &self.pretrained);
        Some(walk_sheet(&[before, row(name.to_owned(), &self.walker)]))
    }
}
