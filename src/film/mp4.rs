//! MP4: H.264 (4:2:0, BT.601 in limited range, and said so in the stream), index first, so that browsers play it.

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use muxide::api::{MuxerBuilder, VideoCodec};
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, MatrixCoefficients, QpRange,
    RateControlMode, UsageType, VuiConfig,
};
use openh264::formats::{RgbSliceU8, YUVBuffer};
use openh264::{OpenH264API, Timestamp};

use super::{FilmError, Shot};
use crate::draw::Canvas;

/// Ticks a second: pictures stand for whole ticks.
pub(super) const FRAME_RATE: u32 = 24;
/// Ticks that a soft change takes, a picture each.
const FADE: u32 = 8;
/// Ticks from a picture that can be jumped to to the next.
const KEY_EVERY: u32 = 4 * FRAME_RATE;
/// Ticks that a picture stands before it is encoded again, as the same as before: a player that was sent somewhere soon has one.
const HOLD: u32 = FRAME_RATE;
/// Quantisation, 0 (lossless) to 51: text stays crisp.
const QUANTISER: (u8, u8) = (18, 20);
/// A bound that the encoder wants to know; films need far less.
const BITS_A_SECOND: u32 = 12_000_000;
/// Pictures that wait to be encoded; more, and drawing waits.
const WAITING: usize = 4;

/// Writes a film. All pictures must have the same size, with even sides.
///
/// They are encoded on a thread of their own while the next are drawn. One that stands still is a single sample of the track
/// for up to a second, which players show for that long: to encode it anew for every tick was nearly all of the work.
pub(super) fn write(writer: &mut dyn Write, shots: impl Iterator<Item = Shot>) -> Result<(), FilmError> {
    let (pictures, encoded) = std::thread::scope(|scope| {
        let (pictures, to_encode) = sync_channel(WAITING);
        let encoding = scope.spawn(move || encode(&to_encode));
        let size = send(pictures, shots);
        (size, encoding.join())
    });
    let samples = encoded.map_err(|_| FilmError::EncoderGone)??;
    let (width, height) = pictures.ok_or(FilmError::Empty)?;
    let mut muxer = MuxerBuilder::new(writer)
        .video(VideoCodec::H264, width, height, f64::from(FRAME_RATE))
        .with_fast_start(true)
        .build()
        .map_err(container)?;
    for sample in samples {
        muxer.write_video(seconds(sample.tick), &sample.bytes, sample.is_key).map_err(container)?;
    }
    muxer.finish().map_err(container)
}

/// A picture that is shown up to the tick before `end`, from where the one before ends.
struct Still {
    picture: Arc<Canvas>,
    end: u32,
}

/// Draws the shots, with a picture for each tick of a soft change, and sends them to be encoded: their size, if there are any.
fn send(pictures: SyncSender<Still>, shots: impl Iterator<Item = Shot>) -> Option<(u32, u32)> {
    let mut before: Option<Arc<Canvas>> = None;
    let (mut shown, mut seconds, mut first) = (0, 0.0, None);
    for shot in shots {
        let (size, picture) = (shot.picture.size(), Arc::new(shot.picture));
        first = first.or(Some(size));
        seconds += shot.seconds;
        let end = ((seconds * f64::from(FRAME_RATE)).round() as u32).max(shown + 1);
        let mut stills = Vec::new();
        if let Some(before) = before.filter(|before| shot.fades && before.size() == size) {
            let mixed = |step: u32| Arc::new(before.mixed(&picture, step as f32 / FADE as f32));
            stills.extend((1..FADE.min(end - shown)).map(|step| Still { picture: mixed(step), end: shown + step }));
        }
        stills.push(Still { picture: Arc::clone(&picture), end });
        for still in stills {
            // The encoder has failed, and says why when it is joined.
            if pictures.send(still).is_err() {
                return first;
            }
        }
        (before, shown) = (Some(picture), end);
    }
    first
}

/// A sample of the track: a picture as it is encoded, and from when it is shown.
struct Sample {
    bytes: Vec<u8>,
    tick: u32,
    is_key: bool,
}

