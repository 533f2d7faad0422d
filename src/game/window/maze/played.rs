//! Recording what is played: the same data set format as without a window, written by a thread of its own.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use bevy::prelude::*;
use bevy::window::ExitSystems;

use super::in_maze;
use super::sight::Sight;
use super::stage::{OpenMaze, Stage};
use crate::episode::{Collection, Entry, Episode, RecordError};
use crate::files::Shown;
use crate::game::tick::{Creatures, InMaze, Tick, TickSet, Walker};
use crate::game::window::keys::{Key, Keys};
use crate::game::window::notice::Notices;
use crate::game::window::screen::FrameSet;

pub(super) const RECORD: Key = Key::label('r', KeyCode::KeyR, "record what you walk, or stop");

/// Actions an episode in a data set that begins by playing: what a crash can lose.
const TICKS: u32 = 128;

/// Episodes that wait for the disk.
const WAITING: usize = 64;

/// Where played episodes go.
#[derive(Resource, Clone)]
pub(in crate::game::window) struct PlayedFolder(pub Option<PathBuf>);

/// What is recorded of this window's playing. Who has to save it where the game's world is gone has it, too.
#[derive(Resource, Clone, Default)]
pub(in crate::game::window) struct Tape(Arc<Mutex<Reel>>);

/// What is on it.
#[derive(Default)]
pub(in crate::game::window) struct Reel {
    writing: Option<Writing>,
    /// The episode in flight; none until the agent stands still.
    flight: Option<Flight>,
    /// Whole episodes, frames and corners so far.
    pub episodes: u32,
    pub frames: u32,
    pub corners: u32,
}

struct Flight {
    maze: u64,
    episode: Episode,
}

struct Writing {
    folder: PathBuf,
    to_disk: SyncSender<(u64, Episode)>,
    from_disk: Mutex<Receiver<Told>>,
    thread: JoinHandle<()>,
    /// Actions an episode at most.
    ticks: u32,
}

/// What the thread that writes tells.
enum Told {
    /// The folder is ready, for episodes of so many actions.
    Ready(u32),
    Saved(Entry),
    Failed(RecordError),
}

impl Tape {
    /// What is on it, for this one alone.
    pub fn reel(&self) -> MutexGuard<'_, Reel> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reel {
    /// Whether the red mark is on.
    pub fn is_running(&self) -> bool {
        self.writing.is_some()
    }

    /// Frames and corners, with those of the episode in flight.
    pub fn counts(&self) -> (u32, u32) {
        let flight = self.flight.iter().map(|flight| &flight.episode);
        flight.fold((self.frames, self.corners), |(frames, corners), episode| {
            let seen = episode.corners.iter().filter(|&&corner| corner).count() as u32;
            (frames + episode.poses.len() as u32, corners + seen)
        })
    }

    fn begin(&mut self, stage: &Stage, folder: PathBuf) {
        let (to_disk, work) = sync_channel::<(u64, Episode)>(WAITING);
        let (tell, from_disk) = sync_channel(WAITING * 2);
        let (scene, textures, place) = (stage.scene.clone(), stage.textures.clone(), folder.clone());
        let thread = std::thread::spawn(move || {
            // Whoever listens may be gone; the files are what counts.
            let mut collection = match Collection::open(&place, &scene, textures.as_deref(), TICKS) {
                Ok(collection) => collection,
                Err(error) => return drop(tell.send(Told::Failed(error))),
            };
            let _nobody = tell.send(Told::Ready(collection.ticks()));
            for (maze, episode) in work {
                let told = match collection.add(maze, &episode) {
                    Ok(entry) => Told::Saved(entry),
                    Err(error) => Told::Failed(error),
                };
                let _nobody = tell.send(told);
            }
        });
        self.writing = Some(Writing { folder, to_disk, from_disk: Mutex::new(from_disk), thread, ticks: TICKS });
    }

    /// Hands the episode in flight to the disk. One without an action is nothing.
    fn land(&mut self, notices: &mut Notices) {
        let Some(Flight { maze, episode }) = self.flight.take() else { return };
        let Some(writing) = &self.writing else { return };
        if episode.actions.is_empty() {
            return;
        }
        let (frames, corners) = (episode.poses.len(), episode.corners.iter().filter(|&&corner| corner).count());
        match writing.to_disk.try_send((maze, episode)) {
            Ok(()) => {
                self.episodes += 1;
                self.frames += frames as u32;
                self.corners += corners as u32;
            }
            Err(TrySendError::Full(_)) => notices.error("the disk is too slow: an episode is lost"),
            Err(TrySendError::Disconnected(_)) => {}
        }
    }

    /// Writes what is in flight, and waits until all of it is on disk.
    pub fn end(&mut self, notices: &mut Notices) {
        self.land(notices);
        let Some(Writing { folder, to_disk, from_disk, thread, .. }) = self.writing.take() else { return };
        drop(to_disk);
        if thread.join().is_err() {
            notices.error(format!("{}: the thread that writes episodes has panicked", folder.shown()));
        }
        let told = from_disk.into_inner().unwrap_or_else(PoisonError::into_inner);
        let failures: Vec<_> = told.try_iter().filter_map(failure).collect();
        for failure in &failures {
            notices.error(failure.to_string());
        }
        if failures.is_empty() && self.episodes == 0 {
            notices.say("recording stopped: nothing was walked");
        } else if failures.is_empty() {
            let (episodes, frames, corners) = (self.episodes, self.frames, self.corners);
            notices.say(format!("{}: {episodes} episodes, {frames} frames, {corners} corners", folder.shown()));
        }
        (self.episodes, self.frames, self.corners) = (0, 0, 0);
    }
}

