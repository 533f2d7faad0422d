//! The course of a training in pictures: what `tools course` and the demo share.

use std::path::{Path, PathBuf};

use anyhow::ensure;

use super::film::{check_film, no_corner};
use super::unseen;
use crate::device;
use crate::files::Shown;
use crate::film::{Course, Form, Stage, pick_corners, save, save_still};
use crate::progress::Progress;
use crate::train::{Snapshot, Trained, snapshots};

/// What is shown of a training.
#[derive(Debug, Clone)]
pub struct CourseJob<'a> {
    /// Folder of a run with snapshots.
    pub run: &'a Path,
    /// Folder of the data set, of whose split `test` corners are shown.
    pub data: &'a Path,
    /// Files to write, MP4, GIF or PNG by the extension: all show the same corners and the same noise.
    pub files: &'a [PathBuf],
    /// Corners, each of another maze while there are enough; a film shows the first three.
    pub corners: usize,
    /// Noises at each corner.
    pub samples: usize,
    /// What the noise follows from.
    pub seed: u64,
    /// Device that computes.
    pub device: &'a str,
}

/// The snapshots of a run, oldest first.
///
/// # Errors
/// If there are none.
pub fn snapshots_of(run: &Path) -> anyhow::Result<Vec<Snapshot>> {
    ensure!(run.is_dir(), "{}: there is no such folder; give that of a run", run.shown());
    let found = snapshots(run)?;
    ensure!(!found.is_empty(), "{}: has no snapshots; train it with `crossroads train --snapshots 16`", run.shown());
    Ok(found)
}

/// Draws what a network said at the same corners through its training.
///
/// Which corners follows from the data set alone (see [`pick_corners`]): no model is asked.
pub fn course(job: &CourseJob, progress: &mut dyn Progress) -> anyhow::Result<()> {
    job.files.iter().try_for_each(|file| check_film(file))?;
    let taken = snapshots_of(job.run)?;
    let files: Vec<&Path> = taken.iter().map(|snapshot| snapshot.file.as_path()).collect();
    let data = unseen(&files[..1], job.data, false)?;
    data.note().iter().for_each(|note| progress.say(note));
    let device = device::find(job.device)?;
    let models = files.iter().map(|file| Trained::open(file, &device)).collect::<Result<Vec<_>, _>>()?;
    let info = &models[0].info;
    info.check_size(data.camera.size(), &data.folder)?;
    data.check(info)?;
    let (recipe, context) = (&info.recipe, info.recipe.windows.context);
    let stages = models.iter().map(|model| Stage { step: model.step, predictor: &*model.predictor });
    let course = Course {
        name: &recipe.name,
        scene: &data.manifest.scene.name,
        stages: stages.collect(),
        context,
        warm_steps: (f64::from(recipe.objective.config().warm_share()) * recipe.steps as f64).ceil() as u64,
        samples: job.samples.max(1),
        seed: job.seed,
    };
    let questions = pick_corners(&data, job.corners, context, 1)?;
    ensure!(!questions.is_empty(), no_corner(job.data, context));
    for file in job.files {
        match Form::of(file)? {
            Form::Png => save_still(file, &course.sheet(&questions))?,
            Form::Mp4 | Form::Gif => save(file, course.shots(&questions), progress)?,
        }
    }
    Ok(())
}
