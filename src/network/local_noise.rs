//! Noise that is another one at each place of a picture, so that several who decide at once do so one by one.
//!
//! As the noise inputs of Karras et al., "A Style-Based Generator Architecture for Generative Adversarial Networks" (2019),
//! <https://arxiv.org/abs/1812.04948>, but of few large squares, each as large as what decides.

use burn::module::Module;
use burn::tensor::Tensor;

use super::{Init, Linear, enlarged};

/// Adds to each channel of a map its own share of the number that the noise has at a place.
#[derive(Module, Debug)]
pub struct LocalNoise {
    /// From one number to all channels.
    shares: Linear,
}

impl LocalNoise {
    /// For maps of so many channels.
    pub fn new(channels: usize, init: &mut Init) -> Self {
        Self { shares: Linear::new([1, channels], init) }
    }

    /// Squares along a side of the picture for so many numbers of noise; none if they are no square number.
    pub fn squares(numbers: usize) -> Option<usize> {
        let side = numbers.isqrt();
        (side > 0 && side * side == numbers).then_some(side)
    }

    /// What is to be added to a map of such a height and width.
    ///
    /// # Shapes
    /// - `noise`: `[batch, side²]`: a number for each of side × side squares of the picture, row by row
    /// - result: `[batch, channels, height, width]`
    pub fn forward(&self, noise: Tensor<2>, size: [usize; 2]) -> Tensor<4> {
        let [batch, numbers] = noise.dims();
        let side = Self::squares(numbers).expect("recipes are held to a square number");
        let added = self.shares.forward(noise.reshape([batch * numbers, 1])); // [batch · side², channels]
        let channels = added.dims()[1];
        let map = added.reshape([batch, side, side, channels]).permute([0, 3, 1, 2]);
        enlarged(map, size)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn a_number_is_said_within_its_own_square_alone() {
        let device = Device::flex();
        let noise = LocalNoise::new(3, &mut Init::new(1, &device));
        let map = |numbers: [f32; 4]| {
            let added = noise.forward(Tensor::from_data([numbers], &device), [4, 6]);
            assert_eq!(added.dims(), [1, 3, 4, 6]);
            added.into_data().try_to_vec::<f32>().unwrap()
        };
        let (before, after) = (map([1.0, -1.0, 1.0, -1.0]), map([1.0, -1.0, -1.0, -1.0]));
        for (index, (before, after)) in before.iter().zip(&after).enumerate() {
            let (row, column) = (index / 6 % 4, index % 6);
            assert_eq!(before != after, row >= 2 && column < 3, "row {row}, column {column}");
        }
    }

    #[test]
    fn numbers_fill_a_square() {
        assert_eq!([1, 9, 64, 8, 0].map(LocalNoise::squares), [Some(1), Some(3), Some(8), None, None]);
    }
}
