//! Draws what every agent sees, and saves whole episodes.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bevy::ecs::batching::BatchingStrategy;
use bevy::prelude::*;

use crate::agent::{Agent, Policy};
use crate::camera::{Camera, texture_digests};
use crate::episode::{
    self, Entry, Episode, FORMAT, MANIFEST, Manifest, PLAYED, RecordError, Split, TEXTURES, TRAIN, WalkedBy,
    check_free, copy_textures, episode_file, write_episode,
};
use crate::files::{self, Lock};
use crate::game::tick::{Creatures, InMaze, Tick, TickSet, Walker};
use crate::maze::Maze;
use crate::part::Part;
use crate::predict::WalkModel;
use crate::progress::Progress;
use crate::random::{self, Purpose, stream};
use crate::scene::Scene;
use crate::settings::difference;

/// Between two rewrites of the manifest; a crash loses what was recorded since.
const MANIFEST_EVERY: Duration = Duration::from_secs(1);

/// Episodes that wait for the disk; more, and drawing waits.
const WAITING: usize = 8;

/// Threads that write. They mostly wait until the disk has synced a file.
const WRITERS: usize = 4;

/// What to record.
#[derive(Debug, Clone)]
pub struct RecordJob {
    /// The world.
    pub scene: Scene,
    /// Where the scene's own textures are looked for.
    pub textures: Option<PathBuf>,
    /// Episodes in all, also where only a part of them is recorded.
    pub episodes: u32,
    /// Which part of them is recorded here; all, if none is given.
    pub part: Option<Part>,
    /// Actions an episode.
    pub ticks: u32,
    /// What mazes, starts and turns follow from.
    pub seed: u64,
    /// The data set's folder.
    pub out: PathBuf,
    /// Names and shares of what the data set is divided into, each with mazes of its own.
    pub splits: Vec<Split>,
    /// A trained walker in place of the scene's explorer, and what the manifest says of it.
    pub policy: Option<(WalkModel, WalkedBy)>,
    /// Threads that draw, at least 1. Changes nothing but the speed.
    pub threads: usize,
}

impl RecordJob {
    /// So many episodes of 128 actions, all of them to learn from, walked by the scene's explorer, seed 1, drawn by one
    /// thread.
    pub fn new(scene: Scene, out: impl Into<PathBuf>, episodes: u32) -> Self {
        Self {
            scene,
            textures: None,
            episodes,
            part: None,
            ticks: 128,
            seed: 1,
            out: out.into(),
            splits: vec![Split { name: TRAIN.into(), share: 1.0 }],
            policy: None,
            threads: 1,
        }
    }
}

/// What was recorded.
#[derive(Debug, Clone)]
pub struct RecordSummary {
    /// What the data set holds now.
    pub manifest: Manifest,
    /// Frames recorded by this call.
    pub frames: u64,
    /// Seconds that it took.
    pub seconds: f64,
}

/// An episode that is still to be recorded.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    index: u32,
    split: usize,
    maze: u64,
}

/// An episode that is on the disk, and the memory of its frames.
type Written = (Entry, Vec<u8>);

/// The episode in flight of one maze.
#[derive(Component)]
pub(super) struct Recording {
    planned: Planned,
    episode: Episode,
}

impl Recording {
    pub(super) fn name(&self) -> String {
        format!("maze of episode {}", self.planned.index)
    }
}

/// A maze that is walked from now on.
pub(super) struct Opened {
    pub maze: Maze,
    pub agent: Agent,
    pub policy: Box<dyn Policy>,
    pub creatures: Option<Creatures>,
    pub recording: Recording,
}

/// The whole recording: what is planned, what is done, where it goes.
#[derive(Resource)]
pub(super) struct Recorder {
    _lock: Lock,
    job: RecordJob,
    camera: Camera,
    planned: std::vec::IntoIter<Planned>,
    in_flight: usize,
    to_disk: SyncSender<(Planned, Episode)>,
    from_disk: Mutex<Receiver<Result<Written, RecordError>>>,
    /// Memory of frames that are written.
    spare: Vec<Vec<u8>>,
    writers: Vec<JoinHandle<()>>,
    manifest: Manifest,
    manifest_written: Instant,
    began: Instant,
    frames: u64,
    progress: Box<dyn Progress + Send + Sync>,
    failure: Option<RecordError>,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Tick, (observe.in_set(TickSet::Observe), save.in_set(TickSet::Save)));
}

/// Draws in parallel, a maze a task: drawing is nearly all of the work.
fn observe(recorder: Res<Recorder>, mut walkers: Query<(&InMaze, &Walker, &mut Recording, Option<&Creatures>)>) {
    let camera = &recorder.camera;
    let walkers = walkers.par_iter_mut().batching_strategy(BatchingStrategy::fixed(4));
    walkers.for_each(|(maze, walker, mut recording, creatures)| {
        let creatures = creatures.map_or(&[][..], |creatures| &creatures.agents);
        recording.episode.record_crowd(camera, &maze.0, (&walker.agent, creatures), walker.done);
    });
}

