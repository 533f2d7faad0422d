//! `tools merge`.

use std::path::PathBuf;

use clap::Args;
use crossroads::cli::print_line;
use crossroads::episode::merge;
use crossroads::files::Shown;
use crossroads::progress::Bar;

/// Put the parts of one recording together, which `crossroads record … --part K/N` made: the same bytes as without parts.
///
/// All parts have to be there, once each, complete, and of the same recording. They stay as they are.
#[derive(Debug, Args)]
pub(super) struct Merge {
    /// Folders of the parts, in any order
    #[arg(required = true)]
    parts: Vec<PathBuf>,
    /// Folder for the whole: a new one, or an empty one
    #[arg(long)]
    out: PathBuf,
}

impl Merge {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let manifest = merge(&self.parts, &self.out, &mut Bar::default())?;
        let (out, episodes, parts) = (self.out.shown(), manifest.episodes.len(), self.parts.len());
        print_line(&format!("{out}: {episodes} episodes of {parts} parts"))
    }
}
