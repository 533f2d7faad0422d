//! Questions and predictors for tests.

use crate::agent::Action;
use crate::camera::{Frames, Future, Futures};
use crate::maze::{Corner, Heading};
use crate::predict::{Predictor, Question, Sampling};

/// A corner in grey levels: context frames of 10, 20 …, a left future that brightens, a right one that darkens.
pub(super) fn question(size: (u32, u32), context: usize, ticks: usize) -> Question {
    let frame = |level: u8| [level, level / 2, 255 - level].repeat((size.0 * size.1) as usize);
    let future = |name: &str, action, level: &dyn Fn(u8) -> u8| Future {
        name: name.into(),
        odds: 0.5,
        action,
        picks: Vec::new(),
        frames: Frames::collect(size, (0..ticks).map(|tick| frame(level(tick as u8)))),
        curve: Frames::new(size),
    };
    let left = future("left", Action::Left, &|tick| 160 + tick);
    let right = future("right", Action::Right, &|tick| 120 - tick);
    let seen = Frames::collect(size, (1..=context).map(|index| frame(10 * index as u8)));
    let place = (7, Corner { x: 3, y: 5, heading: Heading::ALL[0] });
    Question {
        next: left.frames.slice(0..1.min(ticks)),
        futures: Futures { all: vec![left, right], choosers: Vec::new() },
        ..Question::new(seen, Action::Left, place)
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

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Frames> {
        let brighter = |question: &Question| -> Vec<u8> {
            question.context.last().unwrap().iter().map(|level| level.saturating_add(1)).collect()
        };
        let repeated =
            |question: &Question| Frames::repeated(question.frame_size(), &brighter(question), sampling.samples);
        questions.iter().map(repeated).collect()
    }
}
