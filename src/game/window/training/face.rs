//! What the screen shows at the moment, and what can be chosen there.

use crate::game::window::lab::{Lab, Standing};
use crate::train::RECIPES;

/// What the screen shows at the moment; another one is laid out anew.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Face {
    Recipes,
    Training(Standing),
    Nothing,
}

impl Face {
    pub fn of(lab: &Lab) -> Self {
        match (&lab.asked, lab.training()) {
            (Some(_), _) => Self::Recipes,
            (None, Some(training)) => Self::Training(training.standing.clone()),
            (None, None) => Self::Nothing,
        }
    }

    /// What can be chosen.
    pub fn options(&self) -> Vec<(Verb, &'static str)> {
        match self {
            Self::Recipes => (0..RECIPES.len()).map(|index| (Verb::Recipe(index), RECIPES[index].0)).collect(),
            Self::Training(Standing::Running) => vec![(Verb::Stop, "Stop"), (Verb::Watch, "Watch so far")],
            Self::Training(Standing::Stopping) | Self::Nothing => Vec::new(),
            Self::Training(Standing::Stopped) => {
                vec![(Verb::GoOn, "Go on"), (Verb::Watch, "Watch"), (Verb::Dream, "Dream")]
            }
            Self::Training(Standing::Done) => vec![(Verb::Watch, "Watch"), (Verb::Dream, "Dream")],
            Self::Training(Standing::Failed(_)) => vec![(Verb::Again, "Choose another recipe")],
        }
    }
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Recipe(usize),
    Stop,
    GoOn,
    Watch,
    Dream,
    Again,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_done_follows_from_how_the_training_stands() {
        let verbs =
            |standing| -> Vec<Verb> { Face::Training(standing).options().into_iter().map(|(verb, _)| verb).collect() };
        assert_eq!(verbs(Standing::Running), [Verb::Stop, Verb::Watch]);
        assert_eq!(verbs(Standing::Stopped)[0], Verb::GoOn);
        assert_eq!(verbs(Standing::Done), [Verb::Watch, Verb::Dream]);
        assert_eq!(verbs(Standing::Failed("disk".into())), [Verb::Again]);
        assert_eq!(Face::Recipes.options().len(), RECIPES.len());
    }
}
