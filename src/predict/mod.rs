//! Predictors: anything that, given context frames and noise, returns next frames.

mod action;
mod baseline;
mod generator;
mod noise;
mod question;
mod sampling;
mod walk;

pub use action::{ACTIONS, conditions, one_hot};
pub use baseline::{CopyLast, ExactAverage, Simulator};
pub use generator::{Example, GeneratorPredictor};
pub use noise::{Noise, NoiseSettings};
pub use question::{Question, questions};
pub use sampling::Sampling;
pub use walk::{Walk, dream, walks};

/// Answers questions of what comes next.
pub trait Predictor: Send {
    /// Shown in tables and films.
    fn name(&self) -> &str;

    /// Whether other random numbers give other answers.
    fn is_stochastic(&self) -> bool;

    /// Whether it heeds what the agent does next ([`Question::action`]).
    fn is_told(&self) -> bool {
        false
    }

    /// The next frame after each question's context, `sampling.samples` times: `[questions][samples]`, each
    /// `[height, width, 3]` in 8 bit. A deterministic predictor repeats itself.
    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Vec<Vec<u8>>>;

    /// What its network makes of `count` contexts and conditions drawn from −1 to 1, always the same; nothing, if it is
    /// not a single network with a single answer.
    fn example(&self, _count: usize, _frame_size: (u32, u32)) -> Option<Example> {
        None
    }
}
