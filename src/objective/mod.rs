//! One way of training a file. The training loop knows none of them by name.

mod adam;
mod adversary;
mod batches;
mod best_of_codes;
mod best_of_n;
mod change;
mod check;
mod code_odds;
mod compute;
mod cycle;
mod dream_up;
mod ema;
mod energy;
mod feedback;
mod flow;
mod gan;
mod learner;
mod matching;
mod metrics;
mod numbers;
mod pack;
mod paired;
mod part;
mod pixel_rnn;
mod regression;
mod single;
#[cfg(test)]
mod toy;
mod vae;
mod vae_gan;
mod walker;
mod words;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use batches::{Batches, Need, Takes};
pub use check::RecipeContext;
pub use compute::Compute;
pub use learner::{Network, SaveError};
pub use metrics::Metrics;
pub use numbers::{Numbers, NumbersError};
#[cfg(all(test, feature = "game"))]
pub(crate) use toy::ToySettings;
pub use words::{StateClassifier, learn_states};

use crate::camera::Frame;
use crate::episode::{DataError, DataSet};
use crate::predict::{Condition, Models, Question, Skill};
use crate::settings::{SettingsError, Source};

/// How far a training is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Steps done.
    pub step: u64,
    /// Steps in all.
    pub steps: u64,
    /// What this step's random numbers follow from.
    pub seed: u64,
}

impl Clock {
    /// Share of the training that is done, 0 to 1.
    pub fn share(self) -> f32 {
        self.step as f32 / self.steps.max(1) as f32
    }

    /// What learning rates are multiplied by: 1, and over the last `cooling_share` of the training from 1 down to 0.
    pub fn learning_rate_factor(self, cooling_share: f32) -> f64 {
        let left = 1.0 - self.share();
        f64::from(if left < cooling_share { left / cooling_share } else { 1.0 })
    }
}

/// A way of training, with its networks, optimisers and averaged weights.
pub trait Objective: Send {
    /// Reads data sets as wholes, in the order of its needs, before the first step of a training and whenever one goes on:
    /// for [`Takes::Whole`].
    fn read(&mut self, _data: &[&DataSet]) {}

    /// Looks at some windows before the first step of a training.
    fn prepare(&mut self, _windows: &Batches) {}

    /// Trains on one batch of each data set. Returns what it measured: the same names at every step.
    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics;

    /// All that is trained, and all else that a training goes on with.
    fn networks(&self) -> Vec<&dyn Network>;

    /// The same.
    fn networks_mut(&mut self) -> Vec<&mut dyn Network>;

    /// What was trained, as it would be shown now, under a name: with the skill that its settings say.
    fn models(&self, name: &str) -> Models;

    /// A picture of what it has learned so far, at corners unless it has a better way. None, if there is nothing to show.
    fn exhibit(&self, name: &str, corners: &[Question]) -> Option<Frame> {
        self.models(name).picture(corners)
    }
}

impl dyn Objective + '_ {
    /// Trained numbers of each network, by its name.
    pub fn parameters(&self) -> Vec<(&'static str, usize)> {
        let all = self.networks().into_iter().map(|network| (network.name(), network.parameters()));
        all.filter(|(_, count)| *count > 0).collect()
    }

    /// Writes weights, optimisers and averaged weights into a folder.
    pub fn save(&self, folder: &Path) -> Result<(), SaveError> {
        self.networks().iter().try_for_each(|network| network.save(folder))
    }

    /// Reads what [`Self::save`] wrote.
    pub fn load(&mut self, folder: &Path) -> Result<(), SaveError> {
        self.networks_mut().iter_mut().try_for_each(|network| network.load(folder))
    }

    /// The numbers of the network that is shown.
    pub fn shown(&self) -> Vec<Numbers> {
        self.networks().iter().filter_map(|network| network.shown()).flatten().collect()
    }

    /// Shows a network with these numbers.
    pub fn show(&mut self, numbers: &[Numbers]) -> Result<(), NumbersError> {
        self.networks_mut().iter_mut().try_for_each(|network| network.show(numbers))
    }
}

