//! `tools growth`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use crossroads::cli::print_line;
use crossroads::episode::{DataSet, Windows};
use crossroads::objective::ObjectiveSettings;
use crossroads::scene::Scene;
use crossroads::train::{Recipe, TrainJob, time_steps};
use rand::SeedableRng;

use crate::bench::{all_threads, percentile, record_into};

/// Time how training steps of `gan` grow with resolution, width, batch and threads, and the recorder and the reader with
/// the size of a data set. Prints tables, each with the exponent that fits it best.
///
/// Give it the machine for itself.
#[derive(Debug, Args)]
pub(super) struct Growth {
    /// Largest data set, in gigabytes; it is written, read and deleted
    #[arg(long, default_value_t = 1.0)]
    largest: f64,
    /// Steps at each place, whose median counts
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u64).range(1..=1000))]
    steps: u64,
    /// Folder in which a folder for recordings is made and deleted again; the system's for temporary files, if not given
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Time only steps of this width, batch and number of threads, on the recording in --folder: how this program asks
    /// itself, since memory that was used before would count
    #[arg(long, hide = true, num_args = 3)]
    only: Option<Vec<usize>>,
}

/// A step of `gan` as it comes: what is varied, one at a time.
#[derive(Clone, Copy)]
struct Size {
    side: u32,
    width: usize,
    batch: usize,
    threads: usize,
}

const USUAL: Size = Size { side: 64, width: 24, batch: 8, threads: 2 };

/// Episodes of the small recordings that are learned from.
const EPISODES: u32 = 24;

/// What was measured of one size.
struct Point {
    size: f64,
    milliseconds: f64,
    /// Most memory that was used, in megabytes.
    memory: Option<f64>,
}

impl Growth {
    pub(super) fn run(self) -> anyhow::Result<()> {
        if let (Some(only), Some(folder)) = (&self.only, &self.folder) {
            let &[width, batch, threads] = only.as_slice() else { anyhow::bail!("--only takes three numbers") };
            return self.time(Size { width, batch, threads, ..USUAL }, folder);
        }
        anyhow::ensure!(self.largest > 0.0 && self.largest <= 1e4, "--largest is above 0, up to 10000");
        let mut place = tempfile::Builder::new();
        place.prefix("crossroads-growth-");
        let place = match &self.folder {
            Some(folder) => place.tempdir_in(folder).with_context(|| format!("{}", folder.display()))?,
            None => place.tempdir()?,
        };
        let by_side = [32, 64, 96, 128].map(|side| (f64::from(side), Size { side, ..USUAL }));
        let by_width = [12, 24, 36, 48].map(|width| (width as f64, Size { width, ..USUAL }));
        let by_batch = [4, 8, 16, 32].map(|batch| (batch as f64, Size { batch, ..USUAL }));
        let by_threads = [1, 2].map(|threads| (threads as f64, Size { threads, ..USUAL }));
        self.steps_by("pixels a side", by_side, place.path())?;
        self.steps_by("channels of the largest map", by_width, place.path())?;
        self.steps_by("windows a batch", by_batch, place.path())?;
        self.steps_by("threads", by_threads, place.path())?;
        self.data(place.path())
    }

    fn steps_by<const N: usize>(&self, what: &str, sizes: [(f64, Size); N], place: &Path) -> anyhow::Result<()> {
        let points = sizes.map(|(number, size)| self.step(number, size, place));
        let points = points.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
        print_line(&format!("| {what} | a step of gan, ms | most memory, MB |"))?;
        print_line("| ---: | ---: | ---: |")?;
        for point in &points {
            let memory = point.memory.map_or_else(|| "not told".into(), |memory| format!("{memory:.0}"));
            print_line(&format!("| {} | {:.0} | {memory} |", point.size, point.milliseconds))?;
        }
        let exponent = exponent(points.iter().map(|point| (point.size, point.milliseconds)));
        print_line(&format!("\nTime grows with the power {exponent:.2}.\n"))
    }

