//! What trained networks are good for, and the models that do it.

use super::{
    Illustrator, Painter, Predictor, Question, Translation, WalkModel, contact_sheet, sample_sheet, translation_sheet,
};
use crate::camera::Frame;

/// What a recipe's model is good for: by that alone it is known which commands and screens have a use for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skill {
    /// Says what comes next, from what was seen.
    Predict,
    /// Turns frames of one scene into those of another.
    Translate,
    /// Decides where to go.
    Walk,
    /// Makes frames from noise alone.
    Paint,
    /// Makes frames of what a caption says.
    Illustrate,
}

impl Skill {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Predict, Self::Translate, Self::Walk, Self::Paint, Self::Illustrate];

    /// What a model with it does.
    pub fn does(self) -> &'static str {
        match self {
            Self::Predict => "predicts frames",
            Self::Translate => "translates between two scenes",
            Self::Walk => "walks",
            Self::Paint => "paints frames from noise alone",
            Self::Illustrate => "paints what captions say",
        }
    }

    /// What a model without it does not.
    pub fn lacks(self) -> &'static str {
        match self {
            Self::Predict => "predicts no frames",
            Self::Translate => "does not translate between scenes",
            Self::Walk => "did not learn to walk",
            Self::Paint => "paints no frames from noise alone",
            Self::Illustrate => "paints nothing that captions say",
        }
    }

    /// The commands that ask for it.
    pub fn commands(self) -> &'static str {
        match self {
            Self::Predict => "`crossroads measure`, `crossroads watch` or `tools compare`",
            Self::Translate => "`tools translate` or, by itself, `crossroads watch`",
            Self::Walk => "`crossroads walks`, `crossroads play --walker` or `crossroads record --policy`",
            Self::Paint => "`tools dream-up`",
            Self::Illustrate => "`crossroads say` or `tools words`",
        }
    }
}

/// The models that were trained together, by what they do: first the one that is meant, then what it is to be compared with.
pub enum Models {
    /// [`Skill::Predict`]: the others draw answers from the same weights in another way.
    Predictors(Vec<Box<dyn Predictor>>),
    /// [`Skill::Translate`]: from the first scene into the second, then, where that was learned, back.
    Translations(Vec<Translation>),
    /// [`Skill::Walk`].
    Walkers(Vec<WalkModel>),
    /// [`Skill::Paint`].
    Painter(Box<dyn Painter>),
    /// [`Skill::Illustrate`].
    Illustrator(Box<Illustrator>),
}

impl Models {
    /// What they do.
    pub fn skill(&self) -> Skill {
        match self {
            Self::Predictors(_) => Skill::Predict,
            Self::Translations(_) => Skill::Translate,
            Self::Walkers(_) => Skill::Walk,
            Self::Painter(_) => Skill::Paint,
            Self::Illustrator(_) => Skill::Illustrate,
        }
    }

    /// A picture of what the first one does at some corners. None where there are no corners, or where these alone do not
    /// show it, as with walkers and what
    /// paints captions.
    pub fn picture(&self, corners: &[Question]) -> Option<Frame> {
        match self {
            Self::Predictors(all) => {
                all.first().filter(|_| !corners.is_empty()).map(|one| contact_sheet(&**one, corners))
            }
            Self::Translations(all) => translation_sheet(all, corners),
            Self::Walkers(_) | Self::Illustrator(_) => None,
            Self::Painter(painter) => Some(sample_sheet(&**painter)),
        }
    }
}