fn failure(told: Told) -> Option<RecordError> {
    match told {
        Told::Failed(error) => Some(error),
        Told::Ready(_) | Told::Saved(_) => None,
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Tape>()
        .add_observer(|_: On<OpenMaze>, tape: Res<Tape>, mut notices: ResMut<Notices>| tape.reel().land(&mut notices))
        .add_systems(Update, toggle.in_set(FrameSet::Input).run_if(in_maze))
        .add_systems(Update, listen.in_set(FrameSet::Receive))
        // Before the tick that follows: an agent that stands still may just have begun to move within it.
        .add_systems(Tick, take_off.in_set(TickSet::Spawn))
        .add_systems(Tick, (observe.in_set(TickSet::Observe), cut.in_set(TickSet::Save)))
        .add_systems(Last, end_with_the_app.after(ExitSystems));
}

/// Who leaves the screen ends the recording.
pub(super) fn leave(tape: Res<Tape>, mut notices: ResMut<Notices>) {
    tape.reel().end(&mut notices);
}

fn toggle(keys: Keys, stage: Res<Stage>, folder: Res<PlayedFolder>, tape: Res<Tape>, mut notices: ResMut<Notices>) {
    if !keys.pressed(&RECORD) {
        return;
    }
    let mut tape = tape.reel();
    if tape.is_running() {
        tape.end(&mut notices);
    } else {
        let own = || PathBuf::from("out/played").join(&stage.scene.name);
        let folder = folder.0.clone().unwrap_or_else(own);
        notices.say(format!("recording into {}", folder.shown()));
        tape.begin(&stage, folder);
    }
}

/// What the disk says; where it fails, recording ends and the game goes on.
fn listen(tape: Res<Tape>, mut notices: ResMut<Notices>) {
    let mut tape = tape.reel();
    let Some(writing) = &mut tape.writing else { return };
    let told: Vec<Told> = match writing.from_disk.get_mut() {
        Ok(told) => told.try_iter().collect(),
        Err(poisoned) => poisoned.into_inner().try_iter().collect(),
    };
    for told in told {
        match told {
            Told::Ready(ticks) => {
                if let Some(writing) = &mut tape.writing {
                    writing.ticks = ticks;
                }
            }
            Told::Saved(entry) => trace!("saved {}", entry.file),
            Told::Failed(error) => {
                notices.error(format!("recording stopped: {error}"));
                tape.flight = None;
                tape.writing = None;
                (tape.episodes, tape.frames, tape.corners) = (0, 0, 0);
                return;
            }
        }
    }
}

fn observe(stage: Res<Stage>, tape: Res<Tape>, agents: Query<(&InMaze, &Walker, Option<&Creatures>), With<Sight>>) {
    let mut tape = tape.reel();
    if let (Some(flight), Ok((maze, walker, creatures))) = (&mut tape.flight, agents.single()) {
        let creatures = creatures.map_or(&[][..], |creatures| &creatures.agents);
        flight.episode.record_crowd(&stage.camera, &maze.0, (&walker.agent, creatures), walker.done);
    }
}

/// Ends an episode that is long enough, where the agent stands still: there the next can begin, and any moment of it be
/// found again from its first pose and its actions.
fn cut(stage: Res<Stage>, tape: Res<Tape>, mut notices: ResMut<Notices>, agents: Query<&Walker>) {
    let mut tape = tape.reel();
    let Some(most) = tape.writing.as_ref().map(|writing| writing.ticks as usize) else { return };
    let (Some(flight), Ok(walker)) = (&tape.flight, agents.single()) else { return };
    let gait = stage.scene.gait();
    let longest = gait.ticks_per_cell.max(gait.longest_turn()) as usize;
    let (done, stands) = (flight.episode.actions.len(), walker.agent.under_way().is_none());
    if done >= most || (stands && done + longest > most) {
        tape.land(&mut notices);
    }
}

/// Begins an episode as soon as the agent stands still.
fn take_off(stage: Res<Stage>, tape: Res<Tape>, agents: Query<(&InMaze, &Walker, &Sight, Option<&Creatures>)>) {
    let mut tape = tape.reel();
    if tape.writing.is_none() || tape.flight.is_some() {
        return;
    }
    let Ok((maze, walker, sight, creatures)) = agents.single() else { return };
    if walker.agent.under_way().is_none() {
        let creatures = creatures.map_or(&[][..], |creatures| &creatures.agents);
        let everyone = (&walker.agent, creatures);
        let episode = Episode::begin_crowd(Vec::new(), &stage.camera, &maze.0, everyone, TICKS as usize);
        tape.flight = Some(Flight { maze: sight.maze, episode });
    }
}

/// Closing the window, quitting and Ctrl+C all end in an exit message: what is in flight is still written.
fn end_with_the_app(mut exits: MessageReader<AppExit>, tape: Res<Tape>, mut notices: ResMut<Notices>) {
    if exits.read().next().is_some() {
        tape.reel().end(&mut notices);
    }
}
