//! Squares of pixels as one place with more channels, and back: a network that works on them has a quarter of the places, and
//! loses nothing of what is seen. As the patches of Dosovitskiy et al., "An Image is Worth 16x16 Words" (2021),
//! <https://arxiv.org/abs/2010.11929>, but of 2 × 2.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::kernel::{PatchOrder, gather_patches, spread_patches};

/// What is one place to a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Places {
    /// A pixel.
    #[default]
    Pixels,
    /// A square of 2 × 2 pixels: four times as many channels at the input and at the output, and maps of half the size.
    Patches,
}

impl Places {
    /// Pixels along a side of a place.
    pub(super) fn side(self) -> usize {
        match self {
            Self::Pixels => 1,
            Self::Patches => 2,
        }
    }

    /// Numbers in a place for each channel of a picture.
    pub(super) fn numbers(self) -> usize {
        self.side() * self.side()
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(super) fn is_pixels(&self) -> bool {
        *self == Self::Pixels
    }
}

/// Patches of a picture: `[batch, channels, height, width]` with even sides to `[batch, 4 · channels, height / 2, width / 2]`.
/// Of what its patches hold beyond their mean, a share of `detail` is left, 0 to 1.
pub(super) fn gathered(x: Tensor<4>, detail: f32) -> Tensor<4> {
    let patches = gather_patches(x, PatchOrder::ByPixel);
    if detail == 1.0 {
        return patches;
    }
    let [batch, channels, height, width] = patches.dims();
    let pixels = patches.reshape([batch, 4, channels / 4 * height * width]);
    let mean = pixels.clone().mean_dim(1);
    (mean.clone() + (pixels - mean) * detail).reshape([batch, channels, height, width])
}

/// Pixel shuffle by two (Shi et al. 2016, <https://arxiv.org/abs/1609.05158>): `[batch, 4 · channels, height, width]` to
/// `[batch, channels, 2 · height, 2 · width]`.
pub(super) fn shuffled(x: Tensor<4>) -> Tensor<4> {
    spread_patches(x, PatchOrder::ByChannel)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData, Tolerance};

    use super::*;

    fn picture() -> Tensor<4> {
        let values: Vec<f32> = (0..16).map(|value| value as f32).collect();
        Tensor::from_data(TensorData::new(values, [1, 2, 2, 4]), &Device::flex())
    }

    #[test]
    fn a_patch_holds_its_four_pixels_channel_by_channel() {
        // Two channels of 2 × 4 pixels, 0 … 7 and 8 … 15: two patches side by side.
        let rows =
            [[0.0_f32, 2.0], [8.0, 10.0], [1.0, 3.0], [9.0, 11.0], [4.0, 6.0], [12.0, 14.0], [5.0, 7.0], [13.0, 15.0]];
        let expected = TensorData::new(rows.concat(), [1, 8, 1, 2]);
        gathered(picture(), 1.0).into_data().assert_eq(&expected, true);
    }

    #[test]
    fn without_detail_a_patch_is_its_mean_and_halfway_it_is_halfway() {
        let mean = |first: f32| {
            TensorData::new([[first, first + 2.0], [first + 8.0, first + 10.0]].repeat(4).concat(), [1, 8, 1, 2])
        };
        let found = gathered(picture(), 0.0);
        found.clone().into_data().assert_eq(&mean(2.5), true);
        let halfway = (found + gathered(picture(), 1.0)) / 2.0;
        gathered(picture(), 0.5).into_data().assert_approx_eq::<f32>(&halfway.into_data(), Tolerance::absolute(1e-6));
    }
}
