//! The time line of an episode: what was done in each tick, and the corners by the turn that was taken there.

use crate::agent::Action;
use crate::camera::Frame;
use crate::draw::palette::{BACKGROUND, Colour, DIM, LEFT, LINE, NEITHER, RIGHT};
use crate::draw::{Align, Canvas, Rect, Style};

/// Width and height in the design's pixels; drawn twice as large.
pub(super) const SIZE: (f32, f32) = (1216.0, 52.0);

/// From either end of the picture to the first and the last frame, in the design's pixels.
pub(super) const INSET: f32 = 20.0;

const RAIL: Rect = Rect::new(2 * INSET as u32, 30, 2 * (SIZE.0 - 2.0 * INSET) as u32, 16);
const TICK: (u32, u32) = (8, 48);
/// Numbers under the line at most.
const NUMBERS: usize = 12;
/// Ticks in which the agent turned.
const TURNS_LEFT: Colour = [47, 92, 128];
const TURNS_RIGHT: Colour = [128, 88, 44];

/// Draws the line of an episode; `corners` has one entry a frame, `actions` one fewer.
pub(super) fn draw_timeline(corners: &[bool], actions: &[Action]) -> Frame {
    let mut canvas = Canvas::new(2 * SIZE.0 as u32, 2 * SIZE.1 as u32);
    canvas.fill(canvas.area(), 0.0, BACKGROUND);
    canvas.fill(RAIL.outset(2), 10.0, LINE);
    for (index, action) in actions.iter().enumerate() {
        let (from, to) = (x_of(index, actions.len()), x_of(index + 1, actions.len()));
        let colour = match action {
            Action::Forward => continue,
            Action::Left => TURNS_LEFT,
            Action::Right => TURNS_RIGHT,
        };
        canvas.fill(Rect::new(from, RAIL.y, (to - from).max(1), RAIL.height), 0.0, colour);
    }
    for (frame, _) in corners.iter().enumerate().filter(|(_, is_corner)| **is_corner) {
        let (x, y) = (x_of(frame, actions.len()) - TICK.0 / 2, RAIL.y + RAIL.height / 2 - TICK.1 / 2);
        canvas.fill(Rect::new(x, y, TICK.0, TICK.1), 4.0, colour_of(actions.get(frame).copied()));
    }
    for frame in (0..=actions.len()).step_by(step_of(actions.len())) {
        let x = x_of(frame, actions.len());
        let place = Rect::new(x - RAIL.x, 70, 2 * RAIL.x, 30);
        canvas.write(&frame.to_string(), Style::figures(22.0, DIM), Align::Centre, place);
    }
    canvas.picture().clone()
}

/// Of the turn that was taken at a corner; of none where the recording ends there.
pub(super) fn colour_of(turn: Option<Action>) -> Colour {
    match turn {
        Some(Action::Left) => LEFT,
        Some(Action::Right) => RIGHT,
        Some(Action::Forward) | None => NEITHER,
    }
}

fn x_of(frame: usize, ticks: usize) -> u32 {
    RAIL.x + (u64::from(RAIL.width) * frame as u64 / ticks.max(1) as u64) as u32
}

/// Frames between two numbers: 1, 2 or 5 times a power of ten.
fn step_of(ticks: usize) -> usize {
    let mut step = 1;
    for factor in [2, 5, 10].into_iter().cycle() {
        if ticks / step <= NUMBERS {
            break;
        }
        let power = 10_usize.pow(step.ilog10());
        step = factor * power;
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_stand_at_their_frames_in_the_colour_of_the_turn() {
        let mut actions = vec![Action::Forward; 128];
        (32..36).for_each(|tick| actions[tick] = Action::Left);
        (64..68).for_each(|tick| actions[tick] = Action::Right);
        let mut corners = vec![false; 129];
        [32, 64, 128].into_iter().for_each(|frame| corners[frame] = true);
        let line = draw_timeline(&corners, &actions);
        let at = |frame: usize, y: u32| line.get_pixel(x_of(frame, 128), y).0;
        let (tick, rail) = (RAIL.y - 10, RAIL.y + RAIL.height / 2);
        assert_eq!((at(32, tick), at(64, tick), at(128, tick)), (LEFT, RIGHT, NEITHER));
        assert_eq!(
            (at(34, rail), at(66, rail), at(90, rail), at(90, tick)),
            (TURNS_LEFT, TURNS_RIGHT, LINE, BACKGROUND)
        );
        draw_timeline(&[false], &[]);
    }

    #[test]
    fn numbers_are_round_and_few() {
        let steps = [0, 12, 13, 40, 128, 400, 100_000].map(step_of);
        assert_eq!(steps, [1, 1, 2, 5, 10, 50, 10_000]);
    }
}
