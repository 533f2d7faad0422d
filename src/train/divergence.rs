//! The mark of a run that diverged, so that it is neither tried again nor taken for a good one.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::TrainError;
use crate::seal;
use crate::settings::{Source, to_text};

/// File name of the mark.
const MARK: &str = "diverged.ron";

/// Where a run diverged: its losses were no numbers, for the third time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Divergence {
    /// The step.
    pub step: u64,
}

impl Divergence {
    /// The mark of a run, if it has one.
    pub fn of(run: &Path) -> Result<Option<Self>, TrainError> {
        let file = run.join(MARK);
        match file.is_file() {
            true => {
                let source = Source::read(&file)?;
                let mark = source.parse()?;
                seal::check(&source)?;
                Ok(Some(mark))
            }
            false => Ok(None),
        }
    }

    /// Marks a run.
    pub fn mark(self, run: &Path) -> Result<(), TrainError> {
        let file = run.join(MARK);
        let text = to_text(&self).map_err(std::io::Error::other).map_err(TrainError::io(&file))?;
        crate::files::write_whole(&file, seal::sealed(&text).as_bytes()).map_err(TrainError::io(&file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Divergence::of(folder.path()).unwrap(), None);
        Divergence { step: 31 }.mark(folder.path()).unwrap();
        assert_eq!(Divergence::of(folder.path()).unwrap(), Some(Divergence { step: 31 }));
    }
}
