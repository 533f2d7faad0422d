//! What the screen shows at the moment, and what can be chosen there.

use std::path::PathBuf;

use super::layout::Desk;
use crate::files::Shown;
use crate::game::window::lab::{Lab, Standing};
use crate::predict::Skill;
use crate::train::RECIPES;

/// What the screen shows at the moment; another one is laid out anew.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Face {
    Recipes,
    /// A recipe was chosen that learns from a second recording, which is one of these.
    Recordings(Pair),
    Training(Standing, Skill),
    Nothing,
}

/// A recipe that learns from two recordings, by its number, and those that may be the second.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pair {
    pub recipe: usize,
    pub others: Vec<PathBuf>,
}

impl Face {
    pub fn of(lab: &Lab, desk: &Desk) -> Self {
        match (&lab.asked, &desk.pair, lab.training()) {
            (Some(_), Some(pair), _) => Self::Recordings(pair.clone()),
            (Some(_), None, _) => Self::Recipes,
            (None, _, Some(training)) => Self::Training(training.standing.clone(), training.job.recipe.skill()),
            (None, _, None) => Self::Nothing,
        }
    }

    /// What can be chosen.
    pub fn options(&self) -> Vec<(Verb, String)> {
        let named = |all: &[(Verb, &str)]| all.iter().map(|&(verb, name)| (verb, name.to_owned())).collect();
        match self {
            Self::Recipes => {
                RECIPES.iter().enumerate().map(|(index, (name, _))| (Verb::Recipe(index), (*name).into())).collect()
            }
            Self::Recordings(pair) => {
                let others =
                    pair.others.iter().enumerate().map(|(index, place)| (Verb::Recording(index), place.shown()));
                others.chain(named(&[(Verb::Again, "choose another recipe")])).collect()
            }
            Self::Training(Standing::Running, skill) => {
                [vec![(Verb::Stop, "Stop".to_owned())], of_skill(*skill, " so far")]
                    .concat()
                    .into_iter()
                    .take(2)
                    .collect()
            }
            Self::Training(Standing::Stopping, _) | Self::Nothing => Vec::new(),
            Self::Training(Standing::Stopped, skill) => {
                [named(&[(Verb::GoOn, "Go on")]), of_skill(*skill, "")].concat()
            }
            Self::Training(Standing::Done, skill) => of_skill(*skill, ""),
            Self::Training(Standing::Failed(_), _) => named(&[(Verb::Again, "Choose another recipe")]),
        }
    }
}

/// What can be done with a model, the screens that show it first.
fn of_skill(skill: Skill, so_far: &str) -> Vec<(Verb, String)> {
    let all: &[(Verb, &str)] = match skill {
        Skill::Predict => &[(Verb::Watch, "Watch"), (Verb::Dream, "Dream")],
        Skill::Translate => &[(Verb::Watch, "Translate a maze")],
        Skill::Walk => &[(Verb::Watch, "Play with it")],
        Skill::Illustrate => &[(Verb::Watch, "Say something")],
        // No screen shows more of it than its sheet here does.
        Skill::Paint => &[],
    };
    all.iter().map(|&(verb, name)| (verb, format!("{name}{so_far}"))).collect()
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Recipe(usize),
    Recording(usize),
    Stop,
    GoOn,
    /// On the screen for what it does.
    Watch,
    Dream,
    Again,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_done_follows_from_how_the_training_stands_and_from_what_the_model_does() {
        let verbs = |standing, skill| -> Vec<Verb> {
            Face::Training(standing, skill).options().into_iter().map(|(verb, _)| verb).collect()
        };
        let of = |standing| verbs(standing, Skill::Predict);
        assert_eq!(of(Standing::Running), [Verb::Stop, Verb::Watch]);
        assert_eq!(of(Standing::Stopped)[0], Verb::GoOn);
        assert_eq!(of(Standing::Done), [Verb::Watch, Verb::Dream]);
        assert_eq!(of(Standing::Failed("disk".into())), [Verb::Again]);
        assert_eq!(verbs(Standing::Done, Skill::Translate), [Verb::Watch]);
        assert_eq!(verbs(Standing::Stopped, Skill::Walk), [Verb::GoOn, Verb::Watch]);
        assert_eq!(verbs(Standing::Done, Skill::Illustrate), [Verb::Watch]);
        assert_eq!(verbs(Standing::Running, Skill::Paint), [Verb::Stop]);
        assert_eq!(Face::Recipes.options().len(), RECIPES.len());
    }
}
