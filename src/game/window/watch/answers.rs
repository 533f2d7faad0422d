//! Predictions off the main thread: the newest moment goes to a thread with all models, answers come back when they do.
//!
//! Both channels hold one message. The game never waits: while the models compute, it goes on, and what they are asked
//! next is what is seen then.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use bevy::prelude::*;

use super::fan::draw_fan;
use crate::agent::{Action, Agent, is_undecided};
use crate::camera::{Camera, Frame, Frames, Futures};
use crate::game::window::models::{About, on_one_core};
use crate::game::window::parts::{NoiseDial, frame_of};
use crate::maze::Maze;
use crate::measure::{LEAST_SPREAD, Truth, Verdict, futures_for, spread};
use crate::predict::{Predictor, Question};
use crate::train::Trained;

/// Samples at a corner of a model that takes noise.
pub(super) const SAMPLES: usize = 16;

/// Panels of a model that takes noise.
pub(super) const SHOWN: usize = 3;

/// A moment that models are asked about.
pub(super) struct Moment {
    /// Ticks of the agent.
    pub tick: u64,
    /// When it was seen.
    pub seen: Instant,
    /// With more context than any model needs; its futures are still to be drawn.
    pub question: Question,
    /// What they are drawn from.
    pub fork: Fork,
    pub is_corner: bool,
    pub dial: NoiseDial,
}

/// What the futures of a moment are drawn from.
pub(super) struct Fork {
    pub camera: Arc<Camera>,
    pub maze: Arc<Maze>,
    pub agent: Agent,
    /// Who walks beside it.
    pub creatures: Vec<Agent>,
    /// What it may do next, with the odds of each.
    pub turns: Vec<(Action, f64)>,
}

impl Fork {
    fn futures(&self) -> Futures {
        let Self { camera, maze, agent, creatures, turns } = self;
        let crowd = || camera.crowd_futures(maze, *agent, creatures, turns, 1);
        match creatures.is_empty() || !is_undecided(maze, agent, creatures) {
            true => camera.futures(maze, *agent, turns, 1),
            // Where two stand too near to each other, there is nothing that could be judged.
            false => crowd().unwrap_or_default(),
        }
    }
}

/// What all models say of a moment.
pub(super) struct Answers {
    pub tick: u64,
    pub seen: Instant,
    pub is_corner: bool,
    /// Of the maze, which says whether a model may have learned it.
    pub split_number: f64,
    pub dial: NoiseDial,
    /// What may follow, a frame each.
    pub futures: Futures,
    /// One a model, in their order.
    pub models: Vec<ModelAnswer>,
}

/// What one model says.
pub(super) struct ModelAnswer {
    /// One a panel.
    pub frames: Vec<Frame>,
    /// One a sample, at a corner whose futures differ.
    pub verdicts: Vec<Verdict>,
    /// All samples with their verdicts, at such a corner, of a model that takes noise.
    pub fan: Option<Frame>,
}

/// Labels of a model's panels.
pub(super) fn labels(model: &About) -> Vec<String> {
    if model.is_action_conditioned {
        vec!["told: left".into(), "told: right".into()]
    } else if model.is_stochastic {
        (1..=SHOWN).map(|number| format!("noise {number}")).collect()
    } else {
        vec!["no noise".into()]
    }
}

/// The thread that answers.
pub(super) struct Asker {
    pub models: Vec<About>,
    to: SyncSender<Moment>,
    from: Mutex<Receiver<Answers>>,
}

impl Asker {
    /// Starts the thread; it ends when this is dropped.
    pub fn new(models: Vec<Trained>) -> Self {
        let about = models.iter().map(About::of).collect();
        let (to, moments) = sync_channel::<Moment>(1);
        let (answer, from) = sync_channel(1);
        std::thread::spawn(move || {
            on_one_core(move || {
                for mut moment in moments {
                    moment.question.futures = moment.fork.futures();
                    let models = models.iter().map(|model| ask(model, &moment)).collect();
                    let split_number = moment.fork.maze.split_number();
                    let Moment { tick, seen, is_corner, dial, question, .. } = moment;
                    let futures = question.futures;
                    if answer.send(Answers { tick, seen, is_corner, split_number, dial, futures, models }).is_err() {
                        return;
                    }
                }
            });
        });
        Self { models: about, to, from: Mutex::new(from) }
    }

    /// Asks, unless the models are busy: then ask again later, about what is seen then. Whether it was asked.
    pub fn ask(&self, moment: Moment) -> bool {
        self.to.try_send(moment).is_ok()
    }

    /// The newest answers that have arrived.
    pub fn answers(&mut self) -> Option<Answers> {
        let from = self.from.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        from.try_iter().last()
    }
}

fn ask(model: &Trained, moment: &Moment) -> ModelAnswer {
    let predictor: &dyn Predictor = &*model.predictor;
    let question = &moment.question;
    let (is_action_conditioned, is_stochastic) = (predictor.is_action_conditioned(), predictor.is_stochastic());
    let samples = match (is_action_conditioned, is_stochastic, moment.is_corner) {
        (false, true, true) => SAMPLES,
        (false, true, false) => SHOWN,
        _ => 1,
    };
    let questions = match is_action_conditioned {
        // During a move there is nothing to choose.
        true if question.action == Action::Forward || moment.is_corner => {
            [Action::Left, Action::Right].map(|turn| question.before(turn)).to_vec()
        }
        true => vec![question.clone(), question.clone()],
        false => vec![question.clone()],
    };
    let answers = predictor.predict(&questions, moment.dial.sampling(samples));
    let answers = Frames::collect(question.frame_size(), answers.iter().flat_map(Frames::iter));
    let coarse = predictor.coarse();
    let futures = futures_for(coarse.as_ref(), &question.futures);
    let differ = moment.is_corner && spread(&futures) >= LEAST_SPREAD;
    let verdicts: Vec<Verdict> = match differ {
        true => {
            let truth = Truth::of(&futures);
            answers.iter().map(|answer| truth.verdict(answer)).collect()
        }
        false => Vec::new(),
    };
    let names: Vec<&str> = futures.iter().map(|future| future.name.as_str()).collect();
    let fan = (samples == SAMPLES && differ).then(|| draw_fan(&model.name, &names, &answers, &verdicts));
    let shown = answers.iter().take(SHOWN).map(|pixels| frame_of(answers.size(), pixels)).collect();
    ModelAnswer { frames: shown, verdicts, fan }
}
