//! `tools compare`.

use std::path::PathBuf;

use clap::Args;
use crossroads::cli::print_line;
use crossroads::files::Shown;
use crossroads::progress::{Bar, tell};
use crossroads::task::{FilmJob, check_film, compare, open_models, unseen};

/// Show models side by side at corners of mazes that they never saw: as a film (MP4, GIF) or as a sheet (PNG).
///
/// The corners follow from the data set alone: one of each maze, mazes spread evenly over the test split. They are not
/// chosen by how well any model does.
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Folders of runs, or names of weights that come with Crossroads
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Folder of the data set, of whose split `test` corners are shown
    #[arg(long)]
    data: PathBuf,
    /// File to write: .mp4, .gif or .png
    #[arg(long)]
    out: PathBuf,
    /// Corners to show
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=100))]
    corners: u16,
    /// Noises of each stochastic model; a film shows fewer where there is no room
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=12))]
    samples: u16,
    /// What the noise follows from
    #[arg(long, default_value_t = 2)]
    seed: u64,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
    /// Leave out damaged episode files
    #[arg(long)]
    skip_damaged: bool,
}

impl Compare {
    pub(super) fn run(self) -> anyhow::Result<()> {
        check_film(&self.out)?;
        let data = unseen(&self.runs, &self.data, self.skip_damaged)?;
        let models = open_models(&self.runs, &self.device, &data)?;
        for damage in &data.skipped {
            tell(&format!("left out: {damage}"));
        }
        let job = FilmJob {
            files: vec![self.out.clone()],
            corners: usize::from(self.corners),
            samples: usize::from(self.samples),
            seed: self.seed,
            report: None,
        };
        compare(&models, &data, &job, &mut Bar::default())?;
        print_line(&self.out.shown())
    }
}
