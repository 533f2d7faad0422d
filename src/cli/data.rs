//! `crossroads record`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::print_line;
use crate::episode::{Entry, MOST_TICKS, Split};
use crate::files::{Shown, folder_of};
use crate::game::{RecordJob, RecordSummary, record};
use crate::part::Part;
use crate::progress::Bar;
use crate::scene::Scene;
use crate::task::walked_by;

/// Walk the mazes of a scene without a window, and record what is seen.
#[derive(Debug, Args)]
pub(super) struct Record {
    /// A scene's file, or one of: brick, hedge-night, arcade, lopsided, crossing, crowd, slip, garden, garden-night,
    /// brick-32
    scene: PathBuf,
    /// Episodes in all
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    episodes: u32,
    /// Record only the K-th of N parts of them, for `tools merge` to put together: 1/4, 2/4, 3/4 and 4/4 on four machines
    #[arg(long, value_name = "K/N")]
    part: Option<Part>,
    /// Actions in an episode
    #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_TICKS)))]
    ticks: u32,
    /// What mazes, starts and turns follow from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder of the data set
    #[arg(long)]
    out: PathBuf,
    /// Splits with mazes of their own, and their shares
    #[arg(long, default_value = "train=0.9,test=0.1", value_parser = parse_splits)]
    split: Splits,
    /// How often the explorer acts at random where no corner asks for a turn, 0 to 1, in place of the scene's: what
    /// models that are played have to know
    #[arg(long, value_parser = parse_share)]
    wander: Option<f32>,
    /// Probability of a left turn at a corner, 0 to 1, in place of the scene's
    #[arg(long, value_parser = parse_share)]
    left_odds: Option<f32>,
    /// Folder of a run of the recipe `walker`, which then walks in place of the explorer
    #[arg(long, value_name = "RUN", conflicts_with = "wander")]
    policy: Option<PathBuf>,
    /// Threads that draw; all cores unless given. Changes nothing but the speed
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

fn parse_share(text: &str) -> Result<f32, String> {
    let share = text.parse::<f32>().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| format!("`{text}` is not a number from 0 to 1"))
}

/// Parsed `--split`.
#[derive(Debug, Clone)]
pub(super) struct Splits(Vec<Split>);

fn parse_splits(text: &str) -> Result<Splits, String> {
    let wrong =
        |part: &str| format!("`{part}` is not NAME=SHARE with a share above 0 and up to 1, such as train=0.9,test=0.1");
    let parse = |part: &str| {
        let (name, share) = part.split_once('=').ok_or_else(|| wrong(part))?;
        let share = share.parse::<f32>().map_err(|_| wrong(part))?;
        let holds = !name.is_empty() && share > 0.0 && share <= 1.0;
        let name = name.to_owned();
        if holds { Ok(Split { name, share }) } else { Err(wrong(part)) }
    };
    let splits: Vec<Split> = text.split(',').map(parse).collect::<Result<_, _>>()?;
    for (index, split) in splits.iter().enumerate() {
        if splits[..index].iter().any(|other| other.name == split.name) {
            return Err(format!("split `{}` is given twice", split.name));
        }
    }
    Ok(Splits(splits))
}

impl Record {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (mut scene, source) = Scene::load(&self.scene)?;
        scene.agent.wander = self.wander.unwrap_or(scene.agent.wander);
        scene.agent.left_odds = self.left_odds.unwrap_or(scene.agent.left_odds);
        let policy = self.policy.as_deref().map(walked_by).transpose()?;
        anyhow::ensure!(
            policy.is_none() || scene.creatures.is_none(),
            "{}: has creatures, for whom a walker does not wait; leave out --policy, or record another scene",
            source.file.shown()
        );
        let job = RecordJob {
            policy,
            scene,
            textures: source.file.is_file().then(|| folder_of(&source.file).to_owned()),
            episodes: self.episodes,
            part: self.part,
            ticks: self.ticks,
            seed: self.seed,
            out: self.out.clone(),
            splits: self.split.0,
            threads: self.threads.map_or_else(cores, usize::from),
        };
        let summary = record(job, Box::new(Bar::default()))?;
        print_line(&summary_line(&self.out, &summary))
    }
}

/// What a recording made, on one line.
pub(super) fn summary_line(folder: &Path, summary: &RecordSummary) -> String {
    let entries = &summary.manifest.episodes;
    let sum = |field: fn(&Entry) -> u32| entries.iter().map(|entry| u64::from(field(entry))).sum::<u64>();
    format!(
        "{}: {} episodes, {} frames, {} corners, {} left and {} right turns; {} frames recorded in {:.1} s ({:.0} a second)",
        folder.shown(),
        entries.len(),
        sum(|entry| entry.frames),
        sum(|entry| entry.corners),
        sum(|entry| entry.lefts),
        sum(|entry| entry.rights),
        summary.frames,
        summary.seconds,
        summary.frames as f64 / summary.seconds.max(1e-9),
    )
}

/// Cores of this machine.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
