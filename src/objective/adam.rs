//! Adam for burn's optimiser of modules, with our own kernel. Its state is burn's own, so that checkpoints are, too.

use burn::optim::{AdamState, AdaptiveMomentumState, LearningRate, Optimizer};
use burn::tensor::{Device, Tensor};

use crate::kernel::{AdamStep, adam};

/// Kingma and Ba (2015), <https://arxiv.org/abs/1412.6980>.
#[derive(Debug, Clone, Copy)]
pub(super) struct Adam {
    /// Shares of the moments that stay.
    pub betas: (f32, f32),
}

/// Keeps what is divided by above zero.
const EPSILON: f32 = 1e-8;

impl Optimizer for Adam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let (time, moments) = match state.map(|state| state.momentum) {
            Some(AdaptiveMomentumState { time, moment_1, moment_2, .. }) => (time + 1, Some([moment_1, moment_2])),
            None => (1, None),
        };
        let step = AdamStep { betas: self.betas, rate: rate as f32, time: time as i32, epsilon: EPSILON };
        let (weights, [first, second]) = adam(weights, gradient, moments, step);
        (weights, Some(AdamState::new(AdaptiveMomentumState::new(time, first, second))))
    }

    fn to_device<const D: usize>(mut state: AdamState<D>, device: &Device) -> AdamState<D> {
        state.momentum = state.momentum.to_device(device);
        state
    }
}

#[cfg(test)]
mod tests {
    use burn::optim::AdamConfig;
    use burn::tensor::Tolerance;

    use super::*;

    #[test]
    fn it_steps_as_burns_does() {
        let device = Device::flex();
        let burns = AdamConfig::new().with_beta_1(0.5).with_beta_2(0.9).with_epsilon(EPSILON).build();
        let ours = Adam { betas: (0.5, 0.9) };
        let start = Tensor::<2>::from_floats([[1.0, -2.0], [0.5, 0.0]], &device);
        let (mut a, mut b) = ((start.clone(), None), (start, None));
        for step in 1..=5 {
            let gradient = Tensor::<2>::from_floats([[0.3, -1.0], [1e-4, 0.0]], &device) * step;
            a = ours.step(0.01, a.0, gradient.clone(), a.1);
            b = burns.step(0.01, b.0, gradient, b.1);
        }
        a.0.into_data().assert_approx_eq::<f32>(&b.0.into_data(), Tolerance::absolute(1e-6));
        let (a, b) = (a.1.expect("a state").momentum, b.1.expect("a state").momentum);
        assert_eq!(a.time, b.time);
        a.moment_2.into_data().assert_approx_eq::<f32>(&b.moment_2.into_data(), Tolerance::absolute(1e-6));
    }
}
