//! What a step learns from: windows of one or several data sets, by name.

use crate::episode::{Batch, WindowSettings};

/// What is cut out of episodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Windows as the recipe says: context, and the frames that followed.
    Windows,
    /// So many actions in a row, 1 or more, from anywhere, with the frame before them as context and one after each.
    Sequences(usize),
    /// Single frames from anywhere: [`Batch::futures`], without regard to what was seen before.
    Frames,
    /// Nothing: the objective reads the data set itself, once, before the first step ([`super::Objective::read`]). A batch then
    /// has a size and nothing else.
    Whole,
}

impl Takes {
    /// The windows that are drawn, by a recipe that says `windows`.
    pub fn settings(self, windows: &WindowSettings) -> WindowSettings {
        let anywhere = |unroll| WindowSettings {
            context: 1,
            corner_share: 0.0,
            turn_share: 0.0,
            context_noise: 0,
            mirror: windows.mirror,
            unroll,
        };
        match self {
            Self::Windows => windows.clone(),
            Self::Sequences(actions) => anywhere(actions),
            Self::Frames | Self::Whole => anywhere(1),
        }
    }
}

/// What an objective asks of one of its data sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// What the objective calls it.
    pub name: &'static str,
    /// What is cut out of its episodes.
    pub takes: Takes,
    /// Whether windows at corners are asked for, so that data without any is refused.
    pub corners: bool,
    /// Whether another future of each corner is asked for, beside the one that was recorded ([`Batch::twins`]).
    pub both_futures: bool,
    /// Whether odds are learned from what windows count ([`Batch::counts`]), so that what is rare may be shown more often than it
    /// happens.
    pub learned_odds: bool,
    /// Whether each frame is asked for once more as the scene of the data set that is named next shows it from the same pose
    /// ([`Batch::pairs`]).
    pub paired: bool,
    /// Whether the mazes that are learned from must be others than those of the data sets before it, so that no frame
    /// belongs to one of theirs.
    pub unpaired: bool,
}

impl Need {
    /// Windows, most of them at corners.
    pub const WINDOWS: Self = Self {
        name: "data",
        takes: Takes::Windows,
        corners: true,
        both_futures: false,
        learned_odds: false,
        paired: false,
        unpaired: false,
    };
}

/// A batch of each data set, by the names of an objective's needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Batches(Vec<(&'static str, Batch)>);

impl Batches {
    /// One for each need, in their order.
    pub fn new(batches: Vec<(&'static str, Batch)>) -> Self {
        Self(batches)
    }

    /// Of a single data set.
    pub fn of(batch: Batch) -> Self {
        Self(vec![(Need::WINDOWS.name, batch)])
    }

    /// The batch of a name.
    ///
    /// # Panics
    /// If the objective did not ask for it.
    pub fn get(&self, name: &str) -> &Batch {
        let found = self.0.iter().find(|(known, _)| *known == name);
        &found.unwrap_or_else(|| panic!("an objective asks for `{name}` before it uses it")).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_and_frames_are_taken_from_anywhere_and_windows_as_the_recipe_says() {
        let windows = WindowSettings { context: 4, mirror: true, unroll: 3, ..WindowSettings::at_corners(4) };
        assert_eq!(Takes::Windows.settings(&windows), windows);
        let sequences = Takes::Sequences(20).settings(&windows);
        assert_eq!((sequences.context, sequences.unroll, sequences.corner_share), (1, 20, 0.0));
        assert!(sequences.mirror, "a mirrored walk is a walk");
        assert_eq!(Takes::Frames.settings(&windows).unroll, 1);
    }
}
