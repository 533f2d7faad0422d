//! The manifest: what a data set holds, and how each file should be.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::files::write_whole;
use crate::scene::Scene;
use crate::settings::to_text;

/// File name of the manifest in a data set's folder.
pub const MANIFEST: &str = "manifest.ron";

/// Folder, in a data set's folder, of the textures that are the scene's own.
pub const TEXTURES: &str = "textures";

/// What a data set holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the format: 1.
    pub format: u32,
    /// The world that was recorded.
    pub scene: Scene,
    /// The seed that mazes, starts and turns follow from.
    pub seed: u64,
    /// Actions an episode, at most: of a played episode there may be fewer.
    pub ticks: u32,
    /// Episodes asked for, played ones aside; there are fewer while a recording runs or if it was stopped.
    pub requested: u32,
    /// Names and shares of the splits.
    pub splits: Vec<Split>,
    /// The episodes, in order.
    pub episodes: Vec<Entry>,
}

/// A part of a data set with mazes of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// Such as `train`.
    pub name: String,
    /// Of the mazes, 0 to 1.
    pub share: f32,
}

/// One episode file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Name in the data set's folder.
    pub file: String,
    /// Name of its split.
    pub split: String,
    /// Number of the maze in the scene.
    pub maze: u64,
    /// Frames, which is actions + 1.
    pub frames: u32,
    /// Frames seen just after walking into a corner.
    pub corners: u32,
    /// Turns at corners to the left.
    pub lefts: u32,
    /// Turns at corners to the right.
    pub rights: u32,
    /// Length of the file.
    pub bytes: u64,
    /// CRC-32 (IEEE) of the file.
    pub crc32: u32,
}

impl Manifest {
    /// Writes it into the data set's folder, whole or not at all.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let text = to_text(self).map_err(std::io::Error::other)?;
        write_whole(&folder.join(MANIFEST), text.as_bytes())
    }

    /// Splits mazes by their shares: a maze, whatever its seed, belongs to one split only.
    ///
    /// Takes the fingerprint of each episode's maze, gives the index of each episode's split. A new maze goes where
    /// most is missing.
    pub fn assign(splits: &[Split], fingerprints: impl Iterator<Item = u64>) -> Vec<usize> {
        let mut placed: HashMap<u64, usize> = HashMap::new();
        let mut counts = vec![0.0_f32; splits.len()];
        fingerprints
            .map(|fingerprint| {
                *placed.entry(fingerprint).or_insert_with(|| {
                    let split = Self::most_missing(splits, &counts);
                    counts[split] += 1.0;
                    split
                })
            })
            .collect()
    }

    /// The split that is furthest behind its share, where so many mazes are in each.
    pub fn most_missing(splits: &[Split], counts: &[f32]) -> usize {
        let total: f32 = splits.iter().map(|split| split.share).sum();
        let after = counts.iter().sum::<f32>() + 1.0;
        let missing = |index: usize| splits[index].share / total * after - counts[index];
        (0..splits.len()).reduce(|best, next| if missing(next) > missing(best) { next } else { best }).unwrap_or(0)
    }
}
