//! `tools bench`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Args;
use crossroads::agent::{Action, Agent, Pose};
use crossroads::camera::Camera;
use crossroads::cli::print_line;
use crossroads::device;
use crossroads::episode::{DataSet, WindowSettings, Windows};
use crossroads::files::{Shown, check_output};
use crossroads::game::{RecordJob, record};
use crossroads::kernel::{Work, peak};
use crossroads::maze::Maze;
use crossroads::predict::{Predictor, Question, Sampling, questions};
use crossroads::progress::Silent;
use crossroads::scene::Scene;
use crossroads::task::write_json;
use crossroads::train::{Recipe, Trained, time_steps};
use serde::Serialize;

/// Time what everything waits for: training steps, answers, the camera, the recorder. Needs no data, and leaves none.
///
/// Give it the machine for itself. `tools/baseline` measures the same of PyTorch and ViZDoom.
#[derive(Debug, Args)]
pub(super) struct Bench {
    /// Fewer rounds
    #[arg(long)]
    quick: bool,
    /// Also write the figures as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
    /// Threads that record; all that there are, if not given
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Folder in which a folder for recordings is made and deleted again; the system's for temporary files, if not given
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// What was measured, in milliseconds and frames a second.
#[derive(Debug, Serialize)]
struct Figures {
    machine: String,
    threads: usize,
    version: &'static str,
    burn: String,
    bevy: String,
    device: String,
    /// Medians of whole training steps.
    step_ms: Steps,
    /// Operations a second, in thousand millions, where threads do nothing but multiply and add.
    peak_gflops: f64,
    /// Operations of our kernels over what the peak would do: of convolutions and moves in the time of a whole step, and of
    /// convolutions in their own.
    peak_share: Shares,
    /// Medians and 95th percentiles of answers to one context.
    infer_ms: Answers,
    infer_ms_p95: Answers,
    /// The camera alone, without supersampling, on one core.
    camera_fps_160x120: f64,
    /// The scene `brick` as it comes, with all threads, to disk.
    record_fps_64: f64,
    /// The scene `crowd`, which is seen from above, the same.
    record_fps_above: f64,
    /// Without supersampling, with one thread that draws, to disk.
    record_fps_160x120: f64,
}

#[derive(Debug, Serialize)]
struct Steps {
    regression: f64,
    /// With the discriminator.
    gan: f64,
    /// Before the discriminator joins in.
    gan_warm: f64,
}

/// Of two threads, since a recipe halves its batches; nothing, where our kernels do not compute.
#[derive(Debug, Serialize)]
struct Shares {
    step: Option<f64>,
    convolutions: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Answers {
    /// One.
    batch1: f64,
    /// Sixteen, from as many noises; the context is encoded once.
    batch16: f64,
}

/// Parts of a batch, each with a thread of its own.
const HALVES: usize = 2;

/// How often each thing is done.
struct Rounds {
    steps: u64,
    answers: usize,
    draws: usize,
    episodes: u32,
}

impl Bench {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.json.iter().try_for_each(|file| check_output(file))?;
        let rounds = match self.quick {
            true => Rounds { steps: 12, answers: 60, draws: 3, episodes: 160 },
            false => Rounds { steps: 60, answers: 400, draws: 9, episodes: 800 },
        };
        let mut place = tempfile::Builder::new();
        place.prefix("crossroads-bench-");
        let place = match &self.folder {
            Some(folder) => place.tempdir_in(folder).with_context(|| folder.shown())?,
            None => place.tempdir()?,
        };
        let threads = self.threads.map_or_else(all_threads, usize::from);
        let ((brick, _), (crowd, _)) = (Scene::load("brick")?, Scene::load("crowd")?);
        let data = place.path().join("data");
        record_into(&data, &brick, 40, threads)?;
        let data = DataSet::open(&data, "train", false)?;
        let peak = peak(HALVES);
        let (step_ms, peak_share) = self.steps(&data, rounds.steps, peak)?;
        let (infer_ms, infer_ms_p95) = self.answers(&data, rounds.answers)?;
        let wide = wide(&brick);
        let figures = Figures {
            machine: machine(),
            threads,
            version: env!("CARGO_PKG_VERSION"),
            burn: locked("burn")?,
            bevy: locked("bevy")?,
            device: self.device.clone(),
            step_ms,
            peak_gflops: peak / 1e9,
            peak_share,
            infer_ms,
            infer_ms_p95,
            camera_fps_160x120: camera_fps(&wide, rounds.draws)?,
            record_fps_64: record_into(&place.path().join("64"), &brick, rounds.episodes, threads)?,
            record_fps_above: record_into(&place.path().join("above"), &crowd, rounds.episodes, threads)?,
            record_fps_160x120: record_into(&place.path().join("wide"), &wide, rounds.episodes / 2, 1)?,
        };
        let printed = figures.print();
        self.json.iter().try_for_each(|file| write_json(&figures, file))?;
        printed
    }

