//! Contact sheets: a row a corner, with what was seen last, true futures, and what the model says: if it is told the
//! action, first to a left turn, then to a right one.

use image::imageops::{FilterType, replace, resize};

use super::{Predictor, Question, Sampling};
use crate::agent::Action;
use crate::camera::{Frame, Frames};

/// True futures in a row at most.
const FUTURES: usize = 4;
/// Predictions in a row.
const SAMPLES: usize = 6;
/// Pixels between pictures.
const GAP: u32 = 4;
/// Enlargement.
const SCALE: u32 = 2;

/// Width and height of the upper left part of a sheet with so many columns and rows, where frames have this size.
pub fn contact_sheet_size((width, height): (u32, u32), columns: u32, rows: u32) -> (u32, u32) {
    (columns * (width * SCALE + GAP) + GAP, rows * (height * SCALE + GAP) + GAP)
}

/// Height of a sheet's row, where frames have this size.
pub fn contact_sheet_row((_, height): (u32, u32)) -> u32 {
    height * SCALE + GAP
}

/// Draws a sheet. The noise is the same in every sheet of a run, so that they can be leafed through.
pub fn contact_sheet(predictor: &dyn Predictor, questions: &[Question]) -> Frame {
    let samples = if predictor.is_stochastic() { SAMPLES } else { 1 };
    let answers: Vec<Frames> = if predictor.is_action_conditioned() {
        let told = |turn| {
            let asked: Vec<Question> = questions.iter().map(|question| question.before(turn)).collect();
            predictor.predict(&asked, Sampling::new(samples.div_ceil(2), 0))
        };
        let both = told(Action::Left).into_iter().zip(told(Action::Right));
        both.map(|(left, right)| Frames::collect(left.size(), left.iter().chain(right.iter()))).collect()
    } else {
        predictor.predict(questions, Sampling::new(samples, 0))
    };
    let (width, height) = questions.first().map_or((1, 1), Question::frame_size);
    let futures = questions.iter().map(|question| question.futures.len().min(FUTURES)).max().unwrap_or(0);
    let (width, height) = (width * SCALE + GAP, height * SCALE + GAP);
    let columns = (1 + futures + answers.first().map_or(0, Frames::len)) as u32;
    let background = image::Rgb([16, 18, 26]);
    let mut sheet = Frame::from_pixel(columns * width + GAP, questions.len() as u32 * height + GAP, background);
    for (row, (question, answers)) in questions.iter().zip(&answers).enumerate() {
        let seen = question.context.last().into_iter().enumerate();
        let truths = (1..).zip(question.futures.iter().take(futures).map(|future| &future.frames[0]));
        let pictures = seen.chain(truths).chain((1 + futures..).zip(answers.iter()));
        for (column, pixels) in pictures {
            let (w, h) = question.frame_size();
            if let Some(picture) = Frame::from_raw(w, h, pixels.to_vec()) {
                let picture = resize(&picture, w * SCALE, h * SCALE, FilterType::Nearest);
                let (x, y) = (column as u32 * width + GAP, row as u32 * height + GAP);
                replace(&mut sheet, &picture, i64::from(x), i64::from(y));
            }
        }
    }
    sheet
}
