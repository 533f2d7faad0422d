//! `tools check-data`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::bail;
use clap::Args;
use crossroads::cli::print_line;
use crossroads::episode::{DataSet, Entry, Manifest, check};
use crossroads::progress::{Bar, Progress};

/// Verify every file of a data set against its manifest, and count what there is.
#[derive(Debug, Args)]
pub(super) struct CheckData {
    /// Folder of the data set
    folder: PathBuf,
    /// Also draw every frame anew, from the scene, the maze and the actions, and compare it with the recorded one
    #[arg(long)]
    redraw: bool,
}

impl CheckData {
    pub(super) fn run(self) -> anyhow::Result<()> {
        if self.redraw {
            return self.redraw();
        }
        let (manifest, damages) = check(&self.folder)?;
        print_line(summary(&manifest).trim_end())?;
        for damage in &damages {
            print_line(&format!("damaged: {damage}"))?;
        }
        let total = manifest.episodes.len();
        let Some(first) = damages.first() else {
            return print_line(&format!("all {total} episode files are as the manifest says"));
        };
        bail!("{} of {total} episode files are damaged; the first: {first}", damages.len())
    }

    fn redraw(&self) -> anyhow::Result<()> {
        let data = DataSet::open_all(&self.folder)?;
        print_line(summary(&data.manifest).trim_end())?;
        let whole = data.episodes.len();
        let bar = Mutex::new(Bar::default());
        let locked = || bar.lock().unwrap_or_else(PoisonError::into_inner);
        locked().begin("redraw", "episodes", whole as u64, 0);
        let done = AtomicU64::new(0);
        let redrawn = data.redraw(|| locked().advance(done.fetch_add(1, Ordering::Relaxed) + 1, ""))?;
        locked().end();
        let damages: Vec<_> = data.skipped.iter().chain(&redrawn.damages).collect();
        for damage in &damages {
            print_line(&format!("damaged: {damage}"))?;
        }
        print_line(&format!("{} frames drawn anew are as they were recorded", redrawn.frames))?;
        let total = data.manifest.episodes.len();
        match damages.first() {
            None => print_line(&format!("all {total} episode files are as the manifest says")),
            Some(first) => bail!("{} of {total} episode files are damaged; the first: {first}", damages.len()),
        }
    }
}

/// A line on the scene, a table of the splits, and a line if the recording was stopped.
fn summary(manifest: &Manifest) -> String {
    let camera = &manifest.scene.camera;
    let mut text = format!(
        "scene {}, {}x{} pixels, {} actions an episode, seed {}\n",
        manifest.scene.name, camera.width, camera.height, manifest.ticks, manifest.seed
    );
    text += &format!(
        "{:<10}{:>10}{:>8}{:>10}{:>9}{:>8}{:>8}{:>12}\n",
        "split", "episodes", "mazes", "frames", "corners", "left", "right", "bytes"
    );
    let names = manifest.splits.iter().map(|split| split.name.as_str());
    for name in names.map(Some).chain([None]) {
        let entries: Vec<&Entry> =
            manifest.episodes.iter().filter(|entry| name.is_none_or(|name| entry.split == name)).collect();
        text += &line(name.unwrap_or("all"), &entries);
    }
    let (found, asked) = (manifest.episodes.len(), manifest.asked_for().count());
    if let Some(part) = manifest.part {
        text += &format!("{part}: {asked} of {} episodes; `tools merge` puts all parts together\n", manifest.requested);
    }
    if found < asked {
        text += &format!("stopped early: {found} of {asked} episodes are there\n");
    }
    text
}

fn line(name: &str, entries: &[&Entry]) -> String {
    let sum = |field: fn(&Entry) -> u64| entries.iter().map(|entry| field(entry)).sum::<u64>();
    let mut mazes: Vec<u64> = entries.iter().map(|entry| entry.maze).collect();
    mazes.sort_unstable();
    mazes.dedup();
    format!(
        "{name:<10}{:>10}{:>8}{:>10}{:>9}{:>8}{:>8}{:>12}\n",
        entries.len(),
        mazes.len(),
        sum(|entry| entry.frames.into()),
        sum(|entry| entry.corners.into()),
        sum(|entry| entry.lefts.into()),
        sum(|entry| entry.rights.into()),
        sum(|entry| entry.bytes),
    )
}
