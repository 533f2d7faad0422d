//! `crossroads demo`: from a maze to a film in one command.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::data::{cores, summary_line};
use super::print_line;
use crate::episode::{Split, TEST, TRAIN};
use crate::files::{Lock, Shown, check_output};
use crate::game::{RecordJob, record};
use crate::measure::{Report, table};
use crate::progress::{Bar, Progress};
use crate::scene::Scene;
use crate::task::{
    CourseJob, FilmJob, Plan, Wanted, compare, course, measure, open_models, parse_minutes, unseen, write_json,
};
use crate::train::{Recipe, TrainJob, Trained, UnseenData, train};

/// Record mazes, train a regression and two GANs, measure them, and make the films.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Folder for all of it; an interrupted demo in it goes on from where it was
    #[arg(long, default_value = "out/demo")]
    out: PathBuf,
    /// Minutes to train for at most, all models together
    #[arg(long, default_value_t = 7.0, value_parser = parse_minutes)]
    minutes: f64,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
    /// Episodes to record: fewer, where a demo is tried out and not looked at
    #[arg(long, default_value_t = EPISODES, hide = true)]
    episodes: u32,
    /// Corners in the film and on the sheet
    #[arg(long, default_value_t = CORNERS, hide = true)]
    corners: usize,
}

/// What is recorded: enough corners that the models meet walls of every kind.
const EPISODES: u32 = 500;
const TICKS: u32 = 128;
const SEED: u64 = 1;
const TRAIN_SHARE: f32 = 0.85;

/// A model, and what it learns from.
#[derive(Debug, Clone, Copy)]
struct Station {
    recipe: &'static str,
    /// Share of the time for training.
    share: f64,
    world: World,
    snapshots: u32,
}

/// A scene, and the folder of its episodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct World {
    scene: &'static str,
    folder: &'static str,
}

const BRICK: World = World { scene: "brick", folder: "data" };
/// Half the size: four times as many steps in the same time.
const SMALL: World = World { scene: "brick-32", folder: "data-32" };

/// What is held side by side.
const REGRESSION: Station = Station { recipe: "regression", share: 0.15, world: BRICK, snapshots: 0 };
const GAN: Station = Station { recipe: "gan", share: 0.45, world: BRICK, snapshots: 0 };
/// What is shown through its training. The third of 16 snapshots is the ghost, as its warm start leaves it.
const CURE: Station = Station { recipe: "gan-mean", share: 0.4, world: SMALL, snapshots: 16 };
const STATIONS: [Station; 3] = [REGRESSION, GAN, CURE];

/// Samples at each corner that is judged.
const SAMPLES: usize = 16;

/// What the films' noise follows from: of its first five codes some are of either kind.
const FILM_SEED: u64 = 2;

/// File names of what is made in the end.
const FIGURES: &str = "metrics.json";
const FILM: &str = "compare.mp4";
const SHEET: &str = "samples.png";
const CURE_FIGURES: &str = "cure.json";
const CURE_FILM: &str = "cure.mp4";
const CURE_SHEET: &str = "cure.png";

/// Noises of the cure: the first two are of either sign.
const CURE_NOISES: usize = 2;

/// Corners in the film and on the sheet, and noises of each stochastic model there.
const CORNERS: usize = 4;
const NOISES: usize = 5;

