//! Squares of 2 × 2 pixels to channels and back, in one pass each way: burn walks through six dimensions number by number.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::primitive::{Primitive, from_values, unary, with_values};
use super::scratch::written;

/// How the channels of patches follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchOrder {
    /// All channels of the upper left pixels, then those of the upper right, the lower left and the lower right ones.
    ByPixel,
    /// The four pixels of the first channel, then those of the next one: as in a pixel shuffle.
    ByChannel,
}

impl PatchOrder {
    /// Where a pixel of a channel comes among those of all `channels`.
    fn place(self, channel: usize, pixel: usize, channels: usize) -> usize {
        match self {
            Self::ByPixel => pixel * channels + channel,
            Self::ByChannel => channel * 4 + pixel,
        }
    }

    /// What comes there: a channel, and which of its pixels.
    fn at(self, place: usize, channels: usize) -> (usize, usize) {
        match self {
            Self::ByPixel => (place % channels, place / channels),
            Self::ByChannel => (place / 4, place % 4),
        }
    }
}

/// Patches of a picture: `[batch, channels, height, width]` with even sides to `[batch, 4 · channels, height / 2, width / 2]`.
pub fn gather_patches(x: Tensor<4>, order: PatchOrder) -> Tensor<4> {
    Move { way: Way::Gather, order }.apply(x)
}

/// The picture of patches: `[batch, 4 · channels, height, width]` to `[batch, channels, 2 · height, 2 · width]`.
pub fn spread_patches(x: Tensor<4>, order: PatchOrder) -> Tensor<4> {
    Move { way: Way::Spread, order }.apply(x)
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Gather,
    Spread,
}

#[derive(Clone, Copy, Debug)]
struct Move {
    way: Way,
    order: PatchOrder,
}

impl Move {
    fn apply(self, x: Tensor<4>) -> Tensor<4> {
        let shape = x.dims();
        let x = match Primitive::new(x) {
            Ok(x) => x,
            Err(x) => return self.plain(x),
        };
        let moved = self.shape(shape);
        unary(x, moved, |x| self.values(x, shape), Step, |_| (self.back(), moved))
    }

    /// burn's own operations.
    fn plain(self, x: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = x.dims();
        let moved = self.shape(x.dims());
        let gathered = [batch, channels, height / 2, 2, width / 2, 2];
        let (split, axes) = match (self.way, self.order) {
            (Way::Gather, PatchOrder::ByPixel) => (gathered, [0, 3, 5, 1, 2, 4]),
            (Way::Gather, PatchOrder::ByChannel) => (gathered, [0, 1, 3, 5, 2, 4]),
            (Way::Spread, PatchOrder::ByPixel) => ([batch, 2, 2, channels / 4, height, width], [0, 3, 4, 1, 5, 2]),
            (Way::Spread, PatchOrder::ByChannel) => ([batch, channels / 4, 2, 2, height, width], [0, 1, 4, 2, 5, 3]),
        };
        x.reshape(split).permute(axes).reshape(moved)
    }

    /// The way back, which is the gradient's.
    fn back(self) -> Self {
        let way = match self.way {
            Way::Gather => Way::Spread,
            Way::Spread => Way::Gather,
        };
        Self { way, ..self }
    }

    /// What comes out of what goes in.
    fn shape(self, [batch, channels, height, width]: [usize; 4]) -> [usize; 4] {
        match self.way {
            Way::Gather => [batch, 4 * channels, height / 2, width / 2],
            Way::Spread => [batch, channels / 4, 2 * height, 2 * width],
        }
    }

