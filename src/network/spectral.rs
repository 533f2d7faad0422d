//! Spectral normalisation: a convolution whose largest singular value is held at 1.
//!
//! Miyato et al., "Spectral Normalization for Generative Adversarial Networks" (2018),
//! <https://arxiv.org/abs/1802.05957>. One power iteration a training step; the two vectors are kept, not trained.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::Init;
use crate::kernel::conv2d;

/// A convolution whose weight, as a matrix `[out, in · side · side]`, is divided by its largest singular value.
#[derive(Module, Debug)]
pub struct SpectralConv {
    weight: Param<Tensor<4>>,
    bias: Param<Tensor<1>>,
    /// Left singular vector, `[out, 1]`.
    left: Param<Tensor<2>>,
    /// Right singular vector, `[in · side · side, 1]`.
    right: Param<Tensor<2>>,
    stride: usize,
}

/// Power iterations before the first step, so that training starts with a fair estimate.
const FIRST_ITERATIONS: usize = 20;

impl SpectralConv {
    /// `side` × `side` with padding 1.
    pub fn new([inputs, outputs]: [usize; 2], side: usize, stride: usize, init: &mut Init) -> Self {
        let fan_in = inputs * side * side;
        let mut conv = Self {
            weight: init.fan_in([outputs, inputs, side, side], fan_in),
            bias: init.constant([outputs], 0.0),
            left: init.uniform([outputs, 1], 1.0).set_require_grad(false),
            right: init.uniform([fan_in, 1], 1.0).set_require_grad(false),
            stride,
        };
        for _ in 0..FIRST_ITERATIONS {
            conv = conv.iterated();
        }
        conv
    }

    /// # Shapes
    /// - `x`: `[batch, in, height, width]`
    /// - result: `[batch, out, height', width']`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        conv2d(x, self.normal_weight(), Some(self.bias.val()), self.stride, 1)
    }

    /// The weight over its largest singular value: `[out, in, side, side]`.
    pub fn normal_weight(&self) -> Tensor<4> {
        let weight = self.weight.val();
        let largest =
            (self.left.val().transpose().matmul(self.matrix()).matmul(self.right.val())).reshape([1, 1, 1, 1]);
        weight / largest
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
