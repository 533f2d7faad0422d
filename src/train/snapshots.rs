//! Snapshots of a training: what a run would show, several times over its schedule, and the seconds that it took to get
//! there.
//!
//! In the run's folder: `snapshots/step-XXXXXXXX.safetensors` (see [`Weights`]), and `seconds.csv` with the columns
//! `step` and `seconds`: time spent in training steps alone, summed over resumes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{RunInfo, TrainError, Weights};
use crate::objective::Objective;

/// Folder, in the run's folder, of the snapshots.
const SNAPSHOTS: &str = "snapshots";

/// File name of the seconds.
const SECONDS: &str = "seconds.csv";

/// What a run would have shown after some of its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The file of weights.
    pub file: PathBuf,
    /// Steps done.
    pub step: u64,
    /// Seconds spent in them.
    pub seconds: f64,
}

/// The snapshots of a run, oldest first; none, if none were asked for.
pub fn snapshots(run: &Path) -> Result<Vec<Snapshot>, TrainError> {
    let rows = read_seconds(run)?.into_iter();
    let taken = rows.map(|(step, seconds)| Snapshot { file: snapshot_file(run, step), step, seconds });
    Ok(taken.filter(|snapshot| snapshot.file.is_file()).collect())
}

/// Steps of a run, and the seconds spent in them, as they were counted last; none, if they were not counted.
pub fn seconds_trained(run: &Path) -> Result<Option<(u64, f64)>, TrainError> {
    Ok(read_seconds(run)?.last().copied())
}

fn snapshot_file(run: &Path, step: u64) -> PathBuf {
    run.join(SNAPSHOTS).join(format!("step-{step:08}.safetensors"))
}

/// Rows of `seconds.csv`; none, where there is no such file.
fn read_seconds(run: &Path) -> Result<Vec<(u64, f64)>, TrainError> {
    let file = run.join(SECONDS);
    if !file.is_file() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&file).map_err(TrainError::io(&file))?;
    let row = |(line, text): (usize, &str)| {
        let numbers = text.split_once(',');
        let numbers = numbers.and_then(|(step, seconds)| Some((step.parse().ok()?, seconds.parse().ok()?)));
        numbers.ok_or_else(|| TrainError::Folder {
            folder: file.clone(),
            why: format!("line {} is `{text}`, expected a step and its seconds; delete the file", line + 1),
        })
    };
    text.lines().enumerate().skip(1).map(row).collect()
}

/// Takes the snapshots of a training under way.
pub(super) struct Snapshots {
    run: PathBuf,
    /// Steps after which one is taken.
    due: Vec<u64>,
    /// Seconds spent in training steps.
    seconds: f64,
    rows: Vec<(u64, f64)>,
}

impl Snapshots {
    /// For `count` snapshots, evenly over `steps` steps, of a run that goes on after `step` of them.
    ///
    /// # Errors
    /// If the seconds of those steps were not counted.
    pub fn new(run: &Path, count: u32, steps: u64, step: u64) -> Result<Self, TrainError> {
        let folder = run.join(SNAPSHOTS);
        if folder.is_dir() {
            crate::files::remove_parts(&folder).map_err(TrainError::io(&folder))?;
        }
        let mut due: Vec<u64> = (1..=u64::from(count)).map(|part| steps * part / u64::from(count)).collect();
        due.dedup();
        due.retain(|&step| step > 0);
        let mut snapshots = Self { run: run.to_owned(), due, seconds: 0.0, rows: read_seconds(run)? };
        snapshots.go_back(step);
        if step > 0 && snapshots.rows.last().is_none_or(|&(counted, _)| counted != step) {
            let why = format!(
                "its first {step} steps were trained without snapshots, so that their seconds are not known; go on without \
                 --snapshots, or train it anew with them"
            );
            return Err(TrainError::Folder { folder: run.to_owned(), why });
        }
        snapshots.seconds = snapshots.rows.last().map_or(0.0, |&(_, seconds)| seconds);
        Ok(snapshots)
    }

    /// Counts the time of a step.
    pub fn spend(&mut self, time: Duration) {
        self.seconds += time.as_secs_f64();
    }

    /// The training fell back to a step. The seconds stay spent.
    pub fn go_back(&mut self, step: u64) {
        self.rows.retain(|&(done, _)| done <= step);
    }

    /// Takes a snapshot, if one is due after this step.
    pub fn take(&mut self, step: u64, info: &RunInfo, objective: &dyn Objective) -> Result<(), TrainError> {
        if !self.due.contains(&step) {
            return Ok(());
        }
        let file = snapshot_file(&self.run, step);
        let folder = self.run.join(SNAPSHOTS);
        if !folder.is_dir() {
            std::fs::create_dir(&folder).map_err(TrainError::io(&folder))?;
        }
        let weights = Weights { info: info.clone(), step, numbers: objective.shown() };
        let bytes = weights.to_bytes(&file)?;
        crate::files::write_whole(&file, &bytes).map_err(TrainError::io(&file))?;
        self.note(step)
    }

    /// Notes the seconds spent so far: at a checkpoint before it is written, so that none lacks them.
    pub fn note(&mut self, step: u64) -> Result<(), TrainError> {
        self.rows.retain(|&(done, _)| done < step);
        self.rows.push((step, self.seconds));
        let rows = self.rows.iter().map(|(step, seconds)| format!("{step},{seconds:.3}\n"));
        let text: String = std::iter::once("step,seconds\n".to_owned()).chain(rows).collect();
        let file = self.run.join(SECONDS);
        crate::files::write_whole(&file, text.as_bytes()).map_err(TrainError::io(&file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(folder: &Path, count: u32, step: u64) -> Snapshots {
        Snapshots::new(folder, count, 12, step).unwrap()
    }

    #[test]
    fn snapshots_are_due_evenly_up_to_the_last_step() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(at(folder.path(), 4, 0).due, [3, 6, 9, 12]);
        assert_eq!(at(folder.path(), 5, 0).due, [2, 4, 7, 9, 12]);
        assert_eq!(Snapshots::new(folder.path(), 8, 2, 0).unwrap().due, [1, 2], "fewer steps than snapshots");
    }

    #[test]
    fn seconds_are_summed_over_resumes_and_those_of_lost_steps_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = at(folder.path(), 4, 0);
        for (step, seconds) in [(4, 2), (8, 3)] {
            first.spend(Duration::from_secs(seconds));
            first.note(step).unwrap();
        }
        assert_eq!(seconds_trained(folder.path()).unwrap(), Some((8, 5.0)));
        // Killed between the note and the checkpoint of step 8: it goes on from step 4.
        let mut second = at(folder.path(), 4, 4);
        second.spend(Duration::from_millis(3500));
        second.note(8).unwrap();
        assert_eq!(read_seconds(folder.path()).unwrap(), [(4, 2.0), (8, 5.5)]);
        second.go_back(4);
        second.spend(Duration::from_secs(1));
        second.note(8).unwrap();
        assert_eq!(read_seconds(folder.path()).unwrap(), [(4, 2.0), (8, 6.5)], "a fallback costs time");
        assert!(snapshots(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn a_damaged_file_is_told_by_its_line() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(SECONDS), "step,seconds\n4,2.0\n8;3\n").unwrap();
        let error = seconds_trained(folder.path()).unwrap_err().to_string();
        assert!(error.contains("seconds.csv: line 3 is `8;3`"), "{error}");
        assert_eq!(seconds_trained(&folder.path().join("none")).unwrap(), None);
    }
}
