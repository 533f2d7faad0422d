//! What is shown of a corner: the truth, and what every model says, tick by tick.

use crate::agent::Action;
use crate::camera::{Frames, Futures};
use crate::measure::{LEAST_SPREAD, Truth, Verdict, futures_for, spread};
use crate::predict::{Predictor, Question, Sampling};

/// What a panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The last frame before the turn; it does not move.
    Seen,
    /// What the game shows in one of the futures, by its number.
    Future(usize),
    /// What a predictor says.
    Predicted,
}

/// A picture that moves, and how near it is to the truth.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Shown over it.
    pub label: String,
    /// Number of its noise, from 1; none where there is no noise, or no other beside it.
    pub noise: Option<usize>,
    /// What it shows.
    pub kind: Kind,
    /// The future's name, of a true one.
    pub word: String,
    /// Its frames, one a tick.
    pub frames: Frames,
    /// One a tick for what was predicted; none where all truths look the same.
    pub verdicts: Vec<Option<Judged>>,
}

/// How near a picture is to the truth, and what it picked in a word.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// In figures.
    pub verdict: Verdict,
    /// The name of the future that it picked, or `neither`.
    pub word: String,
}

/// A predictor with what a film has to know of it.
#[derive(Clone, Copy)]
pub struct Model<'a> {
    /// Answers.
    pub predictor: &'a dyn Predictor,
    /// How many of the last frames it sees.
    pub context: usize,
}

impl std::fmt::Debug for Model<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Model").field("name", &self.predictor.name()).field("context", &self.context).finish()
    }
}

impl Model<'_> {
    /// How many roll-outs it has where a stochastic model has `samples`.
    pub(super) fn roll_outs(self, samples: usize) -> usize {
        match (self.predictor.is_stochastic(), self.predictor.is_action_conditioned()) {
            (true, _) => samples,
            (false, true) => 2,
            (false, false) => 1,
        }
    }
}

/// True futures that are shown of a moment; of more, as many spread evenly over all.
const FUTURES: usize = 6;

/// The last frame seen, and the true futures.
pub(super) fn truth(question: &Question) -> Vec<Panel> {
    let seen = Panel {
        label: "seen last".into(),
        noise: None,
        kind: Kind::Seen,
        word: String::new(),
        frames: question.context.last_few(1),
        verdicts: Vec::new(),
    };
    let all = question.futures.len();
    let shown = all.min(FUTURES);
    let numbers = (0..shown).map(|index| index * all / shown.max(1));
    let futures = numbers.map(|number| {
        let future = &question.futures.all[number];
        Panel {
            label: format!("true: {}", future.name),
            noise: None,
            kind: Kind::Future(number),
            word: future.name.clone(),
            frames: future.frames.clone(),
            verdicts: Vec::new(),
        }
    });
    std::iter::once(seen).chain(futures).collect()
}

/// Lets a model go on by itself for `ticks` ticks: what it predicts, in 8 bit, is the newest frame that it sees next.
///
/// `samples` roll-outs at once, each with noise of its own that stays the same from tick to tick; a deterministic model
/// has one. A model that is told the action has every other roll-out turn left, the rest right; if it is deterministic,
/// one of each.
pub(super) fn roll_out(model: Model, question: &Question, ticks: usize, samples: usize, seed: u64) -> Vec<Panel> {
    let name = model.predictor.name();
    let (samples, stochastic) = (model.roll_outs(samples), model.predictor.is_stochastic());
    let turns: Vec<Option<Action>> = (0..samples)
        .map(|sample| {
            model.predictor.is_action_conditioned().then_some(if sample % 2 == 0 {
                Action::Left
            } else {
                Action::Right
            })
        })
        .collect();
    let first = question.context.len().saturating_sub(model.context);
    let context = question.context.slice(first..question.context.len());
    let asked = Question { context, ..question.clone() };
    let mut asked: Vec<Question> = turns.iter().map(|turn| asked.before(turn.unwrap_or(asked.action))).collect();
    let mut panels: Vec<Panel> = (1..)
        .zip(&turns)
        .map(|(number, turn)| Panel {
            label: match turn {
                Some(Action::Left) => format!("{name}: left"),
                Some(_) => format!("{name}: right"),
                None => name.to_owned(),
            },
            noise: (stochastic && samples > 1).then_some(number),
            kind: Kind::Predicted,
            word: String::new(),
            frames: Frames::new(question.frame_size()),
            verdicts: Vec::new(),
        })
        .collect();
    let coarse = model.predictor.coarse();
    for tick in 0..ticks {
        let futures = question.futures.at(tick);
        asked.iter_mut().for_each(|asked| asked.futures.clone_from(&futures));
        let truth = futures_for(coarse.as_ref(), &futures);
        // The same seed for the same questions: the same noise at every tick.
        let answers = model.predictor.predict(&asked, Sampling::new(1, seed));
        for ((panel, asked), answer) in panels.iter_mut().zip(&mut asked).zip(answers) {
            let Some(frame) = answer.get(0) else { continue };
            panel.verdicts.push(judged(frame, &truth));
            asked.see(frame);
            panel.frames.push(frame);
        }
    }
    panels
}

fn judged(frame: &[u8], futures: &Futures) -> Option<Judged> {
    (spread(futures) >= LEAST_SPREAD).then(|| {
        let verdict = Truth::of(futures).verdict(frame);
        let word = verdict.pick().map_or("neither", |pick| &futures.all[pick].name).to_owned();
        Judged { verdict, word }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::film::testing::{Counter, question};
    use crate::predict::{ExactAverage, Simulator};

    #[test]
    fn predictions_are_fed_back() {
        let question = question((8, 8), 3, 5);
        let panels = roll_out(Model { predictor: &Counter, context: 2 }, &question, 5, 4, 1);
        assert_eq!(panels.len(), 1, "it takes no noise");
        let newest = question.context[2][0];
        let firsts: Vec<u8> = panels[0].frames.iter().map(|frame| frame[0]).collect();
        assert_eq!(firsts, [1, 2, 3, 4, 5].map(|tick| newest + tick), "each frame follows from the one before");
    }

    #[test]
    fn noise_stays_the_same_within_a_roll_out_and_differs_between_them() {
        let question = question((8, 8), 2, 6);
        let panels = roll_out(Model { predictor: &Simulator, context: 2 }, &question, 6, 16, 1);
        let sides: Vec<Vec<usize>> = panels
            .iter()
            .map(|panel| panel.verdicts.iter().map(|judged| judged.as_ref().unwrap().verdict.nearest).collect())
            .collect();
        assert!(sides.iter().all(|ticks| ticks.iter().all(|&side| side == ticks[0])), "{sides:?}");
        assert!(sides.iter().any(|ticks| ticks[0] == 0) && sides.iter().any(|ticks| ticks[0] == 1), "{sides:?}");
    }

    #[test]
    fn the_exact_average_stays_undecided() {
        let question = question((8, 8), 2, 3);
        let panels = roll_out(Model { predictor: &ExactAverage, context: 2 }, &question, 3, 4, 1);
        for verdict in &panels[0].verdicts {
            let verdict = verdict.as_ref().unwrap().verdict;
            assert!((verdict.nearness - 0.5).abs() < 0.01 && verdict.margin < 0.01, "{verdict:?}");
        }
    }
}
