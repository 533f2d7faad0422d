//! What can stop a training.

use std::path::PathBuf;

use crate::device::DeviceError;
use crate::episode::DataError;
use crate::files::{LockError, Shown};
use crate::objective::SaveError;
use crate::settings::SettingsError;

/// Why there is no trained run.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The recipe's or the run's file, or a value in it.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Neither a file nor a recipe that comes with Crossroads.
    #[error("there is no recipe `{name}`: give the path of a RON file, or one of {known}")]
    UnknownRecipe {
        /// As given.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// Neither a run nor weights that come with Crossroads.
    #[error(
        "{name}: holds no run (there is no run.ron) and is not the name of weights that come with Crossroads; give the --out of a `crossroads train`, or one of: {known}"
    )]
    UnknownModel {
        /// As given.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A file of weights that cannot be used.
    #[error("{}: {why}; export it anew with `tools export`", file.shown())]
    WeightsFile {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// It is not recorded what a model learned from.
    #[error(
        "{name}: what it learned from is not known, since it was trained by an earlier version, so nothing is known to be new to it; train it anew"
    )]
    UnknownLearned {
        /// The model.
        name: String,
    },
    /// A model is to be judged by what was opened for others.
    #[error("{name}: may have learned some of the mazes of {}; open the data for this model, too", folder.shown())]
    MayHaveLearned {
        /// The model.
        name: String,
        /// The data set.
        folder: PathBuf,
    },
    /// All that could be asked may have been learned.
    #[error(
        "{}: nothing is left to judge by: all {left_out} corners of split `test` are of mazes that one of the models may have learned; record with a larger share of `train` in --split, or more episodes", folder.shown()
    )]
    NothingUnseen {
        /// The data set.
        folder: PathBuf,
        /// Corners left out.
        left_out: usize,
    },
    /// Somebody else writes into the run.
    #[error(transparent)]
    Locked(#[from] LockError),
    /// Too few or too many data sets.
    #[error(
        "the recipe `{recipe}` learns from as many data sets as it has names for ({names}), but {found} are given; give one --data for each, in this order"
    )]
    DataSets {
        /// The recipe.
        recipe: String,
        /// What it calls them.
        names: String,
        /// How many were given.
        found: usize,
    },
    /// Data sets of the same mazes for a recipe that is to learn without pairs.
    #[error(
        "{} and {}: {count} mazes are in the split `train` of both, so that frames of one belong to frames of the other, but `{recipe}` learns without pairs; record one of them with another --seed", first.shown(), second.shown()
    )]
    Paired {
        /// The recipe.
        recipe: String,
        /// One data set.
        first: PathBuf,
        /// Another.
        second: PathBuf,
        /// Mazes in both.
        count: usize,
    },
    /// A run of an objective that does not translate.
    #[error("{name}: does not translate between scenes; give runs of one of {known}")]
    NoTranslation {
        /// The model.
        name: String,
        /// Recipes that do.
        known: String,
    },
    /// A run of an objective that predicts no frames.
    #[error(
        "{name}: predicts no frames, so there is nothing to ask it here; what paints frames from noise alone is judged by `tools dream-up`"
    )]
    NoFrames {
        /// The model.
        name: String,
    },
    /// A run of an objective that does not walk.
    #[error("{name}: did not learn to walk; give a run of the recipe `walker`")]
    NoWalks {
        /// The model.
        name: String,
    },
    /// A run of an objective that predicts from a context, and paints nothing without one.
    #[error("{name}: paints no frames from noise alone; give runs of `dream-up`, `dream-up-vae` or `dream-up-plain`")]
    NoPainter {
        /// The model.
        name: String,
    },
    /// A run of an objective that reads no captions.
    #[error("{name}: paints no captions; give a run of `words` or `words-matched`")]
    NoCaptions {
        /// The model.
        name: String,
    },
    /// The data set.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The data set, in the middle of a training.
    #[error("{0}; the last checkpoint is whole, go on from it with --resume")]
    DataLost(DataError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The folder is used.
    #[error("{}: {why}", folder.shown())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// By what, and what to do.
        why: String,
    },
    /// Another frame size than the network takes.
    #[error("{}: {what} is {found}, but the run was made with {expected}", file.shown())]
    Mismatch {
        /// The data set or run.
        file: PathBuf,
        /// What differs.
        what: &'static str,
        /// Here.
        found: String,
        /// There.
        expected: String,
    },
    /// The disk.
    #[error("{}: {source}; the last checkpoint is whole", file.shown())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of a checkpoint that is not as it was written.
    #[error("{}: {why}; put it back, or delete its folder, and the checkpoint before it counts", file.shown())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What differs.
        why: String,
    },
    /// Weights.
    #[error(transparent)]
    Weights(#[from] SaveError),
    /// The numbers blow up again and again.
    #[error(
        "step {step}: the losses are no longer numbers, for the third time; lower the learning rates in the recipe"
    )]
    Diverged {
        /// The step.
        step: u64,
    },
    /// Threads could not be started.
    #[error("no threads for {shards} shards ({source}); lower `shards` in the recipe")]
    Threads {
        /// As the recipe says.
        shards: usize,
        /// Why.
        source: rayon::ThreadPoolBuildError,
    },
}

impl TrainError {
    /// For `map_err` on file operations.
    pub(crate) fn io(file: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.into();
        move |source| Self::Io { file, source }
    }
}