    fn values(self, x: &[f32], shape: [usize; 4]) -> Vec<f32> {
        let [batch, channels, height, width] = self.shape(shape);
        assert_eq!(x.len(), batch * channels * height * width, "whole patches");
        let fill = |out: &mut [MaybeUninit<f32>]| {
            let planes = out.par_chunks_exact_mut((height * width).max(1)).with_min_len(8).enumerate();
            planes.for_each(|(number, plane)| {
                let (sample, place) = (number / channels, number % channels);
                match self.way {
                    Way::Gather => {
                        let (channel, pixel) = self.order.at(place, shape[1]);
                        let first = 4 * (sample * shape[1] + channel) * height * width;
                        gather(plane, &x[first..][..4 * height * width], width, pixel);
                    }
                    Way::Spread => {
                        let size = shape[2] * shape[3];
                        let from = |pixel| sample * shape[1] + self.order.place(place, pixel, channels);
                        let of = |pixel| &x[from(pixel) * size..][..size];
                        spread(plane, [0, 1, 2, 3].map(of), shape[3]);
                    }
                }
            });
        };
        // SAFETY: the planes are all of it, and each is written whole.
        unsafe { written(x.len(), fill) }
    }
}

/// One pixel of each patch of a picture that is twice as wide as `out`.
fn gather(out: &mut [MaybeUninit<f32>], picture: &[f32], width: usize, pixel: usize) {
    let (down, right) = (pixel / 2, pixel % 2);
    for (out, rows) in out.chunks_exact_mut(width).zip(picture.chunks_exact(4 * width)) {
        for (out, pair) in out.iter_mut().zip(rows[2 * width * down..][..2 * width].chunks_exact(2)) {
            out.write(pair[right]);
        }
    }
}

/// A picture of the four pixels of its patches, of which there are `width` in a row.
fn spread(out: &mut [MaybeUninit<f32>], pixels: [&[f32]; 4], width: usize) {
    for (number, row) in out.chunks_exact_mut(2 * width).enumerate() {
        let (patches, down) = (number / 2 * width, number % 2);
        let of = |right: usize| &pixels[2 * down + right][patches..][..width];
        for ((pair, &left), &right) in row.chunks_exact_mut(2).zip(of(0)).zip(of(1)) {
            pair.write_copy_of_slice(&[left, right]);
        }
    }
}

/// The step back.
#[derive(Debug)]
struct Step;

impl Backward<Flex, 1> for Step {
    /// How gradients move, and their shape.
    type State = (Move, [usize; 4]);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (back, shape) = ops.state;
        let gradient = grads.consume::<Flex>(&ops.node);
        let [Some(parent)] = ops.parents else { return };
        let values = with_values(&gradient, |gradient| back.values(gradient, shape));
        grads.register::<Flex>(parent.id, from_values(values, back.shape(shape)));
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::super::testing::noise;
    use super::*;

    const ORDERS: [PatchOrder; 2] = [PatchOrder::ByPixel, PatchOrder::ByChannel];

    fn moves() -> impl Iterator<Item = Move> {
        [Way::Gather, Way::Spread].into_iter().flat_map(|way| ORDERS.map(|order| Move { way, order }))
    }

    /// What comes out, and the gradient of a sum that weighs each number in another way.
    fn results(shape: [usize; 4], function: impl Fn(Tensor<4>) -> Tensor<4>) -> [TensorData; 2] {
        let device = Device::flex().autodiff();
        let x = noise(shape, 1, &device).require_grad();
        let out = function(x.clone());
        let grads = (out.clone() * noise(out.dims(), 2, &device)).sum().backward();
        [out.into_data(), x.grad(&grads).expect("a gradient").into_data()]
    }

    #[test]
    fn numbers_and_gradients_are_those_of_burn() {
        for shape in [[1, 4, 2, 2], [2, 12, 4, 6], [3, 8, 10, 2], [2, 64, 16, 16]] {
            for one in moves() {
                let (ours, burns) = (results(shape, |x| one.apply(x)), results(shape, |x| one.plain(x)));
                for (ours, burns) in ours.into_iter().zip(burns) {
                    ours.assert_eq(&burns, true);
                }
            }
        }
    }

    #[test]
    fn back_and_forth_nothing_has_changed() {
        for order in ORDERS {
            let x = noise([2, 3, 6, 4], 1, &Device::flex());
            let back = spread_patches(gather_patches(x.clone(), order), order);
            back.into_data().assert_eq(&x.into_data(), true);
        }
    }
}
