//! The comparison film: what it shows, in which order, and for how long.

use super::approach::{Approach, title_card};
use super::closing::closing_card;
use super::rollout::{Model, Panel, roll_out, truth};
use super::scene::{STAGE, SideBySide};
use super::{Shot, layout};
use crate::agent::Action;
use crate::camera::Futures;
use crate::draw::Canvas;
use crate::measure::Report;
use crate::predict::{ExactAverage, Question};
use crate::scene::Scene;

/// Frames of the way to a corner that a film shows, if so many were recorded; models see fewer.
pub const APPROACH: usize = 9;

/// What a film is made from. Questions must have at least [`Comparison::ticks`] frames of each future.
#[derive(Debug, Clone)]
pub struct Comparison<'a> {
    /// The world of the corners.
    pub scene: &'a Scene,
    /// The models, in the order in which they are shown.
    pub models: Vec<Model<'a>>,
    /// Noises for each stochastic model, at least 1; fewer are shown where there is no room.
    pub samples: usize,
    /// What the noise follows from: noise 1 is the same at every corner and every tick.
    pub seed: u64,
    /// Figures for a last card.
    pub report: Option<&'a Report>,
}

/// One scene's place in the film.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    Title,
    Approach { corner: usize, frame: usize },
    Ask { corner: usize },
    Answer { corner: usize },
    Roll { corner: usize, tick: usize },
    Closing,
}

pub(super) const ANSWER_TITLE: &str = "What comes next?";
pub(super) const ANSWER_WORDS: &str = "One predicted frame from each model, and from each noise";
pub(super) const ROLL_TITLE: &str = "And then? Each feeds on its own predictions";
pub(super) const ROLL_WORDS: &str =
    "The noise stays the same. What lies round the corner was never seen: models invent it";

/// Seconds that a roll-out takes, and the range for one of its ticks.
const ROLL_SECONDS: f64 = 6.0;
const TICK_SECONDS: (f64, f64) = (0.12, 0.8);
const TITLE_SECONDS: f64 = 7.0;
const STEP_SECONDS: f64 = 0.28;
const ASK_SECONDS: f64 = 2.4;
const ANSWER_SECONDS: f64 = 6.0;
const LAST_SECONDS: f64 = 2.5;
const CLOSING_SECONDS: f64 = 9.0;
/// Pictures smaller than this are avoided by showing fewer noises.
const LEAST_PICTURE: u32 = 120;

impl<'a> Comparison<'a> {
    /// Ticks that are rolled out: the whole turn.
    pub fn ticks(&self) -> usize {
        self.scene.gait().ticks_per_quarter as usize
    }

    /// Frames that the model with the longest memory sees.
    pub fn context(&self) -> usize {
        self.models.iter().map(|model| model.context).max().unwrap_or(1)
    }

    /// The panels of a corner, in groups that belong together: the truth, the exact average, each model.
    pub(super) fn panels(&self, question: &Question, ticks: usize, samples: usize) -> Vec<Vec<Panel>> {
        let average = Model { predictor: &ExactAverage, context: 1 };
        let models = std::iter::once(average).chain(self.models.iter().copied());
        let predicted = models.map(|model| roll_out(model, question, ticks, samples, self.seed));
        std::iter::once(truth(question)).chain(predicted).collect()
    }

    /// How many noises of each model fit on a slide with pictures that can still be seen.
    fn samples_that_fit(&self, question: &Question) -> usize {
        let (frame_size, truths) = (question.frame_size(), truth(question).len());
        let legible = |samples: usize| {
            let own = self.models.iter().map(|model| model.roll_outs(samples));
            let groups: Vec<usize> = [truths, 1].into_iter().chain(own).collect();
            let cells = layout::arrange(STAGE, frame_size, &groups);
            cells.first().is_some_and(|cell| cell.picture.width.max(cell.picture.height) >= LEAST_PICTURE)
        };
        (1..=self.samples).rev().find(|&samples| legible(samples)).unwrap_or(1)
    }

