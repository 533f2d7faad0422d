//! What a recipe says of words.

use serde::{Deserialize, Serialize};

use super::Words;
use crate::episode::{DataError, DataSet};
use crate::network::{FrameDecoderSettings, TextEncoderSettings};
use crate::objective::check::schedule;
use crate::objective::{Need, Objective, ObjectiveConfig, RecipeContext, Start, Takes, check};
use crate::predict::{Condition, Skill};
use crate::settings::{SettingsError, Source};
use crate::words::{Caption, Light, Material, Said, Situation, State, check_scene, phrasings};

/// See [`super`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordsSettings {
    /// What reads captions, once in the painter and once in the discriminator. Its `hidden` is the width of the recipe's
    /// condition.
    pub text: TextEncoderSettings,
    /// The network that paints.
    pub painter: FrameDecoderSettings,
    /// Gaussian numbers that it paints from beside the caption, 1 to 512.
    pub latent: usize,
    /// Channels of the discriminator's largest map, 4 to 128.
    pub discriminator_width: usize,
    /// Share of the discriminator's fakes that are real frames with captions that do not fit, below 1: Reed et al. have a half.
    /// At 0 there are none.
    pub mismatched: f32,
    /// Whether the discriminator sees two frames of a caption at once, both real or both painted, so that it sees painted
    /// ones that are too much alike (Lin et al., "PacGAN", 2018, <https://arxiv.org/abs/1712.04086>).
    #[serde(default)]
    pub packed: bool,
    /// Combinations that are never learned: neither a frame of one nor a caption that says it. At most half of them, and
    /// each situation and each material stays in another one.
    pub held_out: Vec<(Situation, Material)>,
    /// Painter's learning rate, above 0 to 0.1.
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

/// Fewest views of each state that is learned.
const FEWEST: usize = 8;

impl WordsSettings {
    /// Frames of each caption that are learned from in a step.
    pub fn frames_of_a_caption(&self) -> usize {
        if self.packed { 2 } else { 1 }
    }

    /// States that are learned.
    pub fn learned(&self) -> Vec<State> {
        State::all().filter(|state| !self.is_held_out(*state)).collect()
    }

    /// Whether a state is never shown.
    pub fn is_held_out(&self, state: State) -> bool {
        self.held_out.contains(&(state.situation, state.material))
    }
}

impl ObjectiveConfig for WordsSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        let allowed = "1, since a frame is made from words, and nothing is seen before it";
        source.check(recipe.context == 1, "windows.context", recipe.context, allowed)?;
        check::count(source, "text.embedding", self.text.embedding, 1, 256)?;
        check::count(source, "text.hidden", self.text.hidden, 1, 512)?;
        let condition = Condition::Text(self.text.hidden);
        let allowed = format!("{condition:?}, as many numbers as `objective.text.hidden`");
        source.check(recipe.condition == condition, "condition", recipe.condition, &allowed)?;
        check::count(source, "painter.width", self.painter.width, 4, 128)?;
        check::count(source, "latent", self.latent, 1, 512)?;
        check::count(source, "discriminator_width", self.discriminator_width, 4, 128)?;
        check::below_one(source, "mismatched", self.mismatched)?;
        let left = self.learned();
        let situations = Situation::ALL.iter().all(|&one| left.iter().any(|state| state.situation == one));
        let materials = Material::ALL.iter().all(|&one| left.iter().any(|state| state.material == one));
        let holds = situations && materials && 2 * left.len() >= State::COUNT;
        let shown = format!("{:?}", self.held_out);
        let allowed = "at most half of all combinations, with each situation and each material left in another one";
        source.check(holds, "objective.held_out", shown, allowed)?;
        check::rate(source, "discriminator_rate", self.discriminator_rate)?;
        schedule!(self).check(source)
    }

    fn takes(&self, condition: Condition) -> bool {
        matches!(condition, Condition::Text(_))
    }

    fn skill(&self) -> Skill {
        Skill::Illustrate
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        Box::new(Words::new(self, start))
    }

    fn check_data(&self, data: &[DataSet]) -> Result<(), DataError> {
        let refuse = |data: &DataSet, why: String| Err(DataError::NoWords { folder: data.folder.clone(), why });
        for data in data {
            if let Err(error) = check_scene(&data.manifest.scene) {
                return refuse(data, error.to_string());
            }
        }
        let said = Said::of(&data.iter().collect::<Vec<_>>());
        for state in self.learned() {
            let count = said.views(state).len();
            let of_light = |data: &&DataSet| Light::of(&data.manifest.scene) == state.light;
            let Some(own) = data.iter().find(of_light).or(data.first()).filter(|_| count < FEWEST) else { continue };
            let caption = phrasings(Caption::whole(state)).swap_remove(0);
            let why = format!(
                "`{caption}` is seen {count} times, at least {FEWEST} are needed; record `garden` for the day and \
                 `garden-night` for the night, or more episodes of them"
            );
            return refuse(own, why);
        }
        Ok(())
    }

    fn needs(&self) -> Vec<Need> {
        let need = |name| Need { name, takes: Takes::Whole, corners: false, ..Need::WINDOWS };
        vec![need("day"), need("night")]
    }
}
