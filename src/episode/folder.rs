//! Writing into a data set's folder, as the recorder does and as a player does.

use std::path::{Path, PathBuf};

use super::store::to_parts;
use super::{DataError, Entry, Episode, MANIFEST, TEXTURES};
use crate::camera::TextureError;
use crate::files::{self, LockError, Shown};
use crate::scene::Scene;

/// Why a recording ended early.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The disk.
    #[error("{}: cannot be written ({source}); what was recorded before is whole", file.shown())]
    Write {
        /// The file or folder.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder is used.
    #[error("{}: {why}; choose another --out, or empty it", folder.shown())]
    Occupied {
        /// The folder.
        folder: PathBuf,
        /// By what.
        why: String,
    },
    /// Somebody else writes here.
    #[error(transparent)]
    Locked(#[from] LockError),
    /// The recording so far.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A texture of the scene.
    #[error(transparent)]
    Texture(#[from] TextureError),
    /// A bug: the thread that writes episodes is gone.
    #[error("the thread that writes episodes has panicked; what was recorded before is whole")]
    WriterGone,
}

/// Refuses a folder that holds something else than a recording. Nothing is written.
pub fn check_free(folder: &Path) -> Result<(), RecordError> {
    let write_error = |source| RecordError::Write { file: folder.to_owned(), source };
    if folder.join(MANIFEST).is_file() || files::is_free(folder, &[TEXTURES]).map_err(write_error)? {
        return Ok(());
    }
    Err(RecordError::Occupied { folder: folder.to_owned(), why: "is not empty and holds no recording".into() })
}

/// A scene's own textures, found in `from`, go along with the data, which else could not be rendered elsewhere.
pub fn copy_textures(scene: &Scene, from: Option<&Path>, folder: &Path) -> std::io::Result<()> {
    let Some(from) = from else {
        return Ok(());
    };
    let theme = &scene.theme;
    let names = theme.walls.iter().chain([&theme.floor, &theme.ceiling]).chain(&theme.sprite);
    let names = names.chain(scene.creatures.iter().map(|creatures| &creatures.sprite));
    for name in names.filter(|name| from.join(name).is_file()) {
        let folder = folder.join(TEXTURES);
        std::fs::create_dir_all(&folder)?;
        files::remove_parts(&folder)?;
        files::write_whole(&folder.join(name), &std::fs::read(from.join(name))?)?;
    }
    Ok(())
}

/// Name of a recorded episode's file, by its number.
pub fn episode_file(number: u32) -> String {
    format!("episode-{number:07}.safetensors")
}

/// Writes an episode of the maze with a number into a data set's folder: what the manifest says of it.
pub fn write_episode(
    folder: &Path,
    file: String,
    split: String,
    maze: u64,
    episode: &Episode,
) -> Result<Entry, RecordError> {
    let path = folder.join(&file);
    let parts = to_parts(episode).map_err(std::io::Error::other);
    let written = parts.and_then(|(head, frames)| {
        files::write_whole_of(&path, &[&head, frames])?;
        let mut crc = crc32fast::Hasher::new();
        crc.update(&head);
        crc.update(frames);
        Ok((head.len() + frames.len(), crc.finalize()))
    });
    let (bytes, crc32) = written.map_err(|source| RecordError::Write { file: path, source })?;
    let (lefts, rights) = episode.turns();
    Ok(Entry {
        file,
        split,
        maze,
        frames: episode.poses.len() as u32,
        corners: episode.corners.iter().filter(|&&corner| corner).count() as u32,
        lefts,
        rights,
        bytes: bytes as u64,
        crc32,
    })
}
