//! A trained network that turns frames of one scene into frames of another.

use burn::tensor::Device;

use crate::camera::Frames;
use crate::device;
use crate::network::{Translator, from_pixels, to_pixels};

/// Turns frames into other frames, each by itself.
#[derive(Debug, Clone)]
pub struct Translation {
    name: String,
    network: Translator,
    device: Device,
}

impl Translation {
    /// `network` must not track gradients.
    pub fn new(name: &str, network: Translator, device: Device) -> Self {
        Self { name: name.to_owned(), network, device }
    }

    /// Shown in tables and films.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As many frames of the same size.
    pub fn translate(&self, frames: &Frames) -> Frames {
        let few = device::questions_at_once(&self.device);
        let mut found = Frames::new(frames.size());
        for start in (0..frames.len()).step_by(few) {
            let some = frames.slice(start..(start + few).min(frames.len()));
            let pixels = from_pixels(some.pixels(), 1, frames.size(), &self.device);
            let translated = to_pixels(self.network.forward(pixels));
            Frames::from_pixels(frames.size(), translated).iter().for_each(|frame| found.push(frame));
        }
        found
    }
}
