//! Convolution and linear layer.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::module::linear;

use super::{Init, PlainLinear};
use crate::kernel::conv2d;

/// A square convolution with bias.
#[derive(Module, Debug)]
pub struct Conv {
    /// `[out, in, side, side]`.
    weight: Param<Tensor<4>>,
    /// `[out]`.
    bias: Param<Tensor<1>>,
    stride: usize,
    padding: usize,
}

impl Conv {
    /// 3×3, same size.
    pub fn same(channels: [usize; 2], init: &mut Init) -> Self {
        Self::new(channels, 3, 1, 1, init)
    }

    /// 4×4, half the size.
    pub fn half(channels: [usize; 2], init: &mut Init) -> Self {
        Self::new(channels, 4, 2, 1, init)
    }

    /// 1×1, same size: every place by itself.
    pub fn point(channels: [usize; 2], init: &mut Init) -> Self {
        Self::new(channels, 1, 1, 0, init)
    }

    fn new([inputs, outputs]: [usize; 2], side: usize, stride: usize, padding: usize, init: &mut Init) -> Self {
        let fan_in = inputs * side * side;
        Self {
            weight: init.fan_in([outputs, inputs, side, side], fan_in),
            bias: init.fan_in([outputs], fan_in),
            stride,
            padding,
        }
    }

    /// Channels of what it takes.
    pub fn inputs(&self) -> usize {
        self.weight.dims()[1]
    }

    /// Channels of what it gives.
    pub fn outputs(&self) -> usize {
        self.weight.dims()[0]
    }

    /// # Shapes
    /// - `x`: `[batch, in, height, width]`
    /// - result: `[batch, out, height / stride, width / stride]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        conv2d(x, self.weight.val(), Some(self.bias.val()), self.stride, self.padding)
    }
}

/// A linear layer with bias.
#[derive(Module, Debug)]
pub struct Linear {
    /// `[in, out]`.
    weight: Param<Tensor<2>>,
    /// `[out]`.
    bias: Param<Tensor<1>>,
}

impl Linear {
    /// From so many inputs to so many outputs.
    pub fn new([inputs, outputs]: [usize; 2], init: &mut Init) -> Self {
        Self { weight: init.fan_in([inputs, outputs], inputs), bias: init.constant([outputs], 0.0) }
    }

    /// The same, with weights drawn evenly from −`bound` to `bound`.
    pub fn spread([inputs, outputs]: [usize; 2], bound: f32, init: &mut Init) -> Self {
        Self { weight: init.uniform([inputs, outputs], bound), bias: init.constant([outputs], 0.0) }
    }

    /// The same, all weights nought: whatever comes in, nought comes out.
    pub fn nought([inputs, outputs]: [usize; 2], init: &mut Init) -> Self {
        Self { weight: init.constant([inputs, outputs], 0.0), bias: init.constant([outputs], 0.0) }
    }

    /// The same layer in plain numbers.
    pub fn plain(&self) -> PlainLinear {
        PlainLinear::new(self.weight.val(), self.bias.val())
    }

    /// # Shapes
    /// - `x`: `[batch, in]`
    /// - result: `[batch, out]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        linear(x, self.weight.val(), Some(self.bias.val()))
    }
}
