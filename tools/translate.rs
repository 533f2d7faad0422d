//! `tools translate`.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use crossroads::cli::print_line;
use crossroads::files::{Shown, check_output};
use crossroads::film::{Form, TranslatedWalk, save, save_still};
use crossroads::measure::translation_table;
use crossroads::progress::{Bar, tell};
use crossroads::task::{Translations, check_film, check_sheet, write_json};

/// Judge translations between two scenes on mazes that they never saw, against what the other scene shows from the same
/// poses; and show them.
#[derive(Debug, Args)]
pub(super) struct Translate {
    /// Folders of runs of `cycle`, `cycle-none` or `cycle-paired`
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Folder of a data set of the scene that is translated, of whose split `test` walks are taken
    #[arg(long)]
    data: PathBuf,
    /// Folder of a data set of the scene that is translated into, of which only the scene is used
    #[arg(long)]
    other: PathBuf,
    /// Frames to judge, spread evenly over all walks
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u16).range(16..=10_000))]
    frames: u16,
    /// Write the figures to this file as well
    #[arg(long)]
    json: Option<PathBuf>,
    /// Draw some of the frames with their translations to this file: .png
    #[arg(long)]
    sheet: Option<PathBuf>,
    /// Columns of the sheet
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=20))]
    columns: u16,
    /// Film a walk with its translations to this file: .mp4 or .gif
    #[arg(long)]
    film: Option<PathBuf>,
    /// Frames of the film
    #[arg(long, default_value_t = 96, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    steps: u16,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
}

impl Translate {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.json.iter().try_for_each(|file| check_output(file))?;
        self.sheet.iter().try_for_each(|file| check_sheet(file))?;
        if let Some(film) = &self.film {
            ensure!(Form::of(film)? != Form::Png, "{}: the name must end in .mp4 or .gif", film.shown());
            check_film(film)?;
        }
        let translations = Translations::open(&self.runs, &self.device, &self.data, &self.other)?;
        translations.data.note().iter().for_each(|note| tell(note));
        let mut bar = Bar::default();
        let moments = translations.spread(usize::from(self.frames))?;
        let report = translations.measure(&moments, &mut bar);
        let printed = print_line(&translation_table(&report));
        self.json.iter().try_for_each(|file| write_json(&report, file))?;
        printed?;
        let [from, to] = &report.scenes;
        let shown = |moments: &crossroads::task::Moments,
                     show: &mut dyn FnMut(&TranslatedWalk) -> anyhow::Result<()>| {
            let translated = translations.translate(&moments.seen);
            let ways = translated.iter().map(|(name, frames)| (name.as_str(), frames)).collect();
            show(&TranslatedWalk { seen: (from, &moments.seen), ways, truth: (to, &moments.truth) })
        };
        if let Some(file) = &self.sheet {
            let some = translations.spread(usize::from(self.columns))?;
            let all: Vec<usize> = (0..some.seen.len()).collect();
            shown(&some, &mut |walk| Ok(save_still(file, &walk.sheet(&all))?))?;
            print_line(&file.shown())?;
        }
        if let Some(file) = &self.film {
            let walk = translations.walk(usize::from(self.steps))?;
            shown(&walk, &mut |walk| Ok(save(file, walk.shots(), &mut bar)?))?;
            print_line(&file.shown())?;
        }
        Ok(())
    }
}
