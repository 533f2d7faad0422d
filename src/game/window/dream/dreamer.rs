//! A thread that dreams: a model fed with its own predictions, in 8 bit, and with the player's actions.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use image::imageops::{FilterType, resize};

use crate::agent::Action;
use crate::camera::{Frame, Frames};
use crate::game::window::models::{About, on_one_core};
use crate::game::window::parts::{NoiseDial, frame_of};
use crate::measure::{Drift, drift};
use crate::predict::Question;
use crate::train::Trained;

/// Steps that may wait: the game stops for a dream that is further behind.
pub(super) const AHEAD: usize = 2;

/// Enlargement of the picture that is walked in.
const LARGE: u32 = 8;

/// What the dreamer is told.
pub(super) enum Word {
    /// From here on, dream: what was really seen, and frames of other places to compare with.
    Begin { seen: Question, elsewhere: Frames },
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
                let mut dream = None;
                for word in words {
                    match (word, &mut dream) {
                        (Word::Begin { seen, elsewhere }, _) => dream = Some(Dream { seen, elsewhere, step: 0 }),
                        (Word::Step { action, truth, dial }, Some(dream)) => {
                            if tell.send(dream.step(&model, action, &truth, dial)).is_err() {
                                return;
                            }
                        }
                        (Word::Step { .. }, None) => unreachable!("a dream begins before its first step"),
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
struct Dream {
    /// What is seen: at first what was really seen, then more and more of what was dreamed.
    seen: Question,
    elsewhere: Frames,
    step: u64,
}

impl Dream {
    fn step(&mut self, model: &Trained, action: Action, truth: &[u8], dial: NoiseDial) -> Dreamt {
        self.seen.action = action;
        let answers = model.predictor.predict(std::slice::from_ref(&self.seen), dial.sampling(1));
        let pixels = &answers[0][0];
        self.seen.see(pixels);
        self.step += 1;
        let (width, height) = self.seen.frame_size();
        let frame = frame_of((width, height), pixels);
        let large = resize(&frame, width * LARGE, height * LARGE, FilterType::CatmullRom);
        let drift = drift(pixels, truth, &self.elsewhere, width as usize);
        Dreamt { step: self.step, frame, large, drift }
    }
}
