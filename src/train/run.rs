//! The folder that a training leaves.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::{Learned, Recipe, TrainError};
use crate::episode::DataSet;
use crate::objective::{Compute, Objective, Start};
use crate::seal;
use crate::settings::{SettingsError, Source, to_text};

/// File name of what a run was made of.
const INFO: &str = "run.ron";

/// Folder, in the run's folder, of the sample sheets.
pub(super) const SAMPLES: &str = "samples";

/// What a run was made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunInfo {
    /// Version of the format: 3; what versions 1 and 2 say is read, too.
    pub format: u32,
    /// How it is trained, with steps and seed as they were asked for.
    pub recipe: Recipe,
    /// Name of the scene that it learns from.
    pub scene: String,
    /// Width and height of a frame in pixels.
    pub frame_size: (u32, u32),
    /// The data that it learned from; not known of a run of version 1 or 2.
    #[serde(default)]
    pub learned: Vec<Learned>,
}

/// Newest version of [`RunInfo`].
pub(super) const FORMAT: u32 = 3;

/// What every version says.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

/// A description of version 1 as version 2 says it: noise was always a mix.
fn with_mixed_noise(source: &Source) -> Source {
    const NOISE: &str = "noise: (";
    let mut text = source.text.clone();
    if let Some(at) = outside_strings(&text, NOISE) {
        text.replace_range(at..at + NOISE.len(), "noise: Mix(");
    }
    Source { file: source.file.clone(), text }
}

/// Where words first are that no string has in it: a name may say anything.
fn outside_strings(text: &str, words: &str) -> Option<usize> {
    let (mut is_inside, mut is_escaped) = (false, false);
    let found = text.char_indices().find(|&(at, character)| {
        let is_found = !is_inside && text[at..].starts_with(words);
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = is_inside,
            '"' => is_inside = !is_inside,
            _ => {}
        }
        is_found
    });
    found.map(|(at, _)| at)
}

impl RunInfo {
    /// Parses and checks.
    pub(super) fn from_source(source: &Source) -> Result<Self, SettingsError> {
        let Version { format } = source.parse()?;
        source.check((1..=FORMAT).contains(&format), "format", format, "1 to 3; train anew with this version")?;
        let info: Self = if format == 1 { with_mixed_noise(source).parse()? } else { source.parse()? };
        let info = Self { format: FORMAT, ..info };
        info.recipe.check(source)?;
        let (width, height) = info.frame_size;
        let holds = [width, height].iter().all(|side| (8..=512).contains(side));
        source.check(holds, "frame_size", info.frame_size, "two numbers from 8 to 512")?;
        Ok(info)
    }

    /// Refuses frames of another size than were trained on; `what` is the scene, data set or run that has them.
    pub fn check_size(&self, size: (u32, u32), what: &Path) -> Result<(), TrainError> {
        if size == self.frame_size {
            return Ok(());
        }
        let pixels = |(width, height): (u32, u32)| format!("{width}x{height} pixels");
        Err(TrainError::Mismatch {
            file: what.to_owned(),
            what: "the size of a frame",
            found: pixels(size),
            expected: pixels(self.frame_size),
        })
    }

    /// The networks as they are before the first step.
    pub(super) fn start(&self, compute: Compute) -> Box<dyn Objective> {
        self.recipe.objective.config().start(&Start {
            context: self.recipe.windows.context,
            condition: self.recipe.condition,
            frame_size: self.frame_size,
            seed: self.recipe.seed,
            compute,
        })
    }
}

/// A run's folder: `run.ron`, `metrics.csv`, `samples/`, and the newest checkpoints.
#[derive(Debug, Clone)]
pub struct Run {
    /// Where it is.
    pub folder: PathBuf,
    /// What it was made of.
    pub info: RunInfo,
}

impl Run {
    /// The first folder in `runs` for a run of a recipe that is not there yet: `NAME-1`, `NAME-2` and so on.
    pub fn free_folder(runs: &Path, recipe: &str) -> PathBuf {
        let name = |number: u32| runs.join(format!("{recipe}-{number}"));
        (1..).map(name).find(|folder| !folder.exists()).unwrap_or_else(|| name(0))
    }

