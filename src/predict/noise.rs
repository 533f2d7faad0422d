//! Noise: a one-hot code for a discrete choice, and Gaussian or uniform numbers or signs for the rest.

use std::f32::consts::TAU;

use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::Sampling;
use crate::random::{Purpose, Rng};

/// What noise a model takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum NoiseSettings {
    /// So many numbers from the standard normal distribution.
    Gaussian(usize),
    /// So many numbers, evenly from −1 to 1.
    Uniform(usize),
    /// So many numbers, each −1 or 1 with equal odds: nothing lies between.
    Signs(usize),
    /// So many codes, of which one is on.
    Code(usize),
    /// All of them, in this order.
    Mix {
        /// Codes, of which one is on; 0 for none.
        #[serde(default)]
        codes: usize,
        /// Gaussian numbers.
        #[serde(default)]
        gaussian: usize,
        /// Uniform numbers.
        #[serde(default)]
        uniform: usize,
        /// Numbers that are −1 or 1.
        #[serde(default)]
        signs: usize,
    },
}

impl NoiseSettings {
    /// Codes, of which one is on.
    pub fn codes(self) -> usize {
        match self {
            Self::Code(codes) | Self::Mix { codes, .. } => codes,
            Self::Gaussian(_) | Self::Uniform(_) | Self::Signs(_) => 0,
        }
    }

    /// Gaussian numbers.
    pub fn gaussian(self) -> usize {
        match self {
            Self::Gaussian(gaussian) | Self::Mix { gaussian, .. } => gaussian,
            Self::Uniform(_) | Self::Signs(_) | Self::Code(_) => 0,
        }
    }

    /// Uniform numbers.
    pub fn uniform(self) -> usize {
        match self {
            Self::Uniform(uniform) | Self::Mix { uniform, .. } => uniform,
            Self::Gaussian(_) | Self::Signs(_) | Self::Code(_) => 0,
        }
    }

    /// Numbers that are −1 or 1.
    pub fn signs(self) -> usize {
        match self {
            Self::Signs(signs) | Self::Mix { signs, .. } => signs,
            Self::Gaussian(_) | Self::Uniform(_) | Self::Code(_) => 0,
        }
    }

    /// Numbers in all.
    pub fn inputs(self) -> usize {
        self.codes() + self.continuous()
    }

    /// Answers to one context that differ in what is enumerated: one for each code, or one.
    pub fn copies(self) -> usize {
        self.codes().max(1)
    }

    /// Answers to one context in a training: one for each code, or, where there are none, so many draws.
    pub fn answers(self, samples: usize) -> usize {
        self.copies().max(samples)
    }

    fn continuous(self) -> usize {
        self.gaussian() + self.uniform() + self.signs()
    }

