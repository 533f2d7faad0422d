//! An objective for tests alone: two networks that are shown, each of which learns from a data set of its own, and which
//! predict no frame if so wished.

use burn::module::Module;
use burn::optim::GradientsParams;
use serde::{Deserialize, Serialize};

use super::learner::{EmaLearner, Network};
use super::part::{Asked, jobs, number};
use super::regression::squared_error;
use super::{Batches, Clock, Compute, Metrics, Need, Objective, ObjectiveConfig, RecipeContext, Start};
use crate::network::{Generator, GeneratorSettings, Init};
use crate::predict::{Condition, Models, NetworkPredictor, Predictor, Skill};
use crate::settings::{SettingsError, Source};

/// What a recipe says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToySettings {
    /// Whether it predicts frames.
    pub predicts: bool,
}

/// Names of the data sets, and of the networks that learn from them.
const NAMES: [&str; 2] = ["day", "night"];

/// Which of the data sets a window is from.
const CONDITION: Condition = Condition::Class(NAMES.len());

impl ObjectiveConfig for ToySettings {
    fn check(&self, _: &Source, _: &RecipeContext) -> Result<(), SettingsError> {
        Ok(())
    }

    fn takes(&self, condition: Condition) -> bool {
        condition == CONDITION
    }

    fn skill(&self) -> Skill {
        if self.predicts { Skill::Predict } else { Skill::Walk }
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        let network = |number: usize| {
            let mut init = Init::numbered(start.seed, number as u64, &start.compute.device);
            let settings = GeneratorSettings::new(4, 1);
            let generator = Generator::new(&settings, start.context, start.frame_size, CONDITION.width(), &mut init);
            EmaLearner::new(NAMES[number], generator, (0.5, 0.9), 0.9)
        };
        Box::new(Toy { networks: [0, 1].map(network), predicts: self.predicts, compute: start.compute.clone() })
    }

    fn needs(&self) -> Vec<Need> {
        NAMES.map(|name| Need { name, corners: false, ..Need::WINDOWS }).into()
    }
}

struct Toy {
    networks: [EmaLearner<Generator>; 2],
    predicts: bool,
    compute: Compute,
}

impl Objective for Toy {
    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics {
        let device = self.compute.tracking();
        let mut all = Metrics::default();
        for (class, (name, network)) in NAMES.into_iter().zip(&mut self.networks).enumerate() {
            let asked = Asked { shown: &network.average, noise: None, samples: 1, condition: CONDITION };
            let jobs = jobs(batches.get(name), clock, &self.compute, &asked);
            let model = &network.learner.model;
            let results = self.compute.map(jobs, |_, job| {
                let mut part = job.on(&device);
                part.condition = CONDITION.of_classes(&vec![class; part.batch()], &device);
                let model = model.clone().fork(&device);
                let loss = squared_error(part.answers(&model, 1), part.truth.clone());
                let value = number(&loss);
                let gradients = GradientsParams::from_grads((loss * part.share).backward(), &model);
                (gradients, (Metrics::default().with(name, value), part.share))
            });
            let (gradients, metrics): (Vec<_>, Vec<_>) = results.into_iter().unzip();
            network.step(1e-3, gradients);
            all = all.and(Metrics::mean(metrics));
        }
        all
    }

    fn networks(&self) -> Vec<&dyn Network> {
        self.networks.iter().map(|network| network as &dyn Network).collect()
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        self.networks.iter_mut().map(|network| network as &mut dyn Network).collect()
    }

    fn models(&self, name: &str) -> Models {
        if !self.predicts {
            return Models::Walkers(Vec::new());
        }
        let predictor = |(class, network): (usize, &EmaLearner<Generator>)| -> Box<dyn Predictor> {
            let (network, device) = (network.average.clone(), self.compute.device.clone());
            let given = (0..NAMES.len()).map(|other| f32::from(u8::from(other == class))).collect();
            Box::new(NetworkPredictor::new(name, network, CONDITION, None, device).given(given))
        };
        Models::Predictors(self.networks.iter().enumerate().map(predictor).collect())
    }
}
