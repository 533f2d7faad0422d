//! A trained generator as a predictor.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};

use super::{ACTIONS, Noise, NoiseSettings, Predictor, Question, Sampling, conditions, one_hot};
use crate::agent::Action;
use crate::maze::Rng;
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

/// Numbers that go into a network and what comes out of it, for whoever computes the same elsewhere: `[count, …]` each.
#[derive(Debug, Clone)]
pub struct Example {
    /// Width and height of a frame.
    pub frame_size: (u32, u32),
    /// `[count, 3 · frames, height, width]` in [−1, 1].
    pub context: Vec<f32>,
    /// `[count, conditions]`, where the network has any: what it is told, then noise.
    pub conditions: Vec<f32>,
    /// `[count, 3, height, width]` in [−1, 1]: the answers.
    pub frames: Vec<f32>,
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

    fn example(&self, count: usize, frame_size: (u32, u32)) -> Option<Example> {
        let mut rng = Rng::seed_from_u64(1);
        let mut draw = |length: usize| (0..length).map(|_| rng.random_range(-1.0..=1.0)).collect::<Vec<f32>>();
        let (width, height) = (frame_size.0 as usize, frame_size.1 as usize);
        let channels = 3 * self.generator.context();
        let inputs = self.noise.map_or(0, NoiseSettings::inputs) + if self.told { ACTIONS } else { 0 };
        let (context, conditions) = (draw(count * channels * height * width), draw(count * inputs));
        let tensor = |values: &[f32], shape: [usize; 4]| {
            Tensor::<4>::from_data(TensorData::new(values.to_vec(), shape), &self.device)
        };
        let input = tensor(&context, [count, channels, height, width]);
        let told = (inputs > 0).then(|| tensor(&conditions, [count, inputs, 1, 1]).reshape([count, inputs]));
        let answer = self.generator.forward(input, told).into_data();
        let frames = answer.try_to_vec::<f32>().expect("networks compute in f32");
        Some(Example { frame_size, context, conditions, frames })
    }

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Vec<Vec<u8>>> {
        let starts = (0..questions.len()).step_by(AT_ONCE);
        starts
            .flat_map(|start| self.answer(questions, start..(start + AT_ONCE).min(questions.len()), sampling))
            .collect()
    }
}
