//! GIF: half the size, and one picture a shot, of quick ones every other.

use std::io::Write;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, DynamicImage};

use super::{FilmError, Shot};

/// How coarsely the 256 colours of a picture are chosen, 1 (best) to 30.
const SPEED: i32 = 10;

/// Two shots shorter than this, in seconds, become one: pictures are what a GIF's size goes into.
const QUICK: f64 = 0.4;

/// Writes a film that repeats for ever.
pub(super) fn write(writer: &mut dyn Write, shots: impl Iterator<Item = Shot>) -> Result<(), FilmError> {
    let mut encoder = GifEncoder::new_with_speed(writer, SPEED);
    encoder.set_repeat(Repeat::Infinite)?;
    let mut held: Option<Shot> = None;
    for shot in shots {
        match &mut held {
            Some(before) if before.seconds < QUICK && shot.seconds < QUICK => before.seconds += shot.seconds,
            _ => {
                if let Some(before) = held.replace(shot) {
                    encoder.encode_frame(frame(&before))?;
                }
            }
        }
    }
    let last = held.ok_or(FilmError::Empty)?;
    Ok(encoder.encode_frame(frame(&last))?)
}

fn frame(shot: &Shot) -> image::Frame {
    let (width, height) = shot.picture.size();
    let small = shot.picture.resized((width / 2).max(1), (height / 2).max(1));
    let picture = DynamicImage::from(small.picture().clone()).into_rgba8();
    let delay = Delay::from_numer_denom_ms((shot.seconds * 1000.0).round() as u32, 1);
    image::Frame::from_parts(picture, 0, 0, delay)
}
