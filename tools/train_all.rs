//! `tools train-all`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use clap::Args;
use crossroads::cli::print_line;
use crossroads::files::{Lock, LockError, Shown};
use crossroads::part::Part;
use crossroads::predict::Skill;
use crossroads::progress::{Bar, Progress, draws_bars, tell};
use crossroads::task::{MOST_STEPS, Plan, Wanted, parse_minutes};
use crossroads::train::{Divergence, RECIPES, Recipe, Run, TrainError, TrainJob, train};

/// Train every recipe for the same time, from several seeds, for `tools report`.
///
/// How many steps that is follows from how long a step takes on this machine: settled once for each recipe, in
/// OUT/plan.ron. An interrupted command goes on from where it was when it is started again. A recipe that diverges is
/// marked, and the others go on. With --part, several machines share the work, and the folder OUT.
#[derive(Debug, Args)]
pub(super) struct TrainAll {
    /// Folder of the data set
    #[arg(long)]
    data: PathBuf,
    /// Folder for the runs: OUT/RECIPE-seedN
    #[arg(long)]
    out: PathBuf,
    /// Recipes' files or names, with commas between them; all that come with Crossroads and are not told the action, if
    /// not given
    #[arg(long, value_delimiter = ',')]
    recipes: Vec<String>,
    /// Minutes to train each for: 8, if not given
    #[arg(long, value_parser = parse_minutes)]
    minutes: Option<f64>,
    /// Seeds, with commas between them: all recipes are trained with the first, then with the next
    #[arg(long, value_delimiter = ',', default_value = "1,2,3")]
    seeds: Vec<u64>,
    /// Train only the K-th of N parts of that list; the other parts by the same command, at the same time or later, here or
    /// on machines that see the same OUT
    #[arg(long, value_name = "K/N")]
    part: Option<Part>,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
}

/// Minutes for each recipe, if not given.
const MINUTES: f64 = 8.0;

/// Snapshots of each run: points of the report's curves.
const SNAPSHOTS: u32 = 8;

impl TrainAll {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let recipes = self.recipes()?;
        let distinct = |seed: &u64| self.seeds.iter().filter(|other| *other == seed).count() == 1;
        ensure!(self.seeds.iter().all(distinct), "--seeds: a seed is given twice; give each once");
        std::fs::create_dir_all(&self.out).with_context(|| self.out.shown())?;
        // Until the plan is settled: other parts of the list take it as it is, so that all seeds get the same steps.
        let settling = lock_plan(&self.out)?;
        let mut plan = Plan::open(&self.out)?;
        let minutes = plan.settle_minutes(self.minutes, MINUTES)?;
        let wanted = |recipe: &Recipe| Wanted {
            name: recipe.name.clone(),
            job: self.job(recipe.clone()),
            seconds: 60.0 * minutes,
            most: MOST_STEPS,
        };
        let wanted: Vec<Wanted> = recipes.iter().map(wanted).collect();
        plan.settle(&wanted, &mut Brief::default())?;
        drop(settling);
        let all = self.seeds.iter().flat_map(|&seed| recipes.iter().map(move |recipe| (seed, recipe)));
        let own = |place: u64| self.part.is_none_or(|part| part.holds(place));
        let runs: Vec<(u64, &Recipe)> = (0..).zip(all).filter(|&(place, _)| own(place)).map(|(_, run)| run).collect();
        let total = runs.len();
        let mut diverged = 0;
        for (number, (seed, recipe)) in (1..).zip(runs) {
            let steps = plan.steps(&recipe.name).unwrap_or(recipe.steps);
            let job = self.job(Recipe { seed, steps, ..recipe.clone() });
            let (line, is_diverged) = train_one(&job)?;
            diverged += usize::from(is_diverged);
            tell(&format!("{number}/{total} {}, seed {seed}: {line}", recipe.name));
        }
        let out = self.out.shown();
        let part = self.part.map_or_else(String::new, |part| format!(", {part}"));
        print_line(&format!("{out}: {total} runs of {} recipes{part}, {diverged} diverged", recipes.len()))
    }

    /// The recipes, whose names become folders.
    fn recipes(&self) -> anyhow::Result<Vec<Recipe>> {
        let recipes = if self.recipes.is_empty() {
            let all = RECIPES.iter().map(|(name, _)| Recipe::load(name)).collect::<Result<Vec<_>, _>>()?;
            // Those that can be asked at a corner without being told anything.
            let is_asked = |recipe: &Recipe| !recipe.condition.is_action() && recipe.skill() == Skill::Predict;
            all.into_iter().filter(is_asked).collect()
        } else {
            self.recipes.iter().map(Recipe::load).collect::<Result<Vec<_>, _>>()?
        };
        for (index, recipe) in recipes.iter().enumerate() {
            let name = &recipe.name;
            if !is_folder_name(name) {
                let from = self.recipes.get(index).unwrap_or(name);
                bail!(
                    "{from}: `name` is {name:?}, expected letters, digits, `-`, `_` and `.`, since it becomes a folder"
                );
            }
            if recipes[..index].iter().any(|other| other.name == *name) {
                bail!("--recipes: two have the `name` {name:?}; give one of them another");
            }
        }
        Ok(recipes)
    }

    fn job(&self, recipe: Recipe) -> TrainJob {
        let out = self.out.join(format!("{}-seed{}", recipe.name, recipe.seed));
        TrainJob {
            recipe,
            data: self.data.clone(),
            more_data: Vec::new(),
            device: self.device.clone(),
            resume: Run::is_in(&out),
            out,
            skip_damaged: false,
            snapshots: SNAPSHOTS,
        }
    }
}

