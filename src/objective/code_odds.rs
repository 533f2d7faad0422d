//! How likely each code of the noise is after a context: learned from which code's answer was the nearest to what happened.
//!
//! Codes that are enumerated in training and drawn with equal odds afterwards answer half and half, whatever the odds of what
//! they stand for; and where there are more codes than futures, those that never win are drawn as often as the others. As in
//! Cui et al., "Multimodal Trajectory Predictions for Autonomous Driving using Deep Convolutional Networks" (2019),
//! <https://arxiv.org/abs/1809.10732>, the nearest code is the class that a classifier of the context learns. What is rare is
//! shown to the codes as often as what is not, or none would stand for it; the classifier learns from how often it happens.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor, TensorData};

use super::Metrics;
use super::part::{Part, number};
use crate::network::Generator;
use crate::predict::{NoiseSettings, conditions};
use crate::settings::{SettingsError, Source};

/// Refuses odds of codes of which there are none.
pub(super) fn check(source: &Source, learned: bool, noise: NoiseSettings) -> Result<(), SettingsError> {
    let allowed = "false, since the noise has not at least two codes, whose odds could be learned";
    source.check(!learned || noise.codes() >= 2, "objective.learned_odds", learned, allowed)
}

/// What a generator makes of a part, `[copies · batch, 3, height, width]`, and what it says of its codes' odds, if it does:
/// `[batch, codes]`.
pub(super) fn answers_and_odds(network: &Generator, part: &Part, copies: usize) -> (Tensor<4>, Option<Tensor<2>>) {
    let condition = part.condition.clone().map(|condition| condition.repeat_dim(0, copies));
    let features = network.encode(part.context.clone());
    let odds = network.odds(&features);
    (network.decode(features.repeat(copies), conditions(condition, part.noise.clone())), odds)
}

/// What distances are multiplied by before the nearest code is looked for, so that one that is seldom the nearest after a
/// context is so more often: its odds, to the power of `balance`; `[batch, codes]`, row by row. None where that is nought.
///
/// After Ahalt et al., "Competitive Learning Algorithms for Vector Quantization" (1990),
/// <https://doi.org/10.1016/0893-6080(90)90071-R>, who count how often each has won.
pub(super) fn handicaps(odds: &Tensor<2>, balance: f32) -> Option<Vec<f32>> {
    let handicaps = || (log_softmax(odds.clone().detach(), 1) * balance).exp().into_data();
    (balance > 0.0).then(|| handicaps().try_to_vec::<f32>().expect("networks compute in f32"))
}

/// A loss and what was measured, with what it cost to have thought the nearest codes unlikely, each as often as its window
/// counts, times `share`, where odds are learned.
pub(super) fn with_odds(
    (loss, metrics): (Tensor<1>, Metrics),
    odds: Option<Tensor<2>>,
    (nearest, counts): (&[usize], &[f32]),
    share: f32,
) -> (Tensor<1>, Metrics) {
    let Some(odds) = odds else { return (loss, metrics) };
    let cost = odds_loss(odds, nearest, counts);
    let metrics = metrics.with("code_odds", number(&cost));
    (loss + cost * share, metrics)
}

/// What it costs to have thought the nearest codes unlikely: their mean negative log-likelihood, in nats, each as often as it
/// counts.
///
/// # Shapes
/// - `odds`: `[batch, codes]`, logarithms
/// - result: `[1]`
fn odds_loss(odds: Tensor<2>, nearest: &[usize], counts: &[f32]) -> Tensor<1> {
    let [batch, _] = odds.dims();
    let counts = Tensor::<2>::from_data(TensorData::new(counts.to_vec(), [batch, 1]), &odds.device());
    let index: Vec<i32> = nearest.iter().map(|&code| code as i32).collect();
    let index = Tensor::<2, Int>::from_data(TensorData::new(index, [batch, 1]), &odds.device());
    (log_softmax(odds, 1).gather(1, index) * counts).mean().neg()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn what_is_seldom_the_nearest_has_less_to_go() {
        let odds = Tensor::<2>::from_data([[0.9_f32.ln(), 0.1_f32.ln()]], &Device::flex());
        assert_eq!(handicaps(&odds, 0.0), None);
        for (balance, expected) in [(1.0, [0.9, 0.1]), (0.5, [0.9_f32.sqrt(), 0.1_f32.sqrt()])] {
            let found = handicaps(&odds, balance).unwrap();
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
        }
    }

    #[test]
    fn what_was_thought_likely_costs_little() {
        let odds =
            Tensor::<2>::from_data([[0.8_f32.ln(), 0.2_f32.ln()], [0.5_f32.ln(), 0.5_f32.ln()]], &Device::flex());
        let cost_of =
            |nearest: [usize; 2], counts: [f32; 2]| odds_loss(odds.clone(), &nearest, &counts).into_scalar::<f32>();
        let cost = |nearest| cost_of(nearest, [1.0; 2]);
        let expected = |a: f32, b: f32| -(a.ln() + b.ln()) / 2.0;
        assert!((cost([0, 1]) - expected(0.8, 0.5)).abs() < 1e-6 && (cost([1, 0]) - expected(0.2, 0.5)).abs() < 1e-6);
        let counted = -(2.0 * 0.8_f32.ln() + 0.5 * 0.5_f32.ln()) / 2.0;
        assert!((cost_of([0, 1], [2.0, 0.5]) - counted).abs() < 1e-6);
    }
}