    /// The film as a stream of pictures: they are drawn one at a time, when they are asked for.
    pub fn shots(&'a self, questions: &'a [Question]) -> Shots<'a> {
        let mut cues = Vec::new();
        if !questions.is_empty() {
            cues.push(Cue::Title);
        }
        for (corner, question) in questions.iter().enumerate() {
            cues.extend((0..question.context.len()).map(|frame| Cue::Approach { corner, frame }));
            cues.extend([Cue::Ask { corner }, Cue::Answer { corner }]);
            cues.extend((1..self.ticks()).map(|tick| Cue::Roll { corner, tick }));
        }
        cues.extend(self.report.map(|_| Cue::Closing));
        Shots { comparison: self, questions, cues: cues.into_iter(), rolled: None }
    }
}

/// The film's pictures; see [`Comparison::shots`].
#[derive(Debug)]
pub struct Shots<'a> {
    comparison: &'a Comparison<'a>,
    questions: &'a [Question],
    cues: std::vec::IntoIter<Cue>,
    /// The panels of the corner that is shown now.
    rolled: Option<(usize, Vec<Vec<Panel>>)>,
}

impl Iterator for Shots<'_> {
    type Item = Shot;

    fn next(&mut self) -> Option<Shot> {
        let cue = self.cues.next()?;
        let ticks = self.comparison.ticks();
        let tick_seconds = (ROLL_SECONDS / ticks as f64).clamp(TICK_SECONDS.0, TICK_SECONDS.1);
        let (picture, seconds, fades) = match cue {
            Cue::Title => (self.title(), TITLE_SECONDS, false),
            Cue::Approach { corner, frame } => (self.approach(corner, Some(frame)), STEP_SECONDS, frame == 0),
            Cue::Ask { corner } => (self.approach(corner, None), ASK_SECONDS, false),
            Cue::Answer { corner } => (self.side_by_side(corner, 0, false), ANSWER_SECONDS, true),
            Cue::Roll { corner, tick } => {
                let seconds = if tick + 1 == ticks { LAST_SECONDS } else { tick_seconds };
                (self.side_by_side(corner, tick, true), seconds, false)
            }
            Cue::Closing => (closing_card(self.comparison.report?), CLOSING_SECONDS, true),
        };
        Some(Shot { picture, seconds, fades })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.cues.size_hint()
    }
}

impl ExactSizeIterator for Shots<'_> {}

impl Shots<'_> {
    fn title(&self) -> Canvas {
        let comparison = self.comparison;
        let names: Vec<&str> = comparison.models.iter().map(|model| model.predictor.name()).collect();
        let context = comparison.context();
        let frames = if context == 1 { "frame".to_owned() } else { format!("{context} frames") };
        let question = &self.questions[0];
        let lines = [
            choice_in_words(&question.futures),
            format!(
                "From the last {frames} each model predicts the next. {} answers are right, a blend is wrong.",
                number_in_words(question.futures.len())
            ),
        ];
        let corners = match self.questions.len() {
            1 => "one corner".to_owned(),
            count => format!("{count} corners"),
        };
        let (scene, names) = (&comparison.scene.name, names.join(", "));
        let note = format!("Shown: {corners} of scene {scene}, never trained on, not chosen by score. Models: {names}");
        title_card("What comes next?", &lines, &note, &truth(question), question.frame_size())
    }

    /// What is written over a corner.
    fn place(&self, corner: usize) -> (String, String) {
        let (maze, at) = self.questions[corner].place;
        let title = format!("Corner {} of {}", corner + 1, self.questions.len());
        (title, format!("Maze {maze}, column {}, row {}: a maze that was never trained on", at.x, at.y))
    }

    fn approach(&self, corner: usize, frame: Option<usize>) -> Canvas {
        let question = &self.questions[corner];
        let (title, subtitle) = self.place(corner);
        let approach = Approach {
            frames: &question.context,
            seen: self.comparison.context().min(question.context.len()),
            maze: &self.comparison.scene.maze(question.place.0),
            corner: question.place.1,
            futures: &question.futures,
        };
        let straight_on = question.futures.of_action(Action::Forward).is_some();
        let words: &[&str] = match (frame, question.futures.choosers.len(), straight_on) {
            (Some(_), 0, _) => &["Walking up to a corner"],
            (Some(_), _, _) => &["Each walks to its corner"],
            (None, 0, false) => &["Ahead: a wall.", "Left and right: open.", "What comes next?"],
            (None, 0, true) => &["Ahead, left, right:", "all ways are open.", "What comes next?"],
            (None, _, _) => &["Each is at a corner,", "and all turn now.", "What comes next?"],
        };
        approach.draw(&title, &subtitle, frame.unwrap_or(question.context.len() - 1), words)
    }

    fn side_by_side(&mut self, corner: usize, tick: usize, moving: bool) -> Canvas {
        let (comparison, question) = (self.comparison, &self.questions[corner]);
        let ticks = comparison.ticks();
        let panels = match self.rolled.take() {
            Some((rolled, panels)) if rolled == corner => panels,
            _ => comparison.panels(question, ticks, comparison.samples_that_fit(question)),
        };
        let (_, groups) = self.rolled.insert((corner, panels));
        let scene = SideBySide { groups, frame_size: question.frame_size(), ticks };
        if moving {
            scene.draw(ROLL_TITLE, ROLL_WORDS, tick, true)
        } else {
            scene.draw(ANSWER_TITLE, ANSWER_WORDS, tick, false)
        }
    }
}

