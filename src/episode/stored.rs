//! One episode of a data set: its frames stay in its file and are read when they are asked for, the rest is in memory.
//!
//! No file stays open and none is mapped, so that a data set may have more files than the system opens or maps at once,
//! and one that is cut short meanwhile gives an error, where a mapping would end the program.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::store::{Layout, StoreError};
use super::{DataError, Entry, Manifest};
use crate::agent::{Action, Pose};
use crate::camera::Camera;
use crate::files::Shown;
use crate::maze::{Corner, Heading};

/// What can be wrong with one episode file.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", file.shown())]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// What differs from the manifest.
    pub problem: String,
}

/// Why an episode was not opened.
pub(super) enum Fault {
    /// It is not as the manifest says.
    Damage(Damage),
    /// The system does not give it out: it allows no more open files, or denies access.
    Unreadable { file: PathBuf, source: std::io::Error },
}

/// An episode whose file was as the manifest says.
#[derive(Debug)]
pub struct StoredEpisode {
    /// What the manifest says of it.
    pub entry: Entry,
    file: PathBuf,
    frames_start: usize,
    frame_bytes: usize,
    /// CRC-32 of each frame, so that what is read later is what was verified.
    sums: Vec<u32>,
    actions: Vec<Action>,
    poses: Vec<Pose>,
    corners: Vec<bool>,
    creatures: Vec<Pose>,
}

/// What every episode of a data set has to be like: frames of a size, and so many creatures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    size: (u32, u32),
    creatures: usize,
}

impl Shape {
    pub fn of(manifest: &Manifest, camera: &Camera) -> Self {
        let creatures = manifest.scene.creatures.as_ref().map_or(0, |creatures| creatures.count as usize);
        Self { size: camera.size(), creatures }
    }
}

impl StoredEpisode {
    pub(super) fn open(folder: &Path, entry: &Entry, shape: Shape) -> Result<Self, Fault> {
        Self::open_with_bytes(folder, entry, shape).map(|(episode, _)| episode)
    }

