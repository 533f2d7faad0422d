//! What a run learned from, so that "never trained on" is known and not only said.

use std::ops::Deref;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{RunInfo, TrainError};
use crate::episode::{DataSet, Manifest, TEST};
use crate::maze::Maze;
use crate::part::Part;
use crate::scene::Scene;

/// A data set that a run learned from, as it was when the run began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// Name of its scene.
    pub scene: String,
    /// BLAKE3 of its scene as RON, in hexadecimal digits.
    pub scene_digest: String,
    /// Mazes whose split number is below this were never in its training split, in [0, 1].
    pub unseen_below: f64,
    /// Its seed.
    pub seed: u64,
    /// Episodes that it held.
    pub episodes: usize,
    /// Which part of a recording it was; none, if it was a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// BLAKE3 of its manifest, in hexadecimal digits.
    pub manifest_digest: String,
}

impl Learned {
    /// Of a data set.
    pub fn of(manifest: &Manifest) -> std::io::Result<Self> {
        Ok(Self {
            scene: manifest.scene.name.clone(),
            scene_digest: scene_digest(&manifest.scene)?,
            unseen_below: manifest.unseen_below(),
            seed: manifest.seed,
            episodes: manifest.episodes.len(),
            part: manifest.part,
            manifest_digest: manifest.digest()?,
        })
    }
}

/// BLAKE3 of a scene as RON, in hexadecimal digits: what [`Learned::scene_digest`] is of a data set's.
pub fn scene_digest(scene: &Scene) -> std::io::Result<String> {
    let text = crate::settings::to_text(scene).map_err(std::io::Error::other)?;
    Ok(blake3::hash(text.as_bytes()).to_hex().to_string())
}

impl RunInfo {
    /// Mazes whose split number is below this were in no training split that the run learned from; none if it is not
    /// known what it learned from.
    pub fn unseen_below(&self) -> Option<f64> {
        self.learned.iter().map(|learned| learned.unseen_below).reduce(f64::min)
    }

    /// Whether the run may have learned a maze, in whatever scene: what is not known counts as learned.
    pub fn may_have_learned(&self, maze: &Maze) -> bool {
        self.unseen_below().is_none_or(|limit| maze.split_number() >= limit)
    }
}

/// The split `test` of a data set without the mazes that any of some models may have learned: what models are judged by.
/// There is no other way to judge them.
#[derive(Debug)]
pub struct UnseenData {
    data: DataSet,
    /// Corners of the split that were left out.
    pub left_out: usize,
}

impl Deref for UnseenData {
    type Target = DataSet;

    fn deref(&self) -> &DataSet {
        &self.data
    }
}

impl UnseenData {
    /// Opens the split `test` for some models.
    ///
    /// # Errors
    /// If it is not known what one of them learned from, or if nothing is left.
    pub fn open<'a>(
        folder: &Path,
        skip_damaged: bool,
        models: impl IntoIterator<Item = &'a RunInfo>,
    ) -> Result<Self, TrainError> {
        let models: Vec<&RunInfo> = models.into_iter().collect();
        if let Some(unknown) = models.iter().find(|info| info.learned.is_empty()) {
            return Err(TrainError::UnknownLearned { name: unknown.recipe.name.clone() });
        }
        let mut data = DataSet::open(folder, TEST, skip_damaged)?;
        let left_out = data.keep_mazes(|maze| !models.iter().any(|info| info.may_have_learned(maze)));
        if data.episodes.iter().all(|episode| episode.entry.corners == 0) {
            return Err(TrainError::NothingUnseen { folder: folder.to_owned(), left_out });
        }
        Ok(Self { data, left_out })
    }

    /// How much was left out, in words; nothing, if nothing was.
    pub fn note(&self) -> Option<String> {
        let count = self.left_out;
        (count > 0).then(|| format!("{count} corners left out, whose mazes one of the models may have learned"))
    }

    /// Refuses a model that may have learned one of these mazes: it was not asked for when they were opened.
    pub fn check(&self, info: &RunInfo) -> Result<(), TrainError> {
        let scene = &self.data.manifest.scene;
        match self.data.episodes.iter().any(|episode| info.may_have_learned(&scene.maze(episode.entry.maze))) {
            true => {
                Err(TrainError::MayHaveLearned { name: info.recipe.name.clone(), folder: self.data.folder.clone() })
            }
            false => Ok(()),
        }
    }
}
