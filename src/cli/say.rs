//! `crossroads say`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::print_line;
use super::window::{WindowArguments, parse_seconds, parse_size};
use crate::device;
use crate::files::Shown;
use crate::film::save_still;
use crate::game::Opening;
use crate::predict::{said_frames, said_sheet};
use crate::task::check_sheet;
use crate::train::Trained;
use crate::words::parse;

/// Say a caption to a trained model, and draw what it paints. Without a caption it opens the window, to type there.
#[derive(Debug, Args)]
pub(super) struct Say {
    /// Folder of a run of `words`
    run: PathBuf,
    /// What is to be seen, such as "a left turn at a hedge wall" or "a long corridor of stone at night"
    caption: Option<String>,
    /// The picture: .png
    #[arg(long, default_value = "said.png")]
    out: PathBuf,
    /// Frames on it
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    frames: u16,
    /// What the noise follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
    /// Width and height of the window, where there is no caption
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = parse_size)]
    size: (u32, u32),
    /// Close the window by itself after so many seconds
    #[arg(long = "for", value_name = "SECONDS", value_parser = parse_seconds)]
    lasts: Option<Duration>,
}

impl Say {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Some(caption) = &self.caption else {
            return WindowArguments::new(self.size, self.lasts, self.device).open(Opening::Say { model: self.run });
        };
        let sentence = parse(caption)?;
        check_sheet(&self.out)?;
        let models = Trained::open_illustrators(&[&self.run], &device::find(&self.device)?)?;
        for model in models {
            let frames = said_frames(&model, &sentence, usize::from(self.frames), self.seed);
            save_still(&self.out, &said_sheet(&model, &sentence, frames))?;
        }
        print_line(&self.out.shown())
    }
}
