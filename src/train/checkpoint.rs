//! Checkpoints: folders that are whole or absent.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::TrainError;
use crate::files::{self, PART};
use crate::objective::Objective;
use crate::seal;
use crate::settings::{Source, to_text};

/// Checkpoints that are kept: the newest, and one to fall back to.
const KEPT: usize = 2;

/// File, in a checkpoint's folder, that says how each of the others should be; earlier versions wrote none.
const SUMS: &str = "files.ron";

/// How a file of a checkpoint should be.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    /// Its name.
    file: String,
    /// Its length.
    bytes: u64,
    /// CRC-32 (IEEE) of it.
    crc32: u32,
}

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
        remove_all(&part)?;
        // Not its folder, too: a run that was removed does not come back as half of one.
        std::fs::create_dir(&part).map_err(TrainError::io(&part))?;
        if let Err(error) = Self::fill(&part, objective) {
            // Its bytes may be what the disk lacks.
            let _only_tidiness = std::fs::remove_dir_all(&part);
            return Err(error);
        }
        let folder = run.join(format!("checkpoint-{step:08}-{fallbacks}"));
        discard(run, &folder)?;
        std::fs::rename(&part, &folder).map_err(TrainError::io(&folder))?;
        let all = Self::all(run)?;
        for old in &all[..all.len().saturating_sub(KEPT)] {
            discard(run, &old.folder)?;
        }
        Ok(())
    }

    /// Writes all that there is to a state into a folder, and waits until the disk has it.
    fn fill(part: &Path, objective: &dyn Objective) -> Result<(), TrainError> {
        objective.save(part)?;
        write_sums(part)?;
        for entry in std::fs::read_dir(part).map_err(TrainError::io(part))? {
            let file = entry.map_err(TrainError::io(part))?.path();
            std::fs::File::open(&file).and_then(|file| file.sync_all()).map_err(TrainError::io(&file))?;
        }
        Ok(())
    }

    /// Reads it, if its files are as they were written.
    pub fn load(&self, objective: &mut dyn Objective) -> Result<(), TrainError> {
        self.check()?;
        Ok(objective.load(&self.folder)?)
    }

    /// Refuses a file that is not as it was written.
    pub fn check(&self) -> Result<(), TrainError> {
        let list = self.folder.join(SUMS);
        if !list.is_file() {
            return Ok(());
        }
        let source = Source::read(&list)?;
        let sums: Vec<Sum> = source.parse()?;
        seal::check(&source)?;
        for Sum { file, bytes, crc32 } in sums {
            source.check(files::is_plain_name(&file), "file", &file, "the name of a file in this folder")?;
            let file = self.folder.join(file);
            let damaged = |why: String| TrainError::Damaged { file: file.clone(), why };
            let length = file.metadata().map_err(|error| damaged(format!("cannot be read ({error})")))?.len();
            if length != bytes {
                return Err(damaged(format!("has {length} bytes, {SUMS} says {bytes}")));
            }
            let found = crc32fast::hash(&std::fs::read(&file).map_err(TrainError::io(&file))?);
            if found != crc32 {
                return Err(damaged(format!("has CRC-32 {found:08x}, {SUMS} says {crc32:08x}: it was altered")));
            }
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

/// Notes how the files in a folder are.
fn write_sums(folder: &Path) -> Result<(), TrainError> {
    let mut sums = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(TrainError::io(folder))? {
        let entry = entry.map_err(TrainError::io(folder))?;
        let bytes = std::fs::read(entry.path()).map_err(TrainError::io(entry.path()))?;
        let file = entry.file_name().to_string_lossy().into_owned();
        sums.push(Sum { file, bytes: bytes.len() as u64, crc32: crc32fast::hash(&bytes) });
    }
    sums.sort_by(|a, b| a.file.cmp(&b.file));
    let file = folder.join(SUMS);
    let text = to_text(&sums).map_err(std::io::Error::other).map_err(TrainError::io(&file))?;
    std::fs::write(&file, seal::sealed(&text)).map_err(TrainError::io(&file))
}

/// Deletes a checkpoint, if it is there: under a temporary name, so that a kill in between leaves no half of it.
fn discard(run: &Path, checkpoint: &Path) -> Result<(), TrainError> {
    if !checkpoint.exists() {
        return Ok(());
    }
    let part = run.join(format!("{PART}discarded"));
    remove_all(&part)?;
    std::fs::rename(checkpoint, &part).map_err(TrainError::io(checkpoint))?;
    remove_all(&part)
}

/// Deletes a folder, if it is there.
fn remove_all(folder: &Path) -> Result<(), TrainError> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(TrainError::io(folder))?;
    }
    Ok(())
}
