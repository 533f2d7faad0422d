//! `tools map`.

use std::path::PathBuf;

use clap::Args;
use crossroads::cli::print_line;
use crossroads::files::Shown;
use crossroads::film::save_still;
use crossroads::report::{slide, systems_table};
use crossroads::task::check_sheet;

/// Print the map of all systems as a table in Markdown, or draw it as a slide.
#[derive(Debug, Args)]
pub(super) struct Map {
    /// Draw it into this file instead, 1920 by 1080 pixels: .png
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Map {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Some(file) = self.out else { return print_line(systems_table().trim_end()) };
        check_sheet(&file)?;
        save_still(&file, &slide())?;
        print_line(&file.shown())
    }
}
