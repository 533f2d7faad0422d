//! The window: screens to play, watch, dream and browse.
//!
//! Each screen has a folder, but for the one to play, which is `maze` alone. What several of them share is in `maze`,
//! `library` and `parts`; the files beside the folders serve the window as a whole.

mod browse;
mod doors;
mod dream;
mod help;
mod keys;
mod library;
mod maze;
mod notice;
mod open;
mod parts;
mod photo;
mod screen;
mod start;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod timing;
mod training;
mod watch;

pub use maze::StageError;
pub use open::{Opening, WindowError, WindowJob, open};
pub use timing::{WatchTiming, time_dreaming, time_watching};
