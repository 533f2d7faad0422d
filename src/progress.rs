//! Telling a user how far a long piece of work is.

use std::io::Write;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Writes a line on standard error. Where that cannot be written, nobody is told: work goes on, and what it makes counts.
pub fn tell(line: &str) {
    let _nobody_listens = writeln!(std::io::stderr().lock(), "{line}");
}

/// Whether a bar can be drawn on standard error: not in a file or pipe, nor on a terminal that only prints (`TERM=dumb`).
pub fn draws_bars() -> bool {
    !ProgressDrawTarget::stderr().is_hidden()
}

/// Listens to a long piece of work.
pub trait Progress {
    /// A stage of `total` steps begins, `done` of them done before (by an earlier, interrupted run).
    fn begin(&mut self, stage: &str, unit: &str, total: u64, done: u64);
    /// So many steps are done now; `note` says how it goes.
    fn advance(&mut self, done: u64, note: &str);
    /// Something worth a line of its own.
    fn say(&mut self, line: &str);
    /// The stage is over.
    fn end(&mut self);
    /// What a step measured: one number for each name.
    fn measured(&mut self, _step: u64, _names: &[&str], _values: &[f32]) {}
    /// A picture of how far it is after a step.
    fn sheet(&mut self, _step: u64, _picture: &image::RgbImage) {}
    /// Whether a picture is wanted now, beside those that are made anyway.
    fn wants_sheet(&self) -> bool {
        false
    }
    /// Whether to stop here, so that it can go on later.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Tells nobody.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _: &str, _: &str, _: u64, _: u64) {}
    fn advance(&mut self, _: u64, _: &str) {}
    fn say(&mut self, _: &str) {}
    fn end(&mut self) {}
}

/// Tells nobody, and asks to stop once so many steps are done.
#[derive(Debug)]
pub struct StopAfter {
    steps: u64,
    done: u64,
}

impl StopAfter {
    /// Steps in all, those of an earlier run included.
    pub fn steps(steps: u64) -> Self {
        Self { steps, done: 0 }
    }
}

impl Progress for StopAfter {
    fn begin(&mut self, _: &str, _: &str, _: u64, done: u64) {
        self.done = done;
    }
    fn advance(&mut self, done: u64, _: &str) {
        self.done = done;
    }
    fn say(&mut self, _: &str) {}
    fn end(&mut self) {}
    fn is_stopped(&self) -> bool {
        self.done >= self.steps
    }
}

/// A bar with rate and time left on a terminal; where none can be drawn, a line every few seconds.
///
/// `NO_COLOR` takes its colours away.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
    stage: String,
    unit: String,
    already: u64,
    began: Instant,
    told: Instant,
    is_drawn: bool,
}

/// Time between two lines where no bar is drawn.
const TELL_EVERY: Duration = Duration::from_secs(10);

impl Default for Bar {
    fn default() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            stage: String::new(),
            unit: String::new(),
            already: 0,
            began: Instant::now(),
            told: Instant::now(),
            is_drawn: draws_bars(),
        }
    }
}

impl Progress for Bar {
    fn begin(&mut self, stage: &str, unit: &str, total: u64, done: u64) {
        (self.stage, self.unit, self.already) = (stage.to_owned(), unit.to_owned(), done);
        self.began = Instant::now();
        self.told = self.began;
        let template = "{prefix:>10} {bar:28.cyan/blue} {pos}/{len} {unit}, {per_sec}, {eta} left  {msg}";
        let style = ProgressStyle::with_template(&template.replace("{unit}", unit))
            .expect("the template is a constant")
            .progress_chars("━╸─");
        self.bar = ProgressBar::new(total).with_style(style).with_prefix(stage.to_owned());
        self.bar.set_position(done);
        self.bar.reset_eta();
        if !self.is_drawn {
            tell(&format!("{stage}: {total} {unit}, {done} done before"));
        }
    }

    fn advance(&mut self, done: u64, note: &str) {
        self.bar.set_position(done);
        self.bar.set_message(note.to_owned());
        if !self.is_drawn && self.told.elapsed() >= TELL_EVERY {
            self.told = Instant::now();
            let rate = (done - self.already) as f64 / self.began.elapsed().as_secs_f64();
            let total = self.bar.length().unwrap_or(done);
            let left = (total.saturating_sub(done)) as f64 / rate.max(1e-9);
            let (stage, unit) = (&self.stage, &self.unit);
            tell(&format!("{stage}: {done}/{total} {unit}, {rate:.1}/s, {left:.0} s left  {note}"));
        }
    }

    fn say(&mut self, line: &str) {
        // Above the bar, if one is drawn just now: before the first stage and after the last there is none.
        self.bar.suspend(|| tell(line));
    }

    fn end(&mut self) {
        self.bar.finish();
        // It stays where it is; what is said later stands below.
        self.bar = ProgressBar::hidden();
        if !self.is_drawn {
            tell(&format!("{}: done in {:.1} s", self.stage, self.began.elapsed().as_secs_f64()));
        }
    }
}
