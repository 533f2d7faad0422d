//! `tools dream-up`.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use crossroads::camera::Frames;
use crossroads::cli::print_line;
use crossroads::files::{Shown, check_output};
use crossroads::film::{Form, between_sheet, latent_walk, nearest_sheet, save, save_still};
use crossroads::measure::painted_table;
use crossroads::predict::{Painter, between_latents, drawn_latents};
use crossroads::progress::{Bar, tell};
use crossroads::task::{PaintedJob, Painters, check_film, check_sheet, some_held_out, write_json};

/// Judge models that paint frames from noise alone, and draw what they paint.
///
/// Prints a table: density and coverage among held-out frames, the distance to the nearest training frame, and to the
/// nearest view of any pose of many mazes, beside held-out frames and blends of two. With any of --nearest, --between and
/// --walk it draws as well.
#[derive(Debug, Args)]
pub(super) struct DreamUp {
    /// Folders of runs of `dream-up`, `dream-up-vae` or `dream-up-plain`
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Folder of the data set that they learned from; judged on its split `test`
    #[arg(long)]
    data: PathBuf,
    /// Frames of each model, and as many held-out ones
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u16).range(12..=10_000))]
    frames: u16,
    /// Mazes whose views are searched, half of them training mazes
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(2..=2_000))]
    mazes: u16,
    /// What latents follow from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
    /// Write the figures to this file as well
    #[arg(long)]
    json: Option<PathBuf>,
    /// Picture of samples, each with the nearest true view and the nearest training frame: .png
    #[arg(long)]
    nearest: Option<PathBuf>,
    /// Picture of the way between two drawn latents, and, of models with an encoder, between those of two held-out frames:
    /// .png
    #[arg(long)]
    between: Option<PathBuf>,
    /// Film of a walk through latents: .mp4 or .gif
    #[arg(long)]
    walk: Option<PathBuf>,
    /// Only draw --between and --walk, and judge nothing
    #[arg(long, conflicts_with_all = ["json", "nearest"])]
    draw_only: bool,
}

/// Samples in the picture of what is nearest.
const SHOWN: usize = 8;
/// Pairs of latents, and places on the way, in the picture of what lies between.
const PAIRS: usize = 2;
const PLACES: usize = 9;
/// Latents that a walk passes, at the last of which it is where it began, and frames from one to the next.
const PASSED: usize = 6;
const STEPS: usize = 16;

impl DreamUp {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.json.iter().try_for_each(|file| check_output(file))?;
        self.nearest.iter().chain(&self.between).try_for_each(|file| check_sheet(file))?;
        if let Some(walk) = &self.walk {
            ensure!(Form::of(walk)? != Form::Png, "{}: the name must end in .mp4 or .gif", walk.shown());
            check_film(walk)?;
        }
        let something = self.between.is_some() || self.walk.is_some();
        ensure!(!self.draw_only || something, "--draw-only: there is nothing to draw; give --between or --walk");
        let painters = Painters::open(&self.runs, &self.data, &self.device)?;
        painters.unseen.note().iter().for_each(|note| tell(note));
        if !self.draw_only {
            self.judge(&painters)?;
        }
        if let Some(file) = &self.between {
            let held_out = some_held_out(&painters, 2 * PAIRS)?;
            let all = || painters.models.iter().map(|model| (model.name(), &**model));
            let drawn: Vec<_> = all()
                .map(|(name, model)| (name, ways(model, &drawn_latents(model.latent(), 2 * PAIRS, self.seed))))
                .collect();
            let encoded: Vec<_> =
                all().filter_map(|(name, model)| Some((name, ways(model, &model.latents_of(&held_out)?)))).collect();
            save_still(file, &between_sheet(&drawn, &encoded, &held_out))?;
            print_line(&file.shown())?;
        }
        if let Some(file) = &self.walk {
            let walks: Vec<_> = painters.models.iter().map(|model| (model.name(), self.walked(&**model))).collect();
            save(file, latent_walk(&walks), &mut Bar::default())?;
            print_line(&file.shown())?;
        }
        Ok(())
    }

    fn judge(&self, painters: &Painters) -> anyhow::Result<()> {
        let job = PaintedJob { frames: self.frames.into(), mazes: self.mazes.into(), seed: self.seed };
        let (report, judged) = painters.judge(job, &mut Bar::default())?;
        let printed = print_line(&painted_table(&report));
        self.json.iter().try_for_each(|file| write_json(&report, file))?;
        printed?;
        if let Some(file) = &self.nearest {
            save_still(file, &nearest_sheet(&judged, &painters.training, report.possible_within, SHOWN)?)?;
            print_line(&file.shown())?;
        }
        Ok(())
    }

    /// Frames on a round through drawn latents.
    fn walked(&self, model: &dyn Painter) -> Frames {
        let width = model.latent();
        let passed = drawn_latents(width, PASSED, self.seed);
        let latent = |number: usize| &passed[number % PASSED * width..][..width];
        let step = |at: usize| {
            let share = (at % STEPS) as f32 / STEPS as f32;
            between_latents(latent(at / STEPS), latent(at / STEPS + 1), share)
        };
        model.paint(&(0..PASSED * STEPS).flat_map(step).collect::<Vec<f32>>())
    }
}

/// Frames on the way between the latents of each pair, `[2 · pairs, latent]`.
fn ways(model: &dyn Painter, ends: &[f32]) -> Vec<Frames> {
    let width = model.latent();
    let way = |pair: &[f32]| {
        let (a, b) = pair.split_at(width);
        let share = |place: usize| place as f32 / (PLACES - 1) as f32;
        let latents: Vec<f32> = (0..PLACES).flat_map(|place| between_latents(a, b, share(place))).collect();
        model.paint(&latents)
    };
    ends.chunks_exact(2 * width).map(way).collect()
}
