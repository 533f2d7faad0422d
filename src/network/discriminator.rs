//! The network that judges: is this a frame that may follow these?
//!
//! A conditional patch discriminator after Isola et al., "pix2pix" (2017), <https://arxiv.org/abs/1611.07004>, with
//! spectral normalisation and without batch norm.

use burn::module::Module;
use burn::tensor::{Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::patches::{Places, gathered};
use super::size::padded;
use super::{GroupNorm, Init, SLOPE, SpectralConv};
use crate::kernel::leaky_relu;

/// Size of a [`Discriminator`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscriminatorSettings {
    /// Channels of the largest map, 4 to 128; each smaller one has twice as many, but the last as many as the one before.
    pub width: usize,
    /// Context frames that it sees beside the candidate, 0 to 16 and no more than the window has.
    pub context: usize,
    /// How often the picture is halved before it is scored, 3 or 4: a score sees patches of 38 pixels a side, or of 78.
    #[serde(default = "three", skip_serializing_if = "is_three")]
    pub halvings: usize,
    /// Whether its maps, but the first, are normalised in groups. What it looks for are small differences, which would
    /// fade from layer to layer: with norms it tells ghosts from frames after 200 steps, without after 400 (`docs/models/gan-mean.md`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub normalised: bool,
    /// What is one place to it: of patches a score sees twice as large a part of the picture.
    #[serde(default, skip_serializing_if = "Places::is_pixels")]
    pub places: Places,
}

impl DiscriminatorSettings {
    /// The usual one: of such a width, seeing so many context frames, halved three times, without anything more.
    pub fn new(width: usize, context: usize) -> Self {
        Self { width, context, halvings: three(), normalised: false, places: Places::Pixels }
    }
}

fn three() -> usize {
    3
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_three(halvings: &usize) -> bool {
    *halvings == three()
}

/// Scores a candidate frame patch by patch: high for real.
#[derive(Module, Debug)]
pub struct Discriminator {
    layers: Vec<SpectralConv>,
    /// Of all layers but the first, or none.
    norms: Vec<GroupNorm>,
    score: SpectralConv,
    context: usize,
    action_planes: usize,
    /// Pixels along a side of a place.
    side: usize,
    detail: f32,
}

impl Discriminator {
    /// A network for so many RGB frames at once as a candidate, and so many numbers that say what the agent did, a
    /// constant plane each (0 for one that is not told). `is_held` says whether its layers' largest singular values are
    /// held at 1.
    pub fn new(
        settings: &DiscriminatorSettings,
        (frames, action_planes): (usize, usize),
        is_held: bool,
        init: &mut Init,
    ) -> Self {
        let halvings = settings.halvings;
        let mut sizes = vec![(3 * (settings.context + frames) + action_planes) * settings.places.numbers()];
        sizes.extend((0..halvings).map(|layer| settings.width << layer.min(halvings - 2)));
        let conv = if is_held { SpectralConv::new } else { SpectralConv::plain };
        Self {
            layers: (0..halvings).map(|i| conv([sizes[i], sizes[i + 1]], 4, 2, init)).collect(),
            norms: (1..halvings).filter(|_| settings.normalised).map(|i| GroupNorm::new(sizes[i + 1], init)).collect(),
            score: conv([sizes[halvings], 1], 3, 1, init),
            context: settings.context,
            action_planes,
            side: settings.places.side(),
            detail: 1.0,
        }
    }

    /// # Shapes
    /// - `context`: `[batch, 3 · frames, height, width]`, of which the last few frames are looked at
    /// - `actions`: `[batch, planes]`, where the network is told
    /// - `candidate`: `[batch, 3 · frames, height, width]`
    /// - result: `[batch, 1, height / 8, width / 8]`, rounded up; a sixteenth of a side, where it is halved four times; half
    ///   of these of patches
    pub fn forward(&self, context: Tensor<4>, actions: Option<Tensor<2>>, candidate: Tensor<4>) -> Tensor<4> {
        let [batch, _, height, width] = context.dims();
        let mut seen = Vec::new();
        if self.context > 0 {
            seen.push(last_frames(context, self.context));
        }
        seen.push(candidate);
        seen.extend(actions.map(|actions| {
            actions.reshape([batch, self.action_planes, 1, 1]).expand([batch, self.action_planes, height, width])
        }));
        let seen = padded(Tensor::cat(seen, 1), self.side << self.layers.len());
        let mut x = if self.side == 2 { gathered(seen, self.detail) } else { seen };
        for (i, layer) in self.layers.iter().enumerate() {
            x = layer.forward(x);
            x = match i.checked_sub(1).and_then(|i| self.norms.get(i)) {
                Some(norm) => norm.activate(x, None),
                None => leaky_relu(x, SLOPE),
            };
        }
        self.score.forward(x)
    }

    /// With all scores lower by so much.
    #[cfg(test)]
    pub(crate) fn lowered(self, by: f32) -> Self {
        Self { score: self.score.lowered(by), ..self }
    }

    /// The same, seeing such a share of what a patch holds beyond its mean, 0 to 1: all of it, unless said.
    pub fn seeing(self, detail: f32) -> Self {
        Self { detail, ..self }
    }

    /// After one more power iteration of every layer.
    pub fn iterated(self) -> Self {
        Self {
            layers: self.layers.into_iter().map(SpectralConv::iterated).collect(),
            score: self.score.iterated(),
            ..self
        }
    }
}

/// So many frames of each sample, the last ones: `[batch, 3 · count, height, width]`.
///
/// A frame is a row of a matrix, and is copied whole. Of a part of each sample burn copies number by number, once more for
/// each score.
fn last_frames(context: Tensor<4>, count: usize) -> Tensor<4> {
    let [batch, channels, height, width] = context.dims();
    let frames = channels / 3;
    if count == frames {
        return context;
    }
    let last = |sample: usize| (sample + 1) * frames - count..(sample + 1) * frames;
    let rows: Vec<i64> = (0..batch).flat_map(last).map(|row| row as i64).collect();
    let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [batch * count]), &context.device());
    let chosen = context.reshape([batch * frames, 3 * height * width]).select(0, rows);
    chosen.reshape([batch, 3 * count, height, width])
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::super::Init;
    use super::*;

    #[test]
    fn the_last_frames_of_each_sample_are_a_part_of_it() {
        let context = Init::new(1, &Device::flex()).uniform([3, 4 * 3 * 2 * 5], 1.0).val().reshape([3, 12, 2, 5]);
        for count in 1..=4 {
            let part = context.clone().narrow(1, 12 - 3 * count, 3 * count);
            last_frames(context.clone(), count).into_data().assert_eq(&part.into_data(), true);
        }
    }
}