/// Hands whole episodes to the disk, and enters those that have arrived there into the manifest.
fn save(
    mut commands: Commands,
    mut recorder: ResMut<Recorder>,
    mut recordings: Query<(Entity, &mut Recording)>,
    mut exit: MessageWriter<AppExit>,
) {
    for (entity, mut recording) in &mut recordings {
        if recording.episode.actions.len() == recorder.job.ticks as usize {
            let nothing = Episode::default();
            let episode = std::mem::replace(&mut recording.episode, nothing);
            commands.entity(entity).despawn();
            recorder.hand_to_disk(recording.planned.clone(), episode);
        }
    }
    recorder.take_from_disk();
    if recorder.failure.is_some() {
        exit.write(AppExit::Error(NonZero::<u8>::MIN));
    } else if recorder.in_flight == 0 && recorder.planned.len() == 0 {
        exit.write(AppExit::Success);
    }
}

impl Recorder {
    pub(super) fn begin(job: RecordJob, mut progress: Box<dyn Progress + Send + Sync>) -> Result<Self, RecordError> {
        let camera = Camera::new(&job.scene, job.textures.as_deref())?;
        check_free(&job.out)?;
        let lock = Lock::take(&job.out)?;
        let manifest = begin_folder(&job)?;
        let planned = plan(&job, &manifest);
        let (to_disk, work) = sync_channel::<(Planned, Episode)>(WAITING);
        let (done, from_disk) = sync_channel(WAITING * 64);
        let work = Arc::new(Mutex::new(work));
        let writers = (0..WRITERS).map(|_| {
            let (work, done, job) = (work.clone(), done.clone(), job.clone());
            std::thread::spawn(move || write_all(&job, &work, &done))
        });
        let writers = writers.collect();
        progress.begin("record", "episodes", manifest.asked_for().count() as u64, recorded(&manifest));
        Ok(Self {
            _lock: lock,
            job,
            camera,
            planned: planned.into_iter(),
            in_flight: 0,
            to_disk,
            from_disk: Mutex::new(from_disk),
            spare: Vec::new(),
            writers,
            manifest,
            manifest_written: Instant::now(),
            began: Instant::now(),
            frames: 0,
            progress,
            failure: None,
        })
    }

    pub(super) fn next_episode(&mut self) -> Option<Planned> {
        let planned = self.planned.next();
        self.in_flight += usize::from(planned.is_some());
        planned
    }

    pub(super) fn open(&mut self, planned: Planned) -> Opened {
        let maze = self.job.scene.maze(planned.maze);
        let seed = random::world_of(self.job.seed, u64::from(planned.index));
        let (agent, explorer) = self.job.scene.spawn(&maze, seed);
        let policy: Box<dyn Policy> = match &self.job.policy {
            Some((model, _)) => Box::new(model.walker(stream(seed, Purpose::Walks, &[]))),
            None => explorer,
        };
        let creatures = Creatures::spawn(&self.job.scene, &maze, seed);
        let beside = creatures.as_ref().map_or(&[][..], |creatures| &creatures.agents);
        let frames = self.spare.pop().unwrap_or_default();
        let episode = Episode::begin_crowd(frames, &self.camera, &maze, (&agent, beside), self.job.ticks as usize);
        Opened { maze, agent, policy, creatures, recording: Recording { planned, episode } }
    }

    fn hand_to_disk(&mut self, planned: Planned, episode: Episode) {
        self.frames += episode.poses.len() as u64;
        // Where the writer is gone, `take_from_disk` finds that out.
        let _found_out_there = self.to_disk.send((planned, episode));
    }

    fn take_from_disk(&mut self) {
        loop {
            let arrived = match self.from_disk.get_mut() {
                Ok(from_disk) => from_disk.try_recv(),
                Err(poisoned) => poisoned.into_inner().try_recv(),
            };
            match arrived {
                Ok(Ok((entry, frames))) => {
                    self.in_flight -= 1;
                    self.spare.push(frames);
                    self.manifest.episodes.push(entry);
                    let rate = self.frames as f64 / self.began.elapsed().as_secs_f64();
                    self.progress.advance(recorded(&self.manifest), &format!("{rate:.0} frames/s"));
                }
                Ok(Err(error)) => {
                    self.failure.get_or_insert(error);
                    self.in_flight -= 1;
                }
                Err(TryRecvError::Empty) => {
                    // They all live until the end; what one of them took along would be waited for in vain.
                    if self.writers.iter().any(JoinHandle::is_finished) {
                        self.failure.get_or_insert(RecordError::WriterGone);
                    }
                    break;
                }
                Err(TryRecvError::Disconnected) => {
                    self.failure.get_or_insert(RecordError::WriterGone);
                    break;
                }
            }
        }
        if self.manifest_written.elapsed() >= MANIFEST_EVERY {
            self.write_manifest();
        }
    }

