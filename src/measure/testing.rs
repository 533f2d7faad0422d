//! Questions of flat grey frames for tests.

use crate::agent::Action;
use crate::camera::{Frames, Future, Futures};
use crate::maze::{Corner, Heading};
use crate::predict::Question;

/// Width and height of the frames.
pub(super) const SIZE: (u32, u32) = (40, 30);

/// Frames of one grey level each.
pub(super) fn flat(levels: &[u8]) -> Frames {
    Frames::collect(SIZE, levels.iter().map(|&level| vec![level; (SIZE.0 * SIZE.1 * 3) as usize]))
}

/// A question with futures of one grey level each, and their odds; the first of them happened.
pub(super) fn question_of(futures: &[(u8, f64)]) -> Question {
    let future = |(index, &(level, odds)): (usize, &(u8, f64))| Future {
        name: format!("future {index}"),
        odds,
        action: [Action::Left, Action::Right, Action::Forward][index % 3],
        picks: Vec::new(),
        frames: flat(&[level]),
        curve: Frames::new(SIZE),
    };
    let all = futures.iter().enumerate().map(future).collect();
    let place = (0, Corner { x: 1, y: 1, heading: Heading::East });
    let next = flat(&[futures[0].0]);
    Question { futures: Futures { all, choosers: Vec::new() }, next, ..Question::new(flat(&[0]), Action::Left, place) }
}
