//! Predictors that need no training: what every model is held against.

use rand::RngExt;

use super::{Predictor, Question, Sampling};
use crate::random::Purpose;

/// Says that nothing changes.
#[derive(Debug, Clone, Copy)]
pub struct CopyLast;

impl Predictor for CopyLast {
    fn name(&self) -> &str {
        "copy last frame"
    }

    fn is_stochastic(&self) -> bool {
        false
    }

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Vec<Vec<u8>>> {
        let last = |question: &Question| question.context[question.context.len() - 1].clone();
        questions.iter().map(|question| vec![last(question); sampling.samples]).collect()
    }
}

/// The mean of both true futures, weighed by the turn odds: what a squared error is least with.
#[derive(Debug, Clone, Copy)]
pub struct ExactAverage {
    /// Probability of a left turn.
    pub left_odds: f32,
}

impl Predictor for ExactAverage {
    fn name(&self) -> &str {
        "exact average"
    }

    fn is_stochastic(&self) -> bool {
        false
    }

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Vec<Vec<u8>>> {
        let mean = |question: &Question| -> Vec<u8> {
            let both = question.futures.left[0].iter().zip(question.futures.right[0].iter());
            both.map(|(&left, &right)| {
                let (left, right) = (f32::from(left), f32::from(right));
                (self.left_odds * left + (1.0 - self.left_odds) * right).round() as u8
            })
            .collect()
        };
        questions.iter().map(|question| vec![mean(question); sampling.samples]).collect()
    }
}

/// The game itself: turns by the scene's odds and shows what is then seen.
#[derive(Debug, Clone, Copy)]
pub struct Simulator {
    /// Probability of a left turn.
    pub left_odds: f32,
}

impl Predictor for Simulator {
    fn name(&self) -> &str {
        "simulator"
    }

    fn is_stochastic(&self) -> bool {
        true
    }

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Vec<Vec<u8>>> {
        let draw = |(index, question): (usize, &Question)| {
            let mut rng = sampling.rng(Purpose::Simulator, index);
            let turn = |_| {
                let left = rng.random::<f32>() < self.left_odds;
                let future = if left { &question.futures.left } else { &question.futures.right };
                future[0].to_vec()
            };
            (0..sampling.samples).map(turn).collect()
        };
        questions.iter().enumerate().map(draw).collect()
    }
}
