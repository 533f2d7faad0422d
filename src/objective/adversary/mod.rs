//! The discriminator and its part in a training, for every objective that has one.

mod judge;
mod lipschitz;
mod loss;
mod step;

use burn::module::Module;
use burn::optim::GradientsParams;

pub use self::judge::Judge;
#[cfg(test)]
pub use self::judge::other_actions;
pub use self::lipschitz::Lipschitz;
use self::lipschitz::clipped;
pub use self::loss::{AdversarialLoss, jensen_shannon};
use super::learner::Learner;
use super::part::Part;
use super::{RecipeContext, check};
use crate::network::{Discriminator, DiscriminatorSettings, Init};
use crate::predict::Condition;
use crate::settings::{SettingsError, Source};

/// What an objective's settings say of the discriminator.
#[derive(Debug, Clone)]
pub struct AdversarySettings {
    /// The network.
    pub discriminator: DiscriminatorSettings,
    /// What is made small.
    pub loss: AdversarialLoss,
    /// What bounds its slope.
    pub lipschitz: Lipschitz,
    /// Weight of wrong-context negatives, real frames of other windows (Reed et al. 2016,
    /// <https://arxiv.org/abs/1605.05396>).
    pub wrong_context: f32,
    /// Weight of wrong-action negatives, real frames conditioned on another action, and of the right actions beside them.
    pub wrong_action: f32,
    /// Whether it sees both futures at once (Lin et al., "PacGAN", 2018, <https://arxiv.org/abs/1712.04086>).
    pub packed: bool,
}

impl AdversarySettings {
    /// Refuses values out of range, and what cannot go together.
    pub fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        let RecipeContext { condition, context, part } = *recipe;
        let is_conditioned = condition.is_action();
        // Another window's frame is the wrong-context negative, so every part needs another window.
        source.check(part >= 2, "shards", format!("a shard of {part} window"), "at most half of `batch` for a GAN")?;
        check::count(source, "discriminator.width", self.discriminator.width, 4, 128)?;
        check::count(source, "discriminator.halvings", self.discriminator.halvings, 3, 4)?;
        let seen = self.discriminator.context;
        let allowed = format!("0 to {context}, the window's context");
        source.check(seen <= context, "objective.discriminator.context", seen, &allowed)?;
        check::within(source, "wrong_context", self.wrong_context, 10.0)?;
        let holds = seen > 0 || self.wrong_context == 0.0;
        let allowed = "0, since the discriminator sees no context (`discriminator.context` is 0)";
        source.check(holds, "objective.wrong_context", self.wrong_context, allowed)?;
        check::within(source, "wrong_action", self.wrong_action, 10.0)?;
        let holds = is_conditioned || self.wrong_action == 0.0;
        source.check(
            holds,
            "objective.wrong_action",
            self.wrong_action,
            "0, since the recipe has no `condition: Action`",
        )?;
        let allowed = "false, since the recipe has `condition: Action`, and after a known turn there is one future";
        source.check(!(is_conditioned && self.packed), "objective.packed", self.packed, allowed)?;
        self.check_lipschitz(source)
    }

    fn check_lipschitz(&self, source: &Source) -> Result<(), SettingsError> {
        let refuse = |holds, allowed| source.check(holds, "objective.lipschitz", self.lipschitz, allowed);
        match self.lipschitz {
            Lipschitz::Clip(bound) => refuse(bound > 0.0 && bound <= 1.0, "Clip of above 0, up to 1")?,
            Lipschitz::FiniteDifference { weight, slope } => {
                let holds = weight > 0.0 && weight <= 1000.0 && slope > 0.0 && slope <= 1000.0;
                refuse(holds, "FiniteDifference with weight and slope above 0, up to 1000")?;
            }
            Lipschitz::Noise { weight, deviation, every } => {
                let holds = weight > 0.0 && weight <= 1000.0 && deviation > 0.0 && deviation <= 1.0;
                refuse(holds, "Noise with a weight above 0, up to 1000, and a deviation above 0, up to 1")?;
                refuse((1..=64).contains(&every), "Noise every 1 to 64 steps")?;
            }
            Lipschitz::Spectral | Lipschitz::Unbounded => {}
        }
        let holds = self.loss != AdversarialLoss::Wasserstein || self.lipschitz != Lipschitz::Unbounded;
        refuse(holds, "Clip, Spectral, FiniteDifference or Noise, since a Wasserstein critic needs a bounded slope")
    }
}

/// The discriminator while it is trained.
pub struct Adversary {
    /// How.
    pub settings: AdversarySettings,
    /// The network.
    pub learner: Learner<Discriminator>,
}

impl Adversary {
    /// At the first step.
    pub fn new(settings: AdversarySettings, condition: Condition, betas: (f32, f32), init: &mut Init) -> Self {
        let planes = condition.width();
        let frames = if settings.packed { 2 } else { 1 };
        let is_held = settings.lipschitz == Lipschitz::Spectral;
        let discriminator = Discriminator::new(&settings.discriminator, (frames, planes), is_held, init);
        Self { settings, learner: Learner::new("discriminator", discriminator, betas) }
    }

    /// Lets it see such a share of what its patches hold beyond their mean, 0 to 1.
    pub fn see(&mut self, detail: f32) {
        self.learner.model = self.learner.model.clone().seeing(detail);
    }

    /// Once before each step in which it judges.
    pub fn iterate(&mut self) {
        if self.settings.lipschitz == Lipschitz::Spectral {
            self.learner.model = self.learner.model.clone().iterated();
        }
    }

    /// For one part of a batch, whose tensors are on a device that tracks gradients.
    pub fn judge<'a>(&'a self, part: &'a Part) -> Judge<'a> {
        let discriminator = self.learner.model.clone().fork(&part.truth.device());
        Judge { settings: &self.settings, discriminator, part }
    }

    /// Moves the network by the sum of the gradients of all parts.
    pub fn step(&mut self, rate: f64, gradients: Vec<GradientsParams>) {
        if gradients.is_empty() {
            return;
        }
        self.learner.step(rate, gradients);
        if let Lipschitz::Clip(bound) = self.settings.lipschitz {
            self.learner.model = clipped(self.learner.model.clone(), bound);
        }
    }
}
