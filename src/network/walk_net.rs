//! A recurrent policy: it remembers what it saw and did, and gives the odds of going on, turning left and turning right.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;

use super::{Gru, Init, Linear, PlainLinear};

/// Decisions that there are.
const ACTIONS: usize = 3;

/// What is seen → tanh → GRU → odds.
#[derive(Module, Debug)]
pub struct WalkNet {
    seen: Linear,
    gates: Linear,
    memory: Gru,
    odds: Linear,
    hidden: usize,
}

impl WalkNet {
    /// For so many numbers at each decision, with so many hidden ones.
    pub fn new(inputs: usize, hidden: usize, init: &mut Init) -> Self {
        Self {
            seen: Linear::new([inputs, hidden], init),
            gates: Linear::new([hidden, 3 * hidden], init),
            memory: Gru::new(hidden, init),
            odds: Linear::new([hidden, ACTIONS], init),
            hidden,
        }
    }

    /// Log-odds of each decision of some walks, in the order of their codes; along the last dimension e to their power
    /// sums up to 1.
    ///
    /// # Shapes
    /// - `seen`: `[walks, length, inputs]`, in which the decision before has to be, too
    /// - result: `[walks, length, 3]`
    pub fn log_odds(&self, seen: Tensor<3>) -> Tensor<3> {
        let [walks, length, inputs] = seen.dims();
        let seen = self.seen.forward(seen.reshape([walks * length, inputs])).tanh();
        let gates = self.gates.forward(seen).reshape([walks, length, 3 * self.hidden]);
        let mut state = Tensor::<2>::zeros([walks, self.hidden], &gates.device());
        let mut states = Vec::with_capacity(length);
        for step in 0..length {
            let gates = gates.clone().narrow(1, step, 1).reshape([walks, 3 * self.hidden]);
            state = self.memory.step(gates, state);
            states.push(state.clone());
        }
        let states: Tensor<3> = Tensor::stack(states, 1); // [walks, length, hidden]
        let odds = self.odds.forward(states.reshape([walks * length, self.hidden]));
        log_softmax(odds.reshape([walks, length, ACTIONS]), 2)
    }

    /// The same network in plain numbers, to walk with.
    pub fn plain(&self) -> PlainWalkNet {
        PlainWalkNet {
            seen: self.seen.plain(),
            gates: self.gates.plain(),
            memory: self.memory.plain(),
            odds: self.odds.plain(),
            hidden: self.hidden,
        }
    }
}

/// A [`WalkNet`] in plain numbers, one decision of one walk at a time: a policy that any thread may ask.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainWalkNet {
    seen: PlainLinear,
    gates: PlainLinear,
    memory: PlainLinear,
    odds: PlainLinear,
    hidden: usize,
}

impl PlainWalkNet {
    /// What is remembered before the first decision.
    pub fn blank(&self) -> Vec<f32> {
        vec![0.0; self.hidden]
    }

    /// Odds of the next decision, in the order of their codes, which sum up to 1; `state` becomes what is remembered after
    /// this one. `seen`: `[inputs]`.
    pub fn odds(&self, seen: &[f32], state: &mut [f32]) -> [f32; ACTIONS] {
        let mut seen = self.seen.forward(seen);
        seen.iter_mut().for_each(|value| *value = libm::tanhf(*value));
        let (input, own) = (self.gates.forward(&seen), self.memory.forward(state));
        let hidden = self.hidden;
        for (place, state) in state.iter_mut().enumerate() {
            let gate = |gate: usize| sigmoid(input[gate * hidden + place] + own[gate * hidden + place]);
            let (reset, update) = (gate(0), gate(1));
            let new = libm::tanhf(input[2 * hidden + place] + reset * own[2 * hidden + place]);
            *state = new + update * (*state - new);
        }
        let odds = self.odds.forward(state);
        let top = odds.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let powers: [f32; ACTIONS] = std::array::from_fn(|action| libm::expf(odds[action] - top));
        let sum: f32 = powers.iter().sum();
        powers.map(|power| power / sum)
    }
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-value))
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn plain_numbers_give_the_same_odds() {
        let device = Device::flex();
        let net = WalkNet::new(8, 7, &mut Init::new(3, &device));
        let (walks, length, inputs) = (2, 6, 8);
        let seen: Vec<f32> = (0..walks * length * inputs).map(|place| ((place * 37) % 19) as f32 / 9.0 - 1.0).collect();
        let tensor = Tensor::from_data(TensorData::new(seen.clone(), [walks, length, inputs]), &device);
        let expected = net.log_odds(tensor).exp().into_data().try_to_vec::<f32>().unwrap();
        let plain = net.plain();
        for walk in 0..walks {
            let mut state = plain.blank();
            for step in 0..length {
                let place = walk * length + step;
                let odds = plain.odds(&seen[place * inputs..(place + 1) * inputs], &mut state);
                for (odds, expected) in odds.iter().zip(&expected[place * 3..]) {
                    assert!((odds - expected).abs() < 1e-5, "{odds} {expected}");
                }
            }
        }
    }
}
