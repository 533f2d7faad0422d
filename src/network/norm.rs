//! Group normalisation, optional scale and shift from outside, leaky ReLU.
//!
//! Wu and He, "Group Normalization" (2018), <https://arxiv.org/abs/1803.08494>; the scale and shift are Perez et al.,
//! "FiLM" (2018), <https://arxiv.org/abs/1709.07871>.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::Init;
use crate::kernel::group_norm;

/// Slope of the leaky ReLU below zero.
pub const SLOPE: f32 = 0.2;

/// Scale and shift for each sample and channel: y = x · (1 + scale) + shift.
#[derive(Debug, Clone)]
pub struct Film {
    /// `[batch, channels]`.
    pub scale: Tensor<2>,
    /// `[batch, channels]`.
    pub shift: Tensor<2>,
}

/// Normalises groups of channels, then activates.
#[derive(Module, Debug)]
pub struct GroupNorm {
    gamma: Param<Tensor<1>>,
    beta: Param<Tensor<1>>,
    groups: usize,
}

impl GroupNorm {
    /// Eight groups, or as many fewer as divide the channels.
    pub fn new(channels: usize, init: &mut Init) -> Self {
        let groups = (1..=8).rev().find(|groups| channels.is_multiple_of(*groups)).unwrap_or(1);
        Self { gamma: init.constant([channels], 1.0), beta: init.constant([channels], 0.0), groups }
    }

    /// leaky(norm(x) · (1 + scale) + shift).
    ///
    /// # Shapes
    /// - `x` and result: `[batch, channels, height, width]`
    pub fn activate(&self, x: Tensor<4>, film: Option<Film>) -> Tensor<4> {
        let (scale, shift) = self.affine(film);
        group_norm(x, self.groups, scale, shift, SLOPE)
    }

    /// Both affine steps as one: `[1 or batch, channels]` each.
    fn affine(&self, film: Option<Film>) -> (Tensor<2>, Tensor<2>) {
        let (gamma, beta) = (self.gamma.val().unsqueeze::<2>(), self.beta.val().unsqueeze::<2>());
        match film {
            None => (gamma, beta),
            Some(film) => {
                let outer = film.scale + 1.0;
                (gamma * outer.clone(), beta * outer + film.shift)
            }
        }
    }
}
