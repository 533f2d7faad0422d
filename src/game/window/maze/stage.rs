//! The maze on the screen: its scene, where in it to begin, and how it is opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bevy::prelude::*;

use super::clock::Clock;
use super::in_maze;
use super::intent::Intent;
use super::sight::Sight;
use crate::agent::Agent;
use crate::camera::{Camera, TextureError};
use crate::episode::{DataError, TEXTURES, read_manifest};
use crate::files::folder_of;
use crate::game::tick::{Creatures, Driver, InMaze, Steered, Walker};
use crate::game::window::keys::{Key, Keys};
use crate::game::window::notice::Notices;
use crate::game::window::screen::{FrameSet, Screen};
use crate::scene::{Scene, SceneError};

pub(super) const NEXT_MAZE: Key = Key::label('g', KeyCode::KeyG, "go to another maze");

/// The scene that is on, and where in it to begin.
#[derive(Resource, Clone)]
pub(in crate::game::window) struct Stage {
    pub scene: Scene,
    /// Its file, if it has one that may change.
    pub file: Option<PathBuf>,
    /// Where its own textures are looked for.
    pub textures: Option<PathBuf>,
    pub camera: Arc<Camera>,
    pub start: Start,
    /// What was seen before the beginning, oldest first.
    pub before: Vec<Vec<u8>>,
}

/// Where to begin.
#[derive(Debug, Clone, Copy)]
pub(in crate::game::window) struct Start {
    /// Number of the maze in the scene.
    pub maze: u64,
    /// The agent, or one at a place of its own.
    pub agent: Option<Agent>,
    /// Whether the explorer drives.
    pub explores: bool,
}

/// Why a scene cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The scene.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// One of its textures.
    #[error(transparent)]
    Texture(#[from] TextureError),
    /// The data set that it was to be read from.
    #[error(transparent)]
    Data(#[from] DataError),
}

impl Stage {
    /// A scene by its file's path or by the name of one that comes with Crossroads.
    pub fn load(name: impl AsRef<Path>) -> Result<Self, StageError> {
        let (scene, source) = Scene::load(name)?;
        let file = source.file.is_file().then_some(source.file);
        let textures = file.as_deref().map(|file| folder_of(file).to_owned());
        Self::new(scene, file, textures)
    }

    pub fn new(scene: Scene, file: Option<PathBuf>, textures: Option<PathBuf>) -> Result<Self, StageError> {
        let camera = Arc::new(Camera::new(&scene, textures.as_deref())?);
        let start = Start { maze: 0, agent: None, explores: false };
        Ok(Self { scene, file, textures, camera, start, before: Vec::new() })
    }

    /// The scene of a data set in a folder.
    pub fn recorded(scene: Scene, folder: &Path) -> Result<Self, StageError> {
        Self::new(scene, None, Some(folder.join(TEXTURES)))
    }

    /// The scene that a folder's data set says it was recorded in.
    pub fn of_data(folder: &Path) -> Result<Self, StageError> {
        let (manifest, _) = read_manifest(folder)?;
        Self::recorded(manifest.scene, folder)
    }

    pub fn beginning(self, start: Start) -> Self {
        Self { start, ..self }
    }
}

/// The maze is to be opened anew, as the [`Stage`] says.
#[derive(Event)]
pub(in crate::game::window) struct OpenMaze;

pub(super) fn plugin(app: &mut App) {
    app.add_observer(open_maze).add_systems(Update, next_maze.in_set(FrameSet::Input).run_if(in_maze));
}

/// Who enters a screen finds the maze open.
pub(super) fn enter(mut commands: Commands) {
    commands.trigger(OpenMaze);
}

fn open_maze(
    _: On<OpenMaze>,
    mut commands: Commands,
    stage: Option<Res<Stage>>,
    screen: Res<State<Screen>>,
    mut clock: ResMut<Clock>,
    mut intent: ResMut<Intent>,
    old: Query<Entity, With<Walker>>,
) {
    for entity in &old {
        commands.entity(entity).despawn();
    }
    let Some(stage) = stage else { return };
    let Start { maze: number, agent, explores } = stage.start;
    let maze = stage.scene.maze(number);
    let (own, policy) = stage.scene.spawn(&maze, number);
    let agent = agent.unwrap_or(own);
    let creatures = Creatures::spawn(&stage.scene, &maze, number);
    let mut pixels = vec![0; stage.camera.frame_bytes()];
    let beside = creatures.as_ref().map_or(&[][..], |creatures| &creatures.before);
    stage.camera.draw_crowd(&maze, agent.pose(), beside, &mut pixels);
    clock.begin(&stage.scene);
    intent.clear();
    let mut entity = commands.spawn((
        Name::new("agent"),
        DespawnOnExit(*screen.get()),
        InMaze(Arc::new(maze)),
        Walker::new(agent),
        Driver(policy),
        Sight::new(number, &agent, pixels).after(&stage.before),
    ));
    if let Some(creatures) = creatures {
        entity.insert(creatures);
    }
    if !explores {
        entity.insert(Steered);
    }
}

fn next_maze(
    mut commands: Commands,
    keys: Keys,
    mut stage: ResMut<Stage>,
    mut notices: ResMut<Notices>,
    agents: Query<Has<Steered>, With<Walker>>,
) {
    if !keys.pressed(&NEXT_MAZE) {
        return;
    }
    if stage.scene.maze_count() == 1 {
        notices.say(format!("`{}` has one maze only", stage.scene.name));
        return;
    }
    let explores = agents.iter().any(|steered| !steered);
    stage.start = Start { maze: stage.scene.maze_after(stage.start.maze, 1), agent: None, explores };
    stage.before.clear();
    commands.trigger(OpenMaze);
}
