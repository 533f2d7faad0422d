//! The models that are watched: asked about every moment, with the agent held at corners if that is wished.

use std::time::{Duration, Instant};

use bevy::prelude::*;

use super::answers::{Answers, Asker, Fork, Moment, labels};
use super::column::spawn;
use super::tally::Tally;
use crate::game::tick::Undecided;
use crate::game::window::keys::{Key, Keys};
use crate::game::window::maze::{Clock, Sight, Stage, Stand};
use crate::game::window::models::{Chosen, fitting};
use crate::game::window::notice::Notices;
use crate::game::window::parts::{COLUMN, NoiseDial};

pub(super) const HOLD: Key =
    Key::label('h', KeyCode::KeyH, "hold still at corners and fan out 16 samples; a turn goes on");
pub(super) const PAGE: Key =
    Key::named(KeyCode::PageDown, "Page down", "more true futures, where there are more than six");

/// The models that are watched.
#[derive(Resource)]
pub(in crate::game::window) struct Watched {
    asker: Asker,
    asked: Option<(u64, NoiseDial)>,
    pub(super) answers: Option<Answers>,
    pub(super) tallies: Vec<Tally>,
    /// The tick of the corner that was counted last, and the scale of the noise then.
    counted: Option<(u64, f32)>,
    /// Whether the agent is held at corners.
    holds: bool,
    /// The page of true futures that is shown, where there are more than fit; it counts on past the last.
    pub(super) page: usize,
    /// Answers that were shown, and how old each was then, for timing.
    pub ages: Vec<Duration>,
}

impl Watched {
    /// Panels of predictions.
    pub fn panels(&self) -> usize {
        self.asker.models.iter().map(|model| labels(model).len()).sum()
    }

    /// Of each of the first model's newest answers.
    #[cfg(test)]
    pub fn first_bytes(&self) -> Vec<u8> {
        let frames = self.answers.iter().flat_map(|answers| &answers.models[0].frames);
        frames.map(|frame| frame.as_raw()[0]).collect()
    }

    /// What is told of a model's answers at corners.
    #[cfg(test)]
    pub fn tally(&self, model: usize) -> String {
        self.tallies[model].line()
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
    let models = fitting(chosen.take(), &stage, &mut notices);
    if models.is_empty() {
        notices.error("no model to watch fits this scene; `crossroads train` makes one");
    }
    let asker = Asker::new(models);
    stand.right = COLUMN;
    spawn(&mut commands, &mut images, &asker.models, stage.camera.size(), stage.scene.most_futures());
    let tallies = vec![Tally::default(); asker.models.len()];
    commands.insert_resource(Watched {
        asker,
        asked: None,
        answers: None,
        tallies,
        counted: None,
        holds: false,
        page: 0,
        ages: Vec::new(),
    });
}

pub(super) fn switch_hold(
    keys: Keys,
    mut watched: ResMut<Watched>,
    mut clock: ResMut<Clock>,
    mut notices: ResMut<Notices>,
    agents: Query<Undecided>,
) {
    if !keys.pressed(&HOLD) {
        return;
    }
    watched.holds = !watched.holds;
    clock.held = watched.holds && agents.iter().any(|one| one.is());
    notices.say(if watched.holds {
        "corners hold the agent; a turn goes on"
    } else {
        "corners no longer hold the agent"
    });
}

pub(super) fn turn_page(keys: Keys, mut watched: ResMut<Watched>) {
    if keys.pressed(&PAGE) {
        watched.page += 1;
    }
}

/// At a corner time stands still, if that was asked for.
pub(super) fn hold(watched: Res<Watched>, mut clock: ResMut<Clock>, agents: Query<Undecided>) {
    clock.held = watched.holds && agents.iter().any(|one| one.is());
}

/// Asks about every moment once, and again when the noise is another.
pub(super) fn ask(
    stage: Res<Stage>,
    dial: Res<NoiseDial>,
    mut watched: ResMut<Watched>,
    agents: Query<(Undecided, &Sight)>,
) {
    let Ok((one, sight)) = agents.single() else { return };
    let (maze, agent) = (one.maze.0.clone(), one.walker.agent);
    let key = (sight.ticks, *dial);
    if watched.asked == Some(key) {
        return;
    }
    let moment = Moment {
        tick: sight.ticks,
        seen: Instant::now(),
        question: sight.question(&stage, &agent),
        is_corner: one.is(),
        fork: Fork {
            camera: stage.camera.clone(),
            turns: stage.scene.turns(&maze, &agent),
            maze,
            agent,
            creatures: one.creatures.map_or_else(Vec::new, |creatures| creatures.agents.clone()),
        },
        dial: *dial,
    };
    if watched.asker.ask(moment) {
        watched.asked = Some(key);
    }
}

/// What arrives is shown; a corner is counted once, and another scale of the noise begins to count anew.
pub(super) fn receive(mut watched: ResMut<Watched>) {
    let Some(answers) = watched.asker.answers() else { return };
    watched.ages.push(answers.seen.elapsed());
    let Watched { asker, tallies, counted, .. } = &mut *watched;
    if counted.is_some_and(|(_, temperature)| temperature != answers.dial.temperature) {
        tallies.iter_mut().for_each(|tally| *tally = Tally::default());
        *counted = None;
    }
    if answers.is_corner && counted.is_none_or(|(tick, _)| tick != answers.tick) {
        *counted = Some((answers.tick, answers.dial.temperature));
        for ((tally, model), about) in tallies.iter_mut().zip(&answers.models).zip(&asker.models) {
            if answers.split_number >= about.unseen_below {
                tally.leave_out();
                continue;
            }
            model.verdicts.iter().for_each(|verdict| tally.add(verdict, &answers.futures));
        }
    }
    watched.answers = Some(answers);
}
