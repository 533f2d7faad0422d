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
        let kept = kept(&path, step)?;
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

/// The rows of a `metrics.csv` that belong to the first `step` steps. What is no whole row of numbers, as an interrupted
/// run may leave one, is none.
pub fn rows_until(text: &str, step: u64) -> Vec<&str> {
    let mut lines = text.lines();
    let columns = lines.next().map_or(0, |head| head.split(',').count());
    let is_kept = |row: &&str| {
        let mut fields = row.split(',');
        let is_early = fields.next().and_then(|first| first.parse().ok()).is_some_and(|n: u64| n <= step);
        is_early && row.split(',').count() == columns && fields.all(|field| field.parse::<f32>().is_ok())
    };
    lines.filter(is_kept).collect()
}

fn kept(path: &Path, step: u64) -> Result<Vec<String>, TrainError> {
    if step == 0 || !path.is_file() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(path).map_err(TrainError::io(path))?;
    Ok(rows_until(&text, step).into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_cut_or_of_later_steps_are_not_kept() {
        let text = "step,loss,odds\n1,0.5,NaN\n2,0.4\n2,0.4,x\n\0\0\n3,0.3,1\n4,0.2,1\n";
        assert_eq!(rows_until(text, 3), ["1,0.5,NaN", "3,0.3,1"]);
    }

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
