//! `crossroads train`.

use std::path::PathBuf;

use clap::Args;

use crate::progress::Bar;
use crate::train::{Recipe, TrainJob, train};

/// Train a model on recorded episodes.
#[derive(Debug, Args)]
pub(super) struct Train {
    /// A recipe's file, or one of: regression, gan
    recipe: String,
    /// Folder of the data set
    #[arg(long)]
    data: PathBuf,
    /// Folder of the run
    #[arg(long)]
    out: PathBuf,
    /// Steps in all, in place of the recipe's
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    steps: Option<u64>,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
    /// Seed, in place of the recipe's
    #[arg(long)]
    seed: Option<u64>,
    /// Go on where an interrupted training was
    #[arg(long)]
    resume: bool,
    /// Leave out damaged episode files, and say which, instead of refusing the data set
    #[arg(long)]
    skip_damaged: bool,
}

impl Train {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let mut recipe = Recipe::load(&self.recipe)?;
        recipe.steps = self.steps.unwrap_or(recipe.steps);
        recipe.seed = self.seed.unwrap_or(recipe.seed);
        let job = TrainJob {
            recipe,
            data: self.data,
            out: self.out,
            device: self.device,
            resume: self.resume,
            skip_damaged: self.skip_damaged,
        };
        let run = train(&job, &mut Bar::default())?;
        println!("{}: trained for {} steps", run.folder.display(), run.info.recipe.steps);
        Ok(())
    }
}
