//! A gated recurrent unit: Cho et al. (2014), <https://arxiv.org/abs/1406.1078>, in the form of PyTorch's `GRUCell`.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;

use super::{Init, Linear, PlainLinear};

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

    /// The layer from the state to reset, update and new, in plain numbers.
    pub fn plain(&self) -> PlainLinear {
        self.recurrent.plain()
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

#[cfg(test)]
mod tests {
    use burn::module::{ModuleMapper, Param};
    use burn::tensor::Device;

    use super::*;

    struct Half;
    impl ModuleMapper for Half {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|value| value.full_like(0.5))
        }
    }

    #[test]
    fn a_step_is_that_of_the_formula() {
        let device = Device::flex();
        let gru = Gru::new(1, &mut Init::new(1, &device)).map(&mut Half);
        let input = Tensor::<2>::from_data([[0.2, -0.4, 0.3]], &device);
        let next = gru.step(input, Tensor::from_data([[1.0]], &device)).into_scalar::<f32>();
        // Weights and biases of 0.5 make 1 of the state 1: r = σ(1.2), z = σ(0.6), n = tanh(0.3 + r), z + (1 − z) n, by
        // Python's `math`.
        assert!((next - 0.9252).abs() < 1e-5, "{next}");
    }
}
