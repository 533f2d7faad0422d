//! The manifest: what a data set holds, and how each file should be.

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::files::{is_plain_name, write_whole};
use crate::part::{self, Part};
use crate::scene::Scene;
use crate::seal;
use crate::settings::{SettingsError, Source, to_text};

/// Version of the format. In version 1 a maze's split followed from the order of recording, so that the same maze could
/// be learned in one data set and judged in another; version 2 had neither `textures` nor a checksum, and is read, too.
pub const FORMAT: u32 = 3;

/// Version that had no checksum.
const UNSEALED: u32 = 2;

/// Most actions of an episode: memory for its frames is taken when it begins.
pub const MOST_TICKS: u32 = 100_000;

/// File name of the manifest in a data set's folder.
pub const MANIFEST: &str = "manifest.ron";

/// Folder, in a data set's folder, of the textures that are the scene's own.
pub const TEXTURES: &str = "textures";

/// What a data set holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the format: [`FORMAT`].
    pub format: u32,
    /// The world that was recorded.
    pub scene: Scene,
    /// The pictures of its textures, see [`texture_digests`](crate::camera::texture_digests); none in version 2.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub textures: Vec<String>,
    /// The seed that mazes, starts and turns follow from.
    pub seed: u64,
    /// Who walked, where that was not the explorer of the scene.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<WalkedBy>,
    /// Actions an episode, at most: of a played episode there may be fewer.
    pub ticks: u32,
    /// Episodes asked for, played ones aside; there are fewer while a recording runs or if it was stopped. Of a part, those
    /// of the whole recording.
    pub requested: u32,
    /// Which part of a recording it is, of one that several machines divide among them; none of a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// Names and shares of the splits.
    pub splits: Vec<Split>,
    /// The episodes, in order.
    pub episodes: Vec<Entry>,
}

/// A trained walker that was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalkedBy {
    /// Its name.
    pub name: String,
    /// Steps that it was trained for.
    pub step: u64,
    /// BLAKE3 of its weights, in hexadecimal digits.
    pub weights: String,
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
        write_whole(&folder.join(MANIFEST), seal::sealed(&text).as_bytes())
    }

    /// Whether this program reads such a version.
    pub(super) fn is_known(&self) -> bool {
        (UNSEALED..=FORMAT).contains(&self.format)
    }

    /// Refuses values that no recording has, and a file that was altered: a manifest may come from anybody.
    pub(super) fn check(&self, source: &Source) -> Result<(), SettingsError> {
        source.check((1..=MOST_TICKS).contains(&self.ticks), "ticks", self.ticks, &format!("1 to {MOST_TICKS}"))?;
        source.check(!self.splits.is_empty(), "splits", &self.splits, "at least one")?;
        for split in &self.splits {
            let holds = split.share > 0.0 && split.share <= 1.0;
            source.check(holds, "splits.share", split.share, "above 0 and up to 1")?;
        }
        source.check(self.part.is_none_or(Part::is_sound), "part", self.part, part::SOUND)?;
        let mut files = HashSet::new();
        for entry in &self.episodes {
            source.check(
                is_plain_name(&entry.file),
                "episodes.file",
                &entry.file,
                "the name of a file in this folder",
            )?;
            source.check(files.insert(&entry.file), "episodes.file", &entry.file, "a file that is listed once")?;
            let known = self.splits.iter().any(|split| split.name == entry.split);
            source.check(known, "episodes.split", &entry.split, "the name of one of `splits`")?;
            let most = self.ticks + 1;
            let holds = (1..=most).contains(&entry.frames);
            source.check(holds, "episodes.frames", entry.frames, &format!("1 to {most}, one more than `ticks`"))?;
        }
        match seal::check(source)? || self.format == UNSEALED {
            true => Ok(()),
            false => {
                Err(SettingsError::Altered { file: source.file.clone(), why: "its last line is no checksum".into() })
            }
        }
    }

    /// The number of the split that a maze belongs to, by its [`split_number`](crate::maze::Maze::split_number) alone: the
    /// shares divide [0, 1), `test` at the low end, `train` at the high end, others between them in their order. So the
    /// same maze is on the same side in every data set, whatever its seed, episodes and shares.
    pub fn split_of(splits: &[Split], number: f64) -> usize {
        let order = in_order(splits);
        let found = order.iter().find(|&&split| number < upper_end(splits, &order, split));
        found.or(order.last()).copied().unwrap_or(0)
    }

    /// The lower end of the split `train`: mazes whose number is below it are never learned from. 1 without such a split.
    pub fn unseen_below(&self) -> f64 {
        let order = in_order(&self.splits);
        match order.iter().position(|&split| self.splits[split].name == TRAIN) {
            Some(0) => 0.0,
            Some(place) => upper_end(&self.splits, &order, order[place - 1]),
            None => 1.0,
        }
    }

    /// Numbers of the episodes that a recorder is to record: all that were asked for, or those of its part.
    pub fn asked_for(&self) -> impl Iterator<Item = u32> {
        self.part.unwrap_or(Part { number: 1, of: 1 }).pieces(self.requested)
    }

    /// BLAKE3 of the manifest as it would be written, in hexadecimal digits: another one whenever anything was recorded
    /// since, anew or otherwise.
    pub fn digest(&self) -> std::io::Result<String> {
        let text = to_text(self).map_err(std::io::Error::other)?;
        Ok(blake3::hash(text.as_bytes()).to_hex().to_string())
    }
}

