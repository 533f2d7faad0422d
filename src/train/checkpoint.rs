//! Checkpoints: folders that are whole or absent.

use std::path::{Path, PathBuf};

use super::TrainError;
use crate::files::PART;
use crate::objective::Objective;

/// Checkpoints that are kept: the newest, and one to fall back to.
const KEPT: usize = 2;

/// A folder with everything that is needed to go on.
#[derive(Debug, Clone)]
pub(super) struct Checkpoint {
    pub folder: PathBuf,
    /// Steps done.
    pub step: u64,
    /// How often the training fell back so far: other random numbers from there on.
    pub fallbacks: u64,
}

impl Checkpoint {
    /// Writes the state after `step` steps, then deletes checkpoints that are no longer needed.
    pub fn write(run: &Path, objective: &dyn Objective, step: u64, fallbacks: u64) -> Result<(), TrainError> {
        let part = run.join(format!("{PART}checkpoint"));
        remove_if_there(&part)?;
        // Not its folder, too: a run that was removed does not come back as half of one.
        std::fs::create_dir(&part).map_err(TrainError::io(&part))?;
        if let Err(error) = Self::fill(&part, objective) {
            // Its bytes may be what the disk lacks.
            let _only_tidiness = std::fs::remove_dir_all(&part);
            return Err(error);
        }
        let folder = run.join(format!("checkpoint-{step:08}-{fallbacks}"));
        remove_if_there(&folder)?;
        std::fs::rename(&part, &folder).map_err(TrainError::io(&folder))?;
        let all = Self::all(run)?;
        for old in &all[..all.len().saturating_sub(KEPT)] {
            remove_if_there(&old.folder)?;
        }
        Ok(())
    }

    /// Writes all that there is to a state into a folder, and waits until the disk has it.
    fn fill(part: &Path, objective: &dyn Objective) -> Result<(), TrainError> {
        objective.save(part)?;
        for entry in std::fs::read_dir(part).map_err(TrainError::io(part))? {
            let file = entry.map_err(TrainError::io(part))?.path();
            std::fs::File::open(&file).and_then(|file| file.sync_all()).map_err(TrainError::io(&file))?;
        }
        Ok(())
    }

    /// The newest checkpoint, if there is one.
    pub fn newest(run: &Path) -> Result<Option<Self>, TrainError> {
        Ok(Self::all(run)?.pop())
    }

    /// All checkpoints, oldest first.
    pub fn all(run: &Path) -> Result<Vec<Self>, TrainError> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(run).map_err(TrainError::io(run))? {
            let entry = entry.map_err(TrainError::io(run))?;
            let name = entry.file_name();
            let numbers = name.to_str().and_then(|name| name.strip_prefix("checkpoint-")?.split_once('-'));
            if let Some((Ok(step), Ok(fallbacks))) = numbers.map(|(step, rest)| (step.parse(), rest.parse())) {
                found.push(Self { folder: entry.path(), step, fallbacks });
            }
        }
        found.sort_by_key(|checkpoint| (checkpoint.step, checkpoint.fallbacks));
        Ok(found)
    }
}

fn remove_if_there(folder: &Path) -> Result<(), TrainError> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(TrainError::io(folder))?;
    }
    Ok(())
}
