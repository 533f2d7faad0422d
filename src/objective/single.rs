//! An objective with one network and one loss: what most of them are, but for the loss.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

use super::check::Schedule;
use super::learner::{EmaLearner, Network};
use super::part::{Asked, Part, jobs};
use super::{Batches, Clock, Compute, Metrics, Need, Objective, Start};
use crate::episode::Batch;
use crate::network::{Generator, GeneratorSettings, Init};
use crate::predict::{Answering, Condition, Models, NetworkPredictor, NoiseSettings, Predictor};
use crate::random::{self, Purpose};

/// What a [`Single`] makes small.
pub(super) trait Goal: Send + Sync + 'static {
    /// What is trained.
    type Network: Module + Answering;

    /// What noise the network takes, if any: in training, as [`Part::noise`], and when it answers.
    fn noise(&self) -> Option<NoiseSettings>;

    /// Draws of noise for each window, where it has no codes.
    fn samples(&self) -> usize {
        1
    }

    /// Codes of the noise, if the network learns how likely each of them is.
    fn learned_codes(&self) -> Option<usize> {
        None
    }

    /// The loss of a part, a mean over its windows, `[1]`; and what was measured. `seed` is another one for each part and
    /// step.
    fn loss(&self, network: &Self::Network, part: &Part, seed: u64) -> (Tensor<1>, Metrics);

    /// The network after a look at some windows.
    fn prepared(&self, network: Self::Network, _windows: &Batch, _device: &Device) -> Self::Network {
        network
    }

    /// The network in all ways in which it draws answers, and their names: first as it is meant.
    fn ways(&self, name: &str, network: &Self::Network) -> Vec<(String, Self::Network)> {
        vec![(name.to_owned(), network.clone())]
    }
}

/// A network on its way to a goal.
pub(super) struct Single<G: Goal> {
    goal: G,
    network: EmaLearner<G::Network>,
    schedule: Schedule,
    condition: Condition,
    compute: Compute,
}

impl<G: Goal> Single<G> {
    /// `name` is that of the network's files.
    pub fn new(goal: G, (name, network): (&'static str, G::Network), schedule: Schedule, start: &Start) -> Self {
        let network = EmaLearner::new(name, network, schedule.betas, schedule.ema);
        Self { goal, network, schedule, condition: start.condition, compute: start.compute.clone() }
    }
}

impl<G: Goal<Network = Generator>> Single<G> {
    /// A generator at its first step, with the noise that the goal asks for beside its condition.
    pub fn generator(goal: G, settings: &GeneratorSettings, schedule: Schedule, start: &Start) -> Self {
        let inputs = goal.noise().map_or(0, NoiseSettings::inputs) + start.condition.width();
        let mut init = Init::new(start.seed, &start.compute.device);
        let mut network = Generator::new(settings, start.context, start.frame_size, inputs, &mut init);
        if let Some(codes) = goal.learned_codes() {
            network = network.with_odds(codes, &mut init);
        }
        Self::new(goal, ("generator", network), schedule, start)
    }
}

impl<G: Goal> Objective for Single<G> {
    fn prepare(&mut self, batches: &Batches) {
        let windows = batches.get(Need::WINDOWS.name);
        let network = &mut self.network;
        network.learner.model = self.goal.prepared(network.learner.model.clone(), windows, &self.compute.device);
        network.average = self.goal.prepared(network.average.clone(), windows, &self.compute.device);
    }

    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics {
        let batch = batches.get(Need::WINDOWS.name);
        let device = self.compute.tracking();
        let (goal, model) = (&self.goal, &self.network.learner.model);
        let asked = Asked {
            shown: &self.network.average,
            noise: goal.noise(),
            samples: goal.samples(),
            condition: self.condition,
        };
        let jobs = jobs(batch, clock, &self.compute, &asked);
        let results = self.compute.map(jobs, |index, job| {
            let part = job.on(&device);
            let model = model.clone().fork(&device);
            let (loss, metrics) = goal.loss(&model, &part, random::seed(clock.seed, Purpose::Part, &[index as u64]));
            let gradients = (loss * part.share).backward();
            (GradientsParams::from_grads(gradients, &model), (metrics, part.share))
        });
        let (gradients, metrics): (Vec<_>, Vec<_>) = results.into_iter().unzip();
        self.network.step(self.schedule.rate * clock.learning_rate_factor(self.schedule.cooling_share), gradients);
        Metrics::mean(metrics)
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.network]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.network]
    }

    fn models(&self, name: &str) -> Models {
        let predictor = |(name, network): (String, G::Network)| -> Box<dyn Predictor> {
            Box::new(NetworkPredictor::new(
                &name,
                network,
                self.condition,
                self.goal.noise(),
                self.compute.device.clone(),
            ))
        };
        Models::Predictors(self.goal.ways(name, &self.network.average).into_iter().map(predictor).collect())
    }
}
