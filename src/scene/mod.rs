//! Scenes: what is played and recorded. A RON file becomes a [`Scene`]; a [`Scene`] that exists is valid.

mod check;
mod library;
mod parts;

use std::path::Path;

pub(crate) use library::built_in_texture;
pub use library::{SCENES, texture_names};
pub use parts::{AgentSettings, CameraSettings, Creatures, Fog, MazeSettings, Theme, View};

use crate::agent::{Action, Agent, Explorer, Gait, Policy};
use crate::files::Shown;
use crate::maze::{Heading, Maze, grow};
use crate::random::{self, Purpose, Rng, stream};
use crate::settings::{SettingsError, Source};
use rand::{RngExt, seq::IteratorRandom};

/// A world: maze, theme, camera, agent. Read it with [`Scene::load`] or [`Scene::from_source`].
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Shown in films and tables.
    pub name: String,
    /// How its mazes come to be.
    pub maze: MazeSettings,
    /// How they look.
    pub theme: Theme,
    /// How they are seen.
    pub camera: CameraSettings,
    /// How they are walked.
    pub agent: AgentSettings,
    /// Who walks beside the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creatures: Option<Creatures>,
}

/// Why there is no scene.
#[derive(Debug, thiserror::Error)]
pub enum SceneError {
    /// The file, or a value in it.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Neither a file nor one of the scenes that come with Crossroads.
    #[error("there is no scene `{name}`: give the path of a RON file, or one of {known}")]
    Unknown {
        /// As given.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// None of the first mazes has a corner or a crossing that counts, so there is nothing to predict.
    #[error(
        "{scene}: no maze of this scene has a corner (a cell reached with the wall ahead closed and both sides open), nor a crossing at which the agent chooses; raise `openings` or the size, or draw one"
    )]
    NoCorner {
        /// The scene's file.
        scene: String,
    },
}

impl Scene {
    /// Loads a scene by its file's path or by the name of one that comes with Crossroads.
    pub fn load(name: impl AsRef<Path>) -> Result<(Self, Source), SceneError> {
        let path = name.as_ref();
        let source = if path.is_file() {
            Source::read(path)?
        } else {
            path.to_str().and_then(library::built_in_scene).ok_or_else(|| SceneError::Unknown {
                name: path.shown(),
                known: SCENES.map(|(known, _)| known).join(", "),
            })?
        };
        Ok((Self::from_source(&source)?, source))
    }

    /// Parses and checks a scene.
    pub fn from_source(source: &Source) -> Result<Self, SceneError> {
        let scene: Self = source.parse()?;
        scene.check(source)?;
        Ok(scene)
    }

    /// Refuses values out of range, by their line and field in `source`; for a scene that is a part of another file.
    pub fn check(&self, source: &Source) -> Result<(), SceneError> {
        check::check(self, source)
    }

    /// How many different seeds its mazes are grown from.
    pub fn maze_count(&self) -> u128 {
        match &self.maze {
            MazeSettings::Grown { seeds, .. } => u128::from(seeds.1 - seeds.0) + 1,
            MazeSettings::Drawn { .. } => 1,
        }
    }

    /// The maze with a number from 0 to [`Scene::maze_count`] (larger ones start over).
    pub fn maze(&self, number: u64) -> Maze {
        match &self.maze {
            MazeSettings::Grown { width, height, openings, seeds } => {
                let seed = seeds.0 + self.maze_after(number, 0);
                grow(*width as i32, *height as i32, *openings, seed)
            }
            MazeSettings::Drawn { rows } => Maze::draw(rows, 0).expect("rows were checked when the scene was read"),
        }
    }

    /// The number of the maze that comes so many after another one, over and over.
    pub fn maze_after(&self, number: u64, count: u64) -> u64 {
        // Less than the largest number of a seed.
        ((u128::from(number) + u128::from(count)) % self.maze_count()) as u64
    }

    /// Ticks for a move and a turn.
    pub fn gait(&self) -> Gait {
        Gait {
            ticks_per_cell: self.agent.ticks_per_cell,
            ticks_per_quarter: self.agent.ticks_per_quarter,
            slip: self.agent.slip,
            crossings: self.agent.crossing_odds.is_some(),
        }
    }

    /// What an agent may do next where it has a choice, with the odds of each, which sum up to 1: at a crossing three
    /// ways, else the turns of a corner (also elsewhere, where they are what is shown, not what is done).
    pub fn turns(&self, maze: &Maze, agent: &Agent) -> Vec<(Action, f64)> {
        if let Some((left, straight, right)) = self.agent.crossing_odds.filter(|_| agent.is_at_crossing(maze)) {
            let total = f64::from(left) + f64::from(straight) + f64::from(right);
            let odds = |odds: f32| f64::from(odds) / total;
            return vec![(Action::Left, odds(left)), (Action::Right, odds(right)), (Action::Forward, odds(straight))];
        }
        let left = f64::from(self.agent.left_odds);
        vec![(Action::Left, left), (Action::Right, 1.0 - left)]
    }

    /// The largest number of futures that a moment may have.
    pub fn most_futures(&self) -> usize {
        let ways = if self.agent.crossing_odds.is_some() { 3 } else { 2 };
        self.creatures.as_ref().map_or(ways, |creatures| 2 << creatures.count)
    }

    /// Whether left and right are equally likely everywhere, so that a mirror image is as likely as what it mirrors.
    pub fn is_even(&self) -> bool {
        self.agent.left_odds == 0.5 && self.agent.crossing_odds.is_none_or(|(left, _, right)| left == right)
    }

    /// The creatures that walk beside the agent of [`Scene::spawn`], each with the explorer that walks it.
    pub fn spawn_creatures(&self, maze: &Maze, seed: u64) -> Vec<(Agent, Box<dyn Policy>)> {
        let count = self.creatures.as_ref().map_or(0, |creatures| u64::from(creatures.count));
        (0..count).map(|number| self.someone(maze, stream(seed, Purpose::Creatures, &[number]))).collect()
    }

    /// An agent somewhere in the maze, and the explorer that walks it: the same for the same seed.
    pub fn spawn(&self, maze: &Maze, seed: u64) -> (Agent, Box<dyn Policy>) {
        self.someone(maze, random::world(seed))
    }

    fn someone(&self, maze: &Maze, mut rng: Rng) -> (Agent, Box<dyn Policy>) {
        let (x, y) = maze.open_cells().choose(&mut rng).expect("a maze has an open cell");
        let heading = Heading::ALL[rng.random_range(0..4)];
        let agent = Agent::standing(x, y, heading, self.gait());
        let explorer = Explorer::new(self.agent.left_odds, self.agent.wander, rng);
        (agent, Box::new(explorer.with_crossing_odds(self.agent.crossing_odds)))
    }
}
