//! How many steps each model is trained for, so that it takes so long on this machine: settled once and kept in a file,
//! so that an interrupted piece of work goes on with the same.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::files::Shown;
use crate::progress::Progress;
use crate::settings::{Source, to_text};
use crate::train::{TrainJob, measure_step_seconds};

/// File name of the plan.
pub const PLAN: &str = "plan.ron";

/// Most steps of a recipe.
pub const MOST_STEPS: u64 = 10_000_000;

/// What was settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settled {
    /// Version of the format: 1.
    format: u32,
    /// Minutes for each model, where all have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minutes: Option<f64>,
    /// Name and steps of each model.
    steps: Vec<(String, u64)>,
}

/// The plan, and its file.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    file: PathBuf,
    settled: Settled,
}

/// What is to be settled of a model.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Under which name it is kept.
    pub name: String,
    /// How it is trained, but for the steps.
    pub job: TrainJob,
    /// How long.
    pub seconds: f64,
    /// Steps at most.
    pub most: u64,
}

impl Plan {
    /// Reads the plan in a folder; where there is none, one in which nothing is settled.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join(PLAN);
        if !file.is_file() {
            return Ok(Self { file, settled: Settled { format: 1, minutes: None, steps: Vec::new() } });
        }
        let source = Source::read(&file)?;
        let settled: Settled = source.parse()?;
        source.check(settled.format == 1, "format", settled.format, "1; choose another --out")?;
        let minutes = settled.minutes.unwrap_or(1.0);
        source.check(is_minutes(minutes), "minutes", minutes, "above 0, up to 10000")?;
        for (_, steps) in &settled.steps {
            source.check((1..=MOST_STEPS).contains(steps), "steps", steps, "1 to 10000000")?;
        }
        Ok(Self { file, settled })
    }

    /// Refuses a plan for other models than these: it was made by something else.
    pub fn check_names(&self, known: &[&str]) -> anyhow::Result<()> {
        match self.settled.steps.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, _)) => anyhow::bail!(
                "{}: `steps` has {name:?}; allowed are {}; choose another --out",
                self.file.shown(),
                known.join(", ")
            ),
        }
    }

    /// Minutes for each model: those that were asked for or else `default`, unless the plan has them already.
    ///
    /// # Errors
    /// If it was begun with others than were asked for.
    pub fn settle_minutes(&mut self, asked: Option<f64>, default: f64) -> anyhow::Result<f64> {
        let file = self.file.shown();
        match (self.settled.minutes, asked) {
            (Some(settled), Some(asked)) if settled != asked => {
                anyhow::bail!(
                    "{file}: `minutes` is {settled}, not {asked}; leave out --minutes, or choose another --out"
                )
            }
            (settled, asked) => Ok(*self.settled.minutes.insert(settled.or(asked).unwrap_or(default))),
        }
    }

    /// Steps of a model, if they are settled.
    pub fn steps(&self, name: &str) -> Option<u64> {
        self.settled.steps.iter().find(|(known, _)| known == name).map(|&(_, steps)| steps)
    }

    /// Settles those that are not settled yet by how long a step takes here, and keeps each at once.
    pub fn settle(&mut self, wanted: &[Wanted], progress: &mut dyn Progress) -> anyhow::Result<()> {
        let missing: Vec<&Wanted> = wanted.iter().filter(|wanted| self.steps(&wanted.name).is_none()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        progress.begin("plan", "models", missing.len() as u64, 0);
        for (done, wanted) in (0..).zip(&missing) {
            progress.advance(done, &format!("timing a step of {}", wanted.name));
            let seconds = measure_step_seconds(&wanted.job).with_context(|| wanted.name.clone())?;
            let steps = ((wanted.seconds / seconds) as u64).clamp(1, wanted.most);
            self.settled.steps.push((wanted.name.clone(), steps));
            let text = to_text(&self.settled)?;
            let write = crate::files::write_alone(&self.file, text.as_bytes());
            write.with_context(|| self.file.shown())?;
        }
        progress.advance(missing.len() as u64, "");
        progress.end();
        Ok(())
    }
}

fn is_minutes(minutes: f64) -> bool {
    minutes > 0.0 && minutes <= 10_000.0
}

/// A number of minutes, for `value_parser`.
pub fn parse_minutes(text: &str) -> Result<f64, String> {
    let minutes = text.parse::<f64>().ok().filter(|&minutes| is_minutes(minutes));
    minutes.ok_or_else(|| format!("`{text}` is not a number of minutes above 0 and up to 10000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> (tempfile::TempDir, anyhow::Result<Plan>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(PLAN), text).unwrap();
        let plan = Plan::open(folder.path());
        (folder, plan)
    }

    #[test]
    fn what_was_settled_stays() {
        let mut plan = plan("(format: 1, minutes: 2.5, steps: [(\"gan\", 40)])").1.unwrap();
        assert_eq!((plan.steps("gan"), plan.steps("vae")), (Some(40), None));
        assert_eq!(plan.settle_minutes(None, 8.0).unwrap(), 2.5);
        assert_eq!(plan.settle_minutes(Some(2.5), 8.0).unwrap(), 2.5);
        let error = plan.settle_minutes(Some(3.0), 8.0).unwrap_err().to_string();
        assert!(error.contains("plan.ron: `minutes` is 2.5, not 3; leave out --minutes"), "{error}");
    }

    #[test]
    fn where_there_is_none_everything_is_still_to_be_settled() {
        let folder = tempfile::tempdir().unwrap();
        let mut plan = Plan::open(folder.path()).unwrap();
        assert_eq!((plan.steps("gan"), plan.settle_minutes(None, 8.0).unwrap()), (None, 8.0));
        assert_eq!(Plan::open(folder.path()).unwrap().clone().settle_minutes(Some(3.0), 8.0).unwrap(), 3.0);
    }

    #[test]
    fn a_plan_for_other_models_is_refused_where_names_are_known() {
        let plan = plan("(format: 1, steps: [(\"gan\", 40), (\"vae\", 3)])").1.unwrap();
        assert!(plan.check_names(&["vae", "gan", "flow"]).is_ok());
        let error = plan.check_names(&["gan", "regression"]).unwrap_err().to_string();
        assert!(
            error.contains("plan.ron: `steps` has \"vae\"; allowed are gan, regression; choose another"),
            "{error}"
        );
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for (text, part) in [
            ("(format: 2, steps: [])", "`format` is 2"),
            ("(format: 1, minutes: 0.0, steps: [])", "`minutes` is 0.0"),
            ("(format: 1, steps: [(\"gan\", 0)])", "`steps` is 0"),
        ] {
            let error = plan(text).1.unwrap_err().to_string();
            assert!(error.contains("plan.ron:1") && error.contains(part), "{error}");
        }
    }
}
