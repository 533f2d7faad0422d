//! A question to a predictor: these frames were seen; what comes next? With the true answers, which only we know.

use crate::agent::Action;
use crate::camera::Futures;
use crate::episode::{DataSet, Place};
use crate::maze::Corner;

/// A moment: what was seen up to it, what the agent does next, and, at a corner, both true futures.
#[derive(Debug, Clone)]
pub struct Question {
    /// Context frames, oldest first, each `[height, width, 3]`.
    pub context: Vec<Vec<u8>>,
    /// Width and height of a frame.
    pub frame_size: (u32, u32),
    /// What the agent does next: what a model that is told the action is told. Others do not look at it.
    pub action: Action,
    /// What follows a left turn and a right turn. Trained models do not look at it, so it may be empty for a question
    /// that is asked elsewhere than at a corner.
    pub futures: Futures,
    /// Whether the recorded agent turned left.
    pub went_left: bool,
    /// The maze's number in the scene, and the corner (or cell and heading, elsewhere).
    pub place: (u64, Corner),
}

impl Question {
    /// A moment elsewhere than at a corner, or one whose futures are still to be drawn.
    pub fn new(context: Vec<Vec<u8>>, frame_size: (u32, u32), action: Action, place: (u64, Corner)) -> Self {
        let futures = Futures { left: Vec::new(), right: Vec::new() };
        Self { context, frame_size, action, futures, went_left: false, place }
    }

    /// The next moment, in which a frame is the newest that was seen and the oldest is forgotten.
    pub fn see(&mut self, frame: Vec<u8>) {
        self.context.rotate_left(1);
        if let Some(newest) = self.context.last_mut() {
            *newest = frame;
        }
    }

    /// The same moment, before another action.
    pub fn before(&self, action: Action) -> Self {
        Self { action, ..self.clone() }
    }
}

/// The corners of a data set where the agent turned as questions, each corner of a maze once, in order of recording.
///
/// `ticks` is how many frames of each future are rendered, at least 1.
pub fn questions(data: &DataSet, places: &[Place], context: usize, ticks: usize) -> Vec<Question> {
    let mut seen = std::collections::HashSet::new();
    places
        .iter()
        .filter_map(|place| {
            let episode = &data.episodes[place.episode];
            let corner = episode.corner_at(place.frame)?;
            let agent = data.agent_at(place.episode, place.frame)?;
            let maze = data.manifest.scene.maze(episode.entry.maze);
            let first = place.frame + 1 - context;
            // One who walks into the wall at a corner has not chosen yet.
            let action = *episode.actions().get(place.frame).filter(|&&action| action != Action::Forward)?;
            if !seen.insert((episode.entry.maze, corner)) {
                return None;
            }
            Some(Question {
                context: (first..=place.frame).map(|frame| episode.frame(frame).to_vec()).collect(),
                frame_size: data.camera.size(),
                futures: data.camera.futures(&maze, agent, ticks),
                action,
                went_left: action == Action::Left,
                place: (episode.entry.maze, corner),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maze::Heading;

    #[test]
    fn the_oldest_frame_is_forgotten_for_the_newest() {
        let place = (0, Corner { x: 1, y: 1, heading: Heading::East });
        let mut question = Question::new(vec![vec![1], vec![2], vec![3]], (1, 1), Action::Forward, place);
        question.see(vec![4]);
        assert_eq!(question.context, [[2], [3], [4]]);
    }
}
