//! `tools report`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use crossroads::cli::print_line;
use crossroads::device;
use crossroads::files::{Shown, write_alone};
use crossroads::predict::Skill;
use crossroads::progress::{Bar, Progress};
use crossroads::report::{Json, html};
use crossroads::task::{check_page, write_json};
use crossroads::train::{RECIPES, Run, UnseenData};

use super::gather::{Bench, Entry, check_seeds};

/// Measure runs and write one page that holds everything: tables, plots, and what each model says at corners.
///
/// Runs of the same recipe are its seeds: their row is a mean with a standard deviation. The page needs no network; the
/// same figures are written beside it as JSON. `tools train-all` makes the runs.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// Folders of runs, or names of weights that come with Crossroads
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    runs: Vec<PathBuf>,
    /// Report all runs in this folder
    #[arg(long, value_name = "FOLDER")]
    all: Option<PathBuf>,
    /// Folder of the data set, whose split `test` is judged on
    #[arg(long)]
    data: PathBuf,
    /// File to write: .html; the JSON goes beside it
    #[arg(long)]
    out: PathBuf,
    /// Samples at each corner
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    samples: u16,
    /// What the noise follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
    /// Leave out damaged episode files
    #[arg(long)]
    skip_damaged: bool,
}

impl Report {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let json = check_page(&self.out, "html")?;
        let device = device::find(&self.device)?;
        let mut entries = match &self.all {
            Some(folder) => runs_in(folder)?,
            None => self.runs.clone(),
        }
        .iter()
        .map(|place| Entry::at(place, &device))
        .collect::<anyhow::Result<Vec<_>>>()?;
        if self.all.is_some() {
            entries.sort_by_key(|entry| order(&entry.info.recipe.name, entry.info.recipe.seed));
        }
        check_seeds(&entries)?;
        let data = UnseenData::open(&self.data, self.skip_damaged, entries.iter().map(|entry| &entry.info))?;
        let mut bar = Bar::default();
        for damage in &data.skipped {
            bar.say(&format!("skipped {damage}"));
        }
        let bench = Bench::new(&data, &device, &entries, (usize::from(self.samples), self.seed))?;
        let report = bench.measure(&entries, &mut bar)?;
        let figures = write_json(&Json::from(&report), &json);
        write_alone(&self.out, html(&report).as_bytes()).with_context(|| self.out.shown())?;
        figures?;
        print_line(&self.out.shown())?;
        print_line(&json.shown())
    }
}

/// The folders of runs in a folder.
fn runs_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut runs = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.shown())? {
        let path = entry.with_context(|| folder.shown())?.path();
        // What predicts no frame has no row here.
        if Run::is_in(&path) && Run::open(&path)?.info.recipe.skill() == Skill::Predict {
            runs.push(path);
        }
    }
    if runs.is_empty() {
        bail!("{}: holds no runs; give the --out of a `tools train-all`", folder.shown());
    }
    Ok(runs)
}

/// As recipes are listed; those that do not come with Crossroads after them.
fn order(name: &str, seed: u64) -> (usize, String, u64) {
    let listed = RECIPES.iter().position(|(known, _)| *known == name);
    (listed.unwrap_or(RECIPES.len()), name.to_owned(), seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_come_as_they_are_listed_and_seeds_in_order() {
        let mut runs = [("own", 1), ("gan", 2), ("regression", 1), ("gan", 1), ("another", 1)];
        runs.sort_by_key(|(name, seed)| order(name, *seed));
        assert_eq!(runs, [("regression", 1), ("gan", 1), ("gan", 2), ("another", 1), ("own", 1)]);
    }
}
