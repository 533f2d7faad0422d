//! Noise: a one-hot code for the discrete choice, and Gaussian numbers for the rest.

use std::f32::consts::TAU;

use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use serde::{Deserialize, Serialize};

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
        for _ in 0..samples {
            let code = rng.random_range(0..settings.codes);
            let gaussian: Vec<f32> = (0..settings.gaussian).map(|_| normal(rng)).collect();
            noise.push(code, gaussian);
        }
        noise
    }

    fn none(settings: NoiseSettings) -> Self {
        Self { settings, values: Vec::new() }
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