/// What every objective needs to begin.
#[derive(Debug, Clone)]
pub struct Start {
    /// Context frames.
    pub context: usize,
    /// What the model is conditioned on beside the context.
    pub condition: Condition,
    /// Width and height of a frame.
    pub frame_size: (u32, u32),
    /// For first values of parameters.
    pub seed: u64,
    /// Where to compute.
    pub compute: Compute,
}

/// What a recipe says of an objective.
pub trait ObjectiveConfig {
    /// Refuses values out of range, and what cannot go together, by the recipe's line and field.
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError>;

    /// Whether its networks may be given such a condition; classes and texts only where it knows how they come about.
    fn takes(&self, condition: Condition) -> bool {
        matches!(condition, Condition::Nothing | Condition::Action)
    }

    /// What the trained model is good for.
    fn skill(&self) -> Skill {
        Skill::Predict
    }

    /// Share of the training after which an adversary joins; 0 where there is none, or from the start.
    fn warm_share(&self) -> f32 {
        0.0
    }

    /// Builds the networks.
    fn start(&self, start: &Start) -> Box<dyn Objective>;

    /// Refuses data sets, in the order of its needs, that hold nothing that it could learn from, before any training.
    fn check_data(&self, _data: &[DataSet]) -> Result<(), DataError> {
        Ok(())
    }

    /// What it asks of each data set that it learns from, in the order in which they are given.
    fn needs(&self) -> Vec<Need> {
        vec![Need::WINDOWS]
    }
}

/// The list of objectives: a line each, with its name in recipes and its settings.
macro_rules! objectives {
    ($($(#[$about:meta])* $name:ident($settings:ty),)* => tests: $test:ident($test_settings:ty)) => {
        /// The objectives, by their names in recipes.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub enum ObjectiveSettings {
            $($(#[$about])* $name($settings),)*
            /// For tests.
            #[cfg(test)]
            $test($test_settings),
        }

        impl ObjectiveSettings {
            /// The settings, whatever they are of.
            pub fn config(&self) -> &dyn ObjectiveConfig {
                match self {
                    $(Self::$name(settings) => settings,)*
                    #[cfg(test)]
                    Self::$test(settings) => settings,
                }
            }
        }
    };
}

objectives! {
    /// Squared or absolute error of one answer.
    Regression(regression::RegressionSettings),
    /// The nearest of several codes' or draws' answers, without a discriminator.
    BestOfCodes(best_of_codes::BestOfCodesSettings),
    /// A proper score of several answers, without a discriminator.
    Energy(energy::EnergySettings),
    /// Reconstruction, then a discriminator on top.
    Gan(gan::GanSettings),
    /// An encoder of the true next frame, and its latents as noise.
    Vae(vae::VaeSettings),
    /// Both of them.
    VaeGan(vae_gan::VaeGanSettings),
    /// Pixel by pixel, in a coarse picture of a few colours.
    PixelRnn(pixel_rnn::PixelRnnSettings),
    /// A flow from noise to the frame.
    Flow(flow::FlowSettings),
    /// Walks: likelihood, then a policy gradient whose reward is a discriminator of whole walks.
    Walker(walker::WalkerSettings),
    /// A generator that sees nothing but noise, and a discriminator that sees nothing but a frame.
    DreamUp(dream_up::DreamUpSettings),
    /// An auto-encoder of single frames, whose latents are then drawn from nothing.
    DreamUpVae(dream_up::DreamUpVaeSettings),
    /// A generator that is given a caption and noise, and a discriminator of frames with captions.
    Words(words::WordsSettings),
    /// Translation between two scenes without pairs.
    Cycle(cycle::CycleSettings),
    /// Translation between two scenes with pairs.
    Paired(paired::PairedSettings),
    => tests: Toy(toy::ToySettings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_learning_rate_is_full_until_the_last_share_and_then_falls_to_nothing() {
        let factor = |step, cooling_share| Clock { step, steps: 100, seed: 0 }.learning_rate_factor(cooling_share);
        assert!([0, 50, 74].into_iter().all(|step| factor(step, 0.25) == 1.0));
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-5;
        assert!(near(factor(80, 0.25), 0.8) && near(factor(95, 0.25), 0.2) && near(factor(100, 0.25), 0.0));
        assert_eq!(factor(99, 0.0), 1.0, "no cooling");
        assert!(near(factor(40, 1.0), 0.6), "cooling from the start");
    }
}
