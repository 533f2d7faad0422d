//! Spectral normalisation: a convolution whose largest singular value is held at 1, or, for comparison, is not.
//!
//! Miyato et al., "Spectral Normalization for Generative Adversarial Networks" (2018),
//! <https://arxiv.org/abs/1802.05957>. One power iteration a training step; the two vectors are kept, not trained.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::Init;
use crate::kernel::conv2d;

/// A convolution whose weight, as a matrix `[out, in · side · side]`, is divided by its largest singular value, where
/// that is held.
#[derive(Module, Debug)]
pub struct SpectralConv {
    weight: Param<Tensor<4>>,
    bias: Param<Tensor<1>>,
    /// Left singular vector, `[out, 1]`.
    left: Param<Tensor<2>>,
    /// Right singular vector, `[in · side · side, 1]`.
    right: Param<Tensor<2>>,
    stride: usize,
    padding: usize,
    is_held: bool,
}

/// Power iterations before the first step, so that training starts with a fair estimate.
const FIRST_ITERATIONS: usize = 20;

impl SpectralConv {
    /// `side` × `side` with padding 1.
    pub fn new(channels: [usize; 2], side: usize, stride: usize, init: &mut Init) -> Self {
        Self::padded(channels, side, stride, 1, init)
    }

    /// 1 × 1, same size: every place by itself.
    pub fn point(channels: [usize; 2], init: &mut Init) -> Self {
        Self::padded(channels, 1, 1, 0, init)
    }

    fn padded([inputs, outputs]: [usize; 2], side: usize, stride: usize, padding: usize, init: &mut Init) -> Self {
        let fan_in = inputs * side * side;
        let mut conv = Self {
            weight: init.fan_in([outputs, inputs, side, side], fan_in),
            bias: init.constant([outputs], 0.0),
            left: init.uniform([outputs, 1], 1.0).set_require_grad(false),
            right: init.uniform([fan_in, 1], 1.0).set_require_grad(false),
            stride,
            padding,
            is_held: true,
        };
        for _ in 0..FIRST_ITERATIONS {
            conv = conv.iterated();
        }
        conv
    }

    /// The same without a bound.
    pub fn plain(channels: [usize; 2], side: usize, stride: usize, init: &mut Init) -> Self {
        Self { is_held: false, ..Self::new(channels, side, stride, init) }
    }

    /// # Shapes
    /// - `x`: `[batch, in, height, width]`
    /// - result: `[batch, out, height', width']`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        conv2d(x, self.normal_weight(), Some(self.bias.val()), self.stride, self.padding)
    }

    /// The weight that is used, over its largest singular value where that is held: `[out, in, side, side]`.
    pub fn normal_weight(&self) -> Tensor<4> {
        let weight = self.weight.val();
        if !self.is_held {
            return weight;
        }
        let largest =
            (self.left.val().transpose().matmul(self.matrix()).matmul(self.right.val())).reshape([1, 1, 1, 1]);
        weight / largest
    }

    #[cfg(test)]
    pub(super) fn lowered(self, by: f32) -> Self {
        Self { bias: self.bias.map(|bias| bias.detach() - by), ..self }
    }

    #[cfg(test)]
    pub(crate) fn is_trained(&self) -> bool {
        self.weight.is_require_grad() && self.bias.is_require_grad()
    }

    fn matrix(&self) -> Tensor<2> {
        let weight = self.weight.val();
        let [outputs, inputs, height, width] = weight.dims();
        weight.reshape([outputs, inputs * height * width])
    }

    /// After one more power iteration.
    pub fn iterated(mut self) -> Self {
        let matrix = self.matrix().detach();
        let right = unit(matrix.clone().transpose().matmul(self.left.val().detach()));
        let left = unit(matrix.matmul(right.clone()));
        self.left = replaced(self.left, left);
        self.right = replaced(self.right, right);
        self
    }
}