    /// Whether a folder holds a run.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(INFO).is_file()
    }

    /// Begins a run in a new or empty folder.
    pub(super) fn create(folder: &Path, info: RunInfo) -> Result<Self, TrainError> {
        std::fs::create_dir_all(folder).map_err(TrainError::io(folder))?;
        let file = folder.join(INFO);
        let text = to_text(&info).map_err(std::io::Error::other).map_err(TrainError::io(&file))?;
        crate::files::write_whole(&file, seal::sealed(&text).as_bytes()).map_err(TrainError::io(&file))?;
        Ok(Self { folder: folder.to_owned(), info })
    }

    /// Opens a run.
    pub fn open(folder: &Path) -> Result<Self, TrainError> {
        let source = Source::read(&folder.join(INFO)).map_err(|error| match error {
            SettingsError::Unreadable { .. } => TrainError::Folder {
                folder: folder.to_owned(),
                why: "holds no run (there is no run.ron); give the --out of a `crossroads train`".into(),
            },
            other => other.into(),
        })?;
        let info = RunInfo::from_source(&source)?;
        seal::check(&source)?;
        Ok(Self { folder: folder.to_owned(), info })
    }

    /// Steps of the newest checkpoint, if there is one yet.
    pub fn newest_step(&self) -> Result<Option<u64>, TrainError> {
        Ok(Checkpoint::newest(&self.folder)?.map(|checkpoint| checkpoint.step))
    }

    /// Refuses a newest checkpoint whose files are not as they were written, without reading what is in them.
    pub fn check_files(&self) -> Result<(), TrainError> {
        Checkpoint::newest(&self.folder)?.map_or(Ok(()), |checkpoint| checkpoint.check())
    }

    /// File of the newest sample sheet, if there is one yet.
    pub fn newest_sheet(&self) -> Option<PathBuf> {
        let sheets = std::fs::read_dir(self.folder.join(SAMPLES)).ok()?;
        let files = sheets.filter_map(|entry| Some(entry.ok()?.path()));
        // Their names have the step in as many digits each; a temporary one has another ending.
        files.filter(|file| file.extension().is_some_and(|extension| extension == "png")).max()
    }

    /// Refuses a data set whose frames are not those that the run was trained on.
    pub fn check_fits(&self, data: &DataSet) -> Result<(), TrainError> {
        self.info.check_size(data.camera.size(), &data.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_older_versions_are_read_and_unknown_versions_refused() {
        let recipe = Recipe::load("gan").unwrap();
        let info = RunInfo { format: FORMAT, recipe, scene: "brick".into(), frame_size: (64, 64), learned: Vec::new() };
        let text = to_text(&info).unwrap();
        let read = |text: String| RunInfo::from_source(&Source { file: "run.ron".into(), text });
        assert_eq!(read(text.clone()).unwrap(), info);
        let old = text.replacen("format: 3", "format: 1", 1).replacen("noise: Mix(", "noise: (", 1);
        assert_ne!(old, text.replacen("format: 3", "format: 1", 1));
        assert_eq!(read(old).unwrap(), info);
        assert_eq!(read(text.replacen("format: 3", "format: 2", 1)).unwrap(), info);
        // A name is not taken for what it looks like.
        let name = r#"noise: ( \" format: 1, format: 2,"#;
        let named = RunInfo { recipe: Recipe { name: name.into(), ..info.recipe.clone() }, ..info };
        let text = to_text(&named).unwrap();
        assert_eq!(read(text.clone()).unwrap(), named);
        let at = outside_strings(&text, "noise: Mix(").unwrap();
        let old = format!("{}noise: ({}", &text[..at], &text[at + "noise: Mix(".len()..]);
        assert_eq!(read(old.replacen("format: 3", "format: 1", 1)).unwrap(), named);
        let error = read(text.replacen("format: 3", "format: 4", 1)).unwrap_err().to_string();
        assert!(error.contains("`format` is 4; allowed is 1 to 3"), "{error}");
    }
}
