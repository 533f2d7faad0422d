//! What a recipe says of a GAN, and what of it is refused.

use serde::{Deserialize, Serialize};

use crate::network::{DiscriminatorSettings, GeneratorSettings};
use crate::objective::regression::{check_below_one, check_betas, check_cooling, check_generator, check_rate};
use crate::predict::NoiseSettings;
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
    pub(in crate::objective) fn check(
        &self,
        source: &Source,
        told: bool,
        context: usize,
        part: usize,
    ) -> Result<(), SettingsError> {
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
