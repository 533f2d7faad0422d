//! Recipes: how one model is trained.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::TrainError;
use crate::episode::WindowSettings;
use crate::files::Shown;
use crate::objective::{ObjectiveSettings, RecipeContext};
use crate::predict::{Condition, Skill};
use crate::settings::{SettingsError, Source};

/// The list of recipes that come with Crossroads: a name each, which is also its file's.
macro_rules! recipes {
    ($($name:literal,)*) => {
        /// Name and text of the recipes that come with Crossroads.
        pub static RECIPES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../assets/recipes/", $name, ".ron"))),)*];
    };
}

recipes! {
    "regression",
    "regression-l1",
    "noise-only",
    "best-of-codes",
    "imle",
    "energy",
    "gan",
    "gan-three",
    "gan-crowd",
    "gan-mean",
    "gan-mean-patches",
    "gan-pure",
    "gan-js",
    "gan-minimax",
    "lsgan",
    "gan-unconditional-d",
    "gan-no-mismatch",
    "pix2pix",
    "wgan",
    "wgan-sn",
    "wgan-fd",
    "packed",
    "vae",
    "auto-encoder",
    "vae-gan",
    "pixel-rnn",
    "flow",
    "regression-told",
    "gan-told",
    "dream-up",
    "dream-up-vae",
    "dream-up-plain",
    "cycle",
    "cycle-none",
    "cycle-paired",
    "walker",
    "words",
    "words-matched",
}

/// Those of [`RECIPES`] whose models have a skill.
pub fn recipes_for(skill: Skill) -> Vec<(&'static str, &'static str)> {
    let has = |(name, _): &&(&str, &str)| Recipe::load(name).is_ok_and(|recipe| recipe.skill() == skill);
    RECIPES.iter().filter(has).copied().collect()
}

/// How one model is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Recipe {
    /// Shown in films and tables.
    pub name: String,
    /// What the model is conditioned on beside the context.
    pub condition: Condition,
    /// What it learns from.
    pub windows: WindowSettings,
    /// Windows a step, 1 to 256.
    pub batch: usize,
    /// Parts of a batch that are computed at once, a core each, 1 to 64 and no more than `batch`.
    pub shards: usize,
    /// Steps in all, 1 to 10 000 000.
    pub steps: u64,
    /// What first values, windows and noise follow from.
    pub seed: u64,
    /// Steps between two checkpoints, at least 1.
    pub checkpoint_every: u64,
    /// Steps between two sample sheets, at least 1.
    pub sheet_every: u64,
    /// What is trained, and by which objective.
    pub objective: ObjectiveSettings,
}

/// A [`Recipe`] as it may be written: also as earlier versions wrote it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "Recipe")]
struct Written {
    name: String,
    /// What `condition: Action` was.
    #[serde(default)]
    told: Option<bool>,
    #[serde(default)]
    condition: Option<Condition>,
    windows: WindowSettings,
    batch: usize,
    shards: usize,
    steps: u64,
    seed: u64,
    checkpoint_every: u64,
    sheet_every: u64,
    objective: ObjectiveSettings,
}

impl TryFrom<Written> for Recipe {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { name, told, condition, windows, batch, shards, steps, seed, .. } = written;
        let of_told = told.map(|told| if told { Condition::Action } else { Condition::Nothing });
        if let (Some(told), Some(condition)) = (of_told, condition)
            && told != condition
        {
            return Err(format!("`told` and `condition` contradict each other ({condition:?}); leave out `told`"));
        }
        Ok(Self {
            name,
            condition: condition.or(of_told).unwrap_or_default(),
            windows,
            batch,
            shards,
            steps,
            seed,
            checkpoint_every: written.checkpoint_every,
            sheet_every: written.sheet_every,
            objective: written.objective,
        })
    }
}

