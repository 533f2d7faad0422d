//! A linear layer in plain numbers: for networks so small that a tensor costs more than what is computed with it.

use burn::tensor::Tensor;

/// A linear layer with bias, one input at a time. It sums in a fixed order.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainLinear {
    /// `[in, out]`, row by row.
    weight: Vec<f32>,
    /// `[out]`.
    bias: Vec<f32>,
}

impl PlainLinear {
    /// # Shapes
    /// - `weight`: `[in, out]`
    /// - `bias`: `[out]`
    ///
    /// # Panics
    /// If they do not hold 32-bit floats.
    pub fn new(weight: Tensor<2>, bias: Tensor<1>) -> Self {
        let weight = weight.into_data().try_to_vec::<f32>().expect("networks compute in f32");
        let bias = bias.into_data().try_to_vec::<f32>().expect("networks compute in f32");
        Self { weight, bias }
    }

    /// Numbers of the result.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// The result for one input; inputs that are not given count as 0.
    pub fn forward(&self, input: &[f32]) -> Vec<f32> {
        let mut sums = self.bias.clone();
        for (&value, row) in input.iter().zip(self.weight.chunks_exact(self.bias.len())) {
            if value == 0.0 {
                continue;
            }
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += value * weight;
            }
        }
        sums
    }
}