/// What is undecided, in a sentence.
fn choice_in_words(futures: &Futures) -> String {
    let percent = |action: Action| {
        let odds: f64 = futures.iter().filter(|future| future.action == action).map(|future| future.odds).sum();
        format!("{:.0} %", 100.0 * odds)
    };
    if !futures.choosers.is_empty() {
        let count = futures.choosers.len();
        return format!(
            "{count} creatures stand at corners. All turn at the same tick, each to the left or to the right."
        );
    }
    match futures.of_action(Action::Forward) {
        Some(_) => format!(
            "An agent walks up to a crossing. It turns left in {}, right in {}, and goes straight on in {} of cases.",
            percent(Action::Left),
            percent(Action::Right),
            percent(Action::Forward)
        ),
        None => format!(
            "An agent walks up to a corner: a wall ahead, both sides open. It turns left in {} of cases.",
            percent(Action::Left)
        ),
    }
}

/// A small number as the first word of a sentence.
fn number_in_words(number: usize) -> String {
    match number {
        2 => "Two".into(),
        3 => "Three".into(),
        4 => "Four".into(),
        more => more.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::film::FILM;
    use crate::film::testing::{Counter, question};
    use crate::predict::Simulator;

    fn comparison<'a>(scene: &'a Scene, models: Vec<Model<'a>>) -> Comparison<'a> {
        Comparison { scene, models, samples: 5, seed: 1, report: None }
    }

    #[test]
    fn the_film_is_as_long_as_it_says_and_has_one_size() {
        let (scene, _) = Scene::load("brick").unwrap();
        let counter = Model { predictor: &Counter, context: 4 };
        let film = comparison(&scene, vec![counter, Model { predictor: &Simulator, context: 2 }]);
        assert_eq!((film.ticks(), film.context()), (4, 4));
        let questions = vec![question((64, 64), 5, 4), question((64, 64), 5, 4)];
        let shots = film.shots(&questions);
        let announced = shots.len();
        let shots: Vec<Shot> = shots.collect();
        assert_eq!(shots.len(), announced);
        assert_eq!(announced, 1 + 2 * (5 + 1 + 4), "a title; each corner's way, question and ticks");
        assert!(shots.iter().all(|shot| shot.picture.size() == FILM && shot.seconds > 0.1));
        assert!(shots.iter().any(|shot| shot.seconds >= 4.0), "the answers stand long enough to be read");
    }

    #[test]
    fn one_to_twelve_models_and_any_frame_fit() {
        let (scene, _) = Scene::load("arcade").unwrap();
        let cases = [
            (1, (64, 64), 5),
            (6, (64, 64), 2),
            (2, (96, 64), 2),
            (3, (256, 256), 2),
            (6, (16, 96), 1),
            (12, (64, 64), 1),
        ];
        for (count, size, least) in cases {
            let film = comparison(&scene, vec![Model { predictor: &Simulator, context: 1 }; count]);
            let questions = vec![question(size, 2, film.ticks())];
            assert!((least..=5).contains(&film.samples_that_fit(&questions[0])), "{count} models, {size:?}");
            assert!(film.shots(&questions).all(|shot| shot.picture.size() == FILM));
            let (width, _) = film.sheet(&questions).size();
            assert!(width > 1000);
        }
        let film = comparison(&scene, vec![Model { predictor: &Simulator, context: 1 }; 6]);
        assert_eq!(film.shots(&[]).count(), 0);
    }
}
