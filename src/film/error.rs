//! What can go wrong with a film.

use std::path::{Path, PathBuf};

use crate::files::Shown;

/// Why there is no film.
#[derive(Debug, thiserror::Error)]
pub enum FilmError {
    /// The file's name says nothing that can be written.
    #[error("{}: the name must end in .mp4, .gif or .png", file.shown())]
    Extension {
        /// The file.
        file: PathBuf,
    },
    /// The file cannot be written.
    #[error("{}: {source}", file.shown())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is nothing to show.
    #[error("the film has no pictures")]
    Empty,
    /// H.264 has no odd sides, nor tiny or huge ones; all pictures of a film are alike.
    #[error(
        "a picture of {0}x{1} pixels: films have even sides from 16 to 2160 pixels (3840 wide), the same throughout"
    )]
    Size(u32, u32),
    /// The H.264 encoder or decoder.
    #[error("H.264: {0}")]
    Codec(#[from] openh264::Error),
    /// A bug: the thread that encodes is gone.
    #[error("the thread that encodes films has panicked")]
    EncoderGone,
    /// The MP4 container.
    #[error("MP4: {0}")]
    Container(String),
    /// PNG or GIF.
    #[error("{0}")]
    Picture(#[from] image::ImageError),
}

impl FilmError {
    /// An error of reading or writing a file.
    pub(super) fn io(file: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.to_owned();
        |source| Self::Io { file, source }
    }
}
