//! What a model is conditioned on beside the context, as numbers, and the vector of all conditions.

use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::agent::Action;

/// What a network is given beside context and noise: a kind, and as how many numbers. Whoever knows it makes the numbers:
/// of actions, the batch and the question; of classes and texts, the objective that asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Condition {
    /// Nothing: what comes next is for the model to say.
    #[default]
    Nothing,
    /// What the agent does next.
    Action,
    /// One of so many classes.
    Class(usize),
    /// A text, as so many numbers that an encoder made of it.
    Text(usize),
}

impl Condition {
    /// Shown in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Action => "action",
            Self::Class(_) => "class",
            Self::Text(_) => "text",
        }
    }

    /// Numbers that it is given as.
    pub fn width(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Action => ACTIONS,
            Self::Class(width) | Self::Text(width) => width,
        }
    }

    /// Whether it is the action.
    pub fn is_action(self) -> bool {
        self == Self::Action
    }

    /// Its numbers for some windows whose next actions are these, `[actions, width]`; nothing, if it is not the action.
    pub fn of_actions(self, actions: &[Action], device: &Device) -> Option<Tensor<2>> {
        self.is_action().then(|| one_hot(actions, device))
    }

    /// Its numbers for some windows of these classes, each below its width, `[classes, width]`; nothing, if it is not the
    /// class.
    pub fn of_classes(self, classes: &[usize], device: &Device) -> Option<Tensor<2>> {
        let Self::Class(width) = self else { return None };
        Some(one_hot_of(classes, width, device))
    }
}

/// Numbers that say what the agent does: one for each action, of which one is on.
pub(crate) const ACTIONS: usize = 3;

/// `[actions, ACTIONS]`.
pub fn one_hot(actions: &[Action], device: &Device) -> Tensor<2> {
    let number = |&action: &Action| match action {
        Action::Forward => 0,
        Action::Left => 1,
        Action::Right => 2,
    };
    one_hot_of(&actions.iter().map(number).collect::<Vec<_>>(), ACTIONS, device)
}

/// `[numbers, width]`: of each row the number's place is 1, all others 0.
fn one_hot_of(numbers: &[usize], width: usize, device: &Device) -> Tensor<2> {
    let values: Vec<f32> =
        numbers.iter().flat_map(|&number| (0..width).map(move |place| f32::from(place == number))).collect();
    Tensor::from_data(TensorData::new(values, [numbers.len(), width]), device)
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

    #[test]
    fn a_class_is_one_of_its_numbers() {
        let device = Device::flex();
        let class = Condition::Class(4);
        let values = class.of_classes(&[2, 0], &device).unwrap().into_data().try_to_vec::<f32>().unwrap();
        assert_eq!(values, [0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!((class.width(), Condition::Text(64).width()), (4, 64));
        assert!(Condition::Action.of_classes(&[0], &device).is_none() && class.of_actions(&[], &device).is_none());
    }
}