    fn step(&self, number: f64, size: Size, place: &Path) -> anyhow::Result<Point> {
        let (mut scene, _) = Scene::load("brick")?;
        (scene.camera.width, scene.camera.height) = (size.side, size.side);
        let folder = place.join(format!("side-{}", size.side));
        if !folder.exists() {
            record_into(&folder, &scene, EPISODES, all_threads())?;
        }
        let numbers = [size.width, size.batch, size.threads].map(|number| number.to_string());
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["growth", "--steps", &self.steps.to_string(), "--only"]).args(numbers);
        let output = command.arg("--folder").arg(&folder).stderr(Stdio::inherit()).output()?;
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let numbers: Vec<Option<f64>> = told.split_whitespace().map(|number| number.parse().ok()).collect();
        let &[Some(milliseconds), memory] = numbers.as_slice() else { anyhow::bail!("timing steps failed: {told}") };
        Ok(Point { size: number, milliseconds, memory })
    }

    /// Prints the milliseconds of a step and the most megabytes that were used.
    fn time(&self, size: Size, folder: &Path) -> anyhow::Result<()> {
        let data = DataSet::open(folder, "train", false)?;
        let mut recipe = Recipe::load("gan")?;
        (recipe.batch, recipe.shards) = (size.batch, size.threads);
        if let ObjectiveSettings::Gan(gan) = &mut recipe.objective {
            gan.generator.width = size.width;
        }
        let places = [recipe.steps * 3 / 4];
        let (folder, device) = (data.folder.clone(), "flex".to_owned());
        let job = TrainJob {
            recipe,
            data: folder,
            out: PathBuf::new(),
            device,
            resume: false,
            skip_damaged: false,
            snapshots: 0,
        };
        let times = time_steps(&job, &data, &places, self.steps)?.remove(0);
        let memory = memory("VmHWM:").map_or_else(|| "untold".into(), |memory| memory.to_string());
        print_line(&format!("{} {memory}", percentile(times, 0.5)))
    }

    /// Recorder and reader. Frames that are read are mapped, and count for no memory of their own.
    fn data(&self, place: &Path) -> anyhow::Result<()> {
        let (scene, _) = Scene::load("brick")?;
        print_line("| data set, GB | recorded, frames/s | opened, s | a batch of 16 windows, ms | own memory, MB |")?;
        print_line("| ---: | ---: | ---: | ---: | ---: |")?;
        let sizes = [1.0 / 64.0, 1.0 / 16.0, 1.0 / 4.0, 1.0];
        let (mut opened, mut drawn) = (Vec::new(), Vec::new());
        for share in sizes {
            let gigabytes = self.largest * share;
            let folder = place.join("data");
            let episodes = (gigabytes * 1e9 / EPISODE_BYTES).ceil() as u32;
            let rate = record_into(&folder, &scene, episodes.max(1), all_threads())?;
            let began = Instant::now();
            let data = DataSet::open(&folder, "train", false)?;
            let seconds = began.elapsed().as_secs_f64();
            let windows = Windows::new(&data, Recipe::load("gan")?.windows);
            let mut rng = crossroads::maze::Rng::seed_from_u64(1);
            let times = (0..200).map(|_| {
                let began = Instant::now();
                drop(windows.draw(&data, 16, &mut rng));
                began.elapsed()
            });
            let batch = percentile(times.collect(), 0.5);
            let own = memory("RssAnon:").map_or_else(|| "not told".into(), |memory| format!("{memory:.0}"));
            print_line(&format!("| {gigabytes:.2} | {rate:.0} | {seconds:.2} | {batch:.2} | {own} |"))?;
            opened.push((gigabytes, seconds));
            drawn.push((gigabytes, batch));
            drop(data);
            std::fs::remove_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
        }
        let (opened, drawn) = (exponent(opened.into_iter()), exponent(drawn.into_iter()));
        print_line(&format!("\nOpening grows with the power {opened:.2}, drawing a batch with {drawn:.2}."))
    }
}

/// Of an episode of 128 ticks at 64×64.
const EPISODE_BYTES: f64 = 129.0 * 64.0 * 64.0 * 3.0;

/// The slope of the line through the logarithms, by least squares.
fn exponent(points: impl Iterator<Item = (f64, f64)>) -> f64 {
    let logs: Vec<(f64, f64)> = points.map(|(size, value)| (size.ln(), value.ln())).collect();
    let count = logs.len() as f64;
    let (mean_x, mean_y) =
        (logs.iter().map(|at| at.0).sum::<f64>() / count, logs.iter().map(|at| at.1).sum::<f64>() / count);
    let covariance: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    covariance / logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum::<f64>()
}

/// A line of this process's status, in megabytes, where the system tells it.
fn memory(line: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|at| at.strip_prefix(line))?;
    Some(value.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1e3)
}

#[cfg(test)]
mod tests {
    use super::exponent;

    #[test]
    fn the_exponent_of_a_power_is_found() {
        let points = [1.0_f64, 2.0, 8.0].map(|size| (size, 3.0 * size.powf(1.5)));
        assert!((exponent(points.into_iter()) - 1.5).abs() < 1e-9);
    }
}