    fn draw(self, rng: &mut Rng) -> Vec<f32> {
        let mut drawn: Vec<f32> = (0..self.gaussian()).map(|_| normal(rng)).collect();
        drawn.extend((0..self.uniform()).map(|_| 2.0 * rng.random::<f32>() - 1.0));
        drawn.extend((0..self.signs()).map(|_| if rng.random::<bool>() { 1.0 } else { -1.0 }));
        drawn
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
    /// Every code for each of `batch` samples, with the same other numbers: sample i of code k is at k · batch + i.
    pub fn every_code(settings: NoiseSettings, batch: usize, rng: &mut Rng) -> Self {
        let drawn: Vec<Vec<f32>> = (0..batch).map(|_| settings.draw(rng)).collect();
        let mut noise = Self::none(settings);
        for copy in 0..settings.copies() {
            drawn.iter().for_each(|drawn| noise.push(copy, drawn));
        }
        noise
    }

    /// What a training draws for each of `batch` samples: every code, or, where there are none, so many draws.
    pub fn copies(settings: NoiseSettings, batch: usize, samples: usize, rng: &mut Rng) -> Self {
        if settings.codes() > 0 || samples == 1 {
            return Self::every_code(settings, batch, rng);
        }
        Self::random(settings, samples * batch, rng)
    }

    /// A code with equal odds, and other numbers, for each of `samples`.
    pub fn random(settings: NoiseSettings, samples: usize, rng: &mut Rng) -> Self {
        let mut noise = Self::none(settings);
        (0..samples).for_each(|_| noise.push_random(rng));
        noise
    }

    /// A code, and other numbers, for every sample of some of the questions: sample k of the i-th of them is at k · (number of
    /// questions) + i. Codes have equal odds, or those that are given: a row of them for each question.
    pub fn sampled(
        settings: NoiseSettings,
        questions: std::ops::Range<usize>,
        sampling: Sampling,
        odds: Option<&[f32]>,
    ) -> Self {
        let mut rngs: Vec<Rng> = questions.map(|question| sampling.rng(Purpose::Samples, question)).collect();
        let rows = odds.map(|odds| odds.chunks_exact(settings.codes()).collect::<Vec<_>>());
        let mut noise = Self::none(settings);
        for _ in 0..sampling.samples {
            for (question, rng) in rngs.iter_mut().enumerate() {
                match &rows {
                    None => noise.push_random(rng),
                    Some(rows) => noise.push_by(rows[question], rng),
                }
            }
        }
        noise.scale(sampling.temperature);
        noise
    }

    /// Multiplies numbers, and draws codes towards the mean of all codes, or away from it.
    fn scale(&mut self, temperature: f32) {
        let codes = self.settings.codes();
        let even = (codes as f32).recip();
        for values in self.values.chunks_exact_mut(self.settings.inputs()) {
            let (code, numbers) = values.split_at_mut(codes);
            code.iter_mut().for_each(|value| *value = even + temperature * (*value - even));
            numbers.iter_mut().for_each(|value| *value *= temperature);
        }
    }

    fn none(settings: NoiseSettings) -> Self {
        Self { settings, values: Vec::new() }
    }

    fn push_random(&mut self, rng: &mut Rng) {
        let code = if self.settings.codes() > 0 { rng.random_range(0..self.settings.codes()) } else { 0 };
        let drawn = self.settings.draw(rng);
        self.push(code, &drawn);
    }

    /// With a code by these odds, which sum to 1.
    fn push_by(&mut self, odds: &[f32], rng: &mut Rng) {
        let mut left = rng.random::<f32>();
        let code = odds.iter().position(|odds| {
            left -= odds;
            left < 0.0
        });
        let drawn = self.settings.draw(rng);
        // Rounded, odds may sum to a little less than what was drawn.
        self.push(code.unwrap_or(odds.len() - 1), &drawn);
    }

    fn push(&mut self, code: usize, drawn: &[f32]) {
        let one_hot = (0..self.settings.codes()).map(|other| f32::from(other == code));
        self.values.extend(one_hot.chain(drawn.iter().copied()));
    }

    /// `[samples, inputs]`.
    pub fn to_tensor(&self, device: &Device) -> Tensor<2> {
        let inputs = self.settings.inputs();
        let shape = [self.values.len() / inputs, inputs];
        Tensor::from_data(TensorData::new(self.values.clone(), shape), device)
    }
}

/// A number from the standard normal distribution, after Box and Muller (1958).
pub(crate) fn normal(rng: &mut Rng) -> f32 {
    let radius = (-2.0 * libm::logf(1.0 - rng.random::<f32>())).sqrt();
    radius * libm::cosf(TAU * rng.random::<f32>())
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    const SETTINGS: NoiseSettings = NoiseSettings::Mix { codes: 2, gaussian: 3, uniform: 0, signs: 0 };

    fn sampling(samples: usize, temperature: f32) -> Sampling {
        Sampling { samples, temperature, seed: 7 }
    }

    #[test]
    fn a_sample_follows_from_seed_question_and_number_alone() {
        let many = Noise::sampled(SETTINGS, 0..4, sampling(16, 1.0), None);
        let (row, at) = (SETTINGS.inputs(), 2 + 4 * 5);
        let expected = &many.values[at * row..(at + 1) * row];
        let few = Noise::sampled(SETTINGS, 2..3, sampling(6, 1.0), None);
        assert_eq!(&few.values[5 * row..], expected);
        assert_ne!(&many.values[..row], &many.values[row..2 * row], "questions differ");
    }

    #[test]
    fn temperature_scales_numbers_and_draws_codes_to_their_mean() {
        let trained = Noise::sampled(SETTINGS, 0..1, sampling(1, 1.0), None).values;
        assert!(trained[..2] == [1.0, 0.0] || trained[..2] == [0.0, 1.0], "{trained:?}");
        let cold = Noise::sampled(SETTINGS, 0..1, sampling(1, 0.0), None).values;
        assert_eq!(cold, [0.5, 0.5, 0.0, 0.0, 0.0]);
        let hot = Noise::sampled(SETTINGS, 0..1, sampling(1, 2.0), None).values;
        assert_eq!(hot[..2], [trained[0] * 2.0 - 0.5, trained[1] * 2.0 - 0.5]);
        assert!(hot[2..].iter().zip(&trained[2..]).all(|(hot, trained)| *hot == 2.0 * trained));
    }

    #[test]
    fn codes_are_drawn_by_the_odds_of_their_question() {
        let rows = [[0.8, 0.2], [0.0, 1.0], [0.5, 0.5]];
        let noise = Noise::sampled(SETTINGS, 4..7, sampling(2000, 1.0), Some(rows.as_flattened()));
        for (question, odds) in rows.into_iter().enumerate() {
            let all = noise.values.chunks_exact(SETTINGS.inputs()).skip(question).step_by(rows.len());
            let share = all.map(|values| values[0]).sum::<f32>() / 2000.0;
            assert!(
                (share - odds[0]).abs() < 0.03 && (odds[0] > 0.0 || share == 0.0),
                "{question}: {share} of {odds:?}"
            );
        }
        let few = Noise::sampled(SETTINGS, 6..7, sampling(3, 1.0), Some(&rows[2]));
        let row = SETTINGS.inputs();
        assert_eq!(
            few.values[2 * row..],
            noise.values[8 * row..9 * row],
            "a sample follows from its question and number"
        );
    }

    #[test]
    fn numbers_have_the_moments_of_their_distributions() {
        let moments = |settings| {
            let values = Noise::random(settings, 4000, &mut Rng::seed_from_u64(3)).values;
            let mean = values.iter().sum::<f32>() / values.len() as f32;
            let largest = values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            (mean, values.iter().map(|value| value * value).sum::<f32>() / values.len() as f32, largest)
        };
        let (mean, square, largest) = moments(NoiseSettings::Gaussian(2));
        assert!(mean.abs() < 0.04 && (square - 1.0).abs() < 0.06 && largest > 3.0, "{mean} {square} {largest}");
        let (mean, square, largest) = moments(NoiseSettings::Uniform(2));
        assert!(mean.abs() < 0.03 && (square - 1.0 / 3.0).abs() < 0.02 && largest <= 1.0, "{mean} {square} {largest}");
        let (mean, square, largest) = moments(NoiseSettings::Signs(2));
        assert!(mean.abs() < 0.03 && square == 1.0 && largest == 1.0, "{mean} {square} {largest}");
    }

    #[test]
    fn without_codes_there_is_one_copy() {
        let settings = NoiseSettings::Mix { codes: 0, gaussian: 1, uniform: 2, signs: 0 };
        let noise = Noise::every_code(settings, 5, &mut Rng::seed_from_u64(1));
        assert_eq!((noise.values.len(), settings.copies(), settings.inputs()), (15, 1, 3));
        let every = Noise::every_code(SETTINGS, 2, &mut Rng::seed_from_u64(1)).values;
        assert_eq!((&every[..2], &every[10..12]), ([1.0, 0.0].as_slice(), [0.0, 1.0].as_slice()));
        assert_eq!(every[2..5], every[12..15], "the same numbers for each code");
    }
}
