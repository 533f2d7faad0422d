//! A gated recurrent unit: Cho et al. (2014), <https://arxiv.org/abs/1406.1078>, in the form of PyTorch's `GRUCell`.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;

use super::{Init, Linear};

/// The unit, without the linear layer on its input, which can be computed for all places at once.
#[derive(Module, Debug)]
pub struct Gru {
    /// To reset, update and new.
    recurrent: Linear,
    hidden: usize,
}

impl Gru {
    /// With so many hidden numbers.
    pub fn new(hidden: usize, init: &mut Init) -> Self {
        Self { recurrent: Linear::new([hidden, 3 * hidden], init), hidden }
    }

    /// h' = z h + (1 − z) n, with r, z = σ(…), n = tanh(xₙ + r hₙ).
    ///
    /// # Shapes
    /// - `input`: `[batch, 3 · hidden]`, what the input adds to reset, update and new
    /// - `state` and result: `[batch, hidden]`
    pub fn step(&self, input: Tensor<2>, state: Tensor<2>) -> Tensor<2> {
        let own = self.recurrent.forward(state.clone());
        let hidden = self.hidden;
        let gates = sigmoid(input.clone().narrow(1, 0, 2 * hidden) + own.clone().narrow(1, 0, 2 * hidden));
        let (reset, update) = (gates.clone().narrow(1, 0, hidden), gates.narrow(1, hidden, hidden));
        let new = (input.narrow(1, 2 * hidden, hidden) + reset * own.narrow(1, 2 * hidden, hidden)).tanh();
        new.clone() + update * (state - new)
    }
}
