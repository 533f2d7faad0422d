//! The one training loop, and the folder that it leaves.

mod boxed;
mod checkpoint;
mod divergence;
mod error;
mod learned;
mod metrics;
mod recipe;
mod run;
mod size;
mod snapshots;
#[cfg(all(test, feature = "game"))]
mod tests;
mod trained;
mod training;
mod weights;

pub use boxed::BOXED;
pub use divergence::Divergence;
pub use error::TrainError;
pub use learned::{Learned, UnseenData};
pub use metrics::rows_until;
pub use recipe::{CAPTIONED, OTHER_RECIPES, RECIPES, Recipe, TRANSLATIONS};
pub use run::{Run, RunInfo};
pub use snapshots::{Snapshot, seconds_trained, snapshots};
pub use trained::{Trained, Translated};
pub use training::{TrainJob, measure_step_seconds, time_steps, train};
pub use weights::Weights;
