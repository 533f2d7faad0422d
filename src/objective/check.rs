//! What objectives refuse alike, by the recipe's line and field.

use crate::network::{GeneratorSettings, LocalNoise, TranslatorSettings};
use crate::predict::{Condition, NoiseSettings};
use crate::settings::{SettingsError, Source};

/// What the rest of a recipe says that an objective has to fit to.
#[derive(Debug, Clone, Copy)]
pub struct RecipeContext {
    /// What the model is conditioned on beside the context.
    pub condition: Condition,
    /// Context frames in a window.
    pub context: usize,
    /// Windows of the smallest shard of a batch.
    pub part: usize,
}

/// How the weights of one network move.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    pub rate: f64,
    pub cooling_share: f32,
    pub betas: (f32, f32),
    pub ema: f32,
}

impl Schedule {
    pub fn check(self, source: &Source) -> Result<(), SettingsError> {
        rate(source, "rate", self.rate)?;
        within(source, "cooling_share", self.cooling_share, 1.0)?;
        let holds = [self.betas.0, self.betas.1].iter().all(|beta| (0.0..1.0).contains(beta));
        source.check(holds, "objective.betas", self.betas, "two numbers, each 0 to below 1")?;
        below_one(source, "ema", self.ema)
    }
}

/// The course that settings with the usual fields say.
macro_rules! schedule {
    ($settings:expr) => {{
        let settings = $settings;
        $crate::objective::check::Schedule {
            rate: settings.rate,
            cooling_share: settings.cooling_share,
            betas: settings.betas,
            ema: settings.ema,
        }
    }};
}
pub(super) use schedule;

/// Whether a number is left out where a recipe is written.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(super) fn is_nought(number: &f32) -> bool {
    *number == 0.0
}

/// A generator that takes so many numbers of noise, in a recipe.
pub(super) fn generator(
    source: &Source,
    settings: &GeneratorSettings,
    noise: usize,
    recipe: &RecipeContext,
) -> Result<(), SettingsError> {
    let width = settings.width;
    source.check((4..=128).contains(&width), "objective.generator.width", width, "4 to 128")?;
    let moves = settings.moves;
    source.check(moves <= 16, "objective.generator.moves", moves, "0 to 16")?;
    let decisive = settings.decisive;
    source.check((0.0..=16.0).contains(&decisive), "objective.generator.decisive", decisive, "0 to 16")?;
    let allowed = "0, since conditions that decide choose among `moves`, and there are none";
    source.check(decisive == 0.0 || moves > 0, "objective.generator.decisive", decisive, allowed)?;
    let local = |holds: bool, allowed: &str| {
        source.check(!settings.local || holds, "objective.generator.local", settings.local, allowed)
    };
    let allowed = "false, since conditions choose among `moves`, which are those of the whole picture";
    local(moves == 0, allowed)?;
    let allowed =
        "false, since noise has no square number of values, one for each square of the picture (1, 4, 9 … 64)";
    local(LocalNoise::squares(noise).is_some(), allowed)?;
    let allowed = "false, since a `condition` is of the whole picture";
    local(recipe.condition == Condition::Nothing, allowed)
}

/// A network that translates frames, which are windows of one frame each.
pub(super) fn translation(
    source: &Source,
    settings: &TranslatorSettings,
    recipe: &RecipeContext,
) -> Result<(), SettingsError> {
    count(source, "translator.width", settings.width, 4, 128)?;
    count(source, "translator.blocks", settings.blocks, 0, 16)?;
    let allowed = "1, since each frame is translated by itself";
    source.check(recipe.context == 1, "windows.context", recipe.context, allowed)
}

/// Noise of which there must be some, since `whose` needs it.
pub(super) fn noise(source: &Source, noise: NoiseSettings, whose: &str) -> Result<(), SettingsError> {
    source.check(noise.codes() <= 16, "objective.noise", noise, "up to 16 codes")?;
    source.check(noise.gaussian() <= 64, "objective.noise", noise, "up to 64 Gaussian numbers")?;
    source.check(noise.uniform() <= 64, "objective.noise", noise, "up to 64 uniform numbers")?;
    source.check(noise.signs() <= 64, "objective.noise", noise, "up to 64 signs")?;
    let allowed = format!("at least one number or code: {whose}");
    source.check(noise.inputs() > 0, "objective.noise", noise, &allowed)
}

/// How many those are unless a recipe says.
pub(super) fn one_sample() -> usize {
    1
}

/// Answers to a context in a step, each with noise of its own.
pub(super) fn samples(source: &Source, samples: usize, noise: NoiseSettings) -> Result<(), SettingsError> {
    count(source, "samples", samples, 1, 16)?;
    let holds = samples == 1 || noise.codes() == 0;
    source.check(holds, "objective.samples", samples, "1, since the noise has codes, each of which answers")
}

pub(super) fn rate(source: &Source, field: &str, rate: f64) -> Result<(), SettingsError> {
    let holds = rate > 0.0 && rate <= 0.1;
    source.check(holds, &format!("objective.{field}"), rate, "above 0, up to 0.1")
}

pub(super) fn below_one(source: &Source, field: &str, value: f32) -> Result<(), SettingsError> {
    source.check((0.0..1.0).contains(&value), &format!("objective.{field}"), value, "0 to below 1")
}

/// From 0 to `top`.
pub(super) fn within(source: &Source, field: &str, value: f32, top: f32) -> Result<(), SettingsError> {
    let allowed = format!("0 to {top}");
    source.check((0.0..=top).contains(&value), &format!("objective.{field}"), value, &allowed)
}

/// From `least` to `most`.
pub(super) fn count(
    source: &Source,
    field: &str,
    value: usize,
    least: usize,
    most: usize,
) -> Result<(), SettingsError> {
    let allowed = format!("{least} to {most}");
    source.check((least..=most).contains(&value), &format!("objective.{field}"), value, &allowed)
}
