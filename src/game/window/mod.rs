//! The window: screens to play, watch, dream and browse.

mod clock;
mod eye;
mod hud;
mod keys;
mod minimap;
mod notice;
mod open;
mod photo;
mod picture;
mod played;
mod reload;
mod screen;
mod stage;
mod steer;
mod theme;

pub use open::{Opening, WindowError, WindowJob, open};
pub use stage::StageError;
