//! From a caption and noise to a frame: the generator of Reed et al., "Generative Adversarial Text to Image Synthesis"
//! (2016), <https://arxiv.org/abs/1605.05396>: the text's vector stands before the noise.

use burn::module::Module;
use burn::tensor::Tensor;

use super::{FrameDecoder, FrameDecoderSettings, Init, TextEncoder, TextEncoderSettings, Texts};

/// Paints what a caption says.
#[derive(Module, Debug)]
pub struct CaptionPainter {
    encoder: TextEncoder,
    decoder: FrameDecoder,
    noise: usize,
}

impl CaptionPainter {
    /// For so many words, and so many numbers of noise.
    pub fn new(
        (text, vocabulary): (&TextEncoderSettings, usize),
        (painter, frame_size, noise): (&FrameDecoderSettings, (u32, u32), usize),
        init: &mut Init,
    ) -> Self {
        let encoder = TextEncoder::new(text, vocabulary, init);
        let decoder = FrameDecoder::new(painter, frame_size, encoder.width() + noise, init);
        Self { encoder, decoder, noise }
    }

    /// Numbers of noise.
    pub fn noise(&self) -> usize {
        self.noise
    }

    /// # Shapes
    /// - `texts`: as many sentences as rows of noise
    /// - `noise`: `[batch, noise]`
    /// - result: `[batch, 3, height, width]` in [−1, 1]
    pub fn forward(&self, texts: &Texts, noise: Tensor<2>) -> Tensor<4> {
        self.decoder.forward(Tensor::cat(vec![self.encoder.forward(texts), noise], 1))
    }
}
