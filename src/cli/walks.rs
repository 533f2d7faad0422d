//! `crossroads walks`.

use std::io::Cursor;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::print_line;
use crate::files::{Shown, check_output, write_alone};
use crate::measure::walk_table;
use crate::progress::Bar;
use crate::task::{measure_walks, write_json};

/// Let trained walkers walk mazes that they never saw, and judge where they go.
#[derive(Debug, Args)]
pub(super) struct Walks {
    /// Folders of runs of the recipe `walker`
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Folder of the data set, whose split `test` is walked, from where recorded walks begin
    #[arg(long)]
    data: PathBuf,
    /// Walks from each place
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(2..=256))]
    samples: u16,
    /// What decisions follow from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write the figures to this file as well
    #[arg(long)]
    json: Option<PathBuf>,
    /// Draw some of the walks on the maps of their mazes into this PNG file
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

impl Walks {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.json.iter().chain(&self.picture).try_for_each(|file| check_output(file))?;
        let samples = (usize::from(self.samples), self.seed);
        let walked = measure_walks(&self.runs, &self.data, samples, &mut Bar::default())?;
        let printed = print_line(&walk_table(&walked.report));
        self.json.iter().try_for_each(|file| write_json(&walked.report, file))?;
        if let Some(file) = &self.picture {
            let mut png = Vec::new();
            walked.picture.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png)?;
            write_alone(file, &png).with_context(|| file.shown())?;
        }
        printed
    }
}
