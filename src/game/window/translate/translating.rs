//! The translation that is on: what it is asked, what comes back, and what lies over the maze.

use std::path::Path;
use std::sync::Arc;

use bevy::prelude::*;

use super::Opened;
use super::column::{Told, spawn};
use super::translator::{Lay, Moment, Shown, Translator};
use crate::agent::Agent;
use crate::camera::Camera;
use crate::files::folder_of;
use crate::game::tick::{Creatures, InMaze, Walker};
use crate::game::window::keys::{Key, Keys};
use crate::game::window::maze::{Sight, Stage, Stand};
use crate::game::window::notice::Notices;
use crate::game::window::parts::COLUMN;
use crate::train::{Learned, Translated, scene_digest};

pub(super) const LAY: Key =
    Key::label('x', KeyCode::KeyX, "lay the translation over the maze; then the truth; then nothing");

/// The translation that is on.
#[derive(Resource)]
pub(in crate::game::window) struct Translating {
    translator: Translator,
    asked: Option<(u64, u64, Lay)>,
    /// Name of the scene that is translated into.
    pub(super) other: String,
    /// Whether the truth is known.
    knows_truth: bool,
    pub(super) lay: Lay,
    pub(super) newest: Option<Shown>,
    /// Moments that were judged, and the sums of both figures.
    pub(super) judged: (u32, f64, f64),
    counted: Option<(u64, u64)>,
}

#[cfg(test)]
impl Translating {
    pub fn newest(&self) -> Option<&Shown> {
        self.newest.as_ref()
    }
}

pub(super) fn enter(
    mut commands: Commands,
    stage: Res<Stage>,
    mut opened: ResMut<Opened>,
    mut stand: ResMut<Stand>,
    mut notices: ResMut<Notices>,
    mut images: ResMut<Assets<Image>>,
) {
    let Some(translated) = opened.take() else { return };
    stand.right = COLUMN;
    let info = &translated.info;
    let name = info.recipe.name.clone();
    if let Err(error) = info.check_size(stage.camera.size(), Path::new(&stage.scene.name)) {
        notices.error(format!("{error}; Esc leads back"));
        return;
    }
    if info.scene != stage.scene.name {
        notices.say(format!("`{name}` learned to translate {}, and not {}", info.scene, stage.scene.name));
    }
    let camera = match camera_of(&translated, &stage) {
        Ok(camera) => Some(camera),
        Err(why) => {
            notices.say(format!("what is true there is not shown: {why}"));
            None
        }
    };
    let other = info.learned.get(1).map_or_else(|| "the other scene".to_owned(), |learned| learned.scene.clone());
    let told = Told {
        name,
        step: translated.step,
        seen: stage.scene.name.clone(),
        other: other.clone(),
        goes_back: translated.translations.len() > 1,
        knows_truth: camera.is_some(),
    };
    spawn(&mut commands, &mut images, &told, stage.camera.size());
    commands.insert_resource(Translating {
        knows_truth: camera.is_some(),
        translator: Translator::new(translated, camera),
        asked: None,
        other,
        lay: Lay::Nothing,
        newest: None,
        judged: (0, 0.0, 0.0),
        counted: None,
    });
}

/// A camera of the scene that is translated into, as it was learned: one that comes with Crossroads, or one whose file lies
/// beside that of the scene that is played.
fn camera_of(translated: &Translated, played: &Stage) -> Result<Arc<Camera>, String> {
    let Learned { scene, scene_digest: learned, .. } =
        translated.info.learned.get(1).ok_or("the run does not say what else it learned")?;
    let beside = played.file.as_deref().map(|file| folder_of(file).join(format!("{scene}.ron")));
    let stage = match beside.filter(|file| file.is_file()) {
        Some(file) => Stage::load(file),
        None => Stage::load(scene),
    };
    let stage = stage.map_err(|error| error.to_string())?;
    let now = scene_digest(&stage.scene).map_err(|error| error.to_string())?;
    if now != *learned {
        return Err(format!("`{scene}` is no longer as it was learned"));
    }
    Ok(stage.camera)
}

/// X lays the translation over the maze, then the truth if it is known, then nothing.
pub(super) fn lay(
    keys: Keys,
    mut translating: ResMut<Translating>,
    mut stand: ResMut<Stand>,
    mut notices: ResMut<Notices>,
) {
    if !keys.pressed(&LAY) {
        return;
    }
    translating.lay = match translating.lay {
        Lay::Nothing => Lay::Translation,
        Lay::Translation if translating.knows_truth => Lay::Truth,
        Lay::Translation | Lay::Truth => Lay::Nothing,
    };
    // What is to lie over the maze covers it once it is there.
    if translating.lay == Lay::Nothing {
        stand.cover = None;
    }
    let other = &translating.other;
    notices.say(match translating.lay {
        Lay::Nothing => "the maze as it is".to_owned(),
        Lay::Translation => "every frame is what the network makes of the maze".to_owned(),
        Lay::Truth => format!("every frame is what {other} shows from here"),
    });
}

/// Asks about every moment once, and again when something else is to lie over the maze.
pub(super) fn ask(
    stage: Res<Stage>,
    mut translating: ResMut<Translating>,
    agents: Query<(&InMaze, &Walker, &Sight, Option<&Creatures>)>,
) {
    let Ok((maze, walker, sight, creatures)) = agents.single() else { return };
    let key = (sight.maze, sight.ticks, translating.lay);
    if translating.asked == Some(key) {
        return;
    }
    let moment = Moment {
        tick: sight.ticks,
        maze: maze.0.clone(),
        pose: walker.agent.pose(),
        beside: creatures.iter().flat_map(|creatures| &creatures.agents).map(Agent::pose).collect(),
        size: stage.camera.size(),
        seen: sight.newest().clone(),
        lay: translating.lay,
    };
    if translating.translator.ask(moment) {
        translating.asked = Some(key);
    }
}

/// What arrives is shown; a moment is judged once.
pub(super) fn hear(mut translating: ResMut<Translating>, mut stand: ResMut<Stand>, agents: Query<&Sight>) {
    let Some(shown) = translating.bypass_change_detection().translator.hear() else { return };
    let place = (agents.single().map_or(0, |sight| sight.maze), shown.tick);
    if let Some((translated, seen)) = shown.to_truth.filter(|_| translating.counted != Some(place)) {
        let (count, sum, of_seen) = translating.judged;
        translating.judged = (count + 1, sum + translated, of_seen + seen);
        translating.counted = Some(place);
    }
    if shown.lay == translating.lay {
        stand.cover = match shown.lay {
            Lay::Nothing => None,
            Lay::Translation => Some(format!("translated into {}", translating.other)),
            Lay::Truth => Some(format!("true {}", translating.other)),
        };
    }
    translating.newest = Some(shown);
}
