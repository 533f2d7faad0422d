//! `tools latents`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use crossroads::cli::print_line;
use crossroads::files::Shown;
use crossroads::film::{passage, pick_corners, save_still};
use crossroads::progress::tell;
use crossroads::task::{check_sheet, open_models, unseen};

/// Draw what lies between the latents of both futures of a corner: a picture (PNG).
///
/// Only models with an encoder have latents: `vae`, `auto-encoder`, `vae-gan`. The corners follow from the data set
/// alone.
#[derive(Debug, Args)]
pub(super) struct Latents {
    /// Folders of runs
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Folder of the data set, of whose split `test` corners are shown
    #[arg(long)]
    data: PathBuf,
    /// File to write: .png
    #[arg(long)]
    out: PathBuf,
    /// Corners to show
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=100))]
    corners: u16,
    /// Places on the way, both ends included
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(2..=100))]
    places: u16,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
}

impl Latents {
    pub(super) fn run(self) -> anyhow::Result<()> {
        check_sheet(&self.out)?;
        let data = unseen(&self.runs, &self.data, false)?;
        data.note().iter().for_each(|note| tell(note));
        let models = open_models(&self.runs, &self.device, &data)?;
        let context = models.iter().map(|model| model.info.recipe.windows.context).max().unwrap_or(1);
        for model in &models {
            model.check_size(data.camera.size(), &data.folder)?;
        }
        let questions = pick_corners(&data, usize::from(self.corners), context, 1)?;
        let mut passages = Vec::new();
        for (model, run) in models.iter().zip(&self.runs) {
            let found = model.predictor.between(&questions, usize::from(self.places));
            let found = found.with_context(|| {
                format!(
                    "{}: {} has no encoder; give runs of `vae`, `auto-encoder` or `vae-gan`",
                    run.shown(),
                    model.name
                )
            })?;
            passages.push((model.name.as_str(), found));
        }
        let passages: Vec<_> = passages.iter().map(|(name, found)| (*name, found.as_slice())).collect();
        save_still(&self.out, &passage(&questions, &passages))?;
        print_line(&self.out.shown())
    }
}
