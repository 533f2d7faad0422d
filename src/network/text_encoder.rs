//! From words to a vector: an embedding of each word, a convolution over three words in a row, and the sum over the sentence.
//!
//! After the convolutional encoders of Kim (2014), <https://arxiv.org/abs/1408.5882>, with a sum in place of the maximum: what
//! one phrase says is added to what the others say, so that words that were never learned together can be put together. Only
//! where two phrases come within three words ("two ways of stone") does one change what the other says. With a recurrent unit,
//! which reads each word in the light of all before it, one seed of three learned every sentence by heart instead
//! (`docs/models/words.md`). Reed et al. (2016), <https://arxiv.org/abs/1605.05396>, train a deeper encoder on pictures first; this one
//! learns with the network that it is in.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::{Init, Linear, SLOPE};
use crate::kernel::leaky_relu;

/// Words in a row that are read together.
const PHRASE: usize = 3;

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
    /// What three words in a row say.
    phrase: Linear,
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

impl Texts {
    /// How many sentences.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks for no texts")]
    pub fn len(&self) -> usize {
        self.there.dims()[0]
    }
}

impl TextEncoder {
    /// For so many words.
    pub fn new(settings: &TextEncoderSettings, vocabulary: usize, init: &mut Init) -> Self {
        let TextEncoderSettings { embedding, hidden } = *settings;
        Self {
            embedding: init.uniform([vocabulary, embedding], 1.0),
            phrase: Linear::new([PHRASE * embedding, hidden], init),
            hidden,
        }
    }

    /// Numbers of the vector.
    pub fn width(&self) -> usize {
        self.hidden
    }

    /// What is said: the sum of what each three words in a row say, beyond the ends nothing.
    ///
    /// # Shapes
    /// - result: `[sentences, hidden]`
    pub fn forward(&self, texts: &Texts) -> Tensor<2> {
        let [sentences, longest] = texts.there.dims();
        let words = texts.words.clone().matmul(self.embedding.val());
        let width = words.dims()[1];
        let words = words.reshape([sentences, longest, width]);
        let edge = Tensor::zeros([sentences, PHRASE / 2, width], &texts.there.device());
        let words = Tensor::cat(vec![edge.clone(), words, edge], 1);
        let phrases = Tensor::cat((0..PHRASE).map(|first| words.clone().narrow(1, first, longest)).collect(), 2);
        let said = self.phrase.forward(phrases.reshape([sentences * longest, PHRASE * width]));
        let said = leaky_relu(said.reshape([sentences * longest, self.hidden, 1, 1]), SLOPE);
        let there = texts.there.clone().reshape([sentences, longest, 1]);
        // [sentences, longest, hidden]
        (said.reshape([sentences, longest, self.hidden]) * there).sum_dim(1).reshape([sentences, self.hidden])
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
    fn a_word_is_read_as_the_formula_says() {
        let network = encoder();
        let row = network.embedding.val().narrow(0, 2, 1);
        let nothing = Tensor::zeros([1, 3], &Device::flex());
        let said = network.phrase.forward(Tensor::cat(vec![nothing.clone(), row, nothing], 1));
        let expected = said.clone().clamp_min(0.0) + said.clamp_max(0.0) * SLOPE;
        read(&[&[2]]).into_data().assert_approx_eq::<f32>(&expected.into_data(), Tolerance::absolute(1e-6));
    }

    /// What makes words that were never learned together add up.
    #[test]
    fn what_a_phrase_adds_is_the_same_whatever_is_said_two_words_away() {
        let largest = |tensor: Tensor<2>| tensor.abs().max().into_scalar::<f32>();
        // What word 2 adds in place of word 1 beside word 3, and how much else it adds beside word 4.
        let added = |between: &[usize]| {
            let sentence = |one: usize, other: usize| [&[one], between, &[other]].concat();
            let all = [sentence(1, 3), sentence(2, 3), sentence(1, 4), sentence(2, 4)];
            let all = read(&all.each_ref().map(Vec::as_slice));
            let row = |index| all.clone().narrow(0, index, 1);
            let [beside_one, beside_other] = [row(1) - row(0), row(3) - row(2)];
            (largest(beside_one.clone()), largest(beside_one - beside_other))
        };
        let (adds, differs) = added(&[0, 0]);
        assert!(adds > 1e-3 && differs < 1e-6, "{adds} {differs}");
        let (_, differs) = added(&[0]);
        assert!(differs > 1e-4, "three words are read together: {differs}");
    }
}
