//! Writing films to disk.

use std::io::{BufWriter, Write};
use std::path::Path;

use image::ImageEncoder;
use image::codecs::png::PngEncoder;

use super::{FilmError, Shot, gif, mp4};
use crate::draw::Canvas;
use crate::files::{Output, remove_parts_of};
use crate::progress::Progress;

/// What kind of file a film is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// H.264 in MP4: for slides and browsers.
    Mp4,
    /// Smaller and coarser: where only pictures are shown.
    Gif,
    /// A still.
    Png,
}

impl Form {
    /// The form that a file's extension asks for, in upper or lower case.
    pub fn of(file: &Path) -> Result<Self, FilmError> {
        let extension = file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("mp4") => Ok(Self::Mp4),
            Some("gif") => Ok(Self::Gif),
            Some("png") => Ok(Self::Png),
            _ => Err(FilmError::Extension { file: file.to_owned() }),
        }
    }
}

/// Writes a film, MP4 or GIF by its extension; as PNG, its first picture. The file is whole or absent.
pub fn save(
    file: &Path,
    shots: impl ExactSizeIterator<Item = Shot>,
    progress: &mut dyn Progress,
) -> Result<(), FilmError> {
    let form = Form::of(file)?;
    progress.begin("film", "pictures", shots.len() as u64, 0);
    let told = shots.zip(1..).map(|(shot, done)| {
        progress.advance(done, "");
        shot
    });
    whole(file, |writer| match form {
        Form::Mp4 => mp4::write(writer, told),
        Form::Gif => gif::write(writer, told),
        Form::Png => write_png(writer, told),
    })?;
    progress.end();
    Ok(())
}

/// Writes one picture as PNG. The file is whole or absent.
pub fn save_still(file: &Path, picture: &Canvas) -> Result<(), FilmError> {
    match Form::of(file)? {
        Form::Png => whole(file, |writer| encode_png(writer, picture)),
        _ => Err(FilmError::Extension { file: file.to_owned() }),
    }
}

fn write_png(writer: &mut dyn Write, mut shots: impl Iterator<Item = Shot>) -> Result<(), FilmError> {
    let first = shots.next().ok_or(FilmError::Empty)?;
    encode_png(writer, &first.picture)
}

fn encode_png(writer: &mut dyn Write, picture: &Canvas) -> Result<(), FilmError> {
    let (width, height) = picture.size();
    let encoder = PngEncoder::new(writer);
    Ok(encoder.write_image(picture.picture(), width, height, image::ExtendedColorType::Rgb8)?)
}

