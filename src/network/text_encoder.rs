//! From words to a vector: an embedding of each word, and a gated recurrent unit that reads them from first to last.
//!
//! After the recurrent encoders of Cho et al. (2014), <https://arxiv.org/abs/1406.1078>. Reed et al. (2016),
//! <https://arxiv.org/abs/1605.05396>, train a deeper one on pictures first; this one learns with the network that it is in.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::{Gru, Init, Linear};

/// Size of a [`TextEncoder`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextEncoderSettings {
    /// Numbers of a word, 1 to 256.
    pub embedding: usize,
    /// Numbers of the vector, 1 to 512.
    pub hidden: usize,
}

/// Reads sentences.
#[derive(Module, Debug)]
pub struct TextEncoder {
    /// `[vocabulary, embedding]`.
    embedding: Param<Tensor<2>>,
    input: Linear,
    gru: Gru,
    hidden: usize,
}

/// Sentences of several lengths, as numbers on a device.
#[derive(Debug, Clone)]
pub struct Texts {
    /// One number of each row is 1, that of its word; none after the end. `[sentences · longest, vocabulary]`.
    words: Tensor<2>,
    /// 1 up to the end of a sentence, 0 after it: `[sentences, longest]`.
    there: Tensor<2>,
}

impl Texts {
    /// Of sentences whose words are numbers below `vocabulary`.
    ///
    /// # Panics
    /// If a word is not.
    pub fn new<'a>(sentences: impl IntoIterator<Item = &'a [usize]>, vocabulary: usize, device: &Device) -> Self {
        let sentences: Vec<&[usize]> = sentences.into_iter().collect();
        let longest = sentences.iter().map(|words| words.len()).max().unwrap_or(0).max(1);
        let mut words = vec![0.0_f32; sentences.len() * longest * vocabulary];
        let mut there = vec![0.0_f32; sentences.len() * longest];
        for (row, sentence) in sentences.iter().enumerate() {
            for (at, &word) in sentence.iter().enumerate() {
                assert!(word < vocabulary, "word {word} of a vocabulary of {vocabulary}");
                words[(row * longest + at) * vocabulary + word] = 1.0;
                there[row * longest + at] = 1.0;
            }
        }
        let tensor = |values, shape: [usize; 2]| Tensor::from_data(TensorData::new(values, shape), device);
        Self {
            words: tensor(words, [sentences.len() * longest, vocabulary]),
            there: tensor(there, [sentences.len(), longest]),
        }
    }
}

impl TextEncoder {
    /// For so many words.
    pub fn new(settings: &TextEncoderSettings, vocabulary: usize, init: &mut Init) -> Self {
        let TextEncoderSettings { embedding, hidden } = *settings;
        Self {
            embedding: init.uniform([vocabulary, embedding], 1.0),
            input: Linear::new([embedding, 3 * hidden], init),
            gru: Gru::new(hidden, init),
            hidden,
        }
    }

    /// Numbers of the vector.
    pub fn width(&self) -> usize {
        self.hidden
    }

    /// The state after the last word.
    ///
    /// # Shapes
    /// - result: `[sentences, hidden]`, each in (−1, 1)
    pub fn forward(&self, texts: &Texts) -> Tensor<2> {
        let [sentences, longest] = texts.there.dims();
        let inputs = self.input.forward(texts.words.clone().matmul(self.embedding.val()));
        let inputs = inputs.reshape([sentences, longest, 3 * self.hidden]);
        let mut state = Tensor::zeros([sentences, self.hidden], &texts.there.device());
        for at in 0..longest {
            let input = inputs.clone().narrow(1, at, 1).reshape([sentences, 3 * self.hidden]);
            let next = self.gru.step(input, state.clone());
            state = state.clone() + (next - state) * texts.there.clone().narrow(1, at, 1);
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Tolerance;

    use super::*;

    fn encoder() -> TextEncoder {
        TextEncoder::new(&TextEncoderSettings { embedding: 3, hidden: 4 }, 5, &mut Init::new(1, &Device::flex()))
    }

    fn read(sentences: &[&[usize]]) -> Tensor<2> {
        encoder().forward(&Texts::new(sentences.iter().copied(), 5, &Device::flex()))
    }

    #[test]
    fn a_sentence_is_read_alike_alone_and_beside_a_longer_one() {
        let both = read(&[&[1, 2], &[0, 3, 4, 1]]);
        let alone = read(&[&[1, 2]]);
        both.narrow(0, 0, 1).into_data().assert_approx_eq::<f32>(&alone.into_data(), Tolerance::absolute(1e-6));
    }

    #[test]
    fn the_order_of_words_is_read() {
        let found = read(&[&[1, 2, 3], &[3, 2, 1]]);
        let apart = (found.clone().narrow(0, 0, 1) - found.narrow(0, 1, 1)).abs().max().into_scalar::<f32>();
        assert!(apart > 1e-3, "{apart}");
    }

    #[test]
    fn a_word_is_read_as_the_formula_of_the_unit_says() {
        let network = encoder();
        let row = network.embedding.val().narrow(0, 2, 1);
        let expected = network.gru.step(network.input.forward(row), Tensor::zeros([1, 4], &Device::flex()));
        read(&[&[2]]).into_data().assert_approx_eq::<f32>(&expected.into_data(), Tolerance::absolute(1e-6));
    }
}
