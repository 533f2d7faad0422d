//! A thread that dreams: a model fed with its own predictions, in 8 bit, and with the player's actions.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use image::imageops::{FilterType, resize};

use crate::agent::Action;
use crate::camera::Frame;
use crate::game::window::parts::{NoiseDial, frame_of};
use crate::game::window::watch::{About, CONTEXT, on_one_core};
use crate::maze::Corner;
use crate::measure::{rms, sharpness};
use crate::predict::Question;
use crate::train::Trained;

/// Steps that may wait: the game stops for a dream that is further behind.
pub(super) const AHEAD: usize = 2;

/// Enlargement of the picture that is walked in.
const LARGE: u32 = 8;

/// What the dreamer is told.
pub(super) enum Word {
    /// From here on, dream: what was really seen, oldest first, and frames of other places to compare with.
    Begin { context: Vec<Vec<u8>>, elsewhere: Vec<Vec<u8>>, size: (u32, u32) },
    /// The action that the agent does, and what is really seen after it.
    Step { action: Action, truth: Arc<Vec<u8>>, dial: NoiseDial },
}

/// A dreamed step.
pub(super) struct Dreamt {
    /// Steps since the beginning of the dream.
    pub step: u64,
    /// As it was predicted.
    pub frame: Frame,
    /// The same, enlarged cleanly.
    pub large: Frame,
    pub drift: Drift,
}

/// How far a dream is from what is really seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::game::window) struct Drift {
    /// Mean gradient over that of the true frame: under 1 is blur, over 1 noise.
    pub sharpness: f64,
    /// Distance to the true frame over the true frame's mean distance to frames of other places: 0 is the same, 1 is as
    /// far as anywhere else.
    pub nearness: f64,
}

/// The thread.
pub(super) struct Dreamer {
    pub model: About,
    to: SyncSender<Word>,
    from: Mutex<Receiver<Dreamt>>,
    /// Steps that are still to be dreamed.
    pub behind: usize,
}

impl Dreamer {
    /// Starts the thread; it ends when this is dropped.
    pub fn new(model: Trained) -> Self {
        let about = About::of(&model);
        // The game waits at two steps behind, so that there is always room for what it says.
        let (to, words) = sync_channel::<Word>(4 * AHEAD);
        let (tell, from) = sync_channel(4 * AHEAD);
        std::thread::spawn(move || {
            on_one_core(move || {
                let mut dream = Dream::new(model);
                for word in words {
                    match word {
                        Word::Begin { context, elsewhere, size } => dream.begin(context, elsewhere, size),
                        Word::Step { action, truth, dial } => {
                            if tell.send(dream.step(action, &truth, dial)).is_err() {
                                return;
                            }
                        }
                    }
                }
            });
        });
        Self { model: about, to, from: Mutex::new(from), behind: 0 }
    }

    /// Whether the thread took it.
    pub fn tell(&mut self, word: Word) -> bool {
        let is_step = matches!(word, Word::Step { .. });
        let taken = self.to.try_send(word).is_ok();
        self.behind += usize::from(taken && is_step);
        taken
    }

    /// What was dreamed since.
    pub fn hear(&mut self) -> Vec<Dreamt> {
        let from = self.from.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        let heard: Vec<Dreamt> = from.try_iter().collect();
        self.behind -= heard.len().min(self.behind);
        heard
    }
}

/// A dream under way.
pub(super) struct Dream {
    model: Trained,
    context: Vec<Vec<u8>>,
    elsewhere: Vec<Vec<u8>>,
    size: (u32, u32),
    step: u64,
}

impl Dream {
    pub fn new(model: Trained) -> Self {
        Self { model, context: Vec::new(), elsewhere: Vec::new(), size: (1, 1), step: 0 }
    }

    pub fn begin(&mut self, context: Vec<Vec<u8>>, elsewhere: Vec<Vec<u8>>, size: (u32, u32)) {
        (self.context, self.elsewhere, self.size, self.step) = (context, elsewhere, size, 0);
        debug_assert!(self.context.len() >= CONTEXT);
    }

    pub fn step(&mut self, action: Action, truth: &[u8], dial: NoiseDial) -> Dreamt {
        let question = Question {
            context: self.context.clone(),
            frame_size: self.size,
            action,
            futures: crate::camera::Futures { left: Vec::new(), right: Vec::new() },
            went_left: false,
            place: (0, Corner { x: 0, y: 0, heading: crate::maze::Heading::East }),
        };
        let answers = self.model.predictor.predict(&[question], dial.sampling(1));
        let pixels = answers.into_iter().flatten().next().unwrap_or_else(|| truth.to_vec());
        if !self.context.is_empty() {
            self.context.rotate_left(1);
            self.context.pop();
        }
        self.context.push(pixels.clone());
        self.step += 1;
        let frame = frame_of(self.size, &pixels);
        let large = resize(&frame, self.size.0 * LARGE, self.size.1 * LARGE, FilterType::CatmullRom);
        Dreamt { step: self.step, frame, large, drift: self.drift(&pixels, truth) }
    }

    fn drift(&self, dreamt: &[u8], truth: &[u8]) -> Drift {
        let width = self.size.0 as usize;
        let far: f64 = self.elsewhere.iter().map(|other| rms(truth, other)).sum();
        let far = (far / self.elsewhere.len().max(1) as f64).max(1e-9);
        Drift {
            sharpness: sharpness(dreamt, width) / sharpness(truth, width).max(1e-9),
            nearness: rms(dreamt, truth) / far,
        }
    }
}