fn whole(file: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), FilmError>) -> Result<(), FilmError> {
    remove_parts_of(file).map_err(FilmError::io(file))?;
    let mut writer = BufWriter::new(Output::create(file).map_err(FilmError::io(file))?);
    write(&mut writer).map_err(|error| match error {
        // They do not know the file, which is where a full disk is.
        FilmError::Codec(_) | FilmError::Container(_) | FilmError::Picture(_) => {
            FilmError::io(file)(std::io::Error::other(error))
        }
        other => other,
    })?;
    let output = writer.into_inner().map_err(|error| FilmError::io(file)(error.into_error()))?;
    output.keep().map_err(FilmError::io(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::palette::{LEFT, RIGHT};
    use crate::progress::Silent;
    use image::AnimationDecoder;

    fn shots(count: usize) -> impl ExactSizeIterator<Item = Shot> {
        (0..count).map(|index| {
            let mut picture = Canvas::new(192, 112);
            let half = crate::draw::Rect::new(8 + index as u32 * 16, 16, 64, 80);
            picture.fill(half, 0.0, if index % 2 == 0 { LEFT } else { RIGHT });
            Shot { picture, seconds: 0.5, fades: index > 0 }
        })
    }

    #[test]
    fn an_mp4_has_the_right_size_length_and_colours() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("film.mp4");
        save(&file, shots(3), &mut Silent).unwrap();
        let bytes = std::fs::read(&file).unwrap();
        let drawn: Vec<Canvas> = shots(3).map(|shot| shot.picture).collect();
        let frames = decode_frames(&bytes);
        let shown = frames.len();
        assert_eq!(shown, (3 * mp4::FRAME_RATE / 2) as usize);
        assert!(frames.iter().all(|frame| frame.size() == (192, 112)));
        for (index, drawn) in drawn.iter().enumerate() {
            // The last frame of a shot: its fade is long over.
            let last = &frames[(index + 1) * shown / 3 - 1];
            let differences = drawn.picture().iter().zip(last.picture().iter()).map(|(a, b)| f64::from(a.abs_diff(*b)));
            let mean = differences.sum::<f64>() / drawn.picture().len() as f64;
            assert!(mean < 3.0, "shot {index} is {mean} levels off");
        }
        let moov = bytes.windows(4).position(|word| word == b"moov").unwrap();
        let mdat = bytes.windows(4).position(|word| word == b"mdat").unwrap();
        assert!(moov < mdat, "players must find the index first");
    }

    /// What a player shows at each tick.
    fn decode_frames(bytes: &[u8]) -> Vec<Canvas> {
        let mut frames = Vec::new();
        let repeat = |picture: Canvas, seconds: f64| {
            let ticks = (seconds * f64::from(mp4::FRAME_RATE)).round() as usize;
            frames.extend(std::iter::repeat_n(picture, ticks));
        };
        crate::film::decode_mp4(bytes, repeat).unwrap();
        frames
    }

    #[test]
    fn a_gif_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("film.GIF");
        save(&file, shots(4), &mut Silent).unwrap();
        let reader = std::io::BufReader::new(std::fs::File::open(&file).unwrap());
        let frames = image::codecs::gif::GifDecoder::new(reader).unwrap().into_frames().collect_frames().unwrap();
        assert_eq!(frames.len(), 4);
        for frame in &frames {
            assert_eq!(frame.buffer().dimensions(), (96, 56), "half size");
            assert_eq!(frame.delay().numer_denom_ms().0, 500);
        }
        let middle = frames[1].buffer().get_pixel(20, 28).0;
        assert!(middle.iter().zip(RIGHT).all(|(&found, drawn)| found.abs_diff(drawn) < 12), "{middle:?}");
    }

    #[test]
    fn a_gif_keeps_every_picture_of_a_movement_and_every_other_of_quick_shots() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("film.gif");
        for (seconds, count, expected) in [(1.0 / 12.0, 12, 12), (0.28, 6, 3), (0.28, 5, 3), (0.5, 4, 4)] {
            save(&file, shots(count).map(|shot| Shot { seconds, ..shot }), &mut Silent).unwrap();
            let reader = std::io::BufReader::new(std::fs::File::open(&file).unwrap());
            let frames = image::codecs::gif::GifDecoder::new(reader).unwrap().into_frames().collect_frames().unwrap();
            assert_eq!(frames.len(), expected, "{count} shots of {seconds} s");
            // A GIF counts hundredths of a second.
            let shown: u32 = frames.iter().map(|frame| frame.delay().numer_denom_ms().0).sum();
            assert!((f64::from(shown) / 1000.0 - seconds * count as f64).abs() < 0.01 * count as f64, "{shown} ms");
        }
    }

    #[test]
    fn a_png_comes_back_exactly() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sheet.png");
        let picture = shots(1).next().unwrap().picture;
        save_still(&file, &picture).unwrap();
        assert_eq!(&image::open(&file).unwrap().to_rgb8(), picture.picture());
    }

    #[test]
    fn what_cannot_be_written_is_refused_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["film.avi", "film", "mp4"] {
            let error = save(&folder.path().join(name), shots(1), &mut Silent).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(".mp4, .gif or .png"), "{error}");
        }
        let odd = std::iter::once(Shot { picture: Canvas::new(33, 20), seconds: 1.0, fades: false });
        assert!(matches!(save(&folder.path().join("a.mp4"), odd, &mut Silent), Err(FilmError::Size(33, 20))));
        assert!(matches!(save(&folder.path().join("a.mp4"), shots(0), &mut Silent), Err(FilmError::Empty)));
        assert!(matches!(save(&folder.path().join("none/a.mp4"), shots(1), &mut Silent), Err(FilmError::Io { .. })));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
