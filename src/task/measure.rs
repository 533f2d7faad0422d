//! Trained models judged on a data set: what `crossroads measure`, the demo and the tools share.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::device;
use crate::episode::{DataError, DataSet, WindowSettings, Windows};
use crate::files::{Shown, check_output, folder_of};
use crate::measure::{Report, judge};
use crate::predict::{CopyLast, ExactAverage, Predictor, Question, Simulator, questions};
use crate::progress::Progress;
use crate::train::{Trained, UnseenData};

/// What models are judged by: the split `test` of a data set, without what one of them may have learned.
pub fn unseen(names_or_folders: &[impl AsRef<Path>], data: &Path, skip_damaged: bool) -> anyhow::Result<UnseenData> {
    Ok(UnseenData::open(data, skip_damaged, &Trained::infos(names_or_folders)?)?)
}

/// Opens models to be asked about a data set: folders of runs, or names of weights that come with Crossroads.
pub fn open_models(
    names_or_folders: &[impl AsRef<Path>],
    device: &str,
    data: &DataSet,
) -> anyhow::Result<Vec<Trained>> {
    Ok(Trained::open_all_for(names_or_folders, &device::find(device)?, &data.manifest.scene.name)?)
}

/// The corners of a data set as questions for models with so much context.
///
/// # Errors
/// If a file can no longer be read as it was.
pub fn test_questions(data: &DataSet, context: usize, ticks: usize) -> Result<Vec<Question>, DataError> {
    questions(data, &Windows::new(data, WindowSettings::at_corners(context)).corners, context, ticks)
}

/// Judges models beside the baselines.
pub fn measure(
    models: &[Trained],
    data: &UnseenData,
    samples: usize,
    seed: u64,
    progress: &mut dyn Progress,
) -> anyhow::Result<Report> {
    let mut context = 1;
    for model in models {
        model.check_size(data.camera.size(), &data.folder)?;
        data.check(&model.info)?;
        context = context.max(model.info.recipe.windows.context);
    }
    let questions = test_questions(data, context, 1)?;
    anyhow::ensure!(
        !questions.is_empty(),
        "{}: no corner of split `test` has {context} frames before it and one after it; record more episodes or ticks",
        data.folder.shown()
    );
    let trained = models.iter().flat_map(Trained::predictors);
    let baselines: [&dyn Predictor; 3] = [&CopyLast, &ExactAverage, &Simulator];
    let all: Vec<&dyn Predictor> = trained.chain(baselines).collect();
    let mut done = 0;
    progress.begin("measure", "predictors", all.len() as u64, 0);
    let report = judge(&all, &questions, samples, seed, |name| {
        progress.advance(done, name);
        done += 1;
    });
    progress.advance(done, "");
    progress.end();
    Ok(Report { left_out: data.left_out, ..report })
}

/// Writes a report as JSON.
pub fn write_json(report: &impl serde::Serialize, file: &Path) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(report)? + "\n";
    crate::files::write_alone(file, text.as_bytes()).with_context(|| file.shown())
}

/// Refuses, before any work, a file whose name does not end as it should or that cannot be written; the same for the
/// figures beside it, whose name ends in `.json`. Makes their folder, and returns the figures' file.
pub fn check_page(file: &Path, ending: &str) -> anyhow::Result<PathBuf> {
    let is_right = file.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
    anyhow::ensure!(is_right, "{}: give the name of a file that ends with .{ending}", file.shown());
    let folder = folder_of(file);
    std::fs::create_dir_all(folder).with_context(|| folder.shown())?;
    let json = file.with_extension("json");
    check_output(file)?;
    check_output(&json)?;
    Ok(json)
}
