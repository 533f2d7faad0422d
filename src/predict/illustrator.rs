//! A trained network that paints what a caption says.

use burn::tensor::{Device, Tensor, TensorData};

use crate::camera::Frames;
use crate::device;
use crate::network::{CaptionPainter, Texts, to_pixels};
use crate::words::{Material, Sentence, Situation, vocabulary};

/// Paints captions.
#[derive(Debug, Clone)]
pub struct Illustrator {
    name: String,
    network: CaptionPainter,
    frame_size: (u32, u32),
    held_out: Vec<(Situation, Material)>,
    device: Device,
}

impl Illustrator {
    /// A network that tracks no gradients, for frames of a size, and the combinations that it was never shown.
    pub fn new(
        name: &str,
        network: CaptionPainter,
        frame_size: (u32, u32),
        held_out: Vec<(Situation, Material)>,
        device: Device,
    ) -> Self {
        Self { name: name.to_owned(), network, frame_size, held_out, device }
    }

    /// Shown in tables and on sheets.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Numbers of noise of a frame; they are drawn from the standard normal distribution.
    pub fn noise(&self) -> usize {
        self.network.noise()
    }

    /// Combinations of words that no frame and no caption of the training had.
    pub fn held_out(&self) -> &[(Situation, Material)] {
        &self.held_out
    }

    /// A frame for each sentence, from as many rows of noise, `[sentences, noise]`.
    ///
    /// # Panics
    /// If there is not as much noise.
    pub fn paint(&self, sentences: &[Sentence], noise: &[f32]) -> Frames {
        let width = self.noise();
        assert_eq!(noise.len(), sentences.len() * width, "a row of noise for each sentence");
        let few = device::questions_at_once(&self.device);
        let mut frames = Frames::new(self.frame_size);
        for (some, noise) in sentences.chunks(few).zip(noise.chunks(few * width)) {
            let texts = Texts::new(some.iter().map(|one| one.words.as_slice()), vocabulary().len(), &self.device);
            let noise = Tensor::from_data(TensorData::new(noise.to_vec(), [some.len(), width]), &self.device);
            let painted = to_pixels(self.network.forward(&texts, noise));
            Frames::from_pixels(self.frame_size, painted).iter().for_each(|frame| frames.push(frame));
        }
        frames
    }
}
