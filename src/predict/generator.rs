//! A trained generator as a predictor.

use std::ops::Range;

use burn::tensor::Device;

use super::{Noise, NoiseSettings, Predictor, Question, Sampling, conditions, one_hot};
use crate::agent::Action;
use crate::network::{Generator, from_pixels, to_pixels};

/// Predicts with a [`Generator`]: the encoder runs once a context, the decoder once a sample. Of longer contexts it
/// looks at the last frames.
#[derive(Debug, Clone)]
pub struct GeneratorPredictor {
    name: String,
    generator: Generator,
    told: bool,
    noise: Option<NoiseSettings>,
    device: Device,
}

/// Contexts that are encoded at once; more would only need more memory.
const AT_ONCE: usize = 4;

impl GeneratorPredictor {
    /// `generator` must not track gradients. Its conditions are the action, if it is `told`, and noise, if it takes any.
    pub fn new(name: &str, generator: Generator, told: bool, noise: Option<NoiseSettings>, device: Device) -> Self {
        Self { name: name.to_owned(), generator, told, noise, device }
    }

    /// Answers the questions with these numbers.
    fn answer(&self, all: &[Question], numbers: Range<usize>, sampling: Sampling) -> Vec<Vec<Vec<u8>>> {
        let questions = &all[numbers.clone()];
        let Some(first) = questions.first() else {
            return Vec::new();
        };
        let seen = self.generator.context();
        let pixels: Vec<u8> =
            questions.iter().flat_map(|question| question.context[question.context.len() - seen..].concat()).collect();
        let context = from_pixels(&pixels, seen, first.frame_size, &self.device);
        let features = self.generator.encode(context);
        let drawn = if self.noise.is_some() { sampling.samples } else { 1 };
        let noise = self.noise.map(|settings| Noise::sampled(settings, numbers, sampling).to_tensor(&self.device));
        let told = self.told.then(|| {
            let actions: Vec<Action> = questions.iter().map(|question| question.action).collect();
            one_hot(&actions, &self.device).repeat_dim(0, drawn)
        });
        let frames = to_pixels(self.generator.decode(features.repeat(drawn), conditions(told, noise)));
        let frame = frames.len() / (drawn * questions.len());
        let pick = |question: usize, sample: usize| {
            let index = sample % drawn * questions.len() + question;
            frames[index * frame..(index + 1) * frame].to_vec()
        };
        let answers = |question| (0..sampling.samples).map(|sample| pick(question, sample)).collect();
        (0..questions.len()).map(answers).collect()
    }
}

impl Predictor for GeneratorPredictor {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_stochastic(&self) -> bool {
        self.noise.is_some()
    }

    fn is_told(&self) -> bool {
        self.told
    }

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Vec<Vec<u8>>> {
        let starts = (0..questions.len()).step_by(AT_ONCE);
        starts
            .flat_map(|start| self.answer(questions, start..(start + AT_ONCE).min(questions.len()), sampling))
            .collect()
    }
}