impl Recipe {
    /// Loads a recipe by its file's path or by the name of one that comes with Crossroads.
    pub fn load(name: impl AsRef<Path>) -> Result<Self, TrainError> {
        let path = name.as_ref();
        let source = if path.is_file() {
            Source::read(path)?
        } else {
            let known = RECIPES.iter().find(|(known, _)| path == Path::new(known));
            let (name, text) = known.ok_or_else(|| TrainError::UnknownRecipe {
                name: path.shown(),
                known: RECIPES.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", "),
            })?;
            Source { file: format!("assets/recipes/{name}.ron").into(), text: (*text).to_owned() }
        };
        Ok(Self::from_source(&source)?)
    }

    /// What its model is good for.
    pub fn skill(&self) -> Skill {
        self.objective.config().skill()
    }

    /// Parses and checks a recipe.
    pub fn from_source(source: &Source) -> Result<Self, SettingsError> {
        let recipe: Self = source.parse()?;
        recipe.check(source)?;
        Ok(recipe)
    }

    /// Refuses values out of range, by their line and field in `source`.
    pub(super) fn check(&self, source: &Source) -> Result<(), SettingsError> {
        let windows = &self.windows;
        source.check((1..=16).contains(&windows.context), "windows.context", windows.context, "1 to 16")?;
        let corner_share = windows.corner_share;
        source.check((0.0..=1.0).contains(&corner_share), "windows.corner_share", corner_share, "0 to 1")?;
        let turn_share = windows.turn_share;
        let holds = turn_share >= 0.0 && corner_share + turn_share <= 1.0;
        source.check(holds, "windows.turn_share", turn_share, "0 to 1 - corner_share")?;
        let noise = windows.context_noise;
        source.check(noise <= 64, "windows.context_noise", noise, "0 to 64")?;
        let config = self.objective.config();
        let allowed = "a condition that the objective takes: `Nothing` or `Action`";
        source.check(config.takes(self.condition), "condition", self.condition, allowed)?;
        let unroll = windows.unroll;
        source.check((1..=16).contains(&unroll), "windows.unroll", unroll, "1 to 16")?;
        // Where the action is not known, its own prediction may have taken the other turn than the frames that were recorded next.
        let allowed =
            "1, since the recipe has no `condition: Action` and its predictions may go another way than was recorded";
        source.check(self.condition.is_action() || unroll == 1, "windows.unroll", unroll, allowed)?;
        source.check((1..=256).contains(&self.batch), "batch", self.batch, "1 to 256")?;
        let holds = (1..=self.batch.min(64)).contains(&self.shards);
        source.check(holds, "shards", self.shards, "1 to 64, and no more than `batch`")?;
        source.check((1..=10_000_000).contains(&self.steps), "steps", self.steps, "1 to 10000000")?;
        source.check(self.checkpoint_every >= 1, "checkpoint_every", self.checkpoint_every, "at least 1")?;
        source.check(self.sheet_every >= 1, "sheet_every", self.sheet_every, "at least 1")?;
        let recipe =
            RecipeContext { condition: self.condition, context: windows.context, part: self.batch / self.shards };
        config.check(source, &recipe)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::objective::{Compute, Start};

    #[test]
    fn models_have_the_skill_that_their_recipe_says() {
        for (name, _) in RECIPES {
            let recipe = Recipe::load(name).unwrap();
            let start = Start {
                context: recipe.windows.context,
                condition: recipe.condition,
                frame_size: (32, 32),
                seed: 1,
                compute: Compute::whole(&Device::flex()),
            };
            let models = recipe.objective.config().start(&start).models("model");
            assert_eq!(models.skill(), recipe.skill(), "{name}");
        }
        let all: usize = Skill::ALL.into_iter().map(|skill| recipes_for(skill).len()).sum();
        assert!(all == RECIPES.len() && Skill::ALL.into_iter().all(|skill| !recipes_for(skill).is_empty()));
    }

    #[test]
    fn who_learns_odds_asks_for_windows_that_count() {
        let mut count = 0;
        for (name, text) in RECIPES {
            let learns = text.contains("learned_odds: true");
            let needs = Recipe::load(name).unwrap().objective.config().needs();
            assert_eq!(needs.iter().any(|need| need.learned_odds), learns, "{name}");
            count += usize::from(learns);
        }
        assert!(count >= 3, "gan, gan-three and best-of-codes do");
    }
}
