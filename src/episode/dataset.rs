//! A data set on disk: its frames are read when they are asked for, so that it may be larger than memory.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::stored::{Damage, Fault, Shape, StoredEpisode, standing_at};
use super::{Entry, FORMAT, Manifest, TEXTURES};
use crate::agent::{Action, Agent, Pose};
use crate::camera::{Camera, Futures, TextureError, texture_digests};
use crate::files::Shown;
use crate::maze::Maze;
use crate::scene::SceneError;
use crate::settings::{SettingsError, Source};

/// Why a data set cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// No manifest, or one that cannot be read.
    #[error("no data set here: {0}")]
    Manifest(#[from] SettingsError),
    /// The scene in the manifest.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// Made by another version.
    #[error("{}: `format` is {found}, this program reads {FORMAT}, in which a maze's split follows from its walls; record anew", file.shown())]
    Format {
        /// The manifest.
        file: PathBuf,
        /// Its version.
        found: u32,
    },
    /// A texture with another picture: what was not recorded would be drawn otherwise.
    #[error("{}: texture `{texture}` has another picture than when this was recorded; put the one of then into the folder {TEXTURES}, or record anew", file.shown())]
    Repainted {
        /// The manifest.
        file: PathBuf,
        /// The texture.
        texture: String,
    },
    /// Files that are not as the manifest says.
    #[error(
        "{count} of {total} episode files are damaged; the first: {first}. Record them anew, or pass --skip-damaged to go on without them"
    )]
    Damaged {
        /// How many.
        count: usize,
        /// Of how many.
        total: usize,
        /// The first of them.
        first: Damage,
    },
    /// A file that the system does not give out, which says nothing of what is in it.
    #[error("{}: cannot be read ({source}), whether or not it is whole; see that it can be", file.shown())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that was as the manifest says when the data set was opened, and no longer is.
    #[error("{0}; it was whole when the data set was opened, so it was changed since: put it back, or record it anew")]
    Changed(Damage),
    /// Nothing to learn from or to judge by.
    #[error("{}: no episode of split `{split}` has a usable corner; record more episodes, or with other --split shares (a maze's split follows from its walls; --split train=1 makes all of it `train`)", folder.shown())]
    Empty {
        /// The data set.
        folder: PathBuf,
        /// The split.
        split: String,
    },
    /// Nothing to learn to walk from.
    #[error("{}: no walk to learn from: {why}", folder.shown())]
    NoWalks {
        /// The data set.
        folder: PathBuf,
        /// What it lacks, and what to do.
        why: String,
    },
    /// Nothing, or not enough, of which something can be said.
    #[error("{}: too little to say: {why}", folder.shown())]
    NoWords {
        /// The data set.
        folder: PathBuf,
        /// What it lacks, and what to do.
        why: String,
    },
    /// A texture of the scene.
    #[error(transparent)]
    Texture(#[from] TextureError),
}

/// The episodes of a data set, or of one split of it.
#[derive(Debug)]
pub struct DataSet {
    /// Where it is.
    pub folder: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
    /// Its camera, to render what was not recorded.
    pub camera: Camera,
    /// The episodes, in the manifest's order.
    pub episodes: Vec<StoredEpisode>,
    /// Files that were left out since they are damaged.
    pub skipped: Vec<Damage>,
}

impl DataSet {
    /// Opens a split and verifies its files. Damaged ones are an error unless `skip_damaged`.
    pub fn open_some(folder: &Path, split: &str, skip_damaged: bool) -> Result<Self, DataError> {
        let (manifest, camera) = read_manifest(folder)?;
        let entries: Vec<_> = manifest.episodes.iter().filter(|entry| entry.split == split).collect();
        let (episodes, skipped) = open_entries(folder, &entries, Shape::of(&manifest, &camera))?;
        let count = skipped.len();
        let mut skipped = skipped.into_iter();
        if !skip_damaged && let Some(first) = skipped.next() {
            let total = entries.len();
            return Err(DataError::Damaged { count, total, first });
        }
        Ok(Self { folder: folder.to_owned(), manifest, camera, episodes, skipped: skipped.collect() })
    }

    /// As [`DataSet::open_some`], of a split with at least one corner.
    pub fn open(folder: &Path, split: &str, skip_damaged: bool) -> Result<Self, DataError> {
        let data = Self::open_some(folder, split, skip_damaged)?;
        match data.episodes.iter().all(|episode| episode.entry.corners == 0) {
            true => Err(DataError::Empty { folder: folder.to_owned(), split: split.to_owned() }),
            false => Ok(data),
        }
    }

    /// Leaves out the episodes of mazes that are not kept: how many corners, each of a maze counted once, go with them.
    pub fn keep_mazes(&mut self, keep: impl Fn(&Maze) -> bool) -> usize {
        let scene = &self.manifest.scene;
        let mut kept: HashMap<u64, bool> = HashMap::new();
        let mut left_out = HashSet::new();
        self.episodes.retain(|episode| {
            let maze = episode.entry.maze;
            let stays = *kept.entry(maze).or_insert_with(|| keep(&scene.maze(maze)));
            if !stays {
                left_out
                    .extend((0..episode.corners().len()).filter_map(|frame| Some((maze, episode.corner_at(frame)?))));
            }
            stays
        });
        left_out.len()
    }

