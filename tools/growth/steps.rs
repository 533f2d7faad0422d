//! Training steps against resolution, width, batch and threads.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use crossroads::cli::print_line;
use crossroads::episode::DataSet;
use crossroads::objective::ObjectiveSettings;
use crossroads::report::Panel;
use crossroads::scene::Scene;
use crossroads::train::{Recipe, time_steps};

use super::{Grown, answers, own_memory, tell, told};
use crate::bench::{all_threads, percentile, record_into};

/// A step of `gan` as it comes: what is varied, one at a time.
#[derive(Clone, Copy)]
struct Size {
    side: u32,
    width: usize,
    batch: usize,
    threads: usize,
}

const USUAL: Size = Size { side: 64, width: 32, batch: 8, threads: 2 };

/// Episodes of the small recordings that are learned from.
const EPISODES: u32 = 24;

/// Prints a table for each of what is varied; the panels are all times, then all memories.
pub(super) fn measure(steps: u64, place: &Path) -> anyhow::Result<Vec<Panel>> {
    let varied = [
        ("pixels a side", [32, 64, 96, 128].map(|side| (f64::from(side), Size { side, ..USUAL })).to_vec()),
        ("channels of the largest map", [16, 32, 48, 64].map(|width| (width as f64, Size { width, ..USUAL })).to_vec()),
        ("windows a batch", [4, 8, 16, 32].map(|batch| (batch as f64, Size { batch, ..USUAL })).to_vec()),
        ("threads", [1, 2].map(|threads| (threads as f64, Size { threads, ..USUAL })).to_vec()),
    ];
    let (mut times, mut memories) = (Vec::new(), Vec::new());
    for (what, sizes) in varied {
        print_line(&format!("| {what} | a step of gan, ms | own memory, MB |\n| ---: | ---: | ---: |"))?;
        let mut time = Grown { what: "a step, ms", points: Vec::new() };
        let mut most = Grown { what: "own memory, MB", points: Vec::new() };
        for (number, size) in sizes {
            let (milliseconds, megabytes) = ask(size, steps, place)?;
            print_line(&format!("| {number} | {milliseconds:.0} | {} |", told(megabytes)))?;
            time.points.push((number, milliseconds));
            most.points.extend(megabytes.map(|megabytes| (number, megabytes)));
        }
        tell(&[&time, &most])?;
        times.push(time.panel(what));
        memories.push(most.panel(what));
    }
    Ok(times.into_iter().chain(memories).collect())
}

/// Milliseconds of a step, and the megabytes that are used then, in a process of its own.
fn ask(size: Size, steps: u64, place: &Path) -> anyhow::Result<(f64, Option<f64>)> {
    let (mut scene, _) = Scene::load("brick")?;
    (scene.camera.width, scene.camera.height) = (size.side, size.side);
    let folder = place.join(format!("side-{}", size.side));
    if !folder.exists() {
        record_into(&folder, &scene, EPISODES, all_threads())?;
    }
    let numbers = [size.width, size.batch, size.threads].map(|number| number.to_string());
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["growth", "--steps", &steps.to_string(), "--only"]).args(numbers).arg("--folder").arg(&folder);
    // Optimisers and averaged weights are moved by threads of their own.
    command.env("RAYON_NUM_THREADS", size.threads.to_string());
    let [milliseconds, memory] = answers(&mut command)?;
    Ok((milliseconds.context("a step was not timed")?, memory))
}

/// Prints the milliseconds of a step and the megabytes that are used after it; `only` is width, batch and threads.
pub(super) fn time(only: &[usize], steps: u64, folder: &Path) -> anyhow::Result<()> {
    let &[width, batch, threads] = only else { bail!("--only takes three numbers") };
    let data = DataSet::open(folder, "train", false)?;
    let mut recipe = Recipe::load("gan")?;
    (recipe.batch, recipe.shards) = (batch, threads);
    if let ObjectiveSettings::Gan(gan) = &mut recipe.objective {
        gan.generator.width = width;
    }
    // Where its discriminator has joined.
    let places = [recipe.steps * 9 / 10];
    let times = time_steps(&recipe, "flex", std::slice::from_ref(&data), &places, steps)?.remove(0);
    print_line(&format!("{} {}", percentile(times, 0.5), own_memory()))
}
