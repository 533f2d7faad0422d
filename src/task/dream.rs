//! Dreams of trained models: what `crossroads measure --dream` and `tools dream` share.

use anyhow::ensure;

use crate::files::Shown;
use crate::measure::{DreamReport, judge_dreams};
use crate::predict::{CopyLast, Predictor, Walk, walks};
use crate::progress::Progress;
use crate::train::{Trained, UnseenData};

/// The walks that models are to dream: an error where one of them cannot, or none is long enough.
pub fn dreamable_walks(models: &[Trained], data: &UnseenData, steps: usize, count: usize) -> anyhow::Result<Vec<Walk>> {
    for model in models {
        model.check_size(data.camera.size(), &data.folder)?;
        data.check(&model.info)?;
        ensure!(
            model.predictor.is_action_conditioned(),
            "{}: is not conditioned on what the agent does, so it cannot be walked in; train a recipe with `condition: Action`, such as gan-told",
            model.name
        );
    }
    let context = models.iter().map(|model| model.info.recipe.windows.context).max().unwrap_or(1);
    let walks = walks(data, context, steps, count)?;
    ensure!(
        walks.len() >= 2,
        "{}: fewer than two episodes of split `test` have {context} frames and {steps} more; record longer ones, or dream fewer steps",
        data.folder.shown()
    );
    Ok(walks)
}

/// Lets models dream so many steps of up to `count` walks, beside the last frame as a baseline.
pub fn measure_dreams(
    models: &[Trained],
    data: &UnseenData,
    (steps, count): (usize, usize),
    seed: u64,
    progress: &mut dyn Progress,
) -> anyhow::Result<DreamReport> {
    let walks = dreamable_walks(models, data, steps, count)?;
    let all: Vec<&dyn Predictor> =
        models.iter().map(|model| &*model.predictor).chain([&CopyLast as &dyn Predictor]).collect();
    data.note().iter().for_each(|note| progress.say(note));
    progress.begin("dream", "steps", (all.len() * steps) as u64, 0);
    let mut done = 0;
    let report = judge_dreams(&all, &walks, seed, |name, _| {
        progress.advance(done, name);
        done += 1;
    });
    progress.advance(done, "");
    progress.end();
    Ok(report)
}