    /// Opens the episodes of all splits, with or without corners, and verifies their files. Damaged ones are left out,
    /// and listed in [`DataSet::skipped`].
    pub fn open_all(folder: &Path) -> Result<Self, DataError> {
        let (manifest, camera) = read_manifest(folder)?;
        let entries: Vec<_> = manifest.episodes.iter().collect();
        let (episodes, skipped) = open_entries(folder, &entries, Shape::of(&manifest, &camera))?;
        Ok(Self { folder: folder.to_owned(), manifest, camera, episodes, skipped })
    }

    /// All that may follow a frame at which the way on was undecided, so many frames of each; none at any other frame,
    /// nor where two who choose stand too near to each other to be told apart.
    pub fn futures(&self, episode: usize, frame: usize, ticks: usize) -> Option<Futures> {
        let agent = self.agent_at(episode, frame)?;
        let (scene, episode) = (&self.manifest.scene, &self.episodes[episode]);
        let maze = scene.maze(episode.entry.maze);
        let turns = scene.turns(&maze, &agent);
        if scene.creatures.is_none() {
            return Some(self.camera.futures(&maze, agent, &turns, ticks));
        }
        let arrived = |&pose: &Pose| Agent::arrived_at(standing_at(pose), scene.gait());
        let creatures: Vec<Agent> = episode.creatures_at(frame).iter().map(arrived).collect();
        self.camera.crowd_futures(&maze, agent, &creatures, &turns, ticks)
    }

    /// What the agent chose after a frame at which its way on was undecided. None at any other frame, and where it had not
    /// chosen yet: it walked into the wall of a corner.
    pub fn chosen(&self, episode: usize, frame: usize) -> Option<Action> {
        let agent = self.agent_at(episode, frame)?;
        let episode = &self.episodes[episode];
        let action = *episode.actions().get(frame)?;
        let may_go_on = || agent.is_at_crossing(&self.manifest.scene.maze(episode.entry.maze));
        (action != Action::Forward || may_go_on()).then_some(action)
    }

    /// What the camera of another scene sees from the pose of a recorded frame, in the same maze: `[height, width, 3]`. Its
    /// walls are those of the maze so many `seeds_on`: its own with 0.
    pub fn seen_by(&self, camera: &Camera, episode: usize, frame: usize, seeds_on: u64) -> Vec<u8> {
        let episode = &self.episodes[episode];
        let maze = self.manifest.scene.maze(episode.entry.maze);
        let seed = maze.seed().wrapping_add(seeds_on);
        let maze = maze.with_walls_of(seed);
        let mut pixels = vec![0; camera.frame_bytes()];
        camera.draw_crowd(&maze, episode.poses()[frame], episode.creatures_at(frame), &mut pixels);
        pixels
    }

    /// The agent as it stood at a corner frame: its futures can be rendered from here.
    pub fn agent_at(&self, episode: usize, frame: usize) -> Option<Agent> {
        let corner = self.episodes[episode].corner_at(frame)?;
        Some(Agent::arrived_at(corner, self.manifest.scene.gait()))
    }
}

/// Verifies every file of a data set: the manifest and what is wrong, in order.
pub fn check(folder: &Path) -> Result<(Manifest, Vec<Damage>), DataError> {
    let (manifest, camera) = read_manifest(folder)?;
    let entries: Vec<_> = manifest.episodes.iter().collect();
    let (_, damages) = open_entries(folder, &entries, Shape::of(&manifest, &camera))?;
    Ok((manifest, damages))
}

/// What a data set holds, and its camera; no episode file is looked at.
pub fn read_manifest(folder: &Path) -> Result<(Manifest, Camera), DataError> {
    let source = Source::read(&folder.join(super::MANIFEST))?;
    let manifest: Manifest = source.parse()?;
    if !manifest.is_known() {
        let found = manifest.format;
        return Err(DataError::Format { file: source.file, found });
    }
    manifest.scene.check(&source)?;
    manifest.check(&source)?;
    let textures = folder.join(TEXTURES);
    let camera = Camera::new(&manifest.scene, Some(&textures))?;
    let found = texture_digests(&manifest.scene, Some(&textures))?;
    // Version 2 says nothing of them.
    if !manifest.textures.is_empty() && manifest.textures != found {
        let other = found.iter().find(|found| !manifest.textures.contains(found));
        let texture = other.and_then(|other| other.split(' ').next()).unwrap_or("textures").to_owned();
        return Err(DataError::Repainted { file: source.file, texture });
    }
    Ok((manifest, camera))
}

/// The episodes that are whole, and what is wrong with the others.
fn open_entries(
    folder: &Path,
    entries: &[&Entry],
    shape: Shape,
) -> Result<(Vec<StoredEpisode>, Vec<Damage>), DataError> {
    let opened: Vec<_> = entries.par_iter().map(|entry| StoredEpisode::open(folder, entry, shape)).collect();
    let (mut whole, mut damaged) = (Vec::new(), Vec::new());
    for episode in opened {
        match episode {
            Ok(episode) => whole.push(episode),
            Err(Fault::Damage(damage)) => damaged.push(damage),
            Err(Fault::Unreadable { file, source }) => return Err(DataError::Unreadable { file, source }),
        }
    }
    Ok((whole, damaged))
}
