//! What the training loop talks to, on the thread that trains.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use crate::camera::Frame;
use crate::progress::Progress;

/// Between two sample sheets that are made for the window.
const SHEET_EVERY: Duration = Duration::from_secs(15);

/// What it tells the window.
pub(super) enum Told {
    Begin { steps: u64, done: u64 },
    Measured { step: u64, at: Instant, values: Vec<(String, f32)> },
    Sheet(u64, Frame),
    Said(String),
}

/// What the training loop talks to. It never waits for the window.
pub(super) struct Listener {
    to: SyncSender<Told>,
    stop: Arc<AtomicBool>,
    /// When a sheet was drawn last.
    drawn: Option<Instant>,
}

impl Listener {
    /// Of a training that `stop` stops.
    pub fn new(to: SyncSender<Told>, stop: Arc<AtomicBool>) -> Self {
        Self { to, stop, drawn: None }
    }

    fn tell(&self, told: Told) {
        // Where the window has fallen behind, or is gone, the training goes on.
        let _unheard = self.to.try_send(told);
    }
}

impl Progress for Listener {
    fn begin(&mut self, _: &str, _: &str, steps: u64, done: u64) {
        self.tell(Told::Begin { steps, done });
    }

    fn advance(&mut self, _: u64, _: &str) {}

    fn say(&mut self, line: &str) {
        self.tell(Told::Said(line.to_owned()));
    }

    fn end(&mut self) {}

    fn measured(&mut self, step: u64, names: &[&str], values: &[f32]) {
        let values = names.iter().zip(values).map(|(name, value)| ((*name).to_owned(), *value)).collect();
        self.tell(Told::Measured { step, at: Instant::now(), values });
    }

    fn sheet(&mut self, step: u64, picture: &Frame) {
        self.drawn = Some(Instant::now());
        self.tell(Told::Sheet(step, picture.clone()));
    }

    fn wants_sheet(&self) -> bool {
        self.drawn.is_none_or(|drawn| drawn.elapsed() >= SHEET_EVERY)
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
