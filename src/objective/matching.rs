//! Losses that look at several answers to one context at once, and draw none of them alone to what happened.

use burn::tensor::Tensor;

/// Added to squared norms before their root, which has no slope at nought.
const ROOT: f32 = 1e-8;

/// Mean matching: the mean product ⟨xᵢ − y, xⱼ − y⟩ over all pairs of different answers to a context, over the numbers in a
/// frame. Where answers are drawn independently, its expectation is ‖E x − y‖²: least where the *mean* of all answers is the
/// mean of what happens, and without any pressure on how far they lie apart.
///
/// After Lee et al., "Harmonizing Maximum Likelihood with GANs for Multimodal Conditional Generation" (2019),
/// <https://arxiv.org/abs/1902.09225>, who square the distance of the answers' mean from the truth, which has such a
/// pressure: for n answers it is this, plus their variance over n.
///
/// # Shapes
/// - `answers`: `[copies · batch, 3, height, width]`, at least 2 copies: copy k of sample i is at k · batch + i
/// - `truth`: `[batch, 3, height, width]`
/// - result: `[1]`
pub(super) fn mean_matching(answers: Tensor<4>, truth: Tensor<4>, copies: usize) -> Tensor<1> {
    products(errors(answers, truth, copies), copies)
}

/// Slope matching: the same of how far neighbouring pixels differ, |∂x|, summed over both directions. Least where the *mean* of
/// the answers' slopes at each place is the mean of the slopes of what happens, and without any pressure on which of them an answer
/// has: grain has too many in all answers, and a ghost too few.
///
/// Of absolute values, since squares hardly see a fine grain: their error shrinks with its square, and so does its slope.
///
/// # Shapes
/// As of [`mean_matching`]; a frame has at least two pixels along either side.
pub(super) fn slope_matching(answers: Tensor<4>, truth: Tensor<4>, copies: usize) -> Tensor<1> {
    let along = |dim| products(errors(slopes(answers.clone(), dim), slopes(truth.clone(), dim), copies), copies);
    along(2) + along(3)
}

/// How far each pixel is from the one before it along a dimension.
fn slopes(x: Tensor<4>, dim: usize) -> Tensor<4> {
    let pairs = x.dims()[dim] - 1;
    (x.clone().narrow(dim, 1, pairs) - x.narrow(dim, 0, pairs)).abs()
}

/// The mean product of the errors of different answers, `[copies, batch, numbers]`.
fn products(errors: Tensor<3>, copies: usize) -> Tensor<1> {
    let sum = errors.clone().sum_dim(0).square().mean();
    // ‖Σ e‖² − Σ ‖e‖² is the sum of the products of different ones.
    let own = errors.square().mean() * copies as f32;
    (sum - own) / (copies * (copies - 1)) as f32
}

/// The energy score, ½ (‖x₁ − y‖ + ‖x₂ − y‖) − ½ ‖x₁ − x₂‖, over all pairs of different answers to a context; norms are RMS
/// over a frame. Its expectation is least where answers are distributed as what happens is.
///
/// Gneiting and Raftery, "Strictly Proper Scoring Rules, Prediction, and Estimation" (2007),
/// <https://doi.org/10.1198/016214506000001437>, section 4.3.
///
/// # Shapes
/// As of [`mean_matching`].
pub(super) fn energy_score(answers: Tensor<4>, truth: Tensor<4>, copies: usize) -> Tensor<1> {
    let off = errors(answers, truth, copies);
    let norm = |x: Tensor<3>| (x.square().mean_dim(2) + ROOT).sqrt().mean();
    let to_truth = norm(off.clone());
    let apart = (1..copies).map(|by| norm(off.clone() - off.clone().roll(&[by as i64], &[0])));
    let pairs = (copies - 1) as f32;
    to_truth - apart.reduce(|sum, next| sum + next).expect("at least two answers") / (2.0 * pairs)
}

