//! A network's numbers by their paths, to be stored without the network.

use std::collections::HashMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

/// A parameter's numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// Where it is in the network, such as `down.0.weight`.
    pub path: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Row by row.
    pub values: Vec<f32>,
}

/// Why numbers do not fit a network.
#[derive(Debug, thiserror::Error)]
#[error("parameter `{path}` is {found}, the network has {expected}")]
pub struct NumbersError {
    /// The parameter.
    pub path: String,
    /// Its shape among the numbers.
    pub found: String,
    /// Its shape in the network.
    pub expected: String,
}

/// All parameters of a network.
///
/// # Panics
/// If a parameter does not hold 32-bit floats.
pub(super) fn numbers<M: Module>(model: &M) -> Vec<Numbers> {
    let mut collect = Collect::default();
    model.visit(&mut collect);
    collect.found
}

#[derive(Default)]
struct Collect {
    path: Vec<String>,
    found: Vec<Numbers>,
}

impl ModuleVisitor for Collect {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let shape = tensor.dims().to_vec();
        let values = tensor.into_data().try_to_vec::<f32>().expect("networks compute in f32");
        self.found.push(Numbers { path: self.path.join("."), shape, values });
    }
}

/// A network with other numbers. Every parameter must be among them, in its shape.
pub(super) fn with_numbers<M: Module>(model: M, numbers: &[Numbers]) -> Result<M, NumbersError> {
    let known = numbers.iter().map(|numbers| (numbers.path.as_str(), numbers)).collect();
    let mut replace = Replace { path: Vec::new(), known, error: None };
    let model = model.map(&mut replace);
    replace.error.map_or(Ok(model), Err)
}

struct Replace<'a> {
    path: Vec<String>,
    known: HashMap<&'a str, &'a Numbers>,
    error: Option<NumbersError>,
}

impl ModuleMapper for Replace<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let path = self.path.join(".");
        let (shape, found) = (param.dims(), self.known.get(path.as_str()));
        match found {
            Some(numbers) if numbers.shape == shape => param.map(|old| {
                let data = TensorData::new(numbers.values.clone(), shape);
                Tensor::from_data(data, &old.device())
            }),
            _ => {
                let found = found.map_or("not there".into(), |numbers| format!("{:?}", numbers.shape));
                self.error.get_or_insert(NumbersError { path, found, expected: format!("{shape:?}") });
                param
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::network::{Generator, GeneratorSettings, Init};

    fn generator(width: usize, seed: u64) -> Generator {
        let settings = GeneratorSettings::new(width, 1);
        Generator::new(&settings, 2, (32, 32), 3, &mut Init::new(seed, &Device::flex()))
    }

    #[test]
    fn numbers_make_one_network_the_other() {
        let (one, other) = (generator(4, 1), generator(4, 2));
        assert_ne!(numbers(&one), numbers(&other));
        let same = with_numbers(other, &numbers(&one)).unwrap();
        assert_eq!(numbers(&one), numbers(&same));
        assert!(numbers(&one).iter().any(|numbers| numbers.path == "down.0.weight" && numbers.shape == [4, 6, 4, 4]));
    }

    #[test]
    fn numbers_that_do_not_fit_are_told_by_path_and_shape() {
        let error = with_numbers(generator(8, 1), &numbers(&generator(4, 1))).unwrap_err().to_string();
        assert_eq!(error, "parameter `down.0.weight` is [4, 6, 4, 4], the network has [8, 6, 4, 4]");
        let mut some = numbers(&generator(4, 1));
        some.retain(|numbers| numbers.path != "output.bias");
        let error = with_numbers(generator(4, 1), &some).unwrap_err().to_string();
        assert_eq!(error, "parameter `output.bias` is not there, the network has [12]");
    }
}
