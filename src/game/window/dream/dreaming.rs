//! The dream that is on: when it begins and ends, what it is told, and what comes back.

use bevy::prelude::*;
use rand::seq::IteratorRandom;

use super::column::spawn;
use super::dreamer::{AHEAD, Dreamer, Dreamt, Word};
use crate::agent::Pose;
use crate::camera::Frames;
use crate::game::tick::{InMaze, Walker};
use crate::game::window::keys::{Key, Keys};
use crate::game::window::maze::{Clock, OpenMaze, Sight, Stage, Stand};
use crate::game::window::models::{Chosen, fitting};
use crate::game::window::notice::Notices;
use crate::game::window::parts::{COLUMN, NoiseDial, frame_of};
use crate::maze::Maze;
use crate::measure::Drift;
use crate::random::{Purpose, stream};

pub(super) const SWAP: Key = Key::label('m', KeyCode::KeyM, "walk inside the model, or in the real maze");
pub(super) const RESET: Key = Key::label('c', KeyCode::KeyC, "dream anew from what is really seen");

/// Frames of other places that the distance to the true frame is held against.
const ELSEWHERE: usize = 8;

/// The model that is walked in.
#[derive(Resource)]
pub(in crate::game::window) struct Dreaming {
    dreamer: Dreamer,
    /// Whether every frame comes from the model now.
    pub(super) is_on: bool,
    pub(super) newest: Option<Dreamt>,
    pub(super) drifts: Vec<Drift>,
}

impl Dreaming {
    /// Steps of the dream so far.
    pub fn steps(&self) -> usize {
        self.drifts.len()
    }

    /// Of the newest dreamed frame.
    #[cfg(test)]
    pub fn first_byte(&self) -> Option<u8> {
        self.newest.as_ref().map(|dreamt| dreamt.frame.as_raw()[0])
    }

    #[cfg(test)]
    pub fn newest_drift(&self) -> Option<Drift> {
        self.drifts.last().copied()
    }
}

pub(super) fn enter(
    mut commands: Commands,
    stage: Res<Stage>,
    mut chosen: ResMut<Chosen>,
    mut stand: ResMut<Stand>,
    mut notices: ResMut<Notices>,
    mut images: ResMut<Assets<Image>>,
) {
    stand.right = COLUMN;
    let models = fitting(chosen.take(), &stage, &mut notices);
    let Some(model) = models.into_iter().next() else {
        notices.error("no model to dream with fits this scene; Esc leads back");
        return;
    };
    let dreamer = Dreamer::new(model);
    if !dreamer.model.is_action_conditioned {
        notices.say(format!("`{}` is not told what you do: it turns where it likes", dreamer.model.name));
    }
    spawn(&mut commands, &mut images, &dreamer, stage.camera.size());
    commands.insert_resource(Dreaming { dreamer, is_on: false, newest: None, drifts: Vec::new() });
}

/// M swaps the real maze and the model; C begins the dream anew.
pub(super) fn swap(
    keys: Keys,
    stage: Res<Stage>,
    mut dreaming: ResMut<Dreaming>,
    mut clock: ResMut<Clock>,
    mut stand: ResMut<Stand>,
    mut notices: ResMut<Notices>,
    agents: Query<(&InMaze, &Walker, &Sight)>,
) {
    clock.waiting = dreaming.is_on && dreaming.dreamer.behind >= AHEAD;
    let swaps = keys.pressed(&SWAP);
    let resets = keys.pressed(&RESET) && dreaming.is_on;
    if !swaps && !resets {
        return;
    }
    let Ok((maze, walker, sight)) = agents.single() else { return };
    if swaps && dreaming.is_on {
        dreaming.is_on = false;
        dreaming.drifts.clear();
        stand.cover = None;
        notices.say("back in the real maze");
        return;
    }
    let word = Word::Begin { seen: sight.question(&stage, &walker.agent), elsewhere: elsewhere(&stage, &maze.0) };
    if dreaming.dreamer.tell(word) {
        dreaming.is_on = true;
        dreaming.drifts.clear();
        let frame = frame_of(stage.camera.size(), sight.newest());
        let large = frame.clone();
        dreaming.newest = Some(Dreamt { step: 0, frame, large, drift: Drift { sharpness: 1.0, nearness: 0.0 } });
        stand.cover = Some("inside the model".into());
        notices.say("from here on, every frame comes from the model");
    }
}

/// What is seen at other places of the maze.
fn elsewhere(stage: &Stage, maze: &Maze) -> Frames {
    let mut rng = stream(maze.seed(), Purpose::Dream, &[]);
    let cells = maze.open_cells().sample(&mut rng, ELSEWHERE);
    let seen = cells.into_iter().enumerate().map(|(index, (x, y))| {
        let heading = (index % 4) as f32 * std::f32::consts::FRAC_PI_2;
        let pose = Pose { x: x as f32 + 0.5, y: y as f32 + 0.5, heading };
        stage.camera.frame(maze, pose).into_raw()
    });
    Frames::collect(stage.camera.size(), seen)
}

/// Another maze ends the dream.
pub(super) fn wake_up(_: On<OpenMaze>, dreaming: Option<ResMut<Dreaming>>, mut stand: ResMut<Stand>) {
    if let Some(mut dreaming) = dreaming {
        dreaming.is_on = false;
        stand.cover = None;
    }
}

pub(super) fn tell(
    dial: Res<NoiseDial>,
    mut dreaming: ResMut<Dreaming>,
    mut clock: ResMut<Clock>,
    agents: Query<(&Walker, &Sight)>,
) {
    let Ok((walker, sight)) = agents.single() else { return };
    if !dreaming.is_on {
        return;
    }
    let word = Word::Step { action: walker.done, truth: sight.newest().clone(), dial: *dial };
    dreaming.dreamer.tell(word);
    clock.waiting = dreaming.dreamer.behind >= AHEAD;
}

pub(super) fn hear(mut dreaming: ResMut<Dreaming>) {
    if dreaming.dreamer.behind == 0 {
        return;
    }
    let heard = dreaming.dreamer.hear();
    for dreamt in heard {
        // What was dreamed before a new beginning no longer counts.
        if dreaming.is_on && dreamt.step == dreaming.drifts.len() as u64 + 1 {
            dreaming.drifts.push(dreamt.drift);
            dreaming.newest = Some(dreamt);
        }
    }
}
