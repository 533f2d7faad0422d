//! Noise: a one-hot code for the discrete choice, and Gaussian numbers for the rest.

use std::f32::consts::TAU;

use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::Sampling;
use crate::maze::Rng;

/// What noise a generator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoiseSettings {
    /// Codes, of which one is on: 1 to 16.
    pub codes: usize,
    /// Gaussian numbers, 0 to 64.
    pub gaussian: usize,
}

impl NoiseSettings {
    /// Numbers in all.
    pub fn inputs(self) -> usize {
        self.codes + self.gaussian
    }
}

/// Noise for some samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    settings: NoiseSettings,
    /// `[samples, inputs]`.
    values: Vec<f32>,
}

impl Noise {
    /// Every code for each of `batch` samples, with the same Gaussian numbers: sample i of code k is at k · batch + i.
    pub fn every_code(settings: NoiseSettings, batch: usize, rng: &mut Rng) -> Self {
        let gaussian: Vec<f32> = (0..batch * settings.gaussian).map(|_| normal(rng)).collect();
        let mut noise = Self::none(settings);
        for code in 0..settings.codes {
            for sample in 0..batch {
                let own = sample * settings.gaussian..(sample + 1) * settings.gaussian;
                noise.push(code, gaussian[own].iter().copied());
            }
        }
        noise
    }

    /// A code with equal odds, and Gaussian numbers, for each of `samples`.
    pub fn random(settings: NoiseSettings, samples: usize, rng: &mut Rng) -> Self {
        let mut noise = Self::none(settings);
        (0..samples).for_each(|_| noise.push_random(rng));
        noise
    }

    /// A code with equal odds, and Gaussian numbers, for every sample of some of the questions: sample k of the i-th
    /// of them is at k · (number of questions) + i.
    pub fn sampled(settings: NoiseSettings, questions: std::ops::Range<usize>, sampling: Sampling) -> Self {
        let mut rngs: Vec<Rng> = questions.map(|question| sampling.rng(question)).collect();
        let mut noise = Self::none(settings);
        for _ in 0..sampling.samples {
            rngs.iter_mut().for_each(|rng| noise.push_random(rng));
        }
        noise.scale(sampling.temperature);
        noise
    }

    /// Multiplies Gaussian numbers, and draws codes towards the mean of all codes, or away from it.
    fn scale(&mut self, temperature: f32) {
        let uniform = (self.settings.codes as f32).recip();
        for values in self.values.chunks_exact_mut(self.settings.inputs()) {
            let (code, gaussian) = values.split_at_mut(self.settings.codes);
            code.iter_mut().for_each(|value| *value = uniform + temperature * (*value - uniform));
            gaussian.iter_mut().for_each(|value| *value *= temperature);
        }
    }

    fn none(settings: NoiseSettings) -> Self {
        Self { settings, values: Vec::new() }
    }

    fn push_random(&mut self, rng: &mut Rng) {
        let code = rng.random_range(0..self.settings.codes);
        let gaussian: Vec<f32> = (0..self.settings.gaussian).map(|_| normal(rng)).collect();
        self.push(code, gaussian);
    }

    fn push(&mut self, code: usize, gaussian: impl IntoIterator<Item = f32>) {
        let one_hot = (0..self.settings.codes).map(|other| if other == code { 1.0 } else { 0.0 });
        self.values.extend(one_hot.chain(gaussian));
    }

    /// `[samples, inputs]`.
    pub fn to_tensor(&self, device: &Device) -> Tensor<2> {
        let inputs = self.settings.inputs();
        let shape = [self.values.len() / inputs, inputs];
        Tensor::from_data(TensorData::new(self.values.clone(), shape), device)
    }
}

/// A number from the standard normal distribution, after Box and Muller (1958).
fn normal(rng: &mut Rng) -> f32 {
    let radius = (-2.0 * libm::logf(1.0 - rng.random::<f32>())).sqrt();
    radius * libm::cosf(TAU * rng.random::<f32>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: NoiseSettings = NoiseSettings { codes: 2, gaussian: 3 };

    fn sampling(samples: usize, temperature: f32) -> Sampling {
        Sampling { samples, temperature, seed: 7 }
    }

    #[test]
    fn a_sample_follows_from_seed_question_and_number_alone() {
        let many = Noise::sampled(SETTINGS, 0..4, sampling(16, 1.0));
        let (row, at) = (SETTINGS.inputs(), 2 + 4 * 5);
        let expected = &many.values[at * row..(at + 1) * row];
        let few = Noise::sampled(SETTINGS, 2..3, sampling(6, 1.0));
        assert_eq!(&few.values[5 * row..], expected);
        assert_ne!(&many.values[..row], &many.values[row..2 * row], "questions differ");
    }

    #[test]
    fn temperature_scales_numbers_and_draws_codes_to_their_mean() {
        let trained = Noise::sampled(SETTINGS, 0..1, sampling(1, 1.0)).values;
        assert!(trained[..2] == [1.0, 0.0] || trained[..2] == [0.0, 1.0], "{trained:?}");
        let cold = Noise::sampled(SETTINGS, 0..1, sampling(1, 0.0)).values;
        assert_eq!(cold, [0.5, 0.5, 0.0, 0.0, 0.0]);
        let hot = Noise::sampled(SETTINGS, 0..1, sampling(1, 2.0)).values;
        assert_eq!(hot[..2], [trained[0] * 2.0 - 0.5, trained[1] * 2.0 - 0.5]);
        assert!(hot[2..].iter().zip(&trained[2..]).all(|(hot, trained)| *hot == 2.0 * trained));
    }
}
