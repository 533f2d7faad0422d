//! `tools course`.

use std::path::PathBuf;

use clap::Args;
use crossroads::cli::print_line;
use crossroads::files::Shown;
use crossroads::progress::Bar;
use crossroads::task::{CourseJob, course};

/// Show what one network says at the same corners, with the same noise, through its training: as a film (MP4, GIF) or as a
/// sheet (PNG).
///
/// The corners follow from the data set alone: they are not chosen by how well they are answered.
#[derive(Debug, Args)]
pub(super) struct CourseOf {
    /// Folder of a run that was trained with --snapshots
    run: PathBuf,
    /// Folder of the data set, of whose split `test` corners are shown
    #[arg(long)]
    data: PathBuf,
    /// File to write: .mp4, .gif or .png; may be given several times
    #[arg(long, required = true)]
    out: Vec<PathBuf>,
    /// Corners to show; a film shows the first three
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=100))]
    corners: u16,
    /// Noises at each corner
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=6))]
    samples: u16,
    /// What the noise follows from
    #[arg(long, default_value_t = 2)]
    seed: u64,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
}

impl CourseOf {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let job = CourseJob {
            run: &self.run,
            data: &self.data,
            files: &self.out,
            corners: usize::from(self.corners),
            samples: usize::from(self.samples),
            seed: self.seed,
            device: &self.device,
        };
        course(&job, &mut Bar::default())?;
        self.out.iter().try_for_each(|file| print_line(&file.shown()))
    }
}
