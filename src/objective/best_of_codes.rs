//! A discrete code without a discriminator: of all codes' answers the nearest is drawn to what happened, the others a
//! little. Without codes, of several draws' answers: conditional implicit maximum likelihood, Li et al., "Multimodal Image
//! Synthesis with Conditional Implicit Maximum Likelihood Estimation" (2020), <https://arxiv.org/abs/2004.03590>, whose
//! draws are also kept for longer than a step, which is left out here.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::best_of_n::{Weighing, best_of_n};
use super::check::schedule;
use super::code_odds::{self, answers_and_odds, with_odds};
use super::part::Part;
use super::single::{Goal, Single};
use super::{Metrics, Need, Objective, ObjectiveConfig, RecipeContext, Start, check};
use crate::network::{Generator, GeneratorSettings};
use crate::predict::NoiseSettings;
use crate::settings::{SettingsError, Source};

/// What a recipe says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BestOfCodesSettings {
    /// The network.
    pub generator: GeneratorSettings,
    /// What noise it takes: at least two codes, or none, with `samples`.
    pub noise: NoiseSettings,
    /// Answers to each context in a step, 1 to 16, each with noise of its own; 1 where the noise has codes, each of which
    /// answers.
    #[serde(default = "check::one_sample")]
    pub samples: usize,
    /// Whether it learns how likely each code is after a context; otherwise all are equally likely.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub learned_odds: bool,
    /// Weight of the other answers' reconstruction against the nearest's, 0 to 1.
    #[serde(alias = "other_codes")]
    pub relaxation: f32,
    /// Learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Share of the training, at its end, over which the learning rate falls to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl ObjectiveConfig for BestOfCodesSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check::noise(source, self.noise, "answers to different noise are what it picks from")?;
        check::generator(source, &self.generator, self.noise.inputs(), recipe)?;
        check::samples(source, self.samples, self.noise)?;
        let holds = self.noise.answers(self.samples) >= 2;
        let allowed = "at least 2 codes, of which the nearest is picked, or none and at least 2 `samples`";
        source.check(holds, "objective.noise", self.noise, allowed)?;
        code_odds::check(source, self.learned_odds, self.noise)?;
        check::within(source, "relaxation", self.relaxation, 1.0)?;
        schedule!(self).check(source)
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        Box::new(Single::generator(BestOfCodes(self.clone()), &self.generator, schedule!(self), start))
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need { learned_odds: self.learned_odds, ..Need::WINDOWS }]
    }
}

struct BestOfCodes(BestOfCodesSettings);

impl Goal for BestOfCodes {
    type Network = Generator;

    fn noise(&self) -> Option<NoiseSettings> {
        Some(self.0.noise)
    }

    fn samples(&self) -> usize {
        self.0.samples
    }

    fn learned_codes(&self) -> Option<usize> {
        self.0.learned_odds.then(|| self.0.noise.codes())
    }

    fn loss(&self, network: &Generator, part: &Part, _: u64) -> (Tensor<1>, Metrics) {
        let copies = self.0.noise.answers(self.0.samples);
        let (answers, odds) = answers_and_odds(network, part, copies);
        let weighing = Weighing { others: self.0.relaxation, ..Weighing::default() };
        let found = best_of_n(answers, part.truth.clone(), copies, weighing);
        let metrics = Metrics::default().with("reconstruction", found.distance).with("code_0_nearest", found.first);
        with_odds((found.loss, metrics), odds, (&found.nearest, &part.counts), 1.0)
    }
}
