//! Painters: what draws frames from a latent alone, without anything that was seen before.

use burn::tensor::{Device, Tensor, TensorData};
use image::imageops::{FilterType, replace, resize};

use super::normal;
use crate::camera::{Frame, Frames};
use crate::network::{from_pixels, to_pixels};
use crate::random::{Purpose, stream};

/// Paints frames.
pub trait Painter: Send {
    /// Shown in tables and films.
    fn name(&self) -> &str;

    /// Numbers of a latent; they are drawn from the standard normal distribution.
    fn latent(&self) -> usize;

    /// A frame for each latent of `[count, latent]`.
    fn paint(&self, latents: &[f32]) -> Frames;

    /// The latents that stand for frames, `[count, latent]`: an encoder's means. Nothing, if there is no encoder.
    fn latents_of(&self, frames: &Frames) -> Option<Vec<f32>>;
}

/// A network that paints.
pub trait Painting: Clone + std::fmt::Debug + Send + 'static {
    /// Numbers of a latent.
    fn latent(&self) -> usize;

    /// # Shapes
    /// - `latents`: `[batch, latent]`
    /// - result: `[batch, 3, height, width]` in [−1, 1]
    fn paint(&self, latents: Tensor<2>) -> Tensor<4>;

    /// See [`Painter::latents_of`]: `[batch, 3, height, width]` in [−1, 1] to `[batch, latent]`.
    fn latents_of(&self, _frames: Tensor<4>) -> Option<Tensor<2>> {
        None
    }
}

/// A trained network as a painter.
#[derive(Debug)]
pub struct NetworkPainter<N> {
    name: String,
    network: N,
    frame_size: (u32, u32),
    device: Device,
}

/// Frames that are computed at once.
const AT_ONCE: usize = 32;

impl<N: Painting> NetworkPainter<N> {
    /// A network that tracks no gradients, for frames of a size.
    pub fn new(name: &str, network: N, frame_size: (u32, u32), device: Device) -> Self {
        Self { name: name.to_owned(), network, frame_size, device }
    }
}

impl<N: Painting> Painter for NetworkPainter<N> {
    fn name(&self) -> &str {
        &self.name
    }

    fn latent(&self) -> usize {
        self.network.latent()
    }

    fn paint(&self, latents: &[f32]) -> Frames {
        let width = self.latent();
        let mut pixels = Vec::new();
        for some in latents.chunks(AT_ONCE * width) {
            let shape = [some.len() / width, width];
            let latents = Tensor::from_data(TensorData::new(some.to_vec(), shape), &self.device);
            pixels.extend(to_pixels(self.network.paint(latents)));
        }
        Frames::from_pixels(self.frame_size, pixels)
    }

    fn latents_of(&self, frames: &Frames) -> Option<Vec<f32>> {
        let mut all = Vec::new();
        for start in (0..frames.len()).step_by(AT_ONCE) {
            let some = frames.slice(start..frames.len().min(start + AT_ONCE));
            let latents = self.network.latents_of(from_pixels(some.pixels(), 1, self.frame_size, &self.device))?;
            all.extend(latents.into_data().try_to_vec::<f32>().expect("networks compute in f32"));
        }
        Some(all)
    }
}

/// `count` latents of so many numbers from the standard normal distribution, `[count, latent]`. Latent i follows from the
/// seed and i alone.
pub fn drawn_latents(latent: usize, count: usize, seed: u64) -> Vec<f32> {
    let one = |number: usize| {
        let mut rng = stream(seed, Purpose::Latents, &[number as u64]);
        (0..latent).map(move |_| normal(&mut rng)).collect::<Vec<f32>>()
    };
    (0..count).flat_map(one).collect()
}

/// From one latent to another, at `share` of the way, 0 to 1, along a great circle: as long as both of them, as drawn
/// latents are, while the straight line passes nearer to the origin than nearly all of them (White 2016,
/// <https://arxiv.org/abs/1609.04468>).
///
/// sin((1 − t) θ) / sin θ · a + sin(t θ) / sin θ · b for the angle θ between a and b.
pub fn between_latents(a: &[f32], b: &[f32], share: f32) -> Vec<f32> {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    let angle = libm::acosf((dot(a, b) / lengths.max(1e-12)).clamp(-1.0, 1.0));
    let (from, to) = match libm::sinf(angle) {
        // The same direction, or opposite ones, between which no circle is the shortest.
        sine if sine.abs() < 1e-3 => (1.0 - share, share),
        sine => (libm::sinf((1.0 - share) * angle) / sine, libm::sinf(share * angle) / sine),
    };
    a.iter().zip(b).map(|(a, b)| a * from + b * to).collect()
}

/// Columns and rows of a sheet of samples, pixels between pictures, and enlargement.
const SHEET: (u32, u32) = (8, 6);
const GAP: u32 = 4;
const SCALE: u32 = 2;

/// A sheet of samples: always the same latents, so that the sheets of a run can be leafed through.
pub fn sample_sheet(painter: &dyn Painter) -> Frame {
    let (columns, rows) = SHEET;
    let samples = painter.paint(&drawn_latents(painter.latent(), (columns * rows) as usize, 0));
    let (width, height) = samples.size();
    let (across, down) = (width * SCALE + GAP, height * SCALE + GAP);
    let mut sheet =
        Frame::from_pixel(columns * across + GAP, rows * down + GAP, image::Rgb(crate::draw::palette::BACKGROUND));
    for index in 0..columns * rows {
        let picture = resize(&samples.picture(index as usize), width * SCALE, height * SCALE, FilterType::Nearest);
        let (x, y) = (index % columns * across + GAP, index / columns * down + GAP);
        replace(&mut sheet, &picture, i64::from(x), i64::from(y));
    }
    sheet
}

#[cfg(test)]
mod tests {
    use std::f32::consts::SQRT_2;

    use super::*;

    #[test]
    fn the_way_between_two_latents_keeps_their_length_and_ends_at_them() {
        let (a, b) = ([2.0, 0.0, 0.0], [0.0, 2.0, 0.0]);
        let near = |found: Vec<f32>, expected: [f32; 3]| {
            assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-5), "{found:?}");
        };
        near(between_latents(&a, &b, 0.0), a);
        near(between_latents(&a, &b, 1.0), b);
        // 2 cos 45° and 2 sin 45°: as long as both.
        near(between_latents(&a, &b, 0.5), [SQRT_2, SQRT_2, 0.0]);
        near(between_latents(&a, &a, 0.3), a);
    }

    #[test]
    fn a_latent_follows_from_its_number_alone() {
        let (few, many) = (drawn_latents(3, 2, 7), drawn_latents(3, 5, 7));
        assert_eq!(few, many[..6]);
        assert!(many[..3] != many[3..6] && drawn_latents(3, 2, 8) != few);
    }
}
