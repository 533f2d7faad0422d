//! `crossroads`, `crossroads play` and the other commands that open the window.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::game::{Opening, WindowJob, open};

/// How the window opens.
#[derive(Debug, Args)]
pub(super) struct WindowArguments {
    /// Width and height of the window in pixels, which a display with a scale factor enlarges; no more than the screen has
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = parse_size)]
    size: (u32, u32),
    /// Close by itself after so many seconds, and tell how many frames a second were drawn
    #[arg(long = "for", value_name = "SECONDS", value_parser = parse_seconds)]
    lasts: Option<Duration>,
    /// Device that models compute on: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
    /// Folder that R records into; `out/played/` and the scene's name unless given
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Default for WindowArguments {
    fn default() -> Self {
        Self { size: (1280, 720), lasts: None, device: "flex".into(), out: None }
    }
}

impl WindowArguments {
    /// Of a window in which nothing is recorded.
    pub(super) fn new(size: (u32, u32), lasts: Option<Duration>, device: String) -> Self {
        Self { size, lasts, device, out: None }
    }

    pub(super) fn open(self, opening: Opening) -> anyhow::Result<()> {
        let Self { size, lasts, device, out } = self;
        let job = WindowJob { opening, size, out, device, lasts };
        Ok(open(&job)?)
    }
}

/// Walk a maze yourself, and record what you walk.
#[derive(Debug, Args)]
pub(super) struct Play {
    /// A scene's file, or one of: brick, hedge-night, arcade, lopsided
    #[arg(default_value = "brick")]
    scene: PathBuf,
    /// Number of the maze
    #[arg(long, default_value_t = 0)]
    maze: u64,
    /// Folder of a run of the recipe `walker`: L hands the agent over to it, and back
    #[arg(long, value_name = "RUN")]
    walker: Option<PathBuf>,
    #[command(flatten)]
    window: WindowArguments,
}

impl Play {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.window.open(Opening::Play { scene: self.scene, maze: self.maze, walker: self.walker })
    }
}

/// Where models are watched or walked in.
#[derive(Debug, Args)]
struct Place {
    /// A scene's file or name; that of the (first) model unless given
    #[arg(long)]
    scene: Option<PathBuf>,
    /// Number of the maze
    #[arg(long, default_value_t = 0)]
    maze: u64,
}

/// Watch models beside the game: what they say comes next, live; or, with a run that translates, the game as it shows it.
#[derive(Debug, Args)]
pub(super) struct Watch {
    /// Folders of runs, or names of weights that come with Crossroads
    #[arg(required = true)]
    models: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    window: WindowArguments,
}

impl Watch {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.window.open(Opening::Watch { models: self.models, scene: self.place.scene, maze: self.place.maze })
    }
}

/// Walk inside a model: it dreams every frame from those it dreamed before and from what you do.
#[derive(Debug, Args)]
pub(super) struct Dream {
    /// Folder of a run, or name of weights that come with Crossroads
    model: PathBuf,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    window: WindowArguments,
}

impl Dream {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.window.open(Opening::Dream { model: self.model, scene: self.place.scene, maze: self.place.maze })
    }
}

/// Look at recorded episodes, frame by frame.
#[derive(Debug, Args)]
pub(super) struct Browse {
    /// Folder of a data set
    data: PathBuf,
    #[command(flatten)]
    window: WindowArguments,
}

impl Browse {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.window.open(Opening::Browse { data: self.data })
    }
}

pub(super) fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let fits = |side: u32| (64..=16_384).contains(&side);
    let sides = sides.filter(|&(width, height)| fits(width) && fits(height));
    sides.ok_or_else(|| format!("`{text}` is not WIDTHxHEIGHT with sides of 64 to 16384 pixels, such as 1280x720"))
}

pub(super) fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0 && *seconds <= 86_400.0);
    let seconds = seconds.ok_or_else(|| format!("`{text}` is not a number of seconds above 0 and up to 86400"))?;
    Ok(Duration::from_secs_f64(seconds))
}
