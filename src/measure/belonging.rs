//! Whether a sample belongs to its corner: of all true futures, is the nearest one of this corner's?

use rayon::prelude::*;

use crate::camera::{Frames, Future};
use crate::predict::Question;

/// Bytes after which a distance that is too large already is given up.
const BLOCK: usize = 1024;

/// Share of samples whose nearest true frame, among the futures of all questions, is one of their own question's. A
/// frame that looks the same at another corner counts as their own.
///
/// `answers` are a question's samples each, frames of equal size.
pub fn belonging(questions: &[Question], answers: &[Frames]) -> f64 {
    let futures: Vec<Vec<&[u8]>> =
        questions.iter().map(|question| question.futures.iter().flat_map(Future::next).collect()).collect();
    let belongs = |own: usize, sample: &[u8]| {
        let to_own = futures[own].iter().map(|frame| squared_distance(sample, frame, u64::MAX)).min().unwrap_or(0);
        !futures.iter().flatten().any(|frame| squared_distance(sample, frame, to_own) < to_own)
    };
    let count = |(own, samples): (usize, &Frames)| samples.iter().filter(|sample| belongs(own, sample)).count();
    let all: usize = answers.iter().map(Frames::len).sum();
    answers.par_iter().enumerate().map(count).sum::<usize>() as f64 / all.max(1) as f64
}

/// Sum of squared differences; some number of at least `enough`, where it is not below that.
fn squared_distance(a: &[u8], b: &[u8], enough: u64) -> u64 {
    let mut sum = 0;
    for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        sum += u64::from(a.iter().zip(b).map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2)).sum::<u32>());
        if sum >= enough {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::testing::{flat, question_of};

    fn question(left: u8, right: u8) -> Question {
        question_of(&[(left, 0.5), (right, 0.5)])
    }

    fn samples(levels: &[u8]) -> Frames {
        flat(levels)
    }

    #[test]
    fn a_sample_belongs_where_its_nearest_future_is() {
        let questions = [question(0, 50), question(100, 200)];
        // 40 and 74 are nearest to 50; 76 to 100, of the other corner; 190 to 200; 20 to 0, of the other corner.
        let share = belonging(&questions, &[samples(&[40, 74, 76]), samples(&[190, 20])]);
        assert!((share - 3.0 / 5.0).abs() < 1e-12, "{share}");
    }

    #[test]
    fn a_future_that_two_corners_share_is_both_corners_own() {
        let questions = [question(0, 50), question(50, 200)];
        assert_eq!(belonging(&questions, &[samples(&[50, 49]), samples(&[50, 52])]), 1.0);
    }
}
