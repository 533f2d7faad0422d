//! GIF: half the size, and one picture a shot; of shots that are quick, but not so quick that they are movement, every other.

use std::io::Write;
use std::ops::Range;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, DynamicImage};

use super::{FilmError, Shot};

/// How coarsely the 256 colours of a picture are chosen, 1 (best) to 30.
const SPEED: i32 = 10;

/// Of two shots this long, in seconds, the first stands for both: pictures are what a GIF's size goes into. Shorter ones
/// are movement, which would be jerky.
const QUICK: Range<f64> = 0.15..0.4;

/// Writes a film that repeats for ever.
pub(super) fn write(writer: &mut dyn Write, shots: impl Iterator<Item = Shot>) -> Result<(), FilmError> {
    let mut encoder = GifEncoder::new_with_speed(writer, SPEED);
    encoder.set_repeat(Repeat::Infinite)?;
    let mut shots = shots.peekable();
    let mut is_empty = true;
    while let Some(mut shot) = shots.next() {
        if QUICK.contains(&shot.seconds)
            && let Some(next) = shots.next_if(|next| QUICK.contains(&next.seconds))
        {
            shot.seconds += next.seconds;
        }
        encoder.encode_frame(frame(&shot))?;
        is_empty = false;
    }
    if is_empty { Err(FilmError::Empty) } else { Ok(()) }
}

fn frame(shot: &Shot) -> image::Frame {
    let (width, height) = shot.picture.size();
    let small = shot.picture.resized((width / 2).max(1), (height / 2).max(1));
    let picture = DynamicImage::from(small.picture().clone()).into_rgba8();
    let delay = Delay::from_numer_denom_ms((shot.seconds * 1000.0).round() as u32, 1);
    image::Frame::from_parts(picture, 0, 0, delay)
}