/// Names of the splits that models learn from, and that they are judged by.
pub const TRAIN: &str = "train";
/// See [`TRAIN`].
pub const TEST: &str = "test";

/// The numbers of splits from the low end of [0, 1) to the high end.
fn in_order(splits: &[Split]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..splits.len()).collect();
    order.sort_by_key(|&split| match splits[split].name.as_str() {
        TEST => 0,
        TRAIN => 2,
        _ => 1,
    });
    order
}

/// Where a split ends, of those in this order.
fn upper_end(splits: &[Split], order: &[usize], split: usize) -> f64 {
    let share = |&split: &usize| f64::from(splits[split].share);
    let place = order.iter().position(|&other| other == split).unwrap_or(0);
    order[..=place].iter().map(share).sum::<f64>() / order.iter().map(share).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scene::Scene;

    fn splits(shares: &[(&str, f32)]) -> Vec<Split> {
        shares.iter().map(|&(name, share)| Split { name: name.into(), share }).collect()
    }

    fn manifest(splits: Vec<Split>) -> Manifest {
        let (scene, _) = Scene::load("brick").unwrap();
        Manifest {
            format: FORMAT,
            scene,
            textures: Vec::new(),
            seed: 1,
            policy: None,
            ticks: 1,
            requested: 0,
            part: None,
            splits,
            episodes: Vec::new(),
        }
    }

    #[test]
    fn test_lies_at_the_low_end_and_train_at_the_high_end() {
        let splits = splits(&[("train", 0.6), ("check", 0.2), ("test", 0.2)]);
        let of = |number| splits[Manifest::split_of(&splits, number)].name.as_str();
        assert_eq!(
            [0.0, 0.19, 0.21, 0.39, 0.41, 0.999_999].map(of),
            ["test", "test", "check", "check", "train", "train"]
        );
        assert!((manifest(splits).unseen_below() - 0.4).abs() < 1e-7);
        let all = manifest(self::splits(&[("train", 1.0)]));
        assert_eq!((all.unseen_below(), Manifest::split_of(&all.splits, 0.0)), (0.0, 0));
        assert_eq!(manifest(self::splits(&[("test", 1.0)])).unseen_below(), 1.0);
    }

    #[test]
    fn the_digest_is_another_for_every_change() {
        let one = manifest(splits(&[("train", 0.9), ("test", 0.1)]));
        let other = Manifest { seed: 2, ..one.clone() };
        let extended = Manifest { requested: 7, ..one.clone() };
        assert_eq!(one.digest().unwrap(), one.digest().unwrap());
        assert!(
            one.digest().unwrap() != other.digest().unwrap() && one.digest().unwrap() != extended.digest().unwrap()
        );
    }

    proptest! {
        /// Whatever two data sets of one scene are split into, a maze that the one is tested by and that the models of the
        /// other may be judged by was learned by neither's models.
        #[test]
        fn no_maze_is_learned_and_unseen(
            one in (0.01_f32..1.0, 0.01_f32..1.0),
            other in (0.01_f32..1.0, 0.01_f32..1.0, 0.01_f32..1.0),
            mazes in proptest::collection::vec(0_u64..1_000_000, 40),
        ) {
            let (scene, _) = Scene::load("brick").unwrap();
            let one = manifest(splits(&[("train", one.0), ("test", one.1)]));
            let other = manifest(splits(&[("test", other.0), ("train", other.1), ("check", other.2)]));
            let limit = one.unseen_below().min(other.unseen_below());
            for maze in mazes {
                let number = scene.maze(maze).split_number();
                prop_assert!((0.0..1.0).contains(&number));
                for data in [&one, &other] {
                    let split = &data.splits[Manifest::split_of(&data.splits, number)].name;
                    prop_assert_eq!(split == TRAIN, number >= data.unseen_below());
                    prop_assert!(number >= limit || split != TRAIN);
                }
            }
        }
    }

    #[test]
    fn split_numbers_are_even_and_follow_from_the_walls() {
        let (scene, _) = Scene::load("brick").unwrap();
        let numbers: Vec<f64> = (0..2000).map(|maze| scene.maze(maze).split_number()).collect();
        let below = |bound: f64| numbers.iter().filter(|&&number| number < bound).count() as f64 / 2000.0;
        for bound in [0.1, 0.15, 0.5, 0.9] {
            assert!((below(bound) - bound).abs() < 0.03, "{bound}: {}", below(bound));
        }
        let rows = ["#####", "#...#", "##.##", "##.##", "#####"].map(str::to_owned);
        let drawn = |seed| crate::maze::Maze::draw(&rows, seed).unwrap().split_number();
        assert_eq!(drawn(1), drawn(2), "the seed does not matter");
    }
}
