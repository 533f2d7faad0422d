//! The window: screens to play, watch, dream and browse.

mod answers;
mod browse;
mod button;
mod chart;
mod clock;
mod curve;
mod doors;
mod dream;
mod dreamer;
mod eye;
mod fan;
mod hud;
mod keys;
mod lab;
mod leaf;
mod library;
mod meter;
mod minimap;
mod noise;
mod notice;
mod open;
mod panel;
mod photo;
mod picture;
mod played;
mod reload;
mod screen;
mod search;
mod shelf;
mod stage;
mod start;
mod steer;
#[cfg(test)]
mod tests;
mod theme;
mod thumbnail;
mod timeline;
mod timing;
mod training;
mod watch;

pub use open::{Opening, WindowError, WindowJob, open};
pub use stage::StageError;
pub use timing::{WatchTiming, time_dreaming, time_watching};