/// Encodes pictures as they come, until no more can come.
fn encode(pictures: &Receiver<Still>) -> Result<Vec<Sample>, FilmError> {
    let mut film: Option<Film> = None;
    for still in pictures {
        let size = still.picture.size();
        let film = match &mut film {
            Some(film) => film,
            None => film.insert(Film::begin(size)?),
        };
        if size != film.size {
            return Err(FilmError::Size(size.0, size.1));
        }
        film.hold(&still)?;
    }
    film.map_or_else(|| Ok(Vec::new()), Film::finish)
}

/// A film that is being encoded.
struct Film {
    size: (u32, u32),
    encoder: Encoder,
    samples: Vec<Sample>,
    /// Ticks that are filled.
    end: u32,
    /// Tick of the newest picture that can be jumped to.
    key: u32,
    /// The newest picture, as the encoder takes it.
    newest: YUVBuffer,
}

impl Film {
    fn begin(size: (u32, u32)) -> Result<Self, FilmError> {
        let (width, height) = size;
        let fits = width.is_multiple_of(2)
            && height.is_multiple_of(2)
            && (16..=3840).contains(&width)
            && (16..=2160).contains(&height);
        if !fits {
            return Err(FilmError::Size(width, height));
        }
        let colours = VuiConfig::bt709().matrix_coefficients(MatrixCoefficients::Smpte170M);
        let config = EncoderConfig::new()
            .usage_type(UsageType::ScreenContentRealTime)
            // Steered by the quantiser alone: no frame is dropped or starved, and the same film has the same bytes.
            .rate_control_mode(RateControlMode::Bufferbased)
            .qp(QpRange::new(QUANTISER.0, QUANTISER.1))
            .complexity(Complexity::Low)
            .bitrate(BitRate::from_bps(BITS_A_SECOND))
            .max_frame_rate(FrameRate::from_hz(FRAME_RATE as f32))
            .skip_frames(false)
            .background_detection(false)
            .adaptive_quantization(false)
            .intra_frame_period(IntraFramePeriod::from_num_frames(KEY_EVERY))
            .num_threads(1)
            .vui(colours);
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config)?;
        let newest = YUVBuffer::new(width as usize, height as usize);
        Ok(Self { size, encoder, samples: Vec::new(), end: 0, key: 0, newest })
    }

    /// Shows a picture from the end of the one before.
    fn hold(&mut self, still: &Still) -> Result<(), FilmError> {
        let (width, height) = self.size;
        self.newest.read_rgb8(RgbSliceU8::new(still.picture.picture(), (width as usize, height as usize)));
        while self.end < still.end {
            if self.end == self.key + KEY_EVERY {
                self.encoder.force_intra_frame();
            }
            self.sample(self.end)?;
            // A picture that can be jumped to comes at its tick, whatever stands there.
            self.end = still.end.min(self.end + HOLD).min(self.key + KEY_EVERY);
        }
        Ok(())
    }

    /// Encodes the newest picture, to be shown from a tick.
    fn sample(&mut self, tick: u32) -> Result<(), FilmError> {
        let time = Timestamp::from_millis((seconds(tick) * 1000.0).round() as u64);
        let encoded = self.encoder.encode_at(&self.newest, time)?;
        let is_key = encoded.frame_type() == FrameType::IDR;
        self.samples.push(Sample { bytes: encoded.to_vec(), tick, is_key });
        if is_key {
            self.key = tick;
        }
        Ok(())
    }

    /// All samples. The track ends as long after the last of them as that comes after the one before: so the last picture
    /// ends with two of a tick each, and stands for two ticks at least.
    fn finish(mut self) -> Result<Vec<Sample>, FilmError> {
        let from = self.samples.last().map_or(0, |sample| sample.tick);
        for tick in [self.end.saturating_sub(2).max(from), self.end.saturating_sub(1).max(from + 1)] {
            if tick > from {
                self.sample(tick)?;
            }
        }
        Ok(self.samples)
    }
}

/// When a tick begins.
fn seconds(tick: u32) -> f64 {
    f64::from(tick) / f64::from(FRAME_RATE)
}

