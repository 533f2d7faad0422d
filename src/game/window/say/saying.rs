//! What is said to a model, and what it painted of it, by a thread of its own.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use bevy::prelude::*;

use crate::camera::Frames;
use crate::game::window::models::on_one_core;
use crate::predict::{Illustrator, said_frames};
use crate::words::{Sentence, parse};

/// Frames of a caption.
pub(super) const FRAMES: usize = 16;

/// What is to be painted, and what its noise follows from.
type Wish = (Sentence, u64);

/// The model that is spoken to.
#[derive(Resource)]
pub(in crate::game::window) struct Saying {
    pub(super) name: String,
    /// What has been typed.
    pub(super) text: String,
    /// What the noise follows from.
    seed: u64,
    /// What is still to be painted, of the newest text that is a caption.
    wish: Option<Wish>,
    to: SyncSender<Wish>,
    from: Mutex<Receiver<(Sentence, Frames)>>,
    /// What was painted last.
    pub(super) painted: Option<(Sentence, Frames)>,
}

impl Saying {
    /// Starts the thread that paints; it ends when this is dropped.
    pub fn new(model: Illustrator) -> Self {
        let name = model.name().to_owned();
        let (to, wishes) = sync_channel::<Wish>(1);
        let (tell, from) = sync_channel(1);
        std::thread::spawn(move || {
            on_one_core(move || {
                for (sentence, seed) in wishes {
                    let frames = said_frames(&model, &sentence, FRAMES, seed);
                    if tell.send((sentence, frames)).is_err() {
                        return;
                    }
                }
            });
        });
        Self { name, text: String::new(), seed: 1, wish: None, to, from: Mutex::new(from), painted: None }
    }

    /// Another text: what it says, if it is a caption, is painted.
    pub(super) fn write(&mut self, text: String) {
        self.text = text;
        self.wish = parse(&self.text).ok().map(|sentence| (sentence, self.seed));
    }

    /// The same text from other noise; why not, if it is no caption.
    pub(super) fn say_anew(&mut self) -> Result<(), String> {
        let sentence = parse(&self.text).map_err(|error| error.to_string())?;
        self.seed += 1;
        self.wish = Some((sentence, self.seed));
        Ok(())
    }
}

/// Hands over what is to be painted, and takes what was.
pub(super) fn hear(mut saying: ResMut<Saying>) {
    let unchanged = saying.bypass_change_detection();
    if let Some(wish) = unchanged.wish.take()
        && let Err(TrySendError::Full(wish)) = unchanged.to.try_send(wish)
    {
        unchanged.wish = Some(wish);
    }
    let from = unchanged.from.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(painted) = from.try_iter().last() {
        saying.painted = Some(painted);
    }
}
