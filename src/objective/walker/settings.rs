//! What a recipe says of a walker.

use serde::{Deserialize, Serialize};

use super::SeqGan;
use crate::episode::{DataError, DataSet, recorded_walks};
use crate::network::WalkJudge;
use crate::objective::batches::{Need, Takes};
use crate::objective::{Objective, ObjectiveConfig, RecipeContext, Start, check};
use crate::predict::{Condition, Sight, Skill};
use crate::settings::{SettingsError, Source};

/// What a recipe says of a walker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalkerSettings {
    /// Decisions of a walk, 4 to 64.
    pub length: usize,
    /// Cells that the walker sees to each side, ahead and behind, when it looks, 1 to 10.
    pub reach: usize,
    /// Decisions from one look to the next, 1 to 64.
    pub look_every: usize,
    /// Numbers that it remembers, 8 to 256.
    pub hidden: usize,
    /// Filters of each width of the discriminator, 4 to 256.
    pub filters: usize,
    /// Walks that go on after each decision, to see what it leads to, 1 to 64.
    pub rollouts: usize,
    /// Share of the training after which the discriminator learns, 0 to `policy_from`.
    pub discriminator_from: f32,
    /// Share of the training that is likelihood alone; after it comes the policy gradient, 0 to 1.
    pub policy_from: f32,
    /// Weight of likelihood beside the policy gradient, 0 to 10.
    pub anchor: f32,
    /// Learning rate of likelihood, above 0 to 0.1.
    pub rate: f64,
    /// Learning rate of the policy gradient, above 0 to 0.1.
    pub policy_rate: f64,
    /// Learning rate of the discriminator, above 0 to 0.1.
    pub discriminator_rate: f64,
    /// Share of the training, at its end, over which both rates of the walker fall to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl WalkerSettings {
    /// What the walker sees.
    pub fn sight(&self) -> Sight {
        Sight { reach: self.reach, every: self.look_every }
    }
}

impl ObjectiveConfig for WalkerSettings {
    fn check(&self, source: &Source, _: &RecipeContext) -> Result<(), SettingsError> {
        check::count(source, "length", self.length, WalkJudge::SHORTEST, 64)?;
        check::count(source, "reach", self.reach, 1, 10)?;
        check::count(source, "look_every", self.look_every, 1, 64)?;
        check::count(source, "hidden", self.hidden, 8, 256)?;
        check::count(source, "filters", self.filters, 4, 256)?;
        check::count(source, "rollouts", self.rollouts, 1, 64)?;
        check::within(source, "policy_from", self.policy_from, 1.0)?;
        check::within(source, "discriminator_from", self.discriminator_from, self.policy_from)?;
        check::within(source, "anchor", self.anchor, 10.0)?;
        check::rate(source, "policy_rate", self.policy_rate)?;
        check::rate(source, "discriminator_rate", self.discriminator_rate)?;
        check::schedule!(self).check(source)
    }

    fn takes(&self, condition: Condition) -> bool {
        condition == Condition::Nothing
    }

    fn skill(&self) -> Skill {
        Skill::Walk
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        Box::new(SeqGan::new(self, start))
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need { takes: Takes::Whole, ..Need::WINDOWS }]
    }

    fn check_data(&self, data: &[DataSet]) -> Result<(), DataError> {
        let refused = |data: &DataSet, why: String| Err(DataError::NoWalks { folder: data.folder.clone(), why });
        for data in data {
            if data.manifest.scene.creatures.is_some() {
                return refused(
                    data,
                    "creatures walk beside the agent, and it waits for them; give another scene's".into(),
                );
            }
            if recorded_walks(data, self.length, false).is_empty() {
                let length = self.length;
                let why =
                    format!("no episode has {length} decisions in a row after a walk into a cell; record more --ticks");
                return refused(data, why);
            }
        }
        Ok(())
    }
}