impl Demo {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut progress = Bar::default();
        let cores = cores();
        let _lock = Lock::take(&self.out)?;
        let made = [FILM, SHEET, FIGURES, CURE_FILM, CURE_SHEET, CURE_FIGURES];
        made.iter().try_for_each(|name| check_output(&self.out.join(name)))?;
        progress.say(&format!("device {}, {cores} cores, into {}", self.device, self.out.shown()));
        [BRICK, SMALL].into_iter().try_for_each(|world| self.record(world, &mut progress))?;
        let plan = self.plan(&mut progress)?;
        for station in STATIONS {
            train(&self.job(station, plan.steps(station.recipe))?, &mut progress)?;
        }
        self.compare(&mut progress)?;
        self.cure(&mut progress)?;
        let words = ["film", "samples", "figures", "film", "samples", "figures"];
        let folders = [("data", BRICK.folder), ("data", SMALL.folder)];
        let runs = STATIONS.map(|station| ("run", station.recipe));
        for (what, name) in words.into_iter().zip(made).chain(folders).chain(runs) {
            print_line(&format!("{what:<8} {}", self.out.join(name).shown()))?;
        }
        print_line(&format!("in {:.1} minutes", began.elapsed().as_secs_f64() / 60.0))
    }

    /// Judges models of one world: prints the table, and writes it into a file.
    fn judge(
        &self,
        stations: &[Station],
        figures: &str,
        progress: &mut dyn Progress,
    ) -> anyhow::Result<(Vec<Trained>, UnseenData, Report)> {
        let runs: Vec<PathBuf> = stations.iter().map(|station| self.out.join(station.recipe)).collect();
        let data = unseen(&runs, &self.out.join(stations[0].world.folder), false)?;
        let models = open_models(&runs, &self.device, &data)?;
        let report = measure(&models, &data, SAMPLES, SEED, progress)?;
        print_line(&format!("\n{}\n", table(&report)))?;
        write_json(&report, &self.out.join(figures))?;
        Ok((models, data, report))
    }

    /// Regression and GAN side by side.
    fn compare(&self, progress: &mut dyn Progress) -> anyhow::Result<()> {
        let (models, data, report) = self.judge(&[REGRESSION, GAN], FIGURES, progress)?;
        let shown = FilmJob {
            files: vec![self.out.join(SHEET), self.out.join(FILM)],
            corners: self.corners,
            samples: NOISES,
            seed: FILM_SEED,
            report: Some(&report),
        };
        compare(&models, &data, &shown, progress)
    }

    /// The ghost that gives way to left and right, through one training.
    fn cure(&self, progress: &mut dyn Progress) -> anyhow::Result<()> {
        self.judge(&[CURE], CURE_FIGURES, progress)?;
        let shown = CourseJob {
            run: &self.out.join(CURE.recipe),
            data: &self.out.join(CURE.world.folder),
            files: &[CURE_SHEET, CURE_FILM].map(|name| self.out.join(name)),
            corners: self.corners,
            samples: CURE_NOISES,
            seed: FILM_SEED,
            device: &self.device,
        };
        course(&shown, progress)
    }

    fn record(&self, world: World, progress: &mut dyn Progress) -> anyhow::Result<()> {
        let (scene, _) = Scene::load(world.scene)?;
        let folder = self.out.join(world.folder);
        let split = |name: &str, share| Split { name: name.into(), share };
        let job = RecordJob {
            ticks: TICKS,
            seed: SEED,
            splits: vec![split(TRAIN, TRAIN_SHARE), split(TEST, 1.0 - TRAIN_SHARE)],
            threads: cores(),
            ..RecordJob::new(scene, &folder, self.episodes)
        };
        let summary = record(job, Box::new(Bar::default()))?;
        progress.say(&summary_line(&folder, &summary));
        Ok(())
    }

    /// How a model is trained here; a run that was begun goes on.
    fn job(&self, station: Station, steps: Option<u64>) -> anyhow::Result<TrainJob> {
        let mut recipe = Recipe::load(station.recipe)?;
        recipe.steps = steps.unwrap_or(recipe.steps);
        let out = self.out.join(station.recipe);
        Ok(TrainJob {
            recipe,
            data: self.out.join(station.world.folder),
            more_data: Vec::new(),
            device: self.device.clone(),
            resume: crate::train::Run::is_in(&out),
            out,
            skip_damaged: false,
            snapshots: station.snapshots,
        })
    }

    /// How many steps each model is trained for, by how long a step takes on this machine.
    fn plan(&self, progress: &mut dyn Progress) -> anyhow::Result<Plan> {
        let mut plan = Plan::open(&self.out)?;
        plan.check_names(&STATIONS.map(|station| station.recipe))?;
        let wanted = |station: Station| {
            let job = self.job(station, None)?;
            let (seconds, most) = (self.minutes * 60.0 * station.share, job.recipe.steps);
            Ok(Wanted { name: station.recipe.to_owned(), job, seconds, most })
        };
        let wanted = STATIONS.into_iter().map(wanted).collect::<anyhow::Result<Vec<_>>>()?;
        plan.settle(&wanted, progress)?;
        Ok(plan)
    }
}
