//! Reading back what [`super::save`] wrote: one H.264 track in an MP4 file, no more than that.

use openh264::decoder::Decoder;
use openh264::formats::YUVSource;

use super::FilmError;
use crate::camera::Frame;
use crate::draw::Canvas;

/// Decodes the film in an MP4 file's bytes, hands each picture to `show` with the seconds that it stands, and returns how
/// many pictures there are.
pub fn decode_mp4(bytes: &[u8], mut show: impl FnMut(Canvas, f64)) -> Result<usize, FilmError> {
    let media = find(bytes, &[b"moov", b"trak", b"mdia"])?;
    let table = find(media, &[b"minf", b"stbl"])?;
    let units = number(find(media, &[b"mdhd"])?, 12, 4)?.max(1) as f64;
    let mut decoder = Decoder::new()?;
    decoder.decode(&parameter_sets(table)?)?;
    let mut shown = 0;
    let samples = samples(bytes, table)?;
    let lengths = lengths(table, samples.len())?;
    for (sample, length) in samples.into_iter().zip(lengths) {
        if let Some(frame) = decoder.decode(&annex_b(sample)?)? {
            let (width, height) = frame.dimensions();
            let mut pixels = vec![0; width * height * 3];
            frame.write_rgb8(&mut pixels);
            let picture = Frame::from_raw(width as u32, height as u32, pixels).ok_or_else(cut_short)?;
            show(Canvas::from_picture(picture), length as f64 / units);
            shown += 1;
        }
    }
    Ok(shown)
}

fn cut_short() -> FilmError {
    FilmError::Container("the file is cut short, or was not written by this program".into())
}

fn take(bytes: &[u8], at: usize, length: usize) -> Result<&[u8], FilmError> {
    at.checked_add(length).and_then(|end| bytes.get(at..end)).ok_or_else(cut_short)
}

fn number(bytes: &[u8], at: usize, length: usize) -> Result<usize, FilmError> {
    Ok(take(bytes, at, length)?.iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte)))
}

/// The content of a box that lies in others.
fn find<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> Result<&'a [u8], FilmError> {
    let Some((&name, inner)) = path.split_first() else {
        return Ok(bytes);
    };
    let mut at = 0;
    while at < bytes.len() {
        let length = number(bytes, at, 4)?;
        if length < 8 {
            break;
        }
        if take(bytes, at + 4, 4)? == name {
            return find(take(bytes, at + 8, length - 8)?, inner);
        }
        at += length;
    }
    Err(cut_short())
}

const START: [u8; 4] = [0, 0, 0, 1];

/// The decoder's settings, from the sample description.
fn parameter_sets(table: &[u8]) -> Result<Vec<u8>, FilmError> {
    let description = find(table, &[b"stsd"])?;
    // Eight bytes before the entry, and 78 in it before the boxes that it holds.
    let entry = find(description.get(8..).ok_or_else(cut_short)?, &[b"avc1"])?;
    let config = find(entry.get(78..).ok_or_else(cut_short)?, &[b"avcC"])?;
    let sequence = number(config, 6, 2)?;
    let picture = number(config, 8 + sequence + 1, 2)?;
    let sets = [take(config, 8, sequence)?, take(config, 8 + sequence + 3, picture)?];
    Ok(sets.into_iter().flat_map(|set| START.iter().chain(set)).copied().collect())
}

/// Every frame's bytes, in order.
fn samples<'a>(bytes: &'a [u8], table: &[u8]) -> Result<Vec<&'a [u8]>, FilmError> {
    let (sizes, offsets, runs) = (find(table, &[b"stsz"])?, find(table, &[b"stco"])?, find(table, &[b"stsc"])?);
    let (count, chunks, run_count) = (number(sizes, 8, 4)?, number(offsets, 4, 4)?, number(runs, 4, 4)?);
    let mut samples = Vec::new();
    let mut run = 0;
    for chunk in 0..chunks {
        // A run holds from its first chunk (counted from 1) to the next run's.
        while run + 1 < run_count && number(runs, 8 + 12 * (run + 1), 4)? <= chunk + 1 {
            run += 1;
        }
        let mut at = number(offsets, 8 + 4 * chunk, 4)?;
        for _ in 0..number(runs, 8 + 12 * run + 4, 4)? {
            if samples.len() == count {
                break;
            }
            let size = number(sizes, 12 + 4 * samples.len(), 4)?;
            samples.push(take(bytes, at, size)?);
            at += size;
        }
    }
    Ok(samples)
}

/// How long every frame stands, in units of the track.
fn lengths(table: &[u8], count: usize) -> Result<Vec<usize>, FilmError> {
    let runs = find(table, &[b"stts"])?;
    let mut lengths = Vec::with_capacity(count);
    for run in 0..number(runs, 4, 4)? {
        // No more than there are: what a damaged file says of its runs is not believed.
        let of_run = number(runs, 8 + 8 * run, 4)?.min(count - lengths.len());
        lengths.resize(lengths.len() + of_run, number(runs, 12 + 8 * run, 4)?);
    }
    if lengths.len() == count { Ok(lengths) } else { Err(cut_short()) }
}

/// From lengths before each unit to start codes.
fn annex_b(sample: &[u8]) -> Result<Vec<u8>, FilmError> {
    let mut stream = Vec::with_capacity(sample.len() + 16);
    let mut at = 0;
    while at < sample.len() {
        let length = number(sample, at, 4)?;
        stream.extend(START);
        stream.extend_from_slice(take(sample, at + 4, length)?);
        at += 4 + length;
    }
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_film_is_an_error() {
        for bytes in [&b""[..], b"not a film at all, by any means", &[0, 0, 0, 8, b'm', b'o', b'o', b'v']] {
            assert!(matches!(decode_mp4(bytes, |_, _| ()), Err(FilmError::Container(_))));
        }
    }
}
