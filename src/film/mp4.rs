//! MP4: H.264 (4:2:0, BT.601 in limited range, and said so in the stream), index first, so that browsers play it.

use std::io::Write;

use muxide::api::{Muxer, MuxerBuilder, VideoCodec};
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, MatrixCoefficients, QpRange,
    RateControlMode, UsageType, VuiConfig,
};
use openh264::formats::{RgbSliceU8, YUVBuffer};
use openh264::{OpenH264API, Timestamp};

use super::{FilmError, Shot};
use crate::draw::Canvas;

/// Frames a second. Shots stand for many of them, so that every player can seek and keeps time.
pub(super) const FRAME_RATE: u32 = 24;
/// Frames that a soft change takes.
const FADE: u32 = 8;
/// Frames from one that can be jumped to to the next.
const KEY_EVERY: u32 = 4 * FRAME_RATE;
/// Quantisation, 0 (lossless) to 51: text stays crisp.
const QUANTISER: (u8, u8) = (18, 20);
/// A bound that the encoder wants to know; films need far less.
const BITS_A_SECOND: u32 = 12_000_000;

/// Writes a film. All pictures must have the same size, with even sides.
pub(super) fn write(writer: &mut dyn Write, shots: impl Iterator<Item = Shot>) -> Result<(), FilmError> {
    let mut film = None;
    let mut before: Option<Canvas> = None;
    let mut seconds = 0.0;
    let mut writer = Some(writer);
    for shot in shots {
        let size = shot.picture.size();
        if film.is_none()
            && let Some(writer) = writer.take()
        {
            film = Some(Film::begin(writer, size)?);
        }
        let Some(film) = &mut film else { continue };
        seconds += shot.seconds;
        let end = ((seconds * f64::from(FRAME_RATE)).round() as u32).max(film.frames + 1);
        if let Some(before) = before.filter(|before| shot.fades && before.size() == size) {
            for step in 1..FADE.min(end - film.frames) {
                film.show(&before.mixed(&shot.picture, step as f32 / FADE as f32))?;
            }
        }
        film.hold(&shot.picture, end)?;
        before = Some(shot.picture);
    }
    film.ok_or(FilmError::Empty)?.finish()
}

/// A film that is being written.
struct Film<'a> {
    size: (u32, u32),
    encoder: Encoder,
    muxer: Muxer<&'a mut dyn Write>,
    frames: u32,
}

impl<'a> Film<'a> {
    fn begin(writer: &'a mut dyn Write, size: (u32, u32)) -> Result<Self, FilmError> {
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
        let muxer = MuxerBuilder::new(writer)
            .video(VideoCodec::H264, width, height, f64::from(FRAME_RATE))
            .with_fast_start(true)
            .build()
            .map_err(container)?;
        Ok(Self { size, encoder, muxer, frames: 0 })
    }

    fn show(&mut self, picture: &Canvas) -> Result<(), FilmError> {
        self.hold(picture, self.frames + 1)
    }

    /// Shows a picture up to the frame before `end`.
    fn hold(&mut self, picture: &Canvas, end: u32) -> Result<(), FilmError> {
        let (width, height) = picture.size();
        if picture.size() != self.size {
            return Err(FilmError::Size(width, height));
        }
        let source = RgbSliceU8::new(picture.picture(), (width as usize, height as usize));
        let yuv = YUVBuffer::from_rgb8_source(source);
        while self.frames < end {
            let seconds = f64::from(self.frames) / f64::from(FRAME_RATE);
            let time = Timestamp::from_millis((seconds * 1000.0).round() as u64);
            let encoded = self.encoder.encode_at(&yuv, time)?;
            let is_key = encoded.frame_type() == FrameType::IDR;
            self.muxer.write_video(seconds, &encoded.to_vec(), is_key).map_err(container)?;
            self.frames += 1;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), FilmError> {
        self.muxer.finish().map_err(container)
    }
}

fn container(error: muxide::api::MuxerError) -> FilmError {
    FilmError::Container(error.to_string())
}
