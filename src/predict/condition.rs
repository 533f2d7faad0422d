//! What a model is conditioned on beside the context, as numbers, and the vector of all conditions.

use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::agent::Action;

/// What a network is given beside context and noise. Another kind is a variant here, with its name and width, and whoever
/// has it at hand makes its numbers, as [`one_hot`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Condition {
    /// Nothing: what comes next is for the model to say.
    #[default]
    Nothing,
    /// What the agent does next.
    Action,
}

impl Condition {
    /// Shown in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Action => "action",
        }
    }

    /// Numbers that it is given as.
    pub fn width(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Action => ACTIONS,
        }
    }

    /// Whether it is the action.
    pub fn is_action(self) -> bool {
        self == Self::Action
    }

    /// Its numbers for some windows whose next actions are these, `[actions, width]`; nothing, if it has none.
    pub fn of_actions(self, actions: &[Action], device: &Device) -> Option<Tensor<2>> {
        self.is_action().then(|| one_hot(actions, device))
    }
}

/// Numbers that say what the agent does: one for each action, of which one is on.
pub(crate) const ACTIONS: usize = 3;

/// `[actions, ACTIONS]`.
pub fn one_hot(actions: &[Action], device: &Device) -> Tensor<2> {
    let hot = |&action: &Action| [Action::Forward, Action::Left, Action::Right].map(|other| f32::from(other == action));
    let values: Vec<f32> = actions.iter().flat_map(hot).collect();
    Tensor::from_data(TensorData::new(values, [actions.len(), ACTIONS]), device)
}

/// Inputs of a generator, `[samples, inputs]`: its condition, then noise; none where it takes neither.
pub fn conditions(condition: Option<Tensor<2>>, noise: Option<Tensor<2>>) -> Option<Tensor<2>> {
    match (condition, noise) {
        (Some(condition), Some(noise)) => Some(Tensor::cat(vec![condition, noise], 1)),
        (condition, noise) => condition.or(noise),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_action_stands_before_the_noise() {
        let device = Device::flex();
        let action = one_hot(&[Action::Right, Action::Forward], &device);
        let noise = Tensor::<2>::from_data([[0.5], [0.25]], &device);
        let both = conditions(Some(action), Some(noise)).unwrap().into_data().try_to_vec::<f32>().unwrap();
        assert_eq!(both, [0.0, 0.0, 1.0, 0.5, 1.0, 0.0, 0.0, 0.25]);
        assert!(conditions(None, None).is_none());
        assert_eq!((Condition::Nothing.width(), Condition::Action.width()), (0, 3));
        assert!(Condition::Nothing.of_actions(&[Action::Left], &device).is_none());
    }
}
