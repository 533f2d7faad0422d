//! The Bevy side. Only this folder knows Bevy; what it plays with, the world below does without.

mod agent;
mod policy;
mod recorder;
mod render;
mod world;

use std::path::PathBuf;

use bevy::app::{TaskPoolOptions, TaskPoolPlugin, TaskPoolThreadAssignmentPolicy};
use bevy::prelude::*;

pub use recorder::{RecordError, RecordSummary};
pub use render::{RenderError, other_view, photograph};

use crate::episode::Split;
use crate::progress::Progress;
use crate::scene::Scene;

/// What happens in a tick, in this order.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
enum TickSet {
    /// New mazes open, each with an agent.
    Spawn,
    /// Every agent's policy says what it wants.
    Decide,
    /// Every agent does it.
    Act,
    /// The camera draws what is seen now, and it is recorded.
    Observe,
    /// Whole episodes go to disk and their mazes close.
    Save,
}

/// What to record.
#[derive(Debug, Clone)]
pub struct RecordJob {
    /// The world.
    pub scene: Scene,
    /// Where the scene's own textures are looked for.
    pub textures: Option<PathBuf>,
    /// Episodes in all.
    pub episodes: u32,
    /// Actions an episode.
    pub ticks: u32,
    /// What mazes, starts and turns follow from.
    pub seed: u64,
    /// The data set's folder.
    pub out: PathBuf,
    /// Parts of the data set, each with mazes of its own.
    pub splits: Vec<Split>,
    /// Threads that draw, at least 1. Changes nothing but the speed.
    pub threads: usize,
}

/// Plays without a window and records: many mazes at once, one entity each.
///
/// A folder that holds the beginning of the same recording is continued.
pub fn record(job: RecordJob, progress: Box<dyn Progress + Send + Sync>) -> Result<RecordSummary, RecordError> {
    let threads = job.threads;
    let recorder = recorder::Recorder::begin(job, progress)?;
    let mut app = App::new();
    app.add_plugins(MinimalPlugins.set(TaskPoolPlugin { task_pool_options: task_pool(threads) }));
    app.configure_sets(
        Update,
        (TickSet::Spawn, TickSet::Decide, TickSet::Act, TickSet::Observe, TickSet::Save).chain(),
    );
    app.add_plugins((world::plugin, policy::plugin, agent::plugin, recorder::plugin));
    app.insert_resource(recorder);
    // The runner that comes with `MinimalPlugins` consumes the app; this loop keeps it to ask for the outcome.
    app.finish();
    app.cleanup();
    while app.should_exit().is_none() {
        app.update();
    }
    let recorder = app.world_mut().remove_resource::<recorder::Recorder>();
    recorder.expect("the recorder lives as long as the app").end()
}

/// All of `threads` compute; a thread more each for what Bevy wants to keep apart.
fn task_pool(threads: usize) -> TaskPoolOptions {
    let exactly = |count| TaskPoolThreadAssignmentPolicy {
        min_threads: count,
        max_threads: count,
        percent: 1.0,
        on_thread_spawn: None,
        on_thread_destroy: None,
    };
    TaskPoolOptions {
        min_total_threads: threads + 2,
        max_total_threads: threads + 2,
        io: exactly(1),
        async_compute: exactly(1),
        compute: exactly(threads),
    }
}
