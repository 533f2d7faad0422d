//! Metrics of a training as CSV: a row a step.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use super::TrainError;

/// The file `metrics.csv`: `step`, then one column for each of the objective's metrics.
pub(super) struct MetricsFile {
    path: PathBuf,
    writer: csv::Writer<File>,
}

impl MetricsFile {
    /// Opens the file to go on after `step` rows of steps: what an interrupted run wrote later is cut off.
    pub fn open(run: &Path, names: &[&str], step: u64) -> Result<Self, TrainError> {
        let path = run.join("metrics.csv");
        let kept = rows_until(&path, names.len() + 1, step)?;
        let head = std::iter::once("step").chain(names.iter().copied()).collect::<Vec<_>>().join(",");
        let text: String = std::iter::once(head).chain(kept).map(|row| row + "\n").collect();
        crate::files::write_whole(&path, text.as_bytes()).map_err(TrainError::io(&path))?;
        let file = OpenOptions::new().append(true).open(&path).map_err(TrainError::io(&path))?;
        let writer = csv::Writer::from_writer(file);
        Ok(Self { path, writer })
    }

    /// Adds the row of one step, numbered from 1.
    pub fn add(&mut self, step: u64, values: &[f32]) -> Result<(), TrainError> {
        let numbers = values.iter().map(f32::to_string);
        let row: Vec<String> = std::iter::once(step.to_string()).chain(numbers).collect();
        self.writer.write_record(row).map_err(|error| TrainError::io(&self.path)(error.into()))
    }

    /// Hands all rows to the file system.
    pub fn flush(&mut self) -> Result<(), TrainError> {
        self.writer.flush().map_err(TrainError::io(&self.path))
    }
}

/// The rows of the first steps, but for one that a full disk cut off.
fn rows_until(path: &Path, columns: usize, step: u64) -> Result<Vec<String>, TrainError> {
    if step == 0 || !path.is_file() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(path).map_err(TrainError::io(path))?;
    let step_of = |row: &str| row.split(',').next().and_then(|first| first.parse().ok());
    let is_kept = |row: &&str| row.split(',').count() == columns && step_of(row).is_some_and(|n: u64| n <= step);
    Ok(text.lines().skip(1).filter(is_kept).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_rows_and_one_that_was_cut_off_are_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("metrics.csv");
        // The last row was to be that of step 12.
        std::fs::write(&file, "step,loss\n1,0.5\n2,0.25\n3,0.125\n1").unwrap();
        let mut metrics = MetricsFile::open(folder.path(), &["loss"], 2).unwrap();
        metrics.add(3, &[0.75]).unwrap();
        metrics.flush().unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "step,loss\n1,0.5\n2,0.25\n3,0.75\n");
    }
}
