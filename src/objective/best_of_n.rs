//! Reconstruction by the nearest of several answers.
//!
//! Guzman-Rivera et al., "Multiple Choice Learning" (2012), relaxed so that no code dies.

use burn::tensor::module::avg_pool2d;
use burn::tensor::{Tensor, TensorData};

use super::change::neighbourhood;
use crate::network::enlarged;

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

/// How differences are weighed.
#[derive(Debug, Clone, Default)]
pub(super) struct Weighing<'a> {
    /// What an answer that is not the nearest weighs, where the nearest weighs 1.
    pub others: f32,
    /// What an answer's distance is multiplied by before the nearest is looked for, `[batch, copies]`, row by row.
    pub handicaps: Option<&'a [f32]>,
    /// What each pixel weighs, `[batch, 1, height, width]`, in place of 1.
    pub pixels: Option<Tensor<4>>,
    /// Whether each region of the picture has a nearest answer of its own: several who decide at once then do not have to be met all by
    /// one answer.
    pub by_region: bool,
}

/// What a squared difference weighs where an absolute one weighs 1: between the two futures of a corner they then come to about
/// the same.
const SQUARED: f32 = 3.0;

/// Weighs every answer's mean absolute difference from the truth.
///
/// Where there are `handicaps`, differences are squared, and which is the nearest is asked of them times these: an answer to
/// several futures that is the best by absolute differences is their median, which shows nothing of the rarer ones and so is
/// never the nearest to them, where one that is the best by squared differences is their mean.
///
/// # Shapes
/// - `answers`: `[copies · batch, 3, height, width]`: copy k of sample i is at k · batch + i
/// - `truth`: `[batch, 3, height, width]`
pub(super) fn best_of_n(answers: Tensor<4>, truth: Tensor<4>, copies: usize, weighing: Weighing) -> BestOfN {
    let Weighing { others, handicaps, pixels, by_region } = weighing;
    let batch = truth.dims()[0];
    let device = truth.device();
    let off = answers - truth.repeat_dim(0, copies);
    let off = if handicaps.is_some() { off.square() * SQUARED } else { off.abs() };
    let off = if let Some(pixels) = pixels { off * pixels.repeat_dim(0, copies) } else { off };
    let shares = by_region.then(|| is_nearest_there(&off, copies, handicaps) * (1.0 - others) + others);
    let mean = |off: Tensor<4>| off.reshape([(copies * batch) as i32, -1]).mean_dim(1); // [copies · batch, 1]
    let distances = mean(off.clone());
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
    let loss = match shares {
        None => (distances * weights).sum(),
        Some(shares) => mean(off * shares).sum() / batch as f32,
    };
    BestOfN { loss, distance, first, nearest }
}

