//! `tools torture bytes`.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Args;
use crossroads::cli::print_line;
use crossroads::device;
use crossroads::episode::check;
use crossroads::files::Shown;
use crossroads::game::{RecordJob, record};
use crossroads::progress::Silent;
use crossroads::scene::Scene;
use crossroads::settings::Source;
use crossroads::train::{Recipe, Run, TrainJob, Trained, Weights, train};

/// Alter every bit and every byte of an episode, a manifest, a run, a checkpoint and a file of weights, one at a time: each
/// must be refused by the file's name.
///
/// They are made for it, in a temporary folder: small ones, so that there are not too many places.
#[derive(Debug, Args)]
pub(super) struct Bytes {
    /// Only every so many places
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    stride: u32,
}

/// Eight pixels a side: a frame of 192 bytes.
const SCENE: &str = r#"(
    name: "tiny",
    maze: Grown(width: 7, height: 7, openings: 0.3, seeds: (0, 1000)),
    theme: (
        walls: ["brick-red.png"], district: 3, floor: "floor-paving.png", ceiling: "ceiling-plaster.png",
        face_shade: 0.7, fog: (colour: (24, 26, 34), distance: 9.0),
    ),
    camera: (view: FirstPerson(field_of_view: 80.0, setback: 0.4), width: 8, height: 8, supersampling: 1),
    agent: (ticks_per_cell: 1, ticks_per_quarter: 1, left_odds: 0.5),
)
"#;

const RECIPE: &str = r#"(
    name: "tiny",
    windows: (context: 1, corner_share: 0.6, turn_share: 0.3, context_noise: 0, mirror: true),
    batch: 2, shards: 1, steps: 1, seed: 1, checkpoint_every: 1, sheet_every: 1,
    objective: Regression(
        generator: (width: 4, moves: 0), rate: 5e-4, cooling_share: 0.0, betas: (0.5, 0.99), ema: 0.9,
    ),
)
"#;

/// What came of altering one file.
#[derive(Default)]
struct Count {
    places: usize,
    altered: usize,
    missed: Vec<String>,
    panicked: usize,
}

impl Bytes {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let place = tempfile::tempdir()?;
        let (data, run) = (place.path().join("data"), place.path().join("run"));
        make(&data, &run)?;
        let weights = place.path().join("weights.safetensors");
        let made = Trained::weights(&text(&run)?, &device::find("flex")?)?;
        std::fs::write(&weights, made.to_bytes(&weights)?)?;

        print_line("| file | bytes | places | alterations | found | missed | panics | seconds |")?;
        print_line("| --- | --- | --- | --- | --- | --- | --- | --- |")?;
        let read_data = || refusal_of_data(&data);
        let read_run = || Run::open(&run).and_then(|run| run.check_files()).err().map(|error| error.to_string());
        let read_weights = || {
            let bytes = std::fs::read(&weights).unwrap_or_default();
            Weights::from_bytes(&bytes, &weights).err().map(|error| error.to_string())
        };
        let mut failed = 0;
        for name in ["episode-0000000.safetensors", "manifest.ron"] {
            failed += self.alter(&data.join(name), &read_data)?;
        }
        failed += self.alter(&run.join("run.ron"), &read_run)?;
        for file in files_in(&checkpoint_of(&run)?)? {
            failed += self.alter(&file, &read_run)?;
        }
        failed += self.alter(&weights, &read_weights)?;
        ensure!(failed == 0, "{failed} alterations were not found, or ended in a panic");
        Ok(())
    }

    /// Alters a file in all ways, puts it back, and prints a line: how many were missed, or ended in a panic.
    fn alter(&self, file: &Path, read: &dyn Fn() -> Option<String>) -> anyhow::Result<usize> {
        let name = file.file_name().and_then(|name| name.to_str()).context("a name")?;
        ensure!(read().is_none(), "{}: is refused as it was written", file.shown());
        let whole = std::fs::read(file)?;
        let began = Instant::now();
        let mut count = Count::default();
        // Panics are counted, not printed.
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let mut opened = OpenOptions::new().write(true).open(file)?;
        let mut put = |at: usize, byte: u8| -> std::io::Result<()> {
            opened.seek(SeekFrom::Start(at as u64))?;
            opened.write_all(&[byte])
        };
        for (at, byte) in whole.iter().copied().enumerate().step_by(self.stride as usize) {
            count.places += 1;
            for mask in (0..8).map(|bit| 1 << bit).chain([0xff]) {
                put(at, byte ^ mask)?;
                count.altered += 1;
                match catch_unwind(AssertUnwindSafe(read)) {
                    Ok(Some(said)) if said.contains(name) => {}
                    Ok(said) => {
                        count.missed.push(format!("byte {at} ^ {mask:#04x}: {}", said.unwrap_or("nothing".into())))
                    }
                    Err(_) => count.panicked += 1,
                }
            }
            put(at, byte)?;
        }
        std::panic::set_hook(hook);
        let (altered, missed, panicked) = (count.altered, count.missed.len(), count.panicked);
        let (bytes, places, seconds) = (whole.len(), count.places, began.elapsed().as_secs());
        let found = altered - missed - panicked;
        print_line(&format!(
            "| {name} | {bytes} | {places} | {altered} | {found} | {missed} | {panicked} | {seconds} |"
        ))?;
        for miss in count.missed.iter().take(10) {
            print_line(&format!("missed: {name}, {miss}"))?;
        }
        Ok(missed + panicked)
    }
}

/// What a data set is refused with: by its manifest, or by one of its files.
fn refusal_of_data(folder: &Path) -> Option<String> {
    match check(folder) {
        Err(error) => Some(error.to_string()),
        // A manifest that says something else of a file is found there.
        Ok((_, damages)) => damages.first().map(|damage| format!("{damage}, manifest.ron")),
    }
}

/// Records a data set and trains on it.
fn make(data: &Path, run: &Path) -> anyhow::Result<()> {
    let source = |text: &str| Source { file: "tiny.ron".into(), text: text.into() };
    let job = RecordJob { ticks: 12, ..RecordJob::new(Scene::from_source(&source(SCENE))?, data, 3) };
    record(job, Box::new(Silent))?;
    let job = TrainJob {
        recipe: Recipe::from_source(&source(RECIPE))?,
        data: data.to_owned(),
        more_data: Vec::new(),
        out: run.to_owned(),
        device: "flex".into(),
        resume: false,
        skip_damaged: false,
        snapshots: 0,
    };
    train(&job, &mut Silent)?;
    Ok(())
}

fn text(path: &Path) -> anyhow::Result<String> {
    Ok(path.to_str().context("a folder for temporary files whose name is UTF-8")?.to_owned())
}

/// The newest checkpoint of a run.
fn checkpoint_of(run: &Path) -> anyhow::Result<PathBuf> {
    let is_checkpoint = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("checkpoint-"))
    };
    files_in(run)?.into_iter().rfind(is_checkpoint).context("a checkpoint")
}

/// What is in a folder, by name.
fn files_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut all = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    all.sort();
    Ok(all)
}
