//! A discriminator of whole sequences: filters over a few moves in a row, of which each counts where it answers most, as in
//! SeqGAN (Yu et al. 2017, <https://arxiv.org/abs/1609.05473>) after Kim (2014), <https://arxiv.org/abs/1408.5882>.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::{Init, Linear};

/// Moves that the filters of each kind look at.
const WIDTHS: [usize; 3] = [1, 2, 4];

/// Filters, the largest answer of each, and a score.
#[derive(Module, Debug)]
pub struct WalkJudge {
    filters: Vec<Linear>,
    score: Linear,
}

impl WalkJudge {
    /// Least moves in a sequence.
    pub const SHORTEST: usize = WIDTHS[WIDTHS.len() - 1];

    /// For moves of so many numbers, with so many filters of each width.
    pub fn new(inputs: usize, filters: usize, init: &mut Init) -> Self {
        Self {
            filters: WIDTHS.iter().map(|width| Linear::new([width * inputs, filters], init)).collect(),
            score: Linear::new([WIDTHS.len() * filters, 1], init),
        }
    }

    /// How real some sequences look: above 0 is real. σ of it is a probability.
    ///
    /// # Shapes
    /// - `moves`: `[sequences, length, inputs]`
    /// - result: `[sequences]`
    ///
    /// # Panics
    /// If the length is less than [`Self::SHORTEST`].
    pub fn score(&self, moves: Tensor<3>) -> Tensor<1> {
        let [sequences, length, inputs] = moves.dims();
        let found = WIDTHS.iter().zip(&self.filters).map(|(&width, filter)| {
            let places = length + 1 - width;
            let rows = (0..width).map(|first| moves.clone().narrow(1, first, places)).collect();
            let rows = Tensor::cat(rows, 2).reshape([sequences * places, width * inputs]);
            let answers = relu(filter.forward(rows));
            let filters = answers.dims()[1];
            answers.reshape([sequences, places, filters]).max_dim(1).reshape([sequences, filters])
        });
        let found = Tensor::cat(found.collect(), 1); // [sequences, widths · filters]
        self.score.forward(found).reshape([sequences])
    }
}
