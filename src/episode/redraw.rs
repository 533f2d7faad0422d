//! Recorded episodes drawn anew, from the scene, the maze and the actions: what a checksum cannot tell is whether the
//! frames are those of what the manifest says.

use rayon::prelude::*;

use super::{Damage, DataError, DataSet, Manifest, replay};
use crate::agent::is_undecided;

/// Frames that are read and drawn at once.
const AT_ONCE: usize = 64;

/// What came of drawing a data set anew.
#[derive(Debug)]
pub struct Redrawn {
    /// Frames that were drawn and are as recorded.
    pub frames: u64,
    /// Episodes that are not what the manifest says, and where they first differ.
    pub damages: Vec<Damage>,
}

impl DataSet {
    /// Draws every frame of every episode anew and compares it with the recorded one: the agent walks from its first pose
    /// by its actions, and must be seen where it was. (What creatures did is not recorded, so they stand where the file
    /// says.) `told` is called with each episode that is done.
    ///
    /// # Errors
    /// If a file can no longer be read as it was.
    pub fn redraw(&self, told: impl Fn() + Sync) -> Result<Redrawn, DataError> {
        let drawn = |episode: usize| {
            let found = self.redraw_episode(episode);
            told();
            found
        };
        let all: Vec<_> = (0..self.episodes.len()).into_par_iter().map(drawn).collect::<Result<_, _>>()?;
        let mut redrawn = Redrawn { frames: 0, damages: Vec::new() };
        for (found, episode) in all.into_iter().zip(&self.episodes) {
            match found {
                Ok(frames) => redrawn.frames += frames,
                Err(problem) => redrawn.damages.push(Damage { file: self.folder.join(&episode.entry.file), problem }),
            }
        }
        Ok(redrawn)
    }

    /// How many frames are as recorded, or what first differs.
    fn redraw_episode(&self, index: usize) -> Result<Result<u64, String>, DataError> {
        let (scene, episode) = (&self.manifest.scene, &self.episodes[index]);
        let maze = scene.maze(episode.entry.maze);
        let splits = &self.manifest.splits;
        let split = &splits[Manifest::split_of(splits, maze.split_number())].name;
        if *split != episode.entry.split {
            let said = &episode.entry.split;
            return Ok(Err(format!("its maze is of split `{split}`, the manifest says `{said}`")));
        }
        let (poses, corners) = (episode.poses(), episode.corners());
        let Some(agents) = replay(poses, corners, episode.actions(), &maze, scene.gait()) else {
            let number = episode.entry.maze;
            return Ok(Err(format!("its actions do not lead to its poses in maze {number} of the scene")));
        };
        // Of creatures it is known where they are, not whether they have just arrived.
        if scene.creatures.is_none() {
            let other =
                (agents.iter().zip(corners)).position(|(agent, corner)| is_undecided(&maze, agent, &[]) != *corner);
            if let Some(frame) = other {
                return Ok(Err(format!("frame {frame}: `corners` is {}, and should not be", u8::from(corners[frame]))));
            }
        }
        let bytes = self.camera.frame_bytes();
        let mut drawn = vec![0; bytes];
        for first in (0..poses.len()).step_by(AT_ONCE) {
            let recorded = episode.frames(first..(first + AT_ONCE).min(poses.len()))?;
            for (frame, pixels) in (first..).zip(recorded.chunks_exact(bytes)) {
                self.camera.draw_crowd(&maze, poses[frame], episode.creatures_at(frame), &mut drawn);
                let differ =
                    pixels.chunks_exact(3).zip(drawn.chunks_exact(3)).filter(|(one, other)| one != other).count();
                if differ > 0 {
                    return Ok(Err(format!(
                        "frame {frame} is not what the scene shows from there: {differ} of {} pixels differ",
                        bytes / 3
                    )));
                }
            }
        }
        Ok(Ok(poses.len() as u64))
    }
}
