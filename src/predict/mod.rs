//! Predictors: anything that, given context frames and noise, returns next frames.

mod baseline;
#[cfg(feature = "train")]
mod caption_sheet;
mod coarse;
#[cfg(feature = "train")]
mod condition;
mod contact_sheet;
mod example;
#[cfg(feature = "train")]
mod illustrator;
#[cfg(feature = "train")]
mod network;
#[cfg(feature = "train")]
mod noise;
#[cfg(feature = "train")]
mod painter;
mod question;
mod sampling;
#[cfg(feature = "train")]
mod skill;
#[cfg(feature = "train")]
mod translation;
#[cfg(feature = "train")]
mod translation_sheet;
mod walk;
mod walk_sheet;
#[cfg(feature = "train")]
mod walker;

pub use baseline::{CopyLast, ExactAverage, Simulator};
#[cfg(feature = "train")]
pub use caption_sheet::{caption_sheet, said_frames, said_sheet};
pub use coarse::Coarse;
#[cfg(feature = "train")]
pub(crate) use condition::ACTIONS;
#[cfg(feature = "train")]
pub use condition::{Condition, conditions, one_hot};
pub use contact_sheet::{contact_sheet, contact_sheet_row, contact_sheet_size};
pub use example::Example;
#[cfg(feature = "train")]
pub use illustrator::Illustrator;
#[cfg(feature = "train")]
pub use network::{Answering, NetworkPredictor};
#[cfg(feature = "train")]
pub(crate) use noise::normal;
#[cfg(feature = "train")]
pub use noise::{Noise, NoiseSettings};
#[cfg(feature = "train")]
pub use painter::{NetworkPainter, Painter, Painting, between_latents, drawn_latents, sample_sheet};
pub use question::{Question, questions};
pub use sampling::Sampling;
#[cfg(feature = "train")]
pub use skill::{Models, Skill};
#[cfg(feature = "train")]
pub use translation::Translation;
#[cfg(feature = "train")]
pub use translation_sheet::translation_sheet;
pub use walk::{Walk, dream, walks};
pub use walk_sheet::{WalkStrip, walk_sheet};
#[cfg(feature = "train")]
pub use walker::{Sight, WalkModel, Walker, drawn};

use crate::camera::Frames;

/// Answers questions of what comes next.
pub trait Predictor: Send {
    /// Shown in tables and films.
    fn name(&self) -> &str;

    /// Whether other random numbers give other answers.
    fn is_stochastic(&self) -> bool;

    /// Whether it is conditioned on what the agent does next ([`Question::action`]).
    fn is_action_conditioned(&self) -> bool {
        false
    }

    /// The next frame after each question's context, `sampling.samples` times, for each question. A deterministic
    /// predictor repeats itself.
    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Frames>;

    /// What its pictures are made of, where that is less than a frame is: it is judged against equally coarse futures.
    fn coarse(&self) -> Option<Coarse> {
        None
    }

    /// How well it foretold what happened: −log₂ p of the frame that was recorded over the numbers in it, a mean over
    /// the questions; nothing, if it gives no likelihood.
    fn bits_per_dimension(&self, _questions: &[Question]) -> Option<f64> {
        None
    }

    /// Frames decoded on the way from the latent of the first future to that of the second, both ends included, for
    /// each question; nothing, if it has no encoder.
    fn between(&self, _questions: &[Question], _count: usize) -> Option<Vec<Frames>> {
        None
    }

    /// What its network makes of `count` contexts and conditions drawn from −1 to 1, always the same; nothing, if it is
    /// not a single network with a single answer.
    fn example(&self, _count: usize, _frame_size: (u32, u32)) -> Option<Example> {
        None
    }
}