/// Where each answer is the nearest, 1, and where it is not, 0: `[copies · batch, 1, height, width]`. It is asked in steps of a
/// sixteenth of the picture, of what lies within an eighth of it.
///
/// `off` are the differences, `[copies · batch, 3, height, width]`.
fn is_nearest_there(off: &Tensor<4>, copies: usize, handicaps: Option<&[f32]>) -> Tensor<4> {
    let [all, _, height, width] = off.dims();
    let batch = all / copies;
    let size = [height, width];
    let around = neighbourhood(size, size.map(|side| (side / 16).max(1)));
    let distances = avg_pool2d(off.clone().detach().mean_dim(1), around);
    let [_, _, rows, columns] = distances.dims();
    let distances = distances.reshape([copies, batch, rows, columns]);
    let distances = match handicaps {
        None => distances,
        Some(handicaps) => {
            let handicaps = TensorData::new(handicaps.to_vec(), [batch, copies]);
            let handicaps = Tensor::<2>::from_data(handicaps, &off.device()).transpose();
            distances * handicaps.reshape([copies, batch, 1, 1])
        }
    };
    let least = distances.clone().min_dim(0).repeat_dim(0, copies);
    let is_nearest = distances.lower_equal(least).float().reshape([all, 1, rows, columns]);
    enlarged(is_nearest, size)
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
        let found = best_of_n(
            answers,
            Tensor::zeros([2, 3, 16, 16], &device),
            2,
            Weighing { others: 0.02, ..Weighing::default() },
        );
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
        let found = |handicaps| best_of_n(answers.clone(), flat(0.0), 2, Weighing { handicaps, ..Weighing::default() });
        assert_eq!(found(None).nearest, [0]);
        // 0.1² · 0.8 against 0.3² · 0.2, then · 0.05.
        assert_eq!(found(Some(&[0.8, 0.2][..])).nearest, [0]);
        let found = found(Some(&[0.8, 0.05][..]));
        assert!(found.nearest == [1] && (found.loss.into_scalar::<f32>() - SQUARED * 0.09).abs() < 1e-6);
    }

    #[test]
    fn pixels_that_weigh_more_decide_who_is_nearest() {
        let device = Device::flex();
        let rows = |above: f32, below: f32| Tensor::<4>::from_data([[[[above], [below]]]], &device);
        let answers = Tensor::cat(vec![rows(0.1, 0.4), rows(0.3, 0.0)], 0);
        let found = |pixels| best_of_n(answers.clone(), rows(0.0, 0.0), 2, Weighing { pixels, ..Weighing::default() });
        assert_eq!(found(None).nearest, [1]);
        let above = found(Some(rows(1.8, 0.2)));
        assert_eq!(above.nearest, [0]);
        assert!((above.distance - (1.8 * 0.1 + 0.2 * 0.4) / 2.0).abs() < 1e-6, "{}", above.distance);
    }

    #[test]
    fn each_region_may_have_a_nearest_answer_of_its_own() {
        let device = Device::flex();
        // The truth is nought; one answer is right on the left and 0.4 off on the right, the other is 0.3 off on the left alone.
        let halves = |left: f32, right: f32| {
            let half = |level| Tensor::<4>::full([1, 3, 32, 16], level, &device);
            Tensor::cat(vec![half(left), half(right)], 3)
        };
        let answers = || Tensor::cat(vec![halves(0.0, 0.4), halves(0.3, 0.0)], 0);
        let loss = |by_region| {
            let weighing = Weighing { by_region, ..Weighing::default() };
            best_of_n(answers(), halves(0.0, 0.0), 2, weighing).loss.into_scalar::<f32>()
        };
        assert!((loss(false) - 0.15).abs() < 1e-6, "{}", loss(false));
        // Nothing but where a window holds both halves, two pixels on either side.
        assert!(loss(true) < 0.15 * 4.0 / 32.0 * 1.4, "{}", loss(true));
        let off = answers().abs();
        let there = is_nearest_there(&off, 2, None).into_data().try_to_vec::<f32>().unwrap();
        let at = |copy: usize, column: usize| there[copy * 32 * 32 + 10 * 32 + column];
        assert_eq!([at(0, 4), at(0, 28), at(1, 4), at(1, 28)], [1.0, 0.0, 0.0, 1.0]);
        // A handicap makes the second one farther everywhere.
        let there = is_nearest_there(&(off + 0.1), 2, Some(&[0.1, 0.9])).into_data().try_to_vec::<f32>().unwrap();
        assert!(there[..32 * 32].iter().all(|&there| there == 1.0));
    }

    #[test]
    fn a_single_copy_gives_the_mean_absolute_error() {
        let device = Device::flex();
        let answers = Tensor::<4>::from_data([[[[1.0, -2.0]]], [[[0.0, 4.0]]]], &device);
        let found = best_of_n(answers, Tensor::zeros([2, 1, 1, 2], &device), 1, Weighing::default());
        // (1 + 2 + 0 + 4) / 4
        assert_eq!((found.loss.into_scalar::<f32>(), found.distance, found.first), (1.75, 1.75, 1.0));
    }
}