    fn write_manifest(&mut self) {
        self.manifest.episodes.sort_by(|a, b| a.file.cmp(&b.file));
        self.manifest_written = Instant::now();
        if let Err(source) = self.manifest.write(&self.job.out) {
            let file = self.job.out.join(MANIFEST);
            self.failure.get_or_insert(RecordError::Write { file, source });
        }
    }

    /// Writes the manifest for the last time.
    pub(super) fn end(mut self) -> Result<RecordSummary, RecordError> {
        self.write_manifest();
        drop(self.to_disk);
        for writer in self.writers {
            if writer.join().is_err() {
                self.failure.get_or_insert(RecordError::WriterGone);
            }
        }
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        self.progress.end();
        Ok(RecordSummary { manifest: self.manifest, frames: self.frames, seconds: self.began.elapsed().as_secs_f64() })
    }
}

/// Writes episodes as they come, until no more can come or nobody listens.
fn write_all(
    job: &RecordJob,
    work: &Mutex<Receiver<(Planned, Episode)>>,
    done: &SyncSender<Result<Written, RecordError>>,
) {
    loop {
        let next = match work.lock() {
            Ok(work) => work.recv(),
            // Another writer has panicked, which is found out when it is joined.
            Err(_) => return,
        };
        let Ok((planned, episode)) = next else { return };
        let split = job.splits[planned.split].name.clone();
        let entry = write_episode(&job.out, episode_file(planned.index), split, planned.maze, &episode);
        if done.send(entry.map(|entry| (entry, episode.frames))).is_err() {
            return;
        }
    }
}

/// Makes the folder ready: a new one, or one that holds the beginning of this very recording.
fn begin_folder(job: &RecordJob) -> Result<Manifest, RecordError> {
    let folder = &job.out;
    let write_error = |source| RecordError::Write { file: folder.clone(), source };
    let occupied = |why: String| RecordError::Occupied { folder: folder.clone(), why };
    let mut manifest = Manifest {
        format: FORMAT,
        scene: job.scene.clone(),
        textures: texture_digests(&job.scene, job.textures.as_deref())?,
        seed: job.seed,
        policy: job.policy.as_ref().map(|(_, walked_by)| walked_by.clone()),
        ticks: job.ticks,
        requested: job.episodes,
        part: job.part,
        splits: job.splits.clone(),
        episodes: Vec::new(),
    };
    std::fs::create_dir_all(folder).map_err(write_error)?;
    if folder.join(MANIFEST).is_file() {
        let (found, damages) = episode::check(folder)?;
        // What version 2 did not say of its textures shows where they are.
        let textures = texture_digests(&found.scene, Some(&folder.join(TEXTURES)))?;
        let (format, requested) = (FORMAT, job.episodes);
        let same = Manifest { format, textures, episodes: Vec::new(), requested, ..found.clone() };
        if let Some(what) = difference(&same, &manifest) {
            return Err(occupied(format!("holds another recording: {what}")));
        }
        if found.requested > job.episodes {
            let (found, asked) = (found.requested, job.episodes);
            return Err(occupied(format!("holds a recording of {found} episodes, more than the {asked} asked for")));
        }
        let damaged = |entry: &Entry| damages.iter().any(|damage| damage.file == folder.join(&entry.file));
        manifest.episodes = found.episodes.into_iter().filter(|entry| !damaged(entry)).collect();
    }
    files::remove_parts(folder).map_err(write_error)?;
    copy_textures(&job.scene, job.textures.as_deref(), folder).map_err(write_error)?;
    manifest.write(folder).map_err(write_error)?;
    Ok(manifest)
}

/// Episodes that a recorder recorded, not a player.
fn recorded(manifest: &Manifest) -> u64 {
    manifest.episodes.iter().filter(|entry| !entry.file.starts_with(PLAYED)).count() as u64
}

/// The episodes that are still to be recorded.
fn plan(job: &RecordJob, manifest: &Manifest) -> Vec<Planned> {
    let first = random::world_of(job.seed, 0);
    let planned = |index: u32| {
        let maze = job.scene.maze_after(first, index.into());
        let split = Manifest::split_of(&job.splits, job.scene.maze(maze).split_number());
        Planned { index, split, maze }
    };
    let recorded: std::collections::HashSet<&str> = manifest.episodes.iter().map(|entry| entry.file.as_str()).collect();
    let missing = |index: &u32| !recorded.contains(episode_file(*index).as_str());
    manifest.asked_for().filter(missing).map(planned).collect()
}
