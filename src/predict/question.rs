//! A question to a predictor: these frames were seen; what comes next? With the true answers, which only we know.

use crate::agent::Action;
use crate::camera::{Frames, Futures};
use crate::episode::{DataError, DataSet, Place};
use crate::maze::Corner;

/// A moment: what was seen up to it, what the agent does next, and, where it is undecided, all true futures.
#[derive(Debug, Clone)]
pub struct Question {
    /// Context frames, oldest first.
    pub context: Frames,
    /// What the agent does next: what a model that is told the action is told. Others do not look at it.
    pub action: Action,
    /// What may follow. Trained models do not look at it, so it may be empty for a question that is asked elsewhere than
    /// at a corner.
    pub futures: Futures,
    /// What was recorded next: one frame, or none where nothing was.
    pub next: Frames,
    /// The newest frame of the context as it would have been seen in another scene, where there is one that matters: what a
    /// translation is shown beside.
    pub elsewhere: Frames,
    /// The maze's number in the scene, and the corner (or cell and heading, elsewhere).
    pub place: (u64, Corner),
}

impl Question {
    /// A moment elsewhere than at a corner, or one whose futures are still to be drawn.
    pub fn new(context: Frames, action: Action, place: (u64, Corner)) -> Self {
        let next = Frames::new(context.size());
        let elsewhere = next.clone();
        Self { context, action, futures: Futures::default(), next, elsewhere, place }
    }

    /// Width and height of a frame.
    pub fn frame_size(&self) -> (u32, u32) {
        self.context.size()
    }

    /// The next moment, in which a frame is the newest that was seen and the oldest is forgotten.
    pub fn see(&mut self, frame: &[u8]) {
        self.context.see(frame);
    }

    /// The same moment, before another action.
    pub fn before(&self, action: Action) -> Self {
        Self { action, ..self.clone() }
    }
}

/// The corners of a data set where the agent turned as questions, each corner of a maze once, in order of recording.
///
/// `ticks` is how many frames of each future are rendered, at least 1.
///
/// # Errors
/// If a file can no longer be read as it was.
pub fn questions(data: &DataSet, places: &[Place], context: usize, ticks: usize) -> Result<Vec<Question>, DataError> {
    let mut seen = std::collections::HashSet::new();
    let mut question = |place: &Place| -> Option<Result<Question, DataError>> {
        let episode = &data.episodes[place.episode];
        let corner = episode.corner_at(place.frame)?;
        let action = data.chosen(place.episode, place.frame)?;
        if !seen.insert((episode.entry.maze, corner)) {
            return None;
        }
        let futures = data.futures(place.episode, place.frame, ticks)?;
        let size = data.camera.size();
        let (first, next) = (place.frame + 1 - context, place.frame + 1);
        let frames = |range| episode.frames(range).map(|pixels| Frames::from_pixels(size, pixels));
        let asked = frames(first..next).and_then(|context| {
            let next = frames(next..next + 1)?;
            Ok(Question { futures, next, ..Question::new(context, action, (episode.entry.maze, corner)) })
        });
        Some(asked)
    };
    places.iter().filter_map(&mut question).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maze::Heading;

    #[test]
    fn the_oldest_frame_is_forgotten_for_the_newest() {
        let place = (0, Corner { x: 1, y: 1, heading: Heading::East });
        let context = Frames::collect((1, 1), [[1; 3], [2; 3], [3; 3]]);
        let mut question = Question::new(context, Action::Forward, place);
        question.see(&[4; 3]);
        assert_eq!(question.context, Frames::collect((1, 1), [[2; 3], [3; 3], [4; 3]]));
    }
}