fn container(error: muxide::api::MuxerError) -> FilmError {
    FilmError::Container(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Rect;
    use crate::draw::palette::{LEFT, RIGHT};
    use crate::film::decode_mp4;

    fn picture(number: u32) -> Canvas {
        let mut picture = Canvas::new(64, 48);
        picture.fill(Rect::new(number * 7 % 40, 8, 16, 32), 0.0, if number.is_multiple_of(2) { LEFT } else { RIGHT });
        picture
    }

    fn shots<'a>(seconds: &'a [f64], fades: &'a [bool]) -> impl Iterator<Item = Shot> + 'a {
        (0..).zip(seconds).zip(fades).map(|((number, &seconds), &fades)| Shot {
            picture: picture(number),
            seconds,
            fades,
        })
    }

    /// What was sent to be encoded, a picture for each tick.
    fn drawn(seconds: &[f64], fades: &[bool]) -> Vec<Arc<Canvas>> {
        let (pictures, sent) = sync_channel(1000);
        send(pictures, shots(seconds, fades));
        let mut ticks = Vec::new();
        sent.into_iter().for_each(|still| ticks.resize(still.end as usize, still.picture));
        ticks
    }

    #[test]
    fn a_player_shows_at_every_tick_what_was_drawn_for_it() {
        let (seconds, fades) = ([3.0, 0.1, 2.5, 0.04, 1.0, 9.0], [false, false, true, false, true, false]);
        let drawn = drawn(&seconds, &fades);
        assert_eq!(drawn.len(), (24.0 * seconds.iter().sum::<f64>()).round() as usize);
        let mut film = Vec::new();
        write(&mut film, shots(&seconds, &fades)).unwrap();
        let mut shown = Vec::new();
        let mut lengths = Vec::new();
        let samples = decode_mp4(&film, |picture, seconds| {
            let ticks = seconds * f64::from(FRAME_RATE);
            assert!((ticks - ticks.round()).abs() < 1e-9, "whole ticks: {ticks}");
            shown.extend(std::iter::repeat_n(picture, ticks.round() as usize));
            lengths.push(seconds);
        });
        assert_eq!(shown.len(), drawn.len());
        assert!(lengths.iter().all(|&seconds| seconds <= 1.0), "{lengths:?}");
        assert_eq!(samples.unwrap(), lengths.len());
        assert!(lengths.len() < 50, "what stands still is not encoded for every tick: {}", lengths.len());
        for (tick, (shown, drawn)) in shown.iter().zip(&drawn).enumerate() {
            let off = shown.picture().iter().zip(drawn.picture().iter()).map(|(a, b)| f64::from(a.abs_diff(*b)));
            let mean = off.sum::<f64>() / drawn.picture().len() as f64;
            assert!(mean < 3.0, "tick {tick} is {mean} levels off");
        }
    }

    #[test]
    fn every_four_seconds_there_is_a_picture_to_jump_to_and_the_last_one_ends_in_time() {
        for seconds in [&[7.0, 0.3, 0.3, 20.0][..], &[0.04, 0.04, 0.08], &[1.0], &[0.3; 40]] {
            let (pictures, sent) = sync_channel(1000);
            send(pictures, shots(seconds, &vec![false; seconds.len()]));
            let samples = encode(&sent).unwrap();
            let ticks: Vec<u32> = samples.iter().map(|sample| sample.tick).collect();
            let keys: Vec<u32> = samples.iter().filter(|sample| sample.is_key).map(|sample| sample.tick).collect();
            let end = (24.0 * seconds.iter().sum::<f64>()).round() as u32;
            assert!(ticks.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] <= HOLD), "{ticks:?}");
            assert_eq!(keys, (0..end).step_by(KEY_EVERY as usize).collect::<Vec<u32>>());
            let &[.., before, last] = &ticks[..] else { panic!("{ticks:?}") };
            assert_eq!((last + (last - before)).abs_diff(end), 0, "{seconds:?}: {ticks:?}");
        }
    }

    #[test]
    fn no_film_is_made_of_nothing_or_of_pictures_of_several_sizes() {
        let shot = |picture| Shot { picture, seconds: 0.5, fades: true };
        let write = |shots: Vec<Shot>| write(&mut Vec::new(), shots.into_iter());
        assert!(matches!(write(Vec::new()), Err(FilmError::Empty)));
        let two = (0..20).map(|number| shot(Canvas::new(64, if number < 15 { 48 } else { 64 })));
        assert!(matches!(write(two.collect()), Err(FilmError::Size(64, 64))));
    }
}
