//! The window: screens to play, watch, dream and browse.
//!
//! Each screen has a folder, but for the one to play, which is `maze` and a file. What several of them share is in `maze`,
//! `library`, `lab`, `models` and `parts`; the other files serve the window as a whole.

mod back;
mod blind;
mod browse;
mod display;
mod doors;
mod dream;
mod fit;
mod help;
mod keys;
mod lab;
mod layout;
mod library;
mod lost;
mod maze;
mod models;
mod notice;
mod open;
mod parts;
mod photo;
mod play;
mod say;
mod screen;
mod start;
mod strokes;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod timing;
#[cfg(test)]
mod toy;
mod training;
mod translate;
mod watch;

pub use maze::StageError;
pub use open::{Opening, WindowError, WindowJob, open};
pub use timing::{WatchTiming, time_dreaming, time_watching};
