//! Frames that were painted from nothing, judged: what `tools dream-up` does.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, ensure};

use super::unseen;
use crate::camera::Frames;
use crate::device;
use crate::episode::{DataError, DataSet, TEXTURES, TRAIN};
use crate::files::Shown;
use crate::maze::Maze;
use crate::measure::{FrameIndex, Judged, PaintedReport, Views, World, judge_painted};
use crate::predict::{Painter, drawn_latents};
use crate::progress::Progress;
use crate::train::{Learned, Trained, UnseenData};

/// By what, and how much, is judged.
#[derive(Debug, Clone, Copy)]
pub struct PaintedJob {
    /// Frames of each painter, and held-out frames as often, twice: at least 12.
    pub frames: usize,
    /// Mazes whose views are searched: half of them were learned from, at least 2.
    pub mazes: usize,
    /// What latents follow from.
    pub seed: u64,
}

/// Fewest frames of a row: each reference frame has a fifth neighbour, and each blend two halves.
const FEWEST: usize = 12;

/// Models that paint, and the data that they learned from and are judged by.
pub struct Painters {
    /// The models.
    pub models: Vec<Box<dyn Painter>>,
    /// Frames of mazes that none of them learned.
    pub unseen: UnseenData,
    /// The frames that they learned from.
    pub training: DataSet,
}

impl std::fmt::Debug for Painters {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Painters").field("unseen", &self.unseen).finish_non_exhaustive()
    }
}

impl Painters {
    /// Opens models, and the data set that they learned from.
    ///
    /// # Errors
    /// If a model paints nothing, or learned from other data: what it copied would not be found.
    pub fn open(runs: &[impl AsRef<Path>], data: &Path, device: &str) -> anyhow::Result<Self> {
        let models = Trained::open_painters(runs, &device::find(device)?)?;
        let unseen = unseen(runs, data, false)?;
        let training = DataSet::open_some(data, TRAIN, false)?;
        let here = Learned::of(&training.manifest).with_context(|| data.shown())?;
        for (info, run) in Trained::infos(runs)?.iter().zip(runs) {
            info.check_size(training.camera.size(), data)?;
            let digest = &here.manifest_digest;
            let same = info.learned.iter().all(|learned| learned.manifest_digest == *digest);
            ensure!(
                same,
                "{}: learned from other data than {}, so that nothing it copied would be found; give the data that it was \
                 trained on",
                run.as_ref().shown(),
                data.shown()
            );
        }
        Ok(Self { models, unseen, training })
    }

    /// Judges the models beside held-out frames and blends.
    pub fn judge(&self, job: PaintedJob, progress: &mut dyn Progress) -> anyhow::Result<(PaintedReport, Vec<Judged>)> {
        let scene = &self.training.manifest.scene;
        let folder = self.training.folder.shown();
        ensure!(
            scene.creatures.is_none(),
            "{folder}: scene {} has creatures, whose places are not searched; give data of a scene without",
            scene.name
        );
        let rows = self.models.len() as u64 + 2;
        progress.begin("dream-up", "rows", rows + 1, 0);
        progress.advance(0, "views of mazes");
        let world = self.world(job)?;
        let paint = |model: &dyn Painter| {
            (model.name().to_owned(), model.paint(&drawn_latents(model.latent(), job.frames, job.seed)))
        };
        let painted: Vec<(String, Frames)> = self.models.iter().map(|model| paint(&**model)).collect();
        let mut done = 0;
        let judged = judge_painted(painted, &world, |name| {
            done += 1;
            progress.advance(done, name);
        })?;
        progress.advance(rows + 1, "");
        progress.end();
        Ok(judged)
    }

    fn world(&self, job: PaintedJob) -> anyhow::Result<World<'_>> {
        let (data, folder) = (&self.training, self.training.folder.shown());
        let split = |half: usize| held_out(&self.unseen, half, job.frames);
        let (reference, held_out) = (split(0)?, split(1)?);
        ensure!(
            reference.len() >= FEWEST && held_out.len() >= FEWEST,
            "{folder}: split `test` has {} and {} frames in its two halves of mazes, at least {FEWEST} each are needed; record \
             more episodes",
            reference.len(),
            held_out.len()
        );
        let mazes = self.searched(job.mazes);
        ensure!(
            !mazes.is_empty(),
            "{folder}: scene {} has no maze beside those that are held out, so that there is no view to search",
            data.manifest.scene.name
        );
        Ok(World {
            views: Views::new(&data.manifest.scene, Some(&data.folder.join(TEXTURES)), mazes)?,
            training: FrameIndex::of(data)?,
            reference,
            held_out,
        })
    }

    /// Mazes that are searched: training mazes, then as many that are in no recording; none of which is held out.
    fn searched(&self, count: usize) -> Vec<Maze> {
        let manifest = &self.training.manifest;
        let scene = &manifest.scene;
        let recorded: BTreeSet<u64> = manifest.episodes.iter().map(|entry| entry.maze).collect();
        let held_out: BTreeSet<u64> =
            mazes_of(&self.unseen).iter().map(|&maze| scene.maze(maze).fingerprint()).collect();
        let grown = |number: &u64| Some(scene.maze(*number)).filter(|maze| !held_out.contains(&maze.fingerprint()));
        let mut mazes: Vec<Maze> = mazes_of(&self.training).iter().filter_map(grown).take(count / 2).collect();
        let first = recorded.first().copied().unwrap_or(0);
        // Recorded mazes often have numbers in a row.
        let others = (1..=(recorded.len() + 4 * count) as u64).map(|after| scene.maze_after(first, after));
        let others = others.filter(|number| !recorded.contains(number)).filter_map(|number| grown(&number));
        mazes.extend(others.take(count - mazes.len()));
        mazes
    }
}

/// Numbers of the mazes of a data set, in its order, each once.
fn mazes_of(data: &DataSet) -> Vec<u64> {
    let mut seen = BTreeSet::new();
    data.episodes.iter().map(|episode| episode.entry.maze).filter(|&maze| seen.insert(maze)).collect()
}

/// `count` frames, evenly spread over every second maze of a data set, from the first or the second on.
fn held_out(data: &DataSet, half: usize, count: usize) -> Result<Frames, DataError> {
    let mazes: BTreeSet<u64> = mazes_of(data).into_iter().skip(half).step_by(2).collect();
    let episodes = data.episodes.iter().filter(|episode| mazes.contains(&episode.entry.maze));
    let places: Vec<_> = episodes.flat_map(|episode| (0..episode.poses().len()).map(move |at| (episode, at))).collect();
    let count = count.min(places.len());
    let mut frames = Frames::new(data.camera.size());
    for index in 0..count {
        let (episode, at) = places[index * places.len() / count];
        frames.push(&episode.frame(at)?);
    }
    Ok(frames)
}

/// Some held-out frames, always the same: for pictures.
///
/// # Errors
/// If a file can no longer be read as it was.
pub fn some_held_out(painters: &Painters, count: usize) -> Result<Frames, DataError> {
    held_out(&painters.unseen, 0, count)
}
