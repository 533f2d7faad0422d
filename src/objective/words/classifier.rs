//! A classifier of what is seen, trained on real frames alone: the judge of painted ones. It knows nothing of the networks
//! that it judges, and they nothing of it.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};
use rand::seq::IndexedRandom;

use crate::camera::Frames;
use crate::device;
use crate::network::{FrameClassifier, Init, from_pixels};
use crate::objective::learner::Learner;
use crate::objective::part::number;
use crate::progress::Progress;
use crate::random::{Purpose, stream};
use crate::words::{Light, Material, Said, Situation, State, View};

/// Numbers of each answer: situations, materials, lights.
const ANSWERS: [usize; 3] = [Situation::ALL.len(), Material::ALL.len(), Light::ALL.len()];

/// Channels, frames of a step, and Adam's learning rate and betas.
const WIDTH: usize = 16;
const BATCH: usize = 32;
const RATE: f64 = 1e-3;
const BETAS: (f32, f32) = (0.9, 0.99);

/// Reads off a frame what can be said of it.
#[derive(Debug, Clone)]
pub struct StateClassifier {
    network: FrameClassifier,
    device: Device,
}

impl StateClassifier {
    /// What it takes each frame to show.
    pub fn read(&self, frames: &Frames) -> Vec<State> {
        let few = device::questions_at_once(&self.device);
        let mut found = Vec::new();
        for start in (0..frames.len()).step_by(few) {
            let some = frames.slice(start..(start + few).min(frames.len()));
            let answers = self.network.forward(from_pixels(some.pixels(), 1, frames.size(), &self.device));
            let answers = answers.into_data().try_to_vec::<f32>().expect("networks compute in f32");
            found.extend(answers.chunks_exact(ANSWERS.iter().sum()).map(state_of));
        }
        found
    }
}

/// The state whose numbers are the largest.
fn state_of(answers: &[f32]) -> State {
    let (situations, rest) = answers.split_at(ANSWERS[0]);
    let (materials, lights) = rest.split_at(ANSWERS[1]);
    let largest = |numbers: &[f32]| {
        let best = numbers.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
        best.map_or(0, |(index, _)| index)
    };
    State {
        situation: Situation::ALL[largest(situations)],
        material: Material::ALL[largest(materials)],
        light: Light::ALL[largest(lights)],
    }
}

/// Trains one on views, each state as often, for so many steps.
///
/// # Panics
/// If there are no views.
pub fn learn_states(
    said: &Said,
    frame_size: (u32, u32),
    (steps, seed): (u64, u64),
    device: &Device,
    progress: &mut dyn Progress,
) -> StateClassifier {
    let network = FrameClassifier::new(WIDTH, frame_size, ANSWERS.iter().sum(), &mut Init::new(seed, device));
    let mut learner = Learner::new("classifier", network, BETAS);
    let states: Vec<State> = State::all().filter(|&state| !said.views(state).is_empty()).collect();
    let tracking = device.clone().autodiff();
    progress.begin("classifier", "steps", steps, 0);
    for step in 0..steps {
        let mut rng = stream(seed, Purpose::Windows, &[step]);
        let mut view = || -> View {
            let state = states.choose(&mut rng).expect("there are views");
            *said.views(*state).choose(&mut rng).expect("a state that is seen has views")
        };
        let views: Vec<View> = (0..BATCH).map(|_| view()).collect();
        let frames = from_pixels(said.frames(&views).pixels(), 1, frame_size, &tracking);
        let network = learner.model.clone().fork(&tracking);
        let truth: Vec<State> = views.iter().map(|view| view.state).collect();
        let loss = cross_entropy(network.forward(frames), &truth);
        let told = number(&loss);
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        learner.step(RATE * (1.0 - step as f64 / steps as f64), [gradients]);
        progress.advance(step + 1, &format!("cross entropy {told:.3}"));
    }
    progress.end();
    StateClassifier { network: learner.model.valid(), device: device.clone() }
}

/// Sum of the cross entropies of situation, material and light in nats, a mean over the batch: `[1]`.
///
/// # Shapes
/// - `answers`: `[batch, 11]`
fn cross_entropy(answers: Tensor<2>, truth: &[State]) -> Tensor<1> {
    let device = answers.device();
    let mut first = 0;
    let mut sum = Tensor::zeros([1], &device);
    for (kind, width) in ANSWERS.into_iter().enumerate() {
        let classes = truth.iter().map(|state| state.classes()[kind]);
        let one_hot: Vec<f32> =
            classes.flat_map(|class| (0..width).map(move |place| f32::from(place == class))).collect();
        let one_hot = Tensor::<2>::from_data(TensorData::new(one_hot, [truth.len(), width]), &device);
        let log_odds = log_softmax(answers.clone().narrow(1, first, width), 1);
        sum = sum - (log_odds * one_hot).sum() / truth.len() as f32;
        first += width;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(situation: Situation, material: Material, light: Light) -> State {
        State { situation, material, light }
    }

    #[test]
    fn the_loss_is_the_sum_of_three_cross_entropies() {
        let answers = [[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.5]];
        let answers = Tensor::<2>::from_data(answers, &Device::flex());
        let truth = [state(Situation::LeftTurn, Material::Hedge, Light::Day)];
        // ln(e + 4) − 1, ln(e² + 3) − 2 and ln(1 + e^0.5), by Python's `math`.
        let expected = 0.904_833 + 0.340_753 + 0.974_077;
        let found = cross_entropy(answers, &truth).into_scalar::<f32>();
        assert!((found - expected).abs() < 1e-4, "{found}");
    }

    #[test]
    fn the_largest_numbers_say_the_state() {
        let answers = [0.0, 3.0, 0.0, 0.0, 1.0, -1.0, -2.0, -0.5, -3.0, 0.1, 0.2];
        assert_eq!(state_of(&answers), state(Situation::RightTurn, Material::Hedge, Light::Night));
    }
}
