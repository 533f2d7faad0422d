//! Films: models side by side at corners, as MP4 or GIF, and as a PNG sheet.
//!
//! [`Comparison`] turns models and questions into pictures, without effects; [`save`] and [`save_still`] turn pictures
//! into a file, which is whole or absent.

mod approach;
mod captions;
mod closing;
mod compare;
mod corners;
mod course;
mod decode;
mod error;
mod gif;
mod layout;
mod map;
mod mp4;
mod painted;
mod passage;
mod rollout;
mod save;
mod scene;
mod sheet;
mod strip;
#[cfg(test)]
mod testing;
mod translation;

pub use captions::{CaptionedFrames, caption_matrix};
pub use compare::{APPROACH, Comparison, Shots};
pub use corners::pick_corners;
pub use course::{Course, Stage};
pub use decode::decode_mp4;
pub use error::FilmError;
pub use layout::{Cell, arrange};
pub use painted::{Ways, between_sheet, latent_walk, nearest_sheet};
pub use passage::{Passages, passage};
pub use rollout::{Judged, Kind, Model, Panel};
pub use save::{Form, save, save_still};
pub use scene::FILM;
pub use strip::{Dreams, strip};
pub use translation::TranslatedWalk;

use crate::draw::Canvas;

/// A picture of a film, and how long it stands.
#[derive(Debug, Clone)]
pub struct Shot {
    /// What is seen.
    pub picture: Canvas,
    /// How long.
    pub seconds: f64,
    /// Whether it comes in softly over the one before.
    pub fades: bool,
}
