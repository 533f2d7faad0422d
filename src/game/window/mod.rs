//! The window: screens to play, watch, dream and browse.

mod answers;
mod browse;
mod clock;
mod doors;
mod dream;
mod dreamer;
mod eye;
mod fan;
mod hud;
mod keys;
mod leaf;
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
mod stage;
mod steer;
#[cfg(test)]
mod tests;
mod theme;
mod timeline;
mod timing;
mod watch;

pub use open::{Opening, WindowError, WindowJob, open};
pub use stage::StageError;
pub use timing::{WatchTiming, time_dreaming, time_watching};
