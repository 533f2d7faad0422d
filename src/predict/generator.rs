//! A trained generator as a predictor.

use burn::tensor::Device;

use super::{Noise, NoiseSettings, Predictor, Question};
use crate::maze::Rng;
use crate::network::{Generator, from_pixels, to_pixels};

/// Predicts with a [`Generator`]: the encoder runs once a context, the decoder once a sample. Of longer contexts it
/// looks at the last frames.
#[derive(Debug, Clone)]
pub struct GeneratorPredictor {
    name: String,
    generator: Generator,
    noise: Option<NoiseSettings>,
    device: Device,
}

/// Contexts that are encoded at once; more would only need more memory.
const AT_ONCE: usize = 4;

impl GeneratorPredictor {
    /// `generator` must not track gradients.
    pub fn new(name: &str, generator: Generator, noise: Option<NoiseSettings>, device: Device) -> Self {
        Self { name: name.to_owned(), generator, noise, device }
    }

    fn answer(&self, questions: &[Question], samples: usize, rng: &mut Rng) -> Vec<Vec<Vec<u8>>> {
        let Some(first) = questions.first() else {
            return Vec::new();
        };
        let seen = self.generator.context();
        let pixels: Vec<u8> =
            questions.iter().flat_map(|question| question.context[question.context.len() - seen..].concat()).collect();
        let context = from_pixels(&pixels, seen, first.frame_size, &self.device);
        let features = self.generator.encode(context);
        let drawn = if self.noise.is_some() { samples } else { 1 };
        let noise =
            self.noise.map(|settings| Noise::random(settings, questions.len() * drawn, rng).to_tensor(&self.device));
        let frames = to_pixels(self.generator.decode(features.repeat(drawn), noise));
        let frame = frames.len() / (drawn * questions.len());
        let pick = |question: usize, sample: usize| {
            let index = sample % drawn * questions.len() + question;
            frames[index * frame..(index + 1) * frame].to_vec()
        };
        (0..questions.len()).map(|question| (0..samples).map(|sample| pick(question, sample)).collect()).collect()
    }
}

impl Predictor for GeneratorPredictor {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_stochastic(&self) -> bool {
        self.noise.is_some()
    }

    fn predict(&self, questions: &[Question], samples: usize, rng: &mut Rng) -> Vec<Vec<Vec<u8>>> {
        questions.chunks(AT_ONCE).flat_map(|chunk| self.answer(chunk, samples, rng)).collect()
    }
}
