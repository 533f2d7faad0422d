//! The network that judges a frame with a caption: is the frame real, and is it what the caption says?
//!
//! A projection discriminator after Miyato and Koyama (2018), <https://arxiv.org/abs/1802.05637>: the score is what the frame
//! is worth by itself, patch by patch, and the inner product of what the whole frame shows with what the caption says. All
//! that sees the frame has spectral normalisation.

use burn::module::Module;
use burn::tensor::Tensor;

use super::size::{padded, whole_side};
use super::{Init, Linear, SLOPE, SpectralConv, TextEncoder, TextEncoderSettings, Texts};
use crate::kernel::leaky_relu;

/// How often a frame is halved before it is scored.
const HALVINGS: usize = 4;

/// Numbers in which frame and caption are compared.
const COMPARED: usize = 64;

/// Scores frames by themselves and with captions; or several frames of one caption at once.
#[derive(Module, Debug)]
pub struct CaptionJudge {
    layers: Vec<SpectralConv>,
    score: SpectralConv,
    look: SpectralConv,
    encoder: TextEncoder,
    mean: Linear,
    at_once: usize,
}

/// What a frame is worth by itself, and what it shows.
#[derive(Debug, Clone)]
pub struct Looked {
    /// `[batch, 1, height / 16, width / 16]`, rounded up.
    patches: Tensor<4>,
    /// `[batch, 64]`.
    shows: Tensor<2>,
}

impl CaptionJudge {
    /// For so many words, and frames of a size, `at_once` of which are seen together; `width` is the channels of the largest
    /// map.
    pub fn new(
        (text, vocabulary): (&TextEncoderSettings, usize),
        (width, (frame_width, frame_height), at_once): (usize, (u32, u32), usize),
        init: &mut Init,
    ) -> Self {
        let sizes: Vec<usize> =
            std::iter::once(3 * at_once).chain((0..HALVINGS).map(|layer| width << layer.min(HALVINGS - 2))).collect();
        let places = [frame_width, frame_height].map(|side| whole_side(side as usize, 1 << HALVINGS) >> HALVINGS);
        let encoder = TextEncoder::new(text, vocabulary, init);
        Self {
            layers: sizes.windows(2).map(|pair| SpectralConv::new([pair[0], pair[1]], 4, 2, init)).collect(),
            score: SpectralConv::new([sizes[HALVINGS], 1], 3, 1, init),
            look: SpectralConv::point([sizes[HALVINGS] * places[0] * places[1], COMPARED], init),
            mean: Linear::new([encoder.width(), COMPARED], init),
            encoder,
            at_once,
        }
    }

    /// Looks at frames `[batch · at once, 3, height, width]`; those that are seen together adjoin.
    pub fn look(&self, frames: Tensor<4>) -> Looked {
        let [frames_in_all, channels, height, width] = frames.dims();
        let together = frames.reshape([frames_in_all / self.at_once, channels * self.at_once, height, width]);
        let mut x = padded(together, 1 << HALVINGS);
        for layer in &self.layers {
            x = leaky_relu(layer.forward(x), SLOPE);
        }
        let [batch, channels, rows, columns] = x.dims();
        let whole = x.clone().reshape([batch, channels * rows * columns, 1, 1]);
        Looked { patches: self.score.forward(x), shows: self.look.forward(whole).reshape([batch, COMPARED]) }
    }

    /// What captions say, `[sentences, 64]`.
    pub fn read(&self, texts: &Texts) -> Tensor<2> {
        self.mean.forward(self.encoder.forward(texts))
    }

    /// After one more power iteration of every layer.
    pub fn iterated(self) -> Self {
        Self {
            layers: self.layers.into_iter().map(SpectralConv::iterated).collect(),
            score: self.score.iterated(),
            look: self.look.iterated(),
            ..self
        }
    }
}

impl Looked {
    /// Of some of the frames, in a row.
    pub fn some(&self, first: usize, count: usize) -> Self {
        Self {
            patches: self.patches.clone().narrow(0, first, count),
            shows: self.shows.clone().narrow(0, first, count),
        }
    }

    /// Scores of frames with what as many captions say: above 0 is real and fits.
    ///
    /// # Shapes
    /// - `said`: `[batch, 64]`
    /// - result: `[batch, 1, height / 16, width / 16]`
    pub fn with(&self, said: Tensor<2>) -> Tensor<4> {
        let batch = said.dims()[0];
        let fits = (self.shows.clone() * said).sum_dim(1).reshape([batch, 1, 1, 1]);
        self.patches.clone() + fits
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tolerance};

    use super::*;

    #[test]
    fn a_score_is_the_frames_own_plus_the_inner_product_with_the_caption() {
        let device = Device::flex();
        let looked = Looked {
            patches: Tensor::from_data([[[[0.5, -1.0]]], [[[0.0, 2.0]]]], &device),
            shows: Tensor::from_data([[1.0, 2.0], [0.5, -1.0]], &device),
        };
        let scores = looked.with(Tensor::from_data([[3.0, -1.0], [2.0, 2.0]], &device));
        // 1 · 3 − 2 · 1 = 1, and 0.5 · 2 − 1 · 2 = −1.
        let expected = Tensor::<4>::from_data([[[[1.5, 0.0]]], [[[-1.0, 1.0]]]], &device);
        scores.into_data().assert_approx_eq::<f32>(&expected.into_data(), Tolerance::absolute(1e-6));
    }

    #[test]
    fn frames_that_are_seen_together_have_one_score_and_those_of_others_do_not_touch_it() {
        let device = Device::flex();
        let text = TextEncoderSettings { embedding: 2, hidden: 3 };
        let judge = CaptionJudge::new((&text, 4), (4, (16, 16), 2), &mut Init::new(1, &device));
        let said = judge.read(&Texts::new([&[0, 1][..], &[3][..]], 4, &device));
        let frame = |level: f32| Tensor::<4>::full([1, 3, 16, 16], level, &device);
        let scores = |levels: [f32; 4]| {
            let scores = judge.look(Tensor::cat(levels.map(frame).to_vec(), 0)).with(said.clone());
            assert_eq!(scores.dims(), [2, 1, 1, 1]);
            scores.into_data().try_to_vec::<f32>().unwrap()
        };
        let before = scores([0.1, 0.2, 0.3, 0.4]);
        let after = scores([0.1, -0.9, 0.3, 0.4]);
        assert!((before[0] - after[0]).abs() > 1e-4, "the second frame is of the first pair");
        assert!((before[1] - after[1]).abs() < 1e-6);
    }

    #[test]
    fn frames_of_any_size_are_judged() {
        let device = Device::flex();
        let text = TextEncoderSettings { embedding: 2, hidden: 3 };
        for (width, height) in [(16, 16), (65, 40), (64, 64)] {
            let judge = CaptionJudge::new((&text, 4), (4, (width, height), 1), &mut Init::new(1, &device));
            let frames = Tensor::ones([2, 3, height as usize, width as usize], &device);
            let said = judge.read(&Texts::new([&[0, 1][..], &[3][..]], 4, &device));
            let scores = judge.look(frames).with(said);
            assert_eq!(scores.dims()[..2], [2, 1]);
            assert_eq!(scores.dims()[2], height.div_ceil(16) as usize);
        }
    }
}
