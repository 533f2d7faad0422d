//! `crossroads demo`: from a maze to a film in one command.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::data::{cores, summary_line};
use super::print_line;
use crate::episode::{Split, TEST, TRAIN};
use crate::files::{Lock, Shown, check_output};
use crate::game::{RecordJob, record};
use crate::measure::table;
use crate::progress::{Bar, Progress};
use crate::scene::Scene;
use crate::task::{FilmJob, Plan, Wanted, compare, measure, open_models, parse_minutes, unseen, write_json};
use crate::train::{Recipe, TrainJob, train};

/// Record a maze, train a regression and a GAN, measure both, and make the film.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Folder for all of it; an interrupted demo in it goes on from where it was
    #[arg(long, default_value = "out/demo")]
    out: PathBuf,
    /// Minutes to train for at most, both models together
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
const SCENE: &str = "brick";
const EPISODES: u32 = 500;
const TICKS: u32 = 128;
const SEED: u64 = 1;
const TRAIN_SHARE: f32 = 0.85;

/// The models, and how the time for training is divided among them.
const MODELS: [(&str, f64); 2] = [("regression", 0.2), ("gan", 0.8)];

/// Samples at each corner that is judged.
const SAMPLES: usize = 16;

/// What the film's noise follows from: of its first five codes some are of either kind.
const FILM_SEED: u64 = 2;

/// File names of what is made in the end.
const FIGURES: &str = "metrics.json";
const FILM: &str = "compare.mp4";
const SHEET: &str = "samples.png";

/// Corners in the film and on the sheet, and noises of each stochastic model there.
const CORNERS: usize = 4;
const NOISES: usize = 5;

impl Demo {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut progress = Bar::default();
        let cores = cores();
        let _lock = Lock::take(&self.out)?;
        [FIGURES, FILM, SHEET].iter().try_for_each(|name| check_output(&self.out.join(name)))?;
        progress.say(&format!("device {}, {cores} cores, into {}", self.device, self.out.shown()));
        self.record(&mut progress)?;
        let plan = self.plan(&mut progress)?;
        let jobs = MODELS.into_iter().map(|(name, _)| self.job(name, plan.steps(name)));
        let jobs = jobs.collect::<Result<Vec<_>, _>>()?;
        for job in &jobs {
            train(job, &mut progress)?;
        }
        let runs: Vec<PathBuf> = jobs.iter().map(|job| job.out.clone()).collect();
        let data = unseen(&runs, &self.data(), false)?;
        let models = open_models(&runs, &self.device, &data)?;
        let report = measure(&models, &data, SAMPLES, SEED, &mut progress)?;
        let figures = self.out.join(FIGURES);
        print_line(&format!("\n{}\n", table(&report)))?;
        write_json(&report, &figures)?;
        let (film, sheet) = (self.out.join(FILM), self.out.join(SHEET));
        let shown = FilmJob {
            files: vec![sheet.clone(), film.clone()],
            corners: self.corners,
            samples: NOISES,
            seed: FILM_SEED,
            report: Some(&report),
        };
        compare(&models, &data, &shown, &mut progress)?;
        let made = [("film", film), ("samples", sheet), ("figures", figures), ("data", self.data())];
        let runs = jobs.iter().map(|job| ("run", job.out.clone()));
        for (what, path) in made.into_iter().chain(runs) {
            print_line(&format!("{what:<8} {}", path.shown()))?;
        }
        print_line(&format!("in {:.1} minutes", began.elapsed().as_secs_f64() / 60.0))
    }

    fn data(&self) -> PathBuf {
        self.out.join("data")
    }

    fn record(&self, progress: &mut dyn Progress) -> anyhow::Result<()> {
        let (scene, _) = Scene::load(SCENE)?;
        let split = |name: &str, share| Split { name: name.into(), share };
        let job = RecordJob {
            ticks: TICKS,
            seed: SEED,
            splits: vec![split(TRAIN, TRAIN_SHARE), split(TEST, 1.0 - TRAIN_SHARE)],
            threads: cores(),
            ..RecordJob::new(scene, self.data(), self.episodes)
        };
        let summary = record(job, Box::new(Bar::default()))?;
        progress.say(&summary_line(&self.data(), &summary));
        Ok(())
    }

    /// How a recipe is trained here; a run that was begun goes on.
    fn job(&self, recipe: &str, steps: Option<u64>) -> anyhow::Result<TrainJob> {
        let mut loaded = Recipe::load(recipe)?;
        loaded.steps = steps.unwrap_or(loaded.steps);
        let out = self.out.join(recipe);
        Ok(TrainJob {
            recipe: loaded,
            data: self.data(),
            more_data: Vec::new(),
            device: self.device.clone(),
            resume: crate::train::Run::is_in(&out),
            out,
            skip_damaged: false,
            snapshots: 0,
        })
    }

    /// How many steps each model is trained for, by how long a step takes on this machine.
    fn plan(&self, progress: &mut dyn Progress) -> anyhow::Result<Plan> {
        let mut plan = Plan::open(&self.out)?;
        plan.check_names(&MODELS.map(|(name, _)| name))?;
        let wanted = |(name, share): (&str, f64)| {
            let job = self.job(name, None)?;
            let (seconds, most) = (self.minutes * 60.0 * share, job.recipe.steps);
            Ok(Wanted { name: name.to_owned(), job, seconds, most })
        };
        let wanted = MODELS.into_iter().map(wanted).collect::<anyhow::Result<Vec<_>>>()?;
        plan.settle(&wanted, progress)?;
        Ok(plan)
    }
}
