//! `tools words`.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use crossroads::camera::Frames;
use crossroads::cli::print_line;
use crossroads::files::{Shown, check_output};
use crossroads::film::{CaptionedFrames, caption_matrix, save_still};
use crossroads::measure::{SaidViews, caption_table};
use crossroads::progress::{Bar, tell};
use crossroads::task::{CaptionJob, Captioned, Painted, check_sheet, write_json};
use crossroads::words::State;

/// Judge models that paint what captions say.
///
/// Prints a table: of how many frames a classifier, trained on real frames, reads what was said, for combinations of words
/// that were learned and for those that were held out, and how near the nearest true view is that fits.
#[derive(Debug, Args)]
pub(super) struct Words {
    /// Folders of runs of `words` or `words-matched`
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Folder of a data set; twice, for the day and for the night
    #[arg(long, required = true)]
    data: Vec<PathBuf>,
    /// Frames of each model for each of the 40 things that can be said
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    frames: u16,
    /// True views of each of them that are searched
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=2_000))]
    views: u16,
    /// Steps that the classifier is trained for
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    classifier_steps: u64,
    /// What noise, words and the classifier follow from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
    /// Write the figures to this file as well
    #[arg(long)]
    json: Option<PathBuf>,
    /// Draw a frame of everything that can be said, with the nearest true view that fits: .png
    #[arg(long)]
    sheet: Option<PathBuf>,
}

impl Words {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.json.iter().try_for_each(|file| check_output(file))?;
        self.sheet.iter().try_for_each(|file| check_sheet(file))?;
        let count = self.data.len();
        ensure!(count == 2, "--data was given {count} times; give it twice, for the day and for the night");
        let captioned = Captioned::open(&self.runs, &self.data, &self.device)?;
        captioned.unseen.iter().filter_map(|data| data.note()).for_each(|note| tell(&note));
        let job = CaptionJob {
            frames: self.frames.into(),
            views: self.views.into(),
            classifier_steps: self.classifier_steps,
            seed: self.seed,
        };
        let (report, painted, views) = captioned.judge(job, &self.device, &mut Bar::default())?;
        let printed = print_line(&caption_table(&report));
        self.json.iter().try_for_each(|file| write_json(&report, file))?;
        printed?;
        if let Some(file) = &self.sheet {
            // The first are real frames.
            let models: Vec<_> = painted[1..].iter().map(|one| shown(one, &views)).collect();
            save_still(file, &caption_matrix(&models, |state| painted[0].is_held_out(state)))?;
            print_line(&file.shown())?;
        }
        Ok(())
    }
}

/// The first frame of each state, and its nearest true view that fits.
fn shown<'a>(painted: &'a Painted, views: &SaidViews) -> CaptionedFrames<'a> {
    let size = painted.frames.size();
    let black = vec![0; (size.0 * size.1 * 3) as usize];
    let first: Vec<Option<usize>> =
        State::all().map(|state| painted.said.iter().position(|&said| said == state)).collect();
    let of = |found: Option<usize>, frame: &dyn Fn(usize) -> Option<Vec<u8>>| {
        found.and_then(frame).unwrap_or_else(|| black.clone())
    };
    let frames = first.iter().map(|&at| of(at, &|index| painted.frames.get(index).map(<[u8]>::to_vec)));
    let nearest =
        |index: usize| painted.nearest[index].and_then(|near| views.frames.get(near.view)).map(<[u8]>::to_vec);
    CaptionedFrames {
        name: &painted.name,
        frames: Frames::collect(size, frames),
        nearest: Frames::collect(size, first.iter().map(|&at| of(at, &nearest))),
    }
}
