//! Trained walkers judged, and a picture of where they go.

use std::path::Path;

use anyhow::Context;

use crate::agent::{Action, Explorer, Policy};
use crate::camera::Frame;
use crate::device;
use crate::episode::{RecordedWalk, WalkedBy, recorded_walks};
use crate::files::Shown;
use crate::measure::{WalkReport, judge_walks, walked};
use crate::objective::ObjectiveSettings;
use crate::predict::{WalkModel, WalkStrip, walk_sheet};
use crate::progress::Progress;
use crate::random::{Purpose, Rng, stream};
use crate::train::{RunInfo, Trained, UnseenData};

/// Places that walks are drawn from, at most.
const PLACES: usize = 256;

/// Walks on a picture in each row.
const PICTURED: usize = 5;

/// Walks of every walker of some runs, from the same places of mazes that none of them learned.
#[derive(Debug)]
pub struct Walked {
    /// What was found.
    pub report: WalkReport,
    /// The walks on the maps of their mazes.
    pub picture: Frame,
}

/// Someone who learned to walk, to be recorded, and what the recording says of who that was.
pub fn walked_by(run: &Path) -> anyhow::Result<(WalkModel, WalkedBy)> {
    let device = device::find("flex")?;
    let (info, walkers) = Trained::walkers(run, &device)?;
    let model = walkers.into_iter().next().context("a walker has at least one way to walk")?;
    let weights = Trained::weights(run, &device)?;
    let mut hash = blake3::Hasher::new();
    for value in weights.numbers.iter().flat_map(|numbers| &numbers.values) {
        hash.update(&value.to_le_bytes());
    }
    let walked_by =
        WalkedBy { name: info.recipe.name, step: weights.step, weights: hash.finalize().to_hex().to_string() };
    Ok((model, walked_by))
}

/// Lets those who learned to walk do so in the split `test` of a data set, `samples` times from each place, beside the
/// explorer, and judges where they went.
pub fn measure_walks(
    runs: &[impl AsRef<Path>],
    data: &Path,
    (samples, seed): (usize, u64),
    progress: &mut dyn Progress,
) -> anyhow::Result<Walked> {
    let device = device::find("flex")?;
    let opened = runs.iter().map(|run| Trained::walkers(run, &device)).collect::<Result<Vec<_>, _>>()?;
    let infos: Vec<&RunInfo> = opened.iter().map(|(info, _)| info).collect();
    let data = UnseenData::open(data, false, infos.iter().copied())?;
    let length = infos.iter().filter_map(|info| length(info)).max().unwrap_or_default();
    let mut recorded = recorded_walks(&data, length, true);
    anyhow::ensure!(
        !recorded.is_empty(),
        "{}: no episode of split `test` has {length} decisions in a row after a walk into a cell; record more --ticks",
        data.folder.shown()
    );
    recorded.truncate(PLACES);
    let scene = &data.manifest.scene;
    let walkers = opened.into_iter().zip(runs).flat_map(|((_, models), run)| {
        let place = run.as_ref().shown();
        let several = runs.len() > 1;
        models.into_iter().map(move |model| match several {
            true => WalkModel { name: format!("{} ({place})", model.name), ..model },
            false => model,
        })
    });
    let mut all: Vec<(String, Maker)> = walkers
        .map(|model| {
            let name = model.name.clone();
            let maker: Maker = Box::new(move |rng| Box::new(model.walker(rng)));
            (name, maker)
        })
        .collect();
    let (odds, crossing) = (scene.agent.left_odds, scene.agent.crossing_odds);
    let explorer =
        move |rng| -> Box<dyn Policy> { Box::new(Explorer::new(odds, 0.0, rng).with_crossing_odds(crossing)) };
    all.push(("the explorer".into(), Box::new(explorer)));
    progress.begin("walks", "walkers", all.len() as u64, 0);
    let (mut rows, mut strips) = (Vec::new(), Vec::new());
    for (done, (name, maker)) in (0..).zip(&all) {
        progress.advance(done, name);
        let walks = walks_of(&recorded, samples, seed, maker, |walk| scene.maze(walk.maze));
        rows.push(judge_walks(name, &recorded, &walks, |walk| scene.maze(walk.maze)));
        let strip = |(from, walks): (&RecordedWalk, &Vec<Vec<Action>>)| WalkStrip {
            maze: scene.maze(from.maze),
            start: from.start,
            actions: walks[0].clone(),
        };
        strips.push((name.clone(), recorded.iter().zip(&walks).map(strip).take(PICTURED).collect()));
    }
    progress.advance(all.len() as u64, "");
    progress.end();
    let recorded_row = judge_walks("recorded", &recorded, &once(&recorded), |walk| scene.maze(walk.maze));
    rows.push(recorded_row);
    let ngram = crate::measure::NGRAM;
    let report = WalkReport { length, ngram, places: recorded.len(), samples, left_odds: odds, rows };
    Ok(Walked { report, picture: walk_sheet(&strips) })
}

/// Makes someone who walks by some random numbers.
type Maker = Box<dyn Fn(Rng) -> Box<dyn Policy> + Sync>;

/// Decisions of a walk that a run learned.
fn length(info: &RunInfo) -> Option<usize> {
    match &info.recipe.objective {
        ObjectiveSettings::Walker(settings) => Some(settings.length),
        _ => None,
    }
}

fn once(recorded: &[RecordedWalk]) -> Vec<Vec<Vec<Action>>> {
    recorded.iter().map(|walk| vec![walk.actions.clone()]).collect()
}

/// `[places, samples]`.
fn walks_of(
    recorded: &[RecordedWalk],
    samples: usize,
    seed: u64,
    maker: &Maker,
    maze: impl Fn(&RecordedWalk) -> crate::maze::Maze,
) -> Vec<Vec<Vec<Action>>> {
    let from = |(place, walk): (usize, &RecordedWalk)| {
        let maze = maze(walk);
        let one = |sample| {
            let mut policy = maker(stream(seed, Purpose::Walks, &[place as u64, sample]));
            walked(&maze, walk, &mut *policy)
        };
        (0..samples as u64).map(one).collect()
    };
    recorded.iter().enumerate().map(from).collect()
}