    fn steps(&self, data: &DataSet, count: u64, peak: f64) -> anyhow::Result<(Steps, Shares)> {
        let medians = |name: &str, shares: &[f64]| -> anyhow::Result<Vec<f64>> {
            let recipe = Recipe::load(name)?;
            let places: Vec<u64> = shares.iter().map(|share| (recipe.steps as f64 * share) as u64).collect();
            let times = time_steps(&recipe, &self.device, std::slice::from_ref(data), &places, count)?;
            Ok(times.into_iter().map(|times| percentile(times, 0.5)).collect())
        };
        let before = Work::done();
        let regression = medians("regression", &[0.5])?[0];
        let work = Work::done().since(before);
        let gan = medians("gan", &[0.25, 0.9])?;
        let operations = (work.convolutions + work.products) as f64;
        // One step more than is timed comes first.
        let step = operations / (count + 1) as f64 / (regression / 1e3 * peak);
        let own = work.convolutions as f64 / (work.convolution_time.as_secs_f64() * peak / HALVES as f64);
        ensure!(
            own < 1.0,
            "convolutions took {:.0} % of the peak that was measured, which can then be none; is the machine idle?",
            100.0 * own
        );
        let ours = |share: f64| (operations > 0.0).then_some(share);
        let shares = Shares { step: ours(step), convolutions: ours(own) };
        Ok((Steps { regression, gan: gan[1], gan_warm: gan[0] }, shares))
    }

