//! Films of trained models: what `tools compare` and the demo share.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::episode::{DataError, DataSet};
use crate::files::{Shown, check_output};
use crate::film::{APPROACH, Comparison, Form, Model, pick_corners, save, save_still};
use crate::measure::Report;
use crate::predict::Question;
use crate::progress::Progress;
use crate::train::{Trained, UnseenData};

/// What a comparison shows.
#[derive(Debug, Clone)]
pub struct FilmJob<'a> {
    /// Where to write, MP4, GIF or PNG by the extension: all show the same corners and the same noise.
    pub files: Vec<PathBuf>,
    /// Corners, each of another maze while there are enough.
    pub corners: usize,
    /// Noises of each stochastic model.
    pub samples: usize,
    /// What the noise follows from.
    pub seed: u64,
    /// Figures for a last card.
    pub report: Option<&'a Report>,
}

/// Writes films and sheets that compare models at corners of a data set.
///
/// Which corners follows from the data set alone (see [`pick_corners`]): no model is asked.
pub fn compare(
    models: &[Trained],
    data: &UnseenData,
    job: &FilmJob,
    progress: &mut dyn Progress,
) -> anyhow::Result<()> {
    for file in &job.files {
        check_film(file)?;
    }
    for model in models {
        model.check_size(data.camera.size(), &data.folder)?;
        data.check(&model.info)?;
    }
    data.note().iter().for_each(|note| progress.say(note));
    let comparison = Comparison {
        scene: &data.manifest.scene,
        models: models.iter().flat_map(ways).collect(),
        samples: job.samples.max(1),
        seed: job.seed,
        report: job.report,
    };
    let questions = corners(data, job.corners, &comparison)?;
    ensure!(!questions.is_empty(), no_corner(&data.folder, comparison.context()));
    if questions.len() < job.corners {
        progress.say(&format!("only {} of {} corners: the test split has no more", questions.len(), job.corners));
    }
    for file in &job.files {
        match Form::of(file)? {
            Form::Png => save_still(file, &comparison.sheet(&questions))?,
            Form::Mp4 | Form::Gif => save(file, comparison.shots(&questions), progress)?,
        }
    }
    Ok(())
}

/// What is said where there is no corner to show.
pub(super) fn no_corner(data: &Path, context: usize) -> String {
    format!(
        "{}: no test corner has {context} frames before it and futures that differ; record more episodes, or longer ones",
        data.shown()
    )
}

/// All ways in which a model draws answers.
fn ways(model: &Trained) -> impl Iterator<Item = Model<'_>> {
    let context = model.info.recipe.windows.context;
    model.predictors().map(move |predictor| Model { predictor, context })
}

/// Corners with a long way to them, or with as much as the models need where episodes are too short for that.
fn corners(data: &DataSet, count: usize, comparison: &Comparison) -> Result<Vec<Question>, DataError> {
    let context = comparison.context();
    let long = pick_corners(data, count, context.max(APPROACH), comparison.ticks())?;
    if long.len() == count { Ok(long) } else { pick_corners(data, count, context, comparison.ticks()) }
}

/// Refuses, before any work, a film or picture that cannot be written, and makes its folder.
pub fn check_film(file: &Path) -> anyhow::Result<()> {
    Form::of(file)?;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| folder.shown())?;
    }
    Ok(check_output(file)?)
}

/// As [`check_film`], of a picture that is no film.
pub fn check_sheet(file: &Path) -> anyhow::Result<()> {
    ensure!(Form::of(file)? == Form::Png, "{}: the name must end in .png", file.shown());
    check_film(file)
}
