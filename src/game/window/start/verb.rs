//! What can be done with something that was found.

use bevy::prelude::*;

use super::cards::{Card, Push, cards};
use super::head::ToTraining;
use super::shelf::Choice;
use crate::game::window::browse::BrowseFolder;
use crate::game::window::doors::Doors;
use crate::game::window::dream::DreamIn;
use crate::game::window::keys::{Key, Keys};
use crate::game::window::lab::Lab;
use crate::game::window::library::{Found, Kind, Library};
use crate::game::window::maze::{Stage, Start};
use crate::game::window::play::PlayIn;
use crate::game::window::say::SayTo;
use crate::game::window::training::{ShowTraining, TrainOn};
use crate::game::window::translate::TranslateIn;
use crate::game::window::watch::WatchModels;
use crate::predict::Skill;

const CHOOSE: Key = Key::named(KeyCode::Enter, "Enter", "the card's first button: play, browse, watch, say");
const OTHER: Key = Key::named(KeyCode::Space, "Space", "the card's second button: watch, train, dream");
const TO_TRAINING: Key = Key::label('t', KeyCode::KeyT, "the training under way, or the last one");

/// The keys that do something.
pub(super) const KEYS: [Key; 3] = [CHOOSE, OTHER, TO_TRAINING];

/// What can be done with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Play,
    Watch,
    Dream,
    Translate,
    Browse,
    Train,
    Say,
}

impl Verb {
    /// The buttons of a card, the one for Enter first.
    pub fn of(found: &Found) -> &'static [(Self, &'static str)] {
        match (found.kind, found.skill) {
            (Kind::Scene, _) => &[(Self::Play, "Play"), (Self::Watch, "Watch models")],
            (Kind::Data, _) => &[(Self::Browse, "Browse"), (Self::Train, "Train a model")],
            (Kind::Run | Kind::Boxed, Some(Skill::Translate)) => &[(Self::Translate, "Translate a maze")],
            (Kind::Run | Kind::Boxed, Some(Skill::Walk)) => &[(Self::Play, "Play with it")],
            (Kind::Run | Kind::Boxed, Some(Skill::Illustrate)) => &[(Self::Say, "Say something")],
            (Kind::Run | Kind::Boxed, Some(Skill::Paint)) => &[],
            (Kind::Run | Kind::Boxed, Some(Skill::Predict) | None) => &[(Self::Watch, "Watch"), (Self::Dream, "Dream")],
        }
    }
}

/// Does what a button, or the key for it, says.
pub(super) fn act(
    keys: Keys,
    library: Res<Library>,
    mut choice: ResMut<Choice>,
    lab: Res<Lab>,
    mut doors: Doors,
    pushes: Query<(&Interaction, &Push), Changed<Interaction>>,
    trainings: Query<&Interaction, (With<ToTraining>, Changed<Interaction>)>,
) {
    let is_pressed = |interaction: &Interaction| *interaction == Interaction::Pressed;
    if lab.training().is_some() && (keys.pressed(&TO_TRAINING) || trainings.iter().any(is_pressed)) {
        doors.ask(ShowTraining);
        return;
    }
    let button = [CHOOSE, OTHER].iter().position(|key| keys.pressed(key));
    let (section, place) = choice.place();
    let by_key = button.and_then(|button| {
        let (found, _) = cards(&library, section).nth(place)?;
        let verb = Verb::of(found).get(button).map(|(verb, _)| *verb);
        if verb.is_none() && button == 0 {
            doors.notices.say(without_screen(found));
        }
        Some((found, verb?))
    });
    let by_mouse = pushes.iter().find(|(interaction, _)| is_pressed(interaction)).and_then(|(_, push)| {
        let Push(Card(section, place), verb) = *push;
        choice.set(section, place);
        Some((&cards(&library, section).nth(place)?.0, verb))
    });
    let Some((found, verb)) = by_key.or(by_mouse) else { return };
    if let Err(error) = go(found, verb, &library, &mut doors) {
        doors.notices.error(error);
    }
}

/// What is told of a model that no screen shows.
fn without_screen(found: &Found) -> String {
    match found.skill {
        Some(skill) => format!("`{}` {}; ask it with {}", found.title, skill.does(), skill.commands()),
        None => format!("nothing can be done with `{}` here", found.title),
    }
}

fn go(found: &Found, verb: Verb, library: &Library, doors: &mut Doors) -> Result<(), String> {
    let begin = |explores| move |stage: Stage| stage.beginning(Start { maze: 0, agent: None, explores });
    let stage = |explores| match found.kind {
        Kind::Scene => Stage::load(&found.place).map_err(|error| error.to_string()).map(begin(explores)),
        Kind::Data | Kind::Run | Kind::Boxed => library.stage(&found.scene).map(begin(explores)),
    };
    match (verb, found.kind) {
        (Verb::Play, Kind::Run) => doors.ask(PlayIn { stage: stage(false)?, walker: Some(found.place.clone()) }),
        (Verb::Play, _) => doors.ask(PlayIn { stage: stage(false)?, walker: library.walker() }),
        (Verb::Translate, _) => doors.ask(TranslateIn { stage: stage(true)?, run: found.place.clone() }),
        (Verb::Watch, Kind::Scene) => {
            let models = library.fitting(found.frame_size);
            if models.is_empty() {
                let (width, height) = found.frame_size;
                return Err(format!(
                    "no model for frames of {width}×{height} pixels is there yet: record this world and train one"
                ));
            }
            doors.ask(WatchModels { stage: stage(true)?, models });
        }
        (Verb::Watch, _) => doors.ask(WatchModels { stage: stage(true)?, models: vec![found.place.clone()] }),
        (Verb::Dream, _) => doors.ask(DreamIn { stage: stage(false)?, model: found.place.clone() }),
        (Verb::Browse, _) => doors.ask(BrowseFolder(found.place.clone())),
        (Verb::Train, _) => doors.ask(TrainOn(found.place.clone())),
        (Verb::Say, _) => doors.ask(SayTo(found.place.clone())),
    }
    Ok(())
}
