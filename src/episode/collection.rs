//! A data set that grows an episode at a time: one that is collected by playing.

use std::path::{Path, PathBuf};

use super::dataset::read_manifest;
use super::{
    Entry, Episode, FORMAT, MANIFEST, Manifest, RecordError, Split, TEXTURES, check_free, copy_textures, write_episode,
};
use crate::camera::texture_digests;
use crate::files::{self, Lock};
use crate::scene::Scene;
use crate::settings::difference;

/// Files of played episodes begin like this, those of recorded ones otherwise: both may lie in one folder.
pub const PLAYED: &str = "played-";

/// Splits of a data set that begins by playing, and their shares of the mazes.
const SPLITS: [(&str, f32); 2] = [("train", 0.9), ("test", 0.1)];

/// A data set's folder that episodes are added to: a new one, or one that was recorded or played before.
#[derive(Debug)]
pub struct Collection {
    folder: PathBuf,
    manifest: Manifest,
    _lock: Lock,
    /// Number of the next played episode.
    next: u32,
}

impl Collection {
    /// Opens a folder for episodes of a scene. Textures of the scene's own are in `textures`; `ticks` is how many actions
    /// an episode has at most, if the data set begins here.
    pub fn open(folder: &Path, scene: &Scene, textures: Option<&Path>, ticks: u32) -> Result<Self, RecordError> {
        let write_error = |source| RecordError::Write { file: folder.to_owned(), source };
        let occupied = |why: String| RecordError::Occupied { folder: folder.to_owned(), why };
        check_free(folder)?;
        let lock = Lock::take(folder)?;
        let pictures = texture_digests(scene, textures)?;
        let manifest = if folder.join(MANIFEST).is_file() {
            let (manifest, _) = read_manifest(folder)?;
            // What version 2 did not say of its textures shows where they are.
            let found = texture_digests(&manifest.scene, Some(&folder.join(TEXTURES)))?;
            if let Some(what) = difference(&manifest.scene, scene) {
                return Err(occupied(format!("holds episodes of another scene: {what}")));
            }
            if let Some(what) = difference(&found, &pictures) {
                return Err(occupied(format!("holds episodes whose textures have other pictures: {what}")));
            }
            Manifest { format: FORMAT, textures: pictures, ..manifest }
        } else {
            let splits = SPLITS.map(|(name, share)| Split { name: name.to_owned(), share }).to_vec();
            let episodes = Vec::new();
            let (format, scene) = (FORMAT, scene.clone());
            Manifest {
                format,
                scene,
                textures: pictures,
                seed: 0,
                policy: None,
                ticks,
                requested: 0,
                part: None,
                splits,
                episodes,
            }
        };
        files::remove_parts(folder).map_err(write_error)?;
        copy_textures(scene, textures, folder).map_err(write_error)?;
        let next = next_number(folder).map_err(write_error)?;
        let collection = Self { folder: folder.to_owned(), manifest, _lock: lock, next };
        collection.write_manifest()?;
        Ok(collection)
    }

    /// What the data set holds.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Actions that an episode has at most.
    pub fn ticks(&self) -> u32 {
        self.manifest.ticks
    }

    /// Adds an episode of the maze with a number: its file, then its entry. Its split follows from the maze's walls.
    pub fn add(&mut self, maze: u64, episode: &Episode) -> Result<Entry, RecordError> {
        let splits = &self.manifest.splits;
        let split = splits[Manifest::split_of(splits, self.manifest.scene.maze(maze).split_number())].name.clone();
        let file = format!("{PLAYED}{:07}.safetensors", self.next);
        let entry = write_episode(&self.folder, file, split, maze, episode)?;
        self.next += 1;
        self.manifest.episodes.push(entry.clone());
        self.write_manifest()?;
        Ok(entry)
    }

    fn write_manifest(&self) -> Result<(), RecordError> {
        let written = self.manifest.write(&self.folder);
        written.map_err(|source| RecordError::Write { file: self.folder.join(MANIFEST), source })
    }
}

/// One more than the largest number of a played episode's file, listed in the manifest or left by a crash.
fn next_number(folder: &Path) -> std::io::Result<u32> {
    let mut next = 0;
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let digits = name.to_str().and_then(|name| name.strip_prefix(PLAYED)?.split('.').next());
        if let Some(number) = digits.and_then(|digits| digits.parse::<u32>().ok()) {
            next = next.max(number + 1);
        }
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Action;
    use crate::camera::Camera;

    fn walk(scene: &Scene, maze: u64, ticks: usize) -> Episode {
        let camera = Camera::new(scene, None).unwrap();
        let map = scene.maze(maze);
        let (mut agent, mut policy) = scene.spawn(&map, maze);
        let mut episode = Episode::begin(&camera, &map, &agent, ticks);
        for _ in 0..ticks {
            let wish = policy.decide(&agent, &map);
            let done: Action = agent.tick(&map, wish);
            episode.record(&camera, &map, &agent, done);
        }
        episode
    }

    #[test]
    fn episodes_add_up_over_several_openings_and_a_maze_keeps_its_split() {
        let (scene, _) = Scene::load("brick").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("played");
        for opening in 0..2 {
            let mut collection = Collection::open(&data, &scene, None, 40).unwrap();
            for maze in 0..12 {
                collection.add(maze, &walk(&scene, maze, 5 + opening)).unwrap();
            }
        }
        let (manifest, damages) = crate::episode::check(&data).unwrap();
        assert!(damages.is_empty(), "{damages:?}");
        assert_eq!(manifest.episodes.len(), 24);
        for (first, second) in manifest.episodes[..12].iter().zip(&manifest.episodes[12..]) {
            assert_eq!((first.maze, &first.split), (second.maze, &second.split));
            assert_ne!(first.file, second.file);
        }
        let redrawn = crate::episode::DataSet::open_all(&data).unwrap().redraw(|| ()).unwrap();
        assert!(redrawn.damages.is_empty() && redrawn.frames == 12 * (6 + 7), "{redrawn:?}");
        for entry in &manifest.episodes {
            assert_eq!(entry.split == "test", scene.maze(entry.maze).split_number() < 0.1, "{entry:?}");
        }
    }

    #[test]
    fn another_scene_or_a_folder_in_use_is_refused() {
        let (brick, _) = Scene::load("brick").unwrap();
        let (arcade, _) = Scene::load("arcade").unwrap();
        let folder = tempfile::tempdir().unwrap();
        Collection::open(&folder.path().join("a"), &brick, None, 40).unwrap();
        let error = Collection::open(&folder.path().join("a"), &arcade, None, 40).unwrap_err().to_string();
        assert!(error.contains("another scene") && error.contains("--out"), "{error}");
        std::fs::write(folder.path().join("letter.txt"), "dear").unwrap();
        let error = Collection::open(folder.path(), &brick, None, 40).unwrap_err().to_string();
        assert!(error.contains("holds no recording"), "{error}");
    }
}
