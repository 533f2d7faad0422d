//! What buttons and keys do.

use std::path::{Path, PathBuf};

use bevy::prelude::*;

use super::face::{Face, Pair, Verb};
use super::layout::{Desk, Pick};
use super::recipes::{ROWS, needs_of};
use crate::game::window::doors::{ComputeDevice, Doors};
use crate::game::window::dream::DreamIn;
use crate::game::window::keys::{Key, Keys};
use crate::game::window::lab::{Lab, Standing};
use crate::game::window::library::{Folders, Library};
use crate::game::window::maze::{Stage, Start};
use crate::game::window::play::PlayIn;
use crate::game::window::say::SayTo;
use crate::game::window::translate::TranslateIn;
use crate::game::window::watch::WatchModels;
use crate::predict::Skill;
use crate::train::{RECIPES, Recipe, Run, TrainJob};

const PREVIOUS: Key = Key::named(KeyCode::ArrowUp, "↑", "the choice before");
const NEXT: Key = Key::named(KeyCode::ArrowDown, "↓", "the next choice");
const COLUMN_BEFORE: Key = Key::named(KeyCode::ArrowLeft, "←", "the recipes to the left, or the choice before");
const COLUMN_AFTER: Key = Key::named(KeyCode::ArrowRight, "→", "the recipes to the right, or the next choice");
const CHOOSE: Key = Key::named(KeyCode::Enter, "Enter", "do what is chosen");
const STOP: Key = Key::label('s', KeyCode::KeyS, "stop the training; it can go on later");
const COURSE: Key = Key::label('c', KeyCode::KeyC, "one corner through the training, or all corners now");

/// The keys of the screen.
pub(super) const KEYS: [Key; 7] = [PREVIOUS, NEXT, COLUMN_BEFORE, COLUMN_AFTER, CHOOSE, STOP, COURSE];

/// Does what a button, or the key for it, says.
pub(super) fn act(
    keys: Keys,
    mut desk: ResMut<Desk>,
    mut lab: ResMut<Lab>,
    (folders, library): (Res<Folders>, Res<Library>),
    device: Res<ComputeDevice>,
    mut doors: Doors,
    picks: Query<(&Interaction, &Pick), Changed<Interaction>>,
) {
    let face = Face::of(&lab, &desk);
    if keys.pressed(&COURSE) {
        desk.is_course = !desk.is_course;
        desk.shown = None;
    }
    let options = face.options();
    let last = options.len().saturating_sub(1);
    let column = if face == Face::Recipes { ROWS } else { 1 };
    let moves =
        [(&PREVIOUS, -1), (&NEXT, 1), (&COLUMN_BEFORE, -column.cast_signed()), (&COLUMN_AFTER, column.cast_signed())];
    for (_, by) in moves.into_iter().filter(|(key, _)| keys.pressed(key)) {
        desk.picked = desk.picked.saturating_add_signed(by).min(last);
    }
    // The mouse chooses by lying over something, and does it by a press.
    if let Some((_, pick)) = picks.iter().find(|(interaction, _)| **interaction == Interaction::Hovered) {
        desk.picked = pick.0;
    }
    let pressed = picks.iter().find(|(interaction, _)| **interaction == Interaction::Pressed);
    let chosen = match pressed {
        Some((_, pick)) => Some(pick.0),
        None if keys.pressed(&CHOOSE) => Some(desk.picked),
        None => None,
    };
    let verb = chosen.and_then(|index| options.get(index)).map(|(verb, _)| *verb);
    let stops = keys.pressed(&STOP) && matches!(face, Face::Training(Standing::Running, _));
    let Some(verb) = verb.or(stops.then_some(Verb::Stop)) else { return };
    let job_of = |recipe: Recipe, data: PathBuf, more_data: Vec<PathBuf>| {
        let out = Run::free_folder(&folders.runs, &recipe.name);
        TrainJob {
            recipe,
            data,
            more_data,
            out,
            device: device.0.clone(),
            resume: false,
            skip_damaged: true,
            snapshots: 0,
        }
    };
    if let Err(error) = go(verb, (&mut lab, &mut desk), &library, &job_of, &mut doors) {
        doors.notices.error(error);
    }
}

fn go(
    verb: Verb,
    (lab, desk): (&mut Lab, &mut Desk),
    library: &Library,
    job_of: &dyn Fn(Recipe, PathBuf, Vec<PathBuf>) -> TrainJob,
    doors: &mut Doors,
) -> Result<(), String> {
    let load = |index: usize| Recipe::load(RECIPES[index].0).map_err(|error| error.to_string());
    match (verb, lab.asked.clone(), desk.pair.clone()) {
        (Verb::Recipe(index), Some(data), _) => {
            let (recipe, needs) = (load(index)?, needs_of(index));
            if needs.len() == 1 {
                lab.begin(job_of(recipe, data, Vec::new()));
                return Ok(());
            }
            let others = library.recordings_beside(&data);
            if others.is_empty() {
                return Err(format!(
                    "`{}` learns from two recordings ({}), and no other of the same frame size is there: record another scene",
                    recipe.name,
                    needs.join(", ")
                ));
            }
            desk.pair = Some(Pair { recipe: index, others });
            return Ok(());
        }
        (Verb::Recording(index), Some(data), Some(pair)) => {
            let other = pair.others.get(index).cloned().ok_or("this recording is gone")?;
            lab.begin(job_of(load(pair.recipe)?, data, vec![other]));
            desk.pair = None;
            return Ok(());
        }
        (Verb::Again, Some(_), Some(_)) => {
            desk.pair = None;
            return Ok(());
        }
        _ => {}
    }
    let job = lab.training().map(|training| training.job.clone()).ok_or("there is no training")?;
    let model = job.out.clone();
    match (verb, job.recipe.skill()) {
        (Verb::Stop, _) => lab.stop(),
        (Verb::GoOn, _) => lab.begin(TrainJob { resume: true, ..job }),
        (Verb::Watch, Skill::Predict) => {
            doors.ask(WatchModels { stage: stage_of(&job.data, true)?, models: vec![model] });
        }
        (Verb::Watch, Skill::Translate) => doors.ask(TranslateIn { stage: stage_of(&job.data, true)?, run: model }),
        (Verb::Watch, Skill::Walk) => {
            doors.ask(PlayIn { stage: stage_of(&job.data, false)?, walker: Some(model) });
        }
        (Verb::Watch, Skill::Illustrate) => doors.ask(SayTo(model)),
        (Verb::Watch, Skill::Paint) => return Err(format!("ask it with {}", Skill::Paint.commands())),
        (Verb::Dream, _) => doors.ask(DreamIn { stage: stage_of(&job.data, false)?, model }),
        (Verb::Again | Verb::Recipe(_) | Verb::Recording(_), _) => lab.asked = Some(job.data),
    }
    Ok(())
}

/// The world that a data set was recorded in.
fn stage_of(data: &Path, explores: bool) -> Result<Stage, String> {
    let stage = Stage::of_data(data).map_err(|error| error.to_string())?;
    Ok(stage.beginning(Start { maze: 0, agent: None, explores }))
}
