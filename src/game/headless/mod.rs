//! The game without a window: many mazes at once, as fast as they can be drawn.

mod mazes;
mod recorder;

use bevy::app::{TaskPoolOptions, TaskPoolPlugin, TaskPoolThreadAssignmentPolicy};
use bevy::prelude::*;

pub use recorder::{RecordJob, RecordSummary};

use super::tick::{self, Tick};
use crate::episode::RecordError;
use crate::progress::Progress;

/// Plays without a window and records: many mazes at once, one entity each.
///
/// A folder that holds the beginning of the same recording is continued.
pub fn record(job: RecordJob, progress: Box<dyn Progress + Send + Sync>) -> Result<RecordSummary, RecordError> {
    let threads = job.threads;
    let recorder = recorder::Recorder::begin(job, progress)?;
    let mut app = App::new();
    app.add_plugins(MinimalPlugins.set(TaskPoolPlugin { task_pool_options: task_pool(threads) }));
    app.add_plugins((tick::plugin, mazes::plugin, recorder::plugin));
    app.add_systems(Update, |world: &mut World| world.run_schedule(Tick));
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
