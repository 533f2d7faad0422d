//! Where a picture changes, differences may count for more.
//!
//! Three small creatures that turn are one pixel in thirty. Which of several answers is the nearest is then decided by the walls,
//! which nobody doubts, and the best that an answer can do about the creatures is to leave them out.

use burn::tensor::Tensor;
use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::AvgPoolOptions;

use super::part::Part;

/// What counts as a change where nothing does, as a squared difference of values in [−1, 1].
const LEAST: f32 = 1e-6;

/// What each pixel weighs, `[batch, 1, height, width]`, 1 in the mean of each picture: a share of it, `change_share`, by the
/// squared difference between the last frame seen and the one that followed, within an eighth of the picture; the rest for all
/// pixels alike. None where all of it is.
pub(super) fn change_weights(part: &Part, change_share: f32) -> Option<Tensor<4>> {
    if change_share == 0.0 {
        return None;
    }
    let [_, channels, height, width] = part.context.dims();
    let seen = part.context.clone().narrow(1, channels - 3, 3);
    let change = (part.truth.clone() - seen).square().mean_dim(1);
    // What moves may be where it was or where it could have gone, so the neighbourhood counts as well.
    let change = avg_pool2d(change, neighbourhood([height, width], [1, 1])) + LEAST;
    let mean = change.clone().mean_dim(2).mean_dim(3);
    Some(change / mean * change_share + (1.0 - change_share))
}

/// Means over what lies within an eighth of a picture of such a size, at its places in such steps.
pub(super) fn neighbourhood(size: [usize; 2], steps: [usize; 2]) -> AvgPoolOptions<2> {
    let window = size.map(|side| (side / 8) | 1);
    AvgPoolOptions::new(window).with_stride(steps).with_padding(window.map(|side| side / 2))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    const SIDE: usize = 32;

    /// A part of one window whose last frame and the one that followed differ at one pixel.
    fn part() -> Part {
        let device = Device::flex();
        let frame = || Tensor::<4>::zeros([1, 3, SIDE, SIDE], &device);
        let spot = Tensor::full([1, 3, 1, 1], 1.0, &device);
        Part {
            // The frame before the last is another one altogether.
            context: Tensor::cat(vec![frame() + 1.0, frame()], 1),
            truth: frame().slice_assign([0..1, 0..3, 20..21, 8..9], spot),
            twin: None,
            condition: None,
            noise: None,
            share: 1.0,
            fed_back: 0,
            counts: vec![1.0],
        }
    }

    #[test]
    fn what_changes_weighs_more_and_so_does_what_lies_beside_it() {
        assert!(change_weights(&part(), 0.0).is_none());
        let weights = change_weights(&part(), 0.75).unwrap();
        assert_eq!(weights.dims(), [1, 1, SIDE, SIDE]);
        let weights = weights.into_data().try_to_vec::<f32>().unwrap();
        let mean = weights.iter().sum::<f32>() / (SIDE * SIDE) as f32;
        assert!((mean - 1.0).abs() < 1e-4, "{mean}");
        let at = |row: usize, column: usize| weights[row * SIDE + column];
        // A window of five pixels a side holds the one that changed.
        assert!(at(20, 8) > 20.0 && at(22, 6) == at(20, 8), "{} {}", at(20, 8), at(22, 6));
        assert!((at(20, 11) - 0.25).abs() < 0.01 && at(0, 31) == at(20, 11), "{}", at(20, 11));
    }

    #[test]
    fn where_nothing_changes_all_pixels_weigh_the_same() {
        let part = Part { truth: part().truth.zeros_like(), ..part() };
        let weights = change_weights(&part, 0.75).unwrap().into_data().try_to_vec::<f32>().unwrap();
        assert!(weights.iter().all(|weight| (weight - 1.0).abs() < 0.05), "{weights:?}");
    }
}
