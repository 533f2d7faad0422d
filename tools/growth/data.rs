//! The recorder and the reader against the size of a data set.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use crossroads::cli::print_line;
use crossroads::episode::{DataSet, Windows};
use crossroads::files::Shown;
use crossroads::random::Rng;
use crossroads::report::Panel;
use crossroads::scene::Scene;
use crossroads::train::Recipe;
use rand::SeedableRng;

use super::{Grown, answers, own_memory, tell, told};
use crate::bench::{all_threads, percentile, record_into};

/// Of an episode of 128 ticks at 64×64.
const EPISODE_BYTES: f64 = 129.0 * 64.0 * 64.0 * 3.0;

/// Batches that are drawn from each data set, and windows of one.
const BATCHES: usize = 400;
const BATCH: usize = 16;

/// Prints a table.
pub(super) fn measure(largest: f64, place: &Path) -> anyhow::Result<Vec<Panel>> {
    let (scene, _) = Scene::load("brick")?;
    print_line(&format!(
        "| data set, GB | recorded, frames/s | opened, ms | a batch of {BATCH} windows, ms | 95 % of them, ms | own memory, \
         MB |\n| ---: | ---: | ---: | ---: | ---: | ---: |"
    ))?;
    let grown = |what| Grown { what, points: Vec::new() };
    let (mut recorded, mut opened) = (grown("recorded, frames/s"), grown("opened, ms"));
    let (mut drawn, mut own) = (grown("a batch, ms"), grown("own memory, MB"));
    for share in [1.0 / 64.0, 1.0 / 16.0, 1.0 / 4.0, 1.0] {
        let folder = place.join("data");
        let episodes = (largest * share * 1e9 / EPISODE_BYTES).ceil() as u32;
        let rate = record_into(&folder, &scene, episodes.max(1), all_threads())?;
        let mut command = Command::new(std::env::current_exe()?);
        let answers = answers(command.args(["growth", "--only", "--folder"]).arg(&folder))?;
        let [Some(gigabytes), Some(milliseconds), Some(usual), Some(late), megabytes] = answers else {
            bail!("{}: reading was not timed", folder.shown())
        };
        print_line(&format!(
            "| {gigabytes:.2} | {rate:.0} | {milliseconds:.0} | {usual:.2} | {late:.2} | {} |",
            told(megabytes)
        ))?;
        recorded.points.push((gigabytes, rate));
        opened.points.push((gigabytes, milliseconds));
        drawn.points.push((gigabytes, usual));
        own.points.extend(megabytes.map(|megabytes| (gigabytes, megabytes)));
        std::fs::remove_dir_all(&folder).with_context(|| folder.shown())?;
    }
    let all = [&recorded, &opened, &drawn, &own];
    tell(&all)?;
    Ok(all.map(|grown| grown.panel("gigabytes")).to_vec())
}

/// Prints gigabytes, milliseconds to open them, milliseconds of a batch (median and 95th percentile), and megabytes that
/// are used after that.
pub(super) fn time(folder: &Path) -> anyhow::Result<()> {
    let began = Instant::now();
    let data = DataSet::open(folder, "train", false)?;
    let opened = began.elapsed().as_secs_f64() * 1e3;
    let windows = Windows::new(&data, Recipe::load("gan")?.windows);
    ensure!(!windows.corners.is_empty(), "{}: no corner was recorded; give a larger --largest", folder.shown());
    let mut rng = Rng::seed_from_u64(1);
    let draw = |_| {
        let began = Instant::now();
        drop(windows.draw(&data, BATCH, &mut rng)?);
        Ok(began.elapsed())
    };
    let times: Vec<_> = (0..BATCHES).map(draw).collect::<anyhow::Result<_>>()?;
    let (usual, late) = (percentile(times.clone(), 0.5), percentile(times, 0.95));
    let gigabytes = data.manifest.episodes.iter().map(|entry| entry.bytes).sum::<u64>() as f64 / 1e9;
    print_line(&format!("{gigabytes} {opened} {usual} {late} {}", own_memory()))
}
