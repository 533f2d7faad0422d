//! Predictors that need no training: what every model is held against.

use rand::RngExt;

use super::{Predictor, Question, Sampling};
use crate::camera::Frames;
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

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Frames> {
        let last = |question: &Question| question.context.last().unwrap_or_default().to_vec();
        questions
            .iter()
            .map(|question| Frames::repeated(question.frame_size(), &last(question), sampling.samples))
            .collect()
    }
}

/// The mean of all true futures, weighed by their odds: what a squared error is least with.
#[derive(Debug, Clone, Copy)]
pub struct ExactAverage;

impl Predictor for ExactAverage {
    fn name(&self) -> &str {
        "exact average"
    }

    fn is_stochastic(&self) -> bool {
        false
    }

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Frames> {
        let mean = |question: &Question| {
            let bytes = question.next.pixels().len().max(question.context.get(0).map_or(0, <[u8]>::len));
            let mut sums = vec![0.0_f64; bytes];
            for future in question.futures.iter() {
                let share = future.odds / future.next().count().max(1) as f64;
                for frame in future.next() {
                    sums.iter_mut().zip(frame).for_each(|(sum, &level)| *sum += share * f64::from(level));
                }
            }
            let mean: Vec<u8> = sums.into_iter().map(|sum| sum.round() as u8).collect();
            Frames::repeated(question.frame_size(), &mean, sampling.samples)
        };
        questions.iter().map(mean).collect()
    }
}

/// The game itself: picks a future by its odds and shows what is then seen.
#[derive(Debug, Clone, Copy)]
pub struct Simulator;

impl Predictor for Simulator {
    fn name(&self) -> &str {
        "simulator"
    }

    fn is_stochastic(&self) -> bool {
        true
    }

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Frames> {
        let draw = |(index, question): (usize, &Question)| {
            let mut rng = sampling.rng(Purpose::Simulator, index);
            let mut frames = Frames::new(question.frame_size());
            for _ in 0..sampling.samples {
                let future = question.futures.drawn(rng.random());
                let next: Vec<&[u8]> =
                    question.futures.all.get(future).into_iter().flat_map(|one| one.next()).collect();
                let at = if next.len() > 1 { rng.random_range(0..next.len()) } else { 0 };
                if let Some(frame) = next.get(at) {
                    frames.push(frame);
                }
            }
            frames
        };
        questions.iter().enumerate().map(draw).collect()
    }
}