/// A new value under the same id, still not trained.
fn replaced(param: Param<Tensor<2>>, value: Tensor<2>) -> Param<Tensor<2>> {
    param.map(|_| value).set_require_grad(false)
}

fn unit(x: Tensor<2>) -> Tensor<2> {
    let length = x.clone().square().sum().sqrt().reshape([1, 1]);
    x / (length + 1e-12)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    /// The largest singular value of a matrix, after von Mises: the length of AᵀA x over that of x, many times over, in
    /// double precision and without anything of what is tested.
    fn largest_singular_value(rows: &[&[f32]]) -> f64 {
        let columns = rows[0].len();
        let mut x: Vec<f64> = (0..columns).map(|i| 1.0 + (i as f64 * 0.7).sin()).collect();
        let mut value = 0.0;
        for _ in 0..2000 {
            let dot = |row: &&[f32]| row.iter().zip(&x).map(|(&a, x)| f64::from(a) * x).sum::<f64>();
            let up: Vec<f64> = rows.iter().map(dot).collect();
            let down = |i: usize| rows.iter().zip(&up).map(|(row, up)| f64::from(row[i]) * up).sum::<f64>();
            let next: Vec<f64> = (0..columns).map(down).collect();
            let length = next.iter().map(|x| x * x).sum::<f64>().sqrt();
            value = length.sqrt();
            x = next.into_iter().map(|x| x / length).collect();
        }
        value
    }

    fn value_of(weight: Tensor<4>) -> f64 {
        let [outputs, inputs, height, width] = weight.dims();
        let numbers = weight.into_data().try_to_vec::<f32>().unwrap();
        let rows: Vec<&[f32]> = numbers.chunks(inputs * height * width).collect();
        assert_eq!(rows.len(), outputs);
        largest_singular_value(&rows)
    }

    #[test]
    fn the_test_knows_a_singular_value() {
        // diag(3, 2) turned by a rotation on either side keeps its singular values.
        let (a, b) = (0.6_f32, 0.8_f32);
        let rows = [[a * 3.0, -b * 2.0], [b * 3.0, a * 2.0]];
        let value = largest_singular_value(&[&rows[0], &rows[1]]);
        assert!((value - 3.0).abs() < 1e-6, "{value}");
    }

    #[test]
    fn the_largest_singular_value_is_one() {
        let device = Device::flex();
        for (seed, channels, side) in [(1, [9, 8], 4), (2, [8, 16], 4), (3, [16, 1], 3), (4, [3, 32], 3)] {
            let mut conv = SpectralConv::new(channels, side, 1, &mut Init::new(seed, &device));
            let raw = value_of(conv.weight.val());
            assert!((raw - 1.0).abs() > 0.05, "{channels:?}: the weight itself would pass, {raw}");
            let at_first = value_of(conv.normal_weight());
            assert!((at_first - 1.0).abs() < 0.05, "{channels:?}: {at_first} after the first iterations");
            for _ in 0..200 {
                conv = conv.iterated();
            }
            let value = value_of(conv.normal_weight());
            assert!((value - 1.0).abs() < 1e-3, "{channels:?}: {value}");
        }
    }

    #[test]
    fn the_estimate_follows_a_weight_that_is_trained() {
        let device = Device::flex();
        let mut conv = SpectralConv::new([9, 8], 4, 2, &mut Init::new(5, &device));
        for step in 0..100 {
            let change = Init::new(100 + step, &device).uniform([8, 9, 4, 4], 0.002).val();
            conv.weight = conv.weight.map(|weight| weight * 1.02 + change);
            conv = conv.iterated();
            let value = value_of(conv.normal_weight());
            assert!((value - 1.0).abs() < 0.1, "step {step}: {value}");
        }
    }

    #[test]
    fn the_vectors_are_not_trained() {
        let conv = SpectralConv::new([3, 4], 4, 2, &mut Init::new(6, &Device::flex())).train().iterated();
        assert!(conv.weight.is_require_grad());
        assert!(!conv.left.is_require_grad() && !conv.right.is_require_grad());
    }
}