/// `[copies, batch, numbers of a frame]`: answers less the truth.
fn errors(answers: Tensor<4>, truth: Tensor<4>, copies: usize) -> Tensor<3> {
    let batch = truth.dims()[0];
    (answers - truth.repeat_dim(0, copies)).reshape([copies as i32, batch as i32, -1])
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    /// Frames of one pixel and one channel.
    fn frames(values: &[f32], device: &Device) -> Tensor<4> {
        Tensor::from_data(TensorData::new(values.to_vec(), [values.len(), 1, 1, 1]), device)
    }

    #[test]
    fn mean_matching_is_the_mean_product_of_different_errors() {
        let device = Device::flex();
        // Errors of the first sample 1, 2, −3, of the second 0, 1, 1: (2 − 3 − 6) / 3 and (0 + 0 + 1) / 3, halved.
        let answers = frames(&[2.0, 5.0, 3.0, 6.0, -2.0, 6.0], &device);
        let found = mean_matching(answers, frames(&[1.0, 5.0], &device), 3).into_scalar::<f32>();
        assert!((found - (-7.0 / 3.0 + 1.0 / 3.0) / 2.0).abs() < 1e-5, "{found}");
    }

    #[test]
    fn mean_matching_draws_the_mean_and_leaves_the_distance_of_answers_alone() {
        let device = Device::flex().autodiff();
        // Two answers as far left as right of the truth: neither is drawn anywhere by the other's absence of bias.
        let gradient = |values: [f32; 2]| {
            let answers = frames(&values, &device).require_grad();
            let grads = mean_matching(answers.clone(), frames(&[0.0], &device), 2).backward();
            answers.grad(&grads).unwrap().into_data().try_to_vec::<f32>().unwrap()
        };
        // d(x₁ x₂): each moves by the other's error. The mean moves by the sum of both, which is nought.
        assert_eq!(gradient([1.0, -1.0]), [-1.0, 1.0]);
        assert_eq!(gradient([0.5, 0.5]), [0.5, 0.5], "a shared error is drawn down");
    }

    #[test]
    fn slope_matching_asks_for_as_much_slope_on_average_wherever_it_is() {
        let device = Device::flex();
        let rows = |values: &[[f32; 2]]| {
            let values = values.concat();
            // Both rows of a frame alike: no slope from row to row.
            let frames: Vec<f32> = values.chunks(2).flat_map(|row| [row, row].concat()).collect();
            let count = frames.len() / 4;
            Tensor::<4>::from_data(TensorData::new(frames, [count, 1, 2, 2]), &device)
        };
        let truth = || rows(&[[0.0, 1.0]]);
        let found = |answers| slope_matching(rows(answers), truth(), 2).into_scalar::<f32>();
        assert_eq!(found(&[[1.0, 0.0], [5.0, 6.0]]), 0.0, "as steep, the other way and elsewhere");
        assert_eq!(found(&[[0.0, 0.0], [0.0, 2.0]]), -1.0, "one too flat, the other too steep");
        assert_eq!(found(&[[0.5, 0.5], [0.5, 0.5]]), 1.0, "a blur is flat");
        assert_eq!(found(&[[0.0, 2.0], [2.0, 0.0]]), 1.0, "a grain is steep");
        let upright = |x: Tensor<4>| x.swap_dims(2, 3);
        let turned = slope_matching(upright(rows(&[[0.0, 2.0], [2.0, 0.0]])), upright(truth()), 2);
        assert_eq!(turned.into_scalar::<f32>(), 1.0, "from row to row as well");
    }

    #[test]
    fn the_energy_score_prefers_the_right_odds_to_the_mean_and_to_one_pick() {
        let device = Device::flex();
        // Two futures, −1 and 1, equally likely; every pair of answers of a model that draws so, and of two that do not.
        let score = |pairs: &[[f32; 2]]| {
            let all: Vec<f32> = pairs
                .iter()
                .flat_map(|pair| {
                    [-1.0, 1.0].map(|truth| energy_score(frames(pair, &device), frames(&[truth], &device), 2))
                })
                .map(Tensor::into_scalar::<f32>)
                .collect();
            all.iter().sum::<f32>() / all.len() as f32
        };
        let fair = score(&[[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]);
        assert!((fair - 0.5).abs() < 1e-3, "{fair}");
        assert!(score(&[[0.0, 0.0]]) > fair + 0.4 && score(&[[1.0, 1.0]]) > fair + 0.4);
    }
}
