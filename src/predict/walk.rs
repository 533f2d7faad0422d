//! Recorded walks, and how a model dreams them: it is told the recorded actions, and fed with its own frames.

use super::{Predictor, Question, Sampling};
use crate::agent::Action;
use crate::camera::Frames;
use crate::episode::{DataError, DataSet};
use crate::maze::{Corner, Heading};

/// A stretch of a recorded episode.
#[derive(Debug, Clone)]
pub struct Walk {
    /// Frames before it, oldest first.
    pub context: Frames,
    /// What was done in each step.
    pub actions: Vec<Action>,
    /// What was seen after each step.
    pub truth: Frames,
    /// The maze's number in the scene, and where it begins.
    pub place: (u64, Corner),
}

/// The beginnings of up to `count` episodes that are long enough, spread evenly over a data set: `context` frames, then
/// `steps` steps.
///
/// # Errors
/// If a file can no longer be read as it was.
pub fn walks(data: &DataSet, context: usize, steps: usize, count: usize) -> Result<Vec<Walk>, DataError> {
    let long: Vec<_> = data.episodes.iter().filter(|episode| episode.actions().len() + 1 >= context + steps).collect();
    let kept = count.min(long.len());
    let first = context - 1;
    (0..kept)
        .map(|index| long[index * long.len() / kept])
        .map(|episode| {
            let frames = |range| episode.frames(range).map(|pixels| Frames::from_pixels(data.camera.size(), pixels));
            let pose = episode.poses()[first];
            let quarter = libm::roundf(pose.heading / std::f32::consts::FRAC_PI_2) as usize;
            let cell = Corner { x: pose.x as i32, y: pose.y as i32, heading: Heading::ALL[quarter % 4] };
            Ok(Walk {
                context: frames(0..context)?,
                actions: episode.actions()[first..first + steps].to_vec(),
                truth: frames(context..context + steps)?,
                place: (episode.entry.maze, cell),
            })
        })
        .collect()
}

/// Dreams walks: a frame a step for each walk. Every frame is the newest that is seen next; the
/// noise of a walk stays the same from step to step.
///
/// All walks have as many steps as the first.
pub fn dream(predictor: &dyn Predictor, walks: &[Walk], seed: u64, mut progress: impl FnMut(usize)) -> Vec<Frames> {
    let beginning = |walk: &Walk| Question::new(walk.context.clone(), Action::Forward, walk.place);
    let mut asked: Vec<Question> = walks.iter().map(beginning).collect();
    let mut dreamed: Vec<Frames> = walks.iter().map(|walk| Frames::new(walk.context.size())).collect();
    for step in 0..walks.first().map_or(0, |walk| walk.actions.len()) {
        progress(step);
        for (question, walk) in asked.iter_mut().zip(walks) {
            question.action = walk.actions[step];
        }
        let answers = predictor.predict(&asked, Sampling::new(1, seed));
        for ((question, frames), answer) in asked.iter_mut().zip(&mut dreamed).zip(answers) {
            question.see(&answer[0]);
            frames.push(&answer[0]);
        }
    }
    dreamed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers with the newest frame, brighter by the code of the action.
    struct Adder;

    impl Predictor for Adder {
        fn name(&self) -> &str {
            "adder"
        }

        fn is_stochastic(&self) -> bool {
            false
        }

        fn is_action_conditioned(&self) -> bool {
            true
        }

        fn predict(&self, questions: &[Question], _: Sampling) -> Vec<Frames> {
            let brighter = |question: &Question| {
                let newest = question.context.last().unwrap();
                let frame: Vec<u8> = newest.iter().map(|level| level + question.action as u8).collect();
                Frames::collect(question.frame_size(), [frame])
            };
            questions.iter().map(brighter).collect()
        }
    }

    #[test]
    fn a_dream_is_fed_with_its_own_frames_and_the_recorded_actions() {
        let walk = |level: u8| Walk {
            context: Frames::collect((1, 1), [[0; 3], [level; 3]]),
            actions: vec![Action::Left, Action::Forward, Action::Right, Action::Right],
            truth: Frames::repeated((1, 1), &[0; 3], 4),
            place: (0, Corner { x: 1, y: 1, heading: Heading::North }),
        };
        let dreamed = dream(&Adder, &[walk(10), walk(50)], 1, |_| {});
        let levels = |walk: usize| dreamed[walk].iter().map(|frame| frame[0]).collect::<Vec<_>>();
        assert_eq!((levels(0), levels(1)), (vec![11, 11, 13, 15], vec![51, 51, 53, 55]));
    }
}
