//! `crossroads train` and `crossroads measure`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::print_line;
use crate::device;
use crate::files::{Shown, check_output};
use crate::measure::{dream_table, table};
use crate::progress::{Bar, Progress};
use crate::task::{measure, measure_dreams, open_models, unseen, write_json};
use crate::train::{Recipe, TrainJob, train};

/// Train a model on recorded episodes.
#[derive(Debug, Args)]
pub(super) struct Train {
    /// A recipe's file, or the name of one that comes with Crossroads, such as regression, gan, vae, flow
    recipe: PathBuf,
    /// Folder of the data set; once for each where a recipe learns from several
    #[arg(long, required = true)]
    data: Vec<PathBuf>,
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
    /// Keep so many states of the model, spread evenly over the training: for the curves of `tools report` and
    /// `tools quality`
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1000))]
    snapshots: u32,
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
        let mut data = self.data.into_iter();
        let job = TrainJob {
            recipe,
            data: data.next().context("--data is required")?,
            more_data: data.collect(),
            out: self.out,
            device: self.device,
            resume: self.resume,
            skip_damaged: self.skip_damaged,
            snapshots: self.snapshots,
        };
        let run = train(&job, &mut Bar::default())?;
        print_line(&format!("{}: trained for {} steps", run.folder.shown(), run.info.recipe.steps))
    }
}

/// Judge trained models on the corners of mazes that they never saw, beside the baselines.
#[derive(Debug, Args)]
pub(super) struct Measure {
    /// Folders of runs, or names of weights that come with Crossroads
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Folder of the data set, whose split `test` is judged on
    #[arg(long)]
    data: PathBuf,
    /// Samples at each corner
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    samples: u16,
    /// What the noise follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Device that computes
    #[arg(long, default_value = "flex")]
    device: String,
    /// Judge dreams of so many steps instead: each model is told the actions of recorded walks and fed with its own
    /// predictions
    #[arg(long, value_name = "STEPS", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    dream: Option<u16>,
    /// Write the figures to this file as well
    #[arg(long)]
    json: Option<PathBuf>,
    /// Leave out damaged episode files
    #[arg(long)]
    skip_damaged: bool,
}

/// Walks that are dreamed, if there are so many long enough.
const WALKS: usize = 32;

impl Measure {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let mut bar = Bar::default();
        device::find(&self.device)?;
        self.json.iter().try_for_each(|file| check_output(file))?;
        let data = unseen(&self.runs, &self.data, self.skip_damaged)?;
        let models = open_models(&self.runs, &self.device, &data)?;
        for damage in &data.skipped {
            bar.say(&format!("skipped {damage}"));
        }
        if let Some(steps) = self.dream {
            let report = measure_dreams(&models, &data, (usize::from(steps), WALKS), self.seed, &mut bar)?;
            return self.tell(&dream_table(&report), &report);
        }
        let report = measure(&models, &data, usize::from(self.samples), self.seed, &mut bar)?;
        self.tell(&table(&report), &report)
    }

    /// Prints the table and writes the file: each whatever becomes of the other.
    fn tell(&self, table: &str, report: &impl serde::Serialize) -> anyhow::Result<()> {
        let printed = print_line(table);
        self.json.iter().try_for_each(|file| write_json(report, file))?;
        printed
    }
}
