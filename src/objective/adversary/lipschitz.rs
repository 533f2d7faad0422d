//! What bounds how fast a discriminator's score may change.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use serde::{Deserialize, Serialize};

/// How the discriminator's slope is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Lipschitz {
    /// Every layer's largest singular value is held at 1: Miyato et al. (2018), <https://arxiv.org/abs/1802.05957>.
    #[default]
    Spectral,
    /// After each step weights are cut off at ± so much: Arjovsky et al. (2017), <https://arxiv.org/abs/1701.07875>.
    Clip(f32),
    /// [`slope_penalty`], a finite difference in place of the gradient penalty of Gulrajani et al. (2017),
    /// <https://arxiv.org/abs/1704.00028>, whose gradient of a gradient burn cannot give.
    FiniteDifference {
        /// Its weight in the discriminator's loss.
        weight: f32,
        /// Change of the score for each unit of RMS distance (frames lie in [−1, 1]) up to which nothing is paid.
        slope: f32,
    },
    /// [`noise_penalty`] on real frames and on fakes, in place of the gradient penalties R1 and R2.
    Noise {
        /// γ: its weight in the discriminator's loss is half of this.
        weight: f32,
        /// Standard deviation of the noise (frames lie in [−1, 1]).
        deviation: f32,
        /// Steps from one penalty to the next, which then weighs that much more.
        every: u64,
    },
    /// Nothing does.
    Unbounded,
}

/// Mean of (D(x + σε) − D(x))² / σ² over frames x, for one draw ε of Gaussian noise each, where D is the mean score of all
/// patches: `[1]`. For small σ it is the mean squared norm of D's gradient, the R1 of Mescheder et al. (2018),
/// <https://arxiv.org/abs/1801.04406>, on real frames, and R2 on fakes; in this form Lin et al. (2025),
/// <https://arxiv.org/abs/2501.08316>.
///
/// # Shapes
/// - both scores: `[batch, 1, rows, columns]`
pub fn noise_penalty(scores: Tensor<4>, moved: Tensor<4>, deviation: f32) -> Tensor<1> {
    let batch = scores.dims()[0] as i32;
    let change = (moved - scores).reshape([batch, -1]).mean_dim(1);
    change.square().mean() / (deviation * deviation)
}

/// Mean of max(0, |D(u) − D(v)| / d(u, v) − slope)², where d is the RMS distance of two points and D the mean score of
/// all patches: `[1]`.
///
/// # Shapes
/// - `u`, `v`: `[batch, channels, height, width]`
/// - `score_u`, `score_v`: `[batch, 1, rows, columns]`
pub fn slope_penalty(
    (u, score_u): (Tensor<4>, Tensor<4>),
    (v, score_v): (Tensor<4>, Tensor<4>),
    slope: f32,
) -> Tensor<1> {
    let batch = u.dims()[0] as i32;
    let distance = (u - v).square().reshape([batch, -1]).mean_dim(1).sqrt(); // [batch, 1]
    let change = (score_u - score_v).reshape([batch, -1]).mean_dim(1).abs();
    // Points that all but coincide say nothing of the slope.
    relu(change / (distance + 1e-3) - slope).square().mean()
}

/// With every number that is trained cut off at ±`bound`.
pub fn clipped<M: Module>(model: M, bound: f32) -> M {
    struct Clip(f32);
    impl ModuleMapper for Clip {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            match param.is_require_grad() {
                true => param.map(|value| value.clamp(-self.0, self.0).detach().require_grad()),
                false => param,
            }
        }
    }
    model.map(&mut Clip(bound))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::network::{Init, SpectralConv};

    #[test]
    fn only_slopes_above_the_bound_are_paid_for() {
        let flat = |level: f32| Tensor::<4>::full([1, 3, 4, 4], level, &Device::flex());
        let score = |level: f32| Tensor::<4>::full([1, 1, 2, 2], level, &Device::flex());
        let penalty = |change: f32, slope: f32| {
            slope_penalty((flat(0.0), score(0.0)), (flat(0.499), score(change)), slope).into_scalar::<f32>()
        };
        // The distance is 0.5 with the summand that keeps it from 0: slopes 4 and 1.
        assert!((penalty(2.0, 3.0) - 1.0).abs() < 1e-4 && (penalty(-2.0, 3.0) - 1.0).abs() < 1e-4);
        assert_eq!(penalty(0.5, 3.0), 0.0);
    }

    #[test]
    fn the_noise_penalty_is_the_squared_change_of_the_mean_score_for_the_noise() {
        let scores = |values: [f32; 4]| {
            Tensor::<4>::from_data([[[[values[0], values[1]]]], [[[values[2], values[3]]]]], &Device::flex())
        };
        // Means change by 0.1 and by −0.2: (0.01 + 0.04) / 2 / 0.05².
        let found = noise_penalty(scores([0.0, 1.0, 2.0, 2.0]), scores([0.2, 1.0, 1.6, 2.0]), 0.05);
        assert!((found.into_scalar::<f32>() - 10.0).abs() < 1e-3);
    }

    #[test]
    fn clipped_weights_lie_within_the_bound_and_are_still_trained() {
        let conv = SpectralConv::plain([3, 4], 4, 2, &mut Init::new(1, &Device::flex())).train();
        let clipped = clipped(conv, 0.01);
        let largest = clipped.normal_weight().abs().max().into_scalar::<f32>();
        assert!((largest - 0.01).abs() < 1e-7, "{largest}");
        assert!(clipped.is_trained());
    }
}
