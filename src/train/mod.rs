//! The one training loop, and the folder that it leaves.

mod checkpoint;
mod error;
mod metrics;
mod recipe;
mod run;
mod sheet;
mod training;

pub use error::TrainError;
pub use recipe::{RECIPES, Recipe};
pub use run::{Run, RunInfo};
pub use training::{TrainJob, measure_step_seconds, train};