    /// As [`StoredEpisode::open`], with all bytes of its file.
    pub(super) fn open_with_bytes(folder: &Path, entry: &Entry, shape: Shape) -> Result<(Self, Vec<u8>), Fault> {
        let file = folder.join(&entry.file);
        let damage = |problem| Fault::Damage(Damage { file: file.clone(), problem });
        let bytes = match read_whole(folder, &file, entry.bytes) {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(problem)) => return Err(damage(problem)),
            Err(source) if source.kind() == ErrorKind::NotFound => {
                return Err(damage(format!("cannot be read ({source})")));
            }
            Err(source) => return Err(Fault::Unreadable { file, source }),
        };
        let episode = Self::verified(&file, &bytes, entry, shape).map_err(damage)?;
        Ok((episode, bytes))
    }

    fn verified(file: &Path, bytes: &[u8], entry: &Entry, Shape { size, creatures }: Shape) -> Result<Self, String> {
        let sum = crc32fast::hash(bytes);
        if sum != entry.crc32 {
            return Err(format!("has CRC-32 {sum:08x}, the manifest says {:08x}: it was altered", entry.crc32));
        }
        let layout = Layout::of(bytes).map_err(|error| error.to_string())?;
        let found = (layout.width, layout.height);
        if found != size {
            return Err(format!("has frames of {found:?} pixels, the scene's camera makes {size:?}"));
        }
        let actions = layout.actions().map_err(|error: StoreError| error.to_string())?;
        let (poses, corners, crowd) = (layout.poses(), layout.corners(), layout.creatures());
        if crowd.len() != creatures * poses.len() {
            let found = crowd.len() / poses.len().max(1);
            return Err(format!("has {found} creatures, the scene has {creatures}"));
        }
        let counted = (
            poses.len() as u32,
            corners.iter().filter(|&&corner| corner).count() as u32,
            super::recording::turns(&corners, &actions),
        );
        let stated = (entry.frames, entry.corners, (entry.lefts, entry.rights));
        if counted != stated {
            return Err(format!("has (frames, corners, (lefts, rights)) {counted:?}, the manifest says {stated:?}"));
        }
        let (frames_start, frames_length) = layout.frames;
        let frame_bytes = (size.0 * size.1 * 3) as usize;
        let frames = &bytes[frames_start..frames_start + frames_length];
        Ok(Self {
            entry: entry.clone(),
            file: file.to_owned(),
            frames_start,
            frame_bytes,
            sums: frames.chunks_exact(frame_bytes).map(crc32fast::hash).collect(),
            actions,
            poses,
            corners,
            creatures: crowd,
        })
    }

    /// Pixels of some frames: `[frames, height, width, 3]`.
    ///
    /// # Errors
    /// If the file is no longer what it was when the data set was opened.
    pub fn frames(&self, range: Range<usize>) -> Result<Vec<u8>, DataError> {
        let mut pixels = vec![0; range.len() * self.frame_bytes];
        let start = self.frames_start + range.start * self.frame_bytes;
        let read = File::open(&self.file).and_then(|mut file| {
            let length = file.metadata()?.len();
            if length == self.entry.bytes {
                file.seek(SeekFrom::Start(start as u64))?;
                file.read_exact(&mut pixels)?;
            }
            Ok(length)
        });
        let changed = |problem| Err(DataError::Changed(Damage { file: self.file.clone(), problem }));
        match read {
            Ok(length) if length != self.entry.bytes => return changed(other_length(length, self.entry.bytes)),
            Ok(_) => {}
            // It was cut short between the two.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return changed("was cut short".into()),
            Err(source) => return Err(DataError::Unreadable { file: self.file.clone(), source }),
        }
        for (frame, sum) in pixels.chunks_exact(self.frame_bytes).zip(&self.sums[range.clone()]) {
            if crc32fast::hash(frame) != *sum {
                return changed(format!("was altered between frames {} and {}", range.start, range.end - 1));
            }
        }
        Ok(pixels)
    }

    /// A frame's pixels: `[height, width, 3]`. See [`StoredEpisode::frames`].
    pub fn frame(&self, index: usize) -> Result<Vec<u8>, DataError> {
        self.frames(index..index + 1)
    }

    /// What was done after each frame but the last.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Where each frame was seen from.
    pub fn poses(&self) -> &[Pose] {
        &self.poses
    }

    /// For each frame whether the agent had just walked into a corner.
    pub fn corners(&self) -> &[bool] {
        &self.corners
    }

    /// The corner at which a frame was seen, read off its pose.
    pub fn corner_at(&self, frame: usize) -> Option<Corner> {
        self.corners[frame].then(|| standing_at(self.poses[frame]))
    }

    /// Where the creatures beside the agent were at a frame.
    pub fn creatures_at(&self, frame: usize) -> &[Pose] {
        let count = self.creatures.len() / self.poses.len().max(1);
        &self.creatures[frame * count..(frame + 1) * count]
    }
}

/// All bytes of a file that has as many as are expected, or what is wrong with it.
fn read_whole(folder: &Path, file: &Path, expected: u64) -> std::io::Result<Result<Vec<u8>, String>> {
    // A manifest may come from anybody: what it lists is in its folder, whatever links there are.
    if file.symlink_metadata()?.is_symlink() && !file.canonicalize()?.starts_with(folder.canonicalize()?) {
        return Ok(Err("is a link that leads out of the data set; put the file itself here".into()));
    }
    let about = file.metadata()?;
    if !about.is_file() {
        return Ok(Err("is no file".into()));
    }
    if about.len() != expected {
        return Ok(Err(other_length(about.len(), expected)));
    }
    std::fs::read(file).map(Ok)
}

fn other_length(length: u64, expected: u64) -> String {
    format!("has {length} bytes, the manifest says {expected}")
}

/// The cell and the heading of who stands still.
pub(super) fn standing_at(pose: Pose) -> Corner {
    let quarter = libm::roundf(pose.heading / std::f32::consts::FRAC_PI_2) as usize;
    Corner { x: pose.x as i32, y: pose.y as i32, heading: Heading::ALL[quarter % 4] }
}
