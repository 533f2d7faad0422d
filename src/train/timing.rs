//! How long the steps of a training take, with nothing written.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::training::{Training, open_data, run_info};
use super::{Recipe, Run, TrainError, TrainJob};
use crate::device;
use crate::episode::DataSet;

/// Places in a recipe's course where steps are timed, and how many at each, after one that warms up.
const PLACES: u64 = 8;
const TIMED_STEPS: u64 = 3;

/// Seconds that a step of a recipe takes here, as a mean over its whole schedule: measured at a few places evenly spread
/// over it, since later steps may do more than early ones. Nothing is written.
pub fn measure_step_seconds(job: &TrainJob) -> Result<f64, TrainError> {
    let all = open_data(job, &job.recipe)?;
    let steps = job.recipe.steps;
    let places: Vec<u64> = (0..PLACES).map(|place| steps * (2 * place + 1) / (2 * PLACES)).collect();
    let times = time_steps(&job.recipe, &job.device, &all, &places, TIMED_STEPS)?;
    let seconds = times.iter().flatten().sum::<Duration>().as_secs_f64();
    Ok(seconds / (PLACES * TIMED_STEPS) as f64)
}

/// How long each of `count` steps takes from some places of a recipe's schedule on, after a first step there. Nothing is
/// written.
pub fn time_steps(
    recipe: &Recipe,
    device: &str,
    data: &[DataSet],
    places: &[u64],
    count: u64,
) -> Result<Vec<Vec<Duration>>, TrainError> {
    let device = device::find(device)?;
    recipe.objective.config().check_data(data)?;
    let run = Run { folder: PathBuf::new(), info: run_info(recipe, data)? };
    let mut training = Training::unsaved(run, data, &device)?;
    let mut timed = |place: u64| {
        training.step(place)?;
        let time = |step: u64| {
            let began = Instant::now();
            training.step((place + 1 + step).min(recipe.steps - 1))?;
            Ok(began.elapsed())
        };
        (0..count).map(time).collect()
    };
    places.iter().map(|&place| timed(place)).collect()
}
