//! What a recipe says of a CycleGAN, and what of it is refused.

use serde::{Deserialize, Serialize};

use super::{Cycle, NAMES};
use crate::network::TranslatorSettings;
use crate::objective::adversary::AdversarialLoss;
use crate::objective::check::schedule;
use crate::objective::{Need, Objective, ObjectiveConfig, RecipeContext, Start, Takes, check};
use crate::predict::{Condition, Skill};
use crate::settings::{SettingsError, Source};

/// What a recipe says of a CycleGAN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CycleSettings {
    /// The networks that translate, one for each direction.
    pub translator: TranslatorSettings,
    /// Channels of the largest map of the networks that judge, 4 to 128, one for each scene.
    pub discriminator_width: usize,
    /// What all networks make small; not relativistic, since no real frame belongs to a fake.
    pub loss: AdversarialLoss,
    /// Weight of the adversarial term, above 0 to 1000.
    pub adversarial: f32,
    /// Weight of the way there and back again, 0 to 1000: mean absolute difference.
    pub cycle: f32,
    /// Weight of leaving alone what is of the target scene already, 0 to 1000: mean absolute difference.
    pub identity: f32,
    /// Past fakes that each discriminator is shown among the new ones, 0 to 1000.
    pub pool: usize,
    /// Translators' learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Discriminators' learning rate, above 0 to 0.1.
    pub discriminator_rate: f64,
    /// Share of the training, at its end, over which both learning rates fall to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl ObjectiveConfig for CycleSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check::translation(source, &self.translator, recipe)?;
        check::count(source, "discriminator_width", self.discriminator_width, 4, 128)?;
        let holds = self.loss != AdversarialLoss::Relativistic;
        source.check(
            holds,
            "objective.loss",
            self.loss,
            "any but Relativistic, since no real frame belongs to a fake",
        )?;
        let holds = self.adversarial > 0.0 && self.adversarial <= 1000.0;
        source.check(holds, "objective.adversarial", self.adversarial, "above 0, up to 1000")?;
        check::within(source, "cycle", self.cycle, 1000.0)?;
        check::within(source, "identity", self.identity, 1000.0)?;
        check::count(source, "pool", self.pool, 0, 1000)?;
        check::rate(source, "discriminator_rate", self.discriminator_rate)?;
        schedule!(self).check(source)
    }

    fn takes(&self, condition: Condition) -> bool {
        condition == Condition::Nothing
    }

    fn skill(&self) -> Skill {
        Skill::Translate
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        Box::new(Cycle::new(self, start))
    }

    fn needs(&self) -> Vec<Need> {
        let frames = |name, unpaired| Need { name, takes: Takes::Frames, corners: false, unpaired, ..Need::WINDOWS };
        vec![frames(NAMES[0], false), frames(NAMES[1], true)]
    }
}
