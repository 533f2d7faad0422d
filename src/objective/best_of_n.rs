//! Reconstruction by the nearest of several answers.
//!
//! Guzman-Rivera et al., "Multiple Choice Learning" (2012), relaxed so that no code dies.

use burn::tensor::{Tensor, TensorData};

/// What [`best_of_n`] finds.
#[derive(Debug, Clone)]
pub(super) struct BestOfN {
    /// `[1]`.
    pub loss: Tensor<1>,
    /// Mean distance of the nearest answers.
    pub distance: f32,
    /// Share where copy 0 was the nearest.
    pub first: f32,
    /// The nearest copy of each sample.
    pub nearest: Vec<usize>,
}

/// What a squared difference weighs where an absolute one weighs 1: between the two futures of a corner they then come to about
/// the same.
const SQUARED: f32 = 3.0;

/// Weighs every answer's mean absolute difference from the truth: 1 for the nearest, `others` for the others.
///
/// Where there are `handicaps`, differences are squared, and which is the nearest is asked of them times these: an answer to
/// several futures that is the best by absolute differences is their median, which shows nothing of the rarer ones and so is
/// never the nearest to them, where one that is the best by squared differences is their mean.
///
/// # Shapes
/// - `answers`: `[copies · batch, 3, height, width]`: copy k of sample i is at k · batch + i
/// - `truth`: `[batch, 3, height, width]`
/// - `handicaps`: `[batch, copies]`, row by row
pub(super) fn best_of_n(
    answers: Tensor<4>,
    truth: Tensor<4>,
    copies: usize,
    others: f32,
    handicaps: Option<&[f32]>,
) -> BestOfN {
    let batch = truth.dims()[0];
    let device = truth.device();
    let off = answers - truth.repeat_dim(0, copies);
    let off = if handicaps.is_some() { off.square() * SQUARED } else { off.abs() };
    let distances = off.reshape([(copies * batch) as i32, -1]).mean_dim(1); // [copies · batch, 1]
    let values = distances.clone().into_data().try_to_vec::<f32>().expect("networks compute in f32");
    let nearest: Vec<usize> = (0..batch)
        .map(|sample| {
            let handicap = |copy: usize| handicaps.map_or(1.0, |all| all[sample * copies + copy]);
            let at = |copy: usize| values[copy * batch + sample] * handicap(copy);
            (0..copies).reduce(|best, copy| if at(copy) < at(best) { copy } else { best }).unwrap_or(0)
        })
        .collect();
    let weight = |copy: usize, sample: usize| if nearest[sample] == copy { 1.0 } else { others };
    let weights: Vec<f32> =
        (0..copies * batch).map(|index| weight(index / batch, index % batch) / batch as f32).collect();
    let weights = Tensor::<2>::from_data(TensorData::new(weights, [copies * batch, 1]), &device);
    let sum = nearest.iter().enumerate().map(|(sample, copy)| values[copy * batch + sample]).sum::<f32>();
    let first = nearest.iter().filter(|&&copy| copy == 0).count();
    let (distance, first) = (sum / batch as f32, first as f32 / batch as f32);
    BestOfN { loss: (distances * weights).sum(), distance, first, nearest }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn the_nearest_code_is_drawn_to_the_truth_and_the_others_a_little() {
        let device = Device::flex();
        let flat = |level: f32| Tensor::<4>::full([1, 3, 16, 16], level, &device);
        // Copy 0 is the nearest for sample 0, copy 1 for sample 1.
        let answers = Tensor::cat(vec![flat(0.1), flat(-0.4), flat(0.3), flat(0.2)], 0);
        let found = best_of_n(answers, Tensor::zeros([2, 3, 16, 16], &device), 2, 0.02, None);
        let loss = found.loss.into_scalar::<f32>();
        assert!((loss - (0.1 + 0.2 + 0.02 * (0.4 + 0.3)) / 2.0).abs() < 1e-6, "{loss}");
        assert!((found.distance - 0.15).abs() < 1e-6, "{}", found.distance);
        assert_eq!((found.first, found.nearest), (0.5, vec![0, 1]));
    }

    #[test]
    fn a_handicap_decides_who_is_nearest_by_squares_and_not_how_far_it_is() {
        let device = Device::flex();
        let flat = |level: f32| Tensor::<4>::full([1, 3, 16, 16], level, &device);
        let answers = Tensor::cat(vec![flat(0.1), flat(0.3)], 0);
        let found = |handicaps| best_of_n(answers.clone(), flat(0.0), 2, 0.0, handicaps);
        assert_eq!(found(None).nearest, [0]);
        // 0.1² · 0.8 against 0.3² · 0.2, then · 0.05.
        assert_eq!(found(Some(&[0.8, 0.2][..])).nearest, [0]);
        let found = found(Some(&[0.8, 0.05][..]));
        assert!(found.nearest == [1] && (found.loss.into_scalar::<f32>() - SQUARED * 0.09).abs() < 1e-6);
    }

    #[test]
    fn a_single_copy_gives_the_mean_absolute_error() {
        let device = Device::flex();
        let answers = Tensor::<4>::from_data([[[[1.0, -2.0]]], [[[0.0, 4.0]]]], &device);
        let found = best_of_n(answers, Tensor::zeros([2, 1, 1, 2], &device), 1, 0.02, None);
        // (1 + 2 + 0 + 4) / 4
        assert_eq!((found.loss.into_scalar::<f32>(), found.distance, found.first), (1.75, 1.75, 1.0));
    }
}
