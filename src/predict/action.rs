//! What a model is told: the action as numbers, and the vector of all conditions.

use burn::tensor::{Device, Tensor, TensorData};

use crate::agent::Action;

/// Numbers that say what the agent does: one for each action, of which one is on.
pub const ACTIONS: usize = 3;

/// `[actions, ACTIONS]`.
pub fn one_hot(actions: &[Action], device: &Device) -> Tensor<2> {
    let hot = |&action: &Action| [Action::Forward, Action::Left, Action::Right].map(|other| f32::from(other == action));
    let values: Vec<f32> = actions.iter().flat_map(hot).collect();
    Tensor::from_data(TensorData::new(values, [actions.len(), ACTIONS]), device)
}

/// Conditions of a generator, `[samples, inputs]`: what it is told, then noise; none where it takes neither.
pub fn conditions(told: Option<Tensor<2>>, noise: Option<Tensor<2>>) -> Option<Tensor<2>> {
    match (told, noise) {
        (Some(told), Some(noise)) => Some(Tensor::cat(vec![told, noise], 1)),
        (told, noise) => told.or(noise),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_action_stands_before_the_noise() {
        let device = Device::flex();
        let told = one_hot(&[Action::Right, Action::Forward], &device);
        let noise = Tensor::<2>::from_data([[0.5], [0.25]], &device);
        let both = conditions(Some(told), Some(noise)).unwrap().into_data().try_to_vec::<f32>().unwrap();
        assert_eq!(both, [0.0, 0.0, 1.0, 0.5, 1.0, 0.0, 0.0, 0.25]);
        assert!(conditions(None, None).is_none());
    }
}
