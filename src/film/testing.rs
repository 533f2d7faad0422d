//! Questions and predictors for tests.

use crate::agent::Action;
use crate::camera::{Frame, Futures};
use crate::maze::{Corner, Heading};
use crate::predict::{Predictor, Question, Sampling};

/// A corner in grey levels: context frames of 10, 20 …, a left future that brightens, a right one that darkens.
pub(super) fn question(size: (u32, u32), context: usize, ticks: usize) -> Question {
    let frame = |level: u8| Frame::from_pixel(size.0, size.1, image::Rgb([level, level / 2, 255 - level]));
    Question {
        context: (1..=context).map(|index| frame(10 * index as u8).into_raw()).collect(),
        frame_size: size,
        action: Action::Left,
        futures: Futures {
            left: (0..ticks).map(|tick| frame(160 + tick as u8)).collect(),
            right: (0..ticks).map(|tick| frame(120 - tick as u8)).collect(),
        },
        went_left: true,
        place: (7, Corner { x: 3, y: 5, heading: Heading::ALL[0] }),
    }
}

/// Predicts the newest frame, a level brighter.
pub(super) struct Counter;

impl Predictor for Counter {
    fn name(&self) -> &str {
        "counter"
    }

    fn is_stochastic(&self) -> bool {
        false
    }

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Vec<Vec<u8>>> {
        let brighter = |question: &Question| -> Vec<u8> {
            question.context[question.context.len() - 1].iter().map(|level| level.saturating_add(1)).collect()
        };
        questions.iter().map(|question| vec![brighter(question); sampling.samples]).collect()
    }
}
