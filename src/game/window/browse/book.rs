//! The open book: the data set that is browsed, opened by a thread of its own.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use bevy::prelude::*;

use super::SCREEN;
use super::leaf::{Leaf, Turn};
use crate::agent::Agent;
use crate::episode::{DataSet, replay};
use crate::files::Shown;
use crate::game::window::doors::Doors;
use crate::game::window::maze::{CONTEXT, Stage, Start};
use crate::game::window::notice::Notices;
use crate::maze::Maze;

/// Asks for the episodes of a data set.
#[derive(Event)]
pub(in crate::game::window) struct BrowseFolder(pub PathBuf);

/// The data set that is browsed.
#[derive(Resource)]
pub(in crate::game::window) struct Browsing {
    pub(super) folder: PathBuf,
    pub(super) shelf: Shelf,
    pub(super) leaf: Leaf,
    /// What is shown.
    pub(super) shown: Option<Leaf>,
    /// Whether the episode runs, and the part of a tick that has passed.
    pub(super) runs: Option<f32>,
}

pub(super) enum Shelf {
    Opening(Mutex<Receiver<Result<Box<Book>, String>>>),
    Open(Box<Book>),
    /// What is told in place of frames.
    Closed(String),
}

/// An opened data set.
pub(super) struct Book {
    pub data: DataSet,
    stage: Stage,
    /// Frames of each episode.
    pub lengths: Vec<usize>,
    pub page: Option<Page>,
}

/// What is derived from one episode.
pub(super) struct Page {
    episode: usize,
    pub maze: Maze,
    /// The agent at each frame, if that is known.
    agents: Option<Vec<Agent>>,
}

/// Opens a data set that is asked for, and leads to it.
pub(super) fn open(asked: On<BrowseFolder>, mut commands: Commands, mut doors: Doors) {
    commands.insert_resource(Browsing::open(asked.0.clone()));
    doors.go(SCREEN);
}

impl Browsing {
    /// Opens a data set on a thread of its own: its files are verified, which takes a while for a large one.
    pub fn open(folder: PathBuf) -> Self {
        let (tell, told) = sync_channel(1);
        let place = folder.clone();
        std::thread::spawn(move || {
            // Whoever asked may be gone.
            let _nobody = tell.send(Book::open(&place).map(Box::new));
        });
        Self { folder, shelf: Shelf::Opening(Mutex::new(told)), leaf: Leaf::default(), shown: None, runs: None }
    }

    pub(super) fn book(&self) -> Option<&Book> {
        match &self.shelf {
            Shelf::Open(book) => Some(book),
            Shelf::Opening(_) | Shelf::Closed(_) => None,
        }
    }

    pub(super) fn turn(&mut self, turn: Turn) {
        if let Some(lengths) = self.book().map(|book| book.lengths.as_slice()) {
            self.leaf = self.leaf.turned(turn, lengths);
        }
    }

    /// The maze and the agent as they were at the frame that is shown.
    pub(super) fn stage(&self) -> Result<Stage, String> {
        let book = self.book().ok_or("no episode is open yet")?;
        let (page, Leaf { episode, frame }) = (book.page.as_ref(), self.leaf);
        let episode = &book.data.episodes[episode];
        let agent = page.and_then(|page| page.agents.as_ref()?.get(frame).copied());
        let agent = agent.ok_or_else(|| {
            format!("{}: its actions do not lead to its poses, so nobody can walk on from here", episode.entry.file)
        })?;
        let start = Start { maze: episode.entry.maze, agent: Some(agent), explores: false };
        let before = (frame.saturating_sub(CONTEXT)..frame).map(|frame| episode.frame(frame));
        let before = before.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
        Ok(Stage { before, ..book.stage.clone().beginning(start) })
    }
}

impl Book {
    fn open(folder: &Path) -> Result<Self, String> {
        let data = DataSet::open_all(folder).map_err(|error| error.to_string())?;
        let stage = Stage::recorded(data.manifest.scene.clone(), folder).map_err(|error| error.to_string())?;
        if data.episodes.is_empty() {
            return Err(match data.skipped.first() {
                Some(first) => format!("all {} episode files are damaged; the first: {first}", data.skipped.len()),
                None => format!("{}: holds no episode yet", folder.shown()),
            });
        }
        let lengths = data.episodes.iter().map(|episode| episode.poses().len()).collect();
        let mut book = Self { data, stage, lengths, page: None };
        book.turn_to(0);
        Ok(book)
    }

    /// Derives what is shown of an episode, once.
    pub fn turn_to(&mut self, episode: usize) {
        if self.page.as_ref().is_none_or(|page| page.episode != episode) {
            let stored = &self.data.episodes[episode];
            let (scene, number) = (&self.data.manifest.scene, stored.entry.maze);
            let maze = scene.maze(number);
            let agents = replay(stored.poses(), stored.corners(), stored.actions(), &maze, scene.gait());
            self.page = Some(Page { episode, maze, agents });
        }
    }
}

pub(super) fn receive(mut browsing: ResMut<Browsing>, mut notices: ResMut<Notices>) {
    let Shelf::Opening(opening) = &mut browsing.bypass_change_detection().shelf else { return };
    let told = match opening.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner).try_recv() {
        Ok(told) => told,
        Err(TryRecvError::Empty) => return,
        Err(TryRecvError::Disconnected) => Err("the thread that opens data sets has panicked".into()),
    };
    browsing.shelf = match told {
        Ok(book) => {
            if let Some(first) = book.data.skipped.first() {
                let count = book.data.skipped.len();
                notices.error(format!("{count} damaged episode files are left out; the first: {first}"));
            }
            Shelf::Open(book)
        }
        Err(error) => {
            notices.error(error.clone());
            Shelf::Closed(error)
        }
    };
}