    fn answers(&self, data: &DataSet, count: usize) -> anyhow::Result<(Answers, Answers)> {
        let model = Trained::open("gan", &device::find(&self.device)?)?;
        let context = model.info.recipe.windows.context;
        let corners = Windows::new(data, WindowSettings::at_corners(context)).corners;
        let question = questions(data, &corners[..corners.len().min(1)], context, 1)?.into_iter().next();
        let question = question.context("no corner was recorded")?;
        let time = |samples| answer_times(&*model.predictor, &question, samples, count);
        let (one, sixteen) = (time(1), time(16));
        let at =
            |share| Answers { batch1: percentile(one.clone(), share), batch16: percentile(sixteen.clone(), share) };
        Ok((at(0.5), at(0.95)))
    }
}

impl Figures {
    fn print(&self) -> anyhow::Result<()> {
        print_line(&format!(
            "{}, {} threads; crossroads {}, burn {} on {}, bevy {}",
            self.machine, self.threads, self.version, self.burn, self.device, self.bevy
        ))?;
        let steps = &self.step_ms;
        print_line(&format!("step, regression                    {:8.1} ms", steps.regression))?;
        print_line(&format!("step, gan before its discriminator  {:8.1} ms", steps.gan_warm))?;
        print_line(&format!("step, gan with its discriminator    {:8.1} ms", steps.gan))?;
        print_line(&format!("peak of two threads                 {:8.0} GFLOP/s", self.peak_gflops))?;
        if let Shares { step: Some(step), convolutions: Some(convolutions) } = self.peak_share {
            print_line(&format!("share of it, step of regression     {:8.2}", step))?;
            print_line(&format!("share of it, its convolutions alone {:8.2}", convolutions))?;
        }
        let (median, late) = (&self.infer_ms, &self.infer_ms_p95);
        print_line(&format!("answer of gan                       {:8.2} ms, 95 %: {:.2}", median.batch1, late.batch1))?;
        print_line(&format!(
            "16 answers of gan                   {:8.2} ms, 95 %: {:.2}",
            median.batch16, late.batch16
        ))?;
        print_line(&format!("camera, 160x120, one core           {:8.0} frames/s", self.camera_fps_160x120))?;
        print_line(&format!("recorder, 160x120, one thread draws {:8.0} frames/s", self.record_fps_160x120))?;
        print_line(&format!("recorder, 64x64 from 128x128        {:8.0} frames/s", self.record_fps_64))?;
        print_line(&format!("recorder, 64x64 from above          {:8.0} frames/s", self.record_fps_above))
    }
}

pub(super) fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The version of a package that this program was built with.
fn locked(package: &str) -> anyhow::Result<String> {
    let name = format!("name = \"{package}\"\nversion = \"");
    let (_, after) = include_str!("../Cargo.lock").split_once(&name).context("Cargo.lock has no such package")?;
    Ok(after.chars().take_while(|&char| char != '"').collect())
}

/// The processor's name, where the system tells it.
fn machine() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = told.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

/// The scene with ViZDoom's smallest common picture, one ray a pixel.
fn wide(brick: &Scene) -> Scene {
    let mut scene = brick.clone();
    scene.name = "brick-160x120".into();
    (scene.camera.width, scene.camera.height, scene.camera.supersampling) = (160, 120, 1);
    scene
}

/// In milliseconds.
pub(super) fn percentile(mut times: Vec<Duration>, share: f64) -> f64 {
    times.sort();
    times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3
}

fn answer_times(predictor: &dyn Predictor, question: &Question, samples: usize, count: usize) -> Vec<Duration> {
    let ask = |seed| predictor.predict(std::slice::from_ref(question), Sampling::new(samples, seed));
    (0..count / 10).for_each(|seed| drop(ask(seed as u64)));
    let time = |seed| {
        let began = Instant::now();
        drop(ask(seed as u64));
        began.elapsed()
    };
    (0..count).map(time).collect()
}

/// Median of some rounds over a second's worth of moments of explorers' walks.
fn camera_fps(scene: &Scene, rounds: usize) -> anyhow::Result<f64> {
    let camera = Camera::new(scene, None)?;
    let walks: Vec<(Maze, Vec<Pose>)> = (0..20).map(|number| walk(scene, number)).collect();
    let mut pixels = vec![0; camera.frame_bytes()];
    let round = |_| {
        let (began, mut frames) = (Instant::now(), 0_u32);
        while began.elapsed() < Duration::from_millis(500) {
            for (maze, poses) in &walks {
                poses.iter().for_each(|&pose| camera.draw(maze, pose, &mut pixels));
                frames += poses.len() as u32;
            }
        }
        began.elapsed() / frames
    };
    Ok(1e3 / percentile((0..rounds).map(round).collect(), 0.5))
}

/// Where an explorer is at each of its ticks.
fn walk(scene: &Scene, number: u64) -> (Maze, Vec<Pose>) {
    let maze = scene.maze(number);
    let (mut agent, mut policy): (Agent, _) = scene.spawn(&maze, number);
    let mut tick = || {
        let action: Action = policy.decide(&agent, &maze);
        agent.tick(&maze, action);
        agent.pose()
    };
    let poses = (0..100).map(|_| tick()).collect();
    (maze, poses)
}

/// Records episodes of 128 ticks into a new folder: frames a second.
pub(super) fn record_into(out: &Path, scene: &Scene, episodes: u32, threads: usize) -> anyhow::Result<f64> {
    let job = RecordJob { threads, ..RecordJob::new(scene.clone(), out, episodes) };
    let done = record(job, Box::new(Silent))?;
    Ok(done.frames as f64 / done.seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_lock_file() {
        let expected = |package: &str| format!("{package} = {{ version = \"={}\"", locked(package).unwrap());
        let asked = include_str!("../Cargo.toml");
        assert!(asked.contains(&expected("burn")) && asked.contains(&expected("bevy")));
        assert!(locked("abacus").is_err());
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<Duration> = [5, 1, 4, 2, 3].map(Duration::from_millis).to_vec();
        assert_eq!([0.0, 0.5, 0.95].map(|share| percentile(times.clone(), share)), [1.0, 3.0, 5.0]);
    }
}