/// Waits until nobody else settles the plan in a folder, and says so where that takes time.
fn lock_plan(folder: &Path) -> Result<Lock, LockError> {
    match Lock::take(folder) {
        Err(LockError::Taken { folder }) => {
            tell(&format!(
                "{}: another program settles how many steps each recipe gets; waiting for it",
                folder.shown()
            ));
            Lock::wait(&folder)
        }
        other => other,
    }
}

fn is_folder_name(name: &str) -> bool {
    let plain = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}

/// Trains, or goes on: a line on how it went, and whether it diverged.
fn train_one(job: &TrainJob) -> anyhow::Result<(String, bool)> {
    if let Some(Divergence { step }) = Divergence::of(&job.out)? {
        return Ok((format!("diverged at step {step}, before"), true));
    }
    let done = steps_done(&job.out)?;
    let began = Instant::now();
    match train(job, &mut Brief::default()) {
        Ok(run) => {
            let (steps, seconds) = (run.info.recipe.steps, began.elapsed().as_secs_f64());
            if done == steps {
                return Ok((format!("{steps} steps, before"), false));
            }
            let before = if done > 0 { format!(", {done} of them before") } else { String::new() };
            Ok((format!("{steps} steps{before}, in {:.1} minutes", seconds / 60.0), false))
        }
        Err(TrainError::Diverged { step }) => {
            Divergence { step }.mark(&job.out)?;
            let minutes = began.elapsed().as_secs_f64() / 60.0;
            Ok((format!("diverged at step {step}, in {minutes:.1} minutes; it is marked, and the others go on"), true))
        }
        Err(error) => Err(error.into()),
    }
}

/// Steps of a run's newest checkpoint.
fn steps_done(run: &Path) -> anyhow::Result<u64> {
    match Run::is_in(run) {
        true => Ok(Run::open(run)?.newest_step()?.unwrap_or(0)),
        false => Ok(0),
    }
}

/// A bar on a terminal. Elsewhere only what went wrong is told, since a line a model follows.
struct Brief {
    bar: Option<Bar>,
    /// What is said before that introduces the model.
    has_begun: bool,
}

impl Default for Brief {
    fn default() -> Self {
        Self { bar: draws_bars().then(Bar::default), has_begun: false }
    }
}

impl Progress for Brief {
    fn begin(&mut self, stage: &str, unit: &str, total: u64, done: u64) {
        self.has_begun = true;
        if let Some(bar) = &mut self.bar {
            bar.begin(stage, unit, total, done);
        }
    }

    fn advance(&mut self, done: u64, note: &str) {
        if let Some(bar) = &mut self.bar {
            bar.advance(done, note);
        }
    }

    fn say(&mut self, line: &str) {
        match &mut self.bar {
            Some(bar) => bar.say(line),
            None if self.has_begun => tell(line),
            None => {}
        }
    }

    fn end(&mut self) {
        if let Some(bar) = &mut self.bar {
            bar.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_folder_name;

    #[test]
    fn names_that_lead_elsewhere_are_no_folders() {
        assert!(["gan", "gan-js", "best_of.codes", "réseau-2"].into_iter().all(is_folder_name));
        assert!(!["", ".", "..", ".hidden", "a/b", "a\\b", "a b"].into_iter().any(is_folder_name));
    }
}
