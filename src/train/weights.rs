//! Weights as one small file: what is shown of a run, in half precision, with what the run was made of.
//!
//! A safetensors file: one tensor of 16-bit floats for each parameter, by its network's name and its path; in its metadata
//! `format`, `run` (a [`RunInfo`] as RON) and `step`.

use std::collections::HashMap;
use std::path::Path;

use burn::tensor::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

use super::{RunInfo, TrainError};
use crate::objective::Numbers;
use crate::settings::{Source, to_text};

/// Value of `format`. In version 1 there was one network, whose name did not stand before the paths.
const FORMAT: &str = "crossroads weights 2";
const OLD_FORMAT: &str = "crossroads weights 1";

/// What a file of weights holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// What the run was made of.
    pub info: RunInfo,
    /// Steps that it was trained for.
    pub step: u64,
    /// Every parameter of the network that is shown.
    pub numbers: Vec<Numbers>,
}

impl Weights {
    /// The bytes of a file. Numbers are rounded to half precision.
    ///
    /// # Errors
    /// `file` is named in them.
    pub fn to_bytes(&self, file: &Path) -> Result<Vec<u8>, TrainError> {
        let error = |source: safetensors::SafeTensorError| TrainError::io(file)(std::io::Error::other(source));
        let run = to_text(&self.info).map_err(std::io::Error::other).map_err(TrainError::io(file))?;
        let half = |numbers: &Numbers| -> Vec<u8> {
            numbers.values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()).collect()
        };
        let bytes: Vec<Vec<u8>> = self.numbers.iter().map(half).collect();
        let tensors = self.numbers.iter().zip(&bytes).map(|(numbers, bytes)| {
            let view = TensorView::new(Dtype::F16, numbers.shape.clone(), bytes)?;
            Ok((numbers.path.as_str(), view))
        });
        let tensors = tensors.collect::<Result<Vec<_>, _>>().map_err(error)?;
        let about = [("format", FORMAT.to_owned()), ("run", run), ("step", self.step.to_string())];
        let about: HashMap<String, String> = about.into_iter().map(|(key, text)| (key.to_owned(), text)).collect();
        serialize(tensors, Some(about)).map_err(error)
    }

    /// Reads a file's bytes; `file` is named in errors.
    pub fn from_bytes(bytes: &[u8], file: &Path) -> Result<Self, TrainError> {
        let error = |why: String| TrainError::WeightsFile { file: file.to_owned(), why };
        let tensors = SafeTensors::deserialize(bytes).map_err(|source| error(source.to_string()))?;
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|source| error(source.to_string()))?;
        let about = metadata.metadata().clone().unwrap_or_default();
        let text = |key: &str| about.get(key).ok_or_else(|| error(format!("has no `{key}` in its metadata")));
        if ![FORMAT, OLD_FORMAT].contains(&text("format")?.as_str()) {
            return Err(error(format!("`format` is `{}`, this program reads `{FORMAT}`", text("format")?)));
        }
        let source = Source { file: file.to_owned(), text: text("run")?.clone() };
        let info = RunInfo::from_source(&source)?;
        let step = text("step")?.parse().map_err(|_| error("`step` is not a number".into()))?;
        let mut numbers = Vec::new();
        for (path, tensor) in tensors.tensors() {
            if tensor.dtype() != Dtype::F16 {
                return Err(error(format!("tensor `{path}` is {:?}, expected F16", tensor.dtype())));
            }
            let (halves, _) = tensor.data().as_chunks::<2>();
            let values = halves.iter().map(|&half| f16::from_le_bytes(half).to_f32()).collect();
            numbers.push(Numbers { path, shape: tensor.shape().to_vec(), values });
        }
        Ok(Self { info, step, numbers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Recipe;

    fn weights() -> Weights {
        let recipe = Recipe::load("gan").unwrap();
        let info = RunInfo { format: 3, recipe, scene: "brick".into(), frame_size: (64, 64), learned: Vec::new() };
        let numbers = |path: &str, shape: &[usize], values: &[f32]| Numbers {
            path: path.into(),
            shape: shape.into(),
            values: values.into(),
        };
        let numbers = vec![numbers("a.bias", &[2], &[0.5, -2.0]), numbers("a.weight", &[1, 2], &[1.0, 0.25])];
        Weights { info, step: 30, numbers }
    }

    #[test]
    fn what_half_precision_holds_is_read_back() {
        let file = Path::new("a.safetensors");
        let mut read = Weights::from_bytes(&weights().to_bytes(file).unwrap(), file).unwrap();
        read.numbers.sort_by(|a, b| a.path.cmp(&b.path));
        assert_eq!(read, weights());
    }

    #[test]
    fn numbers_are_rounded_to_half() {
        let mut precise = weights();
        precise.numbers[0].values[0] = 0.500_1;
        let file = Path::new("a.safetensors");
        let read = Weights::from_bytes(&precise.to_bytes(file).unwrap(), file).unwrap();
        let bias = read.numbers.iter().find(|numbers| numbers.path == "a.bias").unwrap();
        assert!((bias.values[0] - 0.500_1).abs() < 5e-4 && bias.values[0] != 0.500_1);
    }

    #[test]
    fn other_files_are_refused() {
        let file = Path::new("a.safetensors");
        let error = Weights::from_bytes(b"abc", file).unwrap_err().to_string();
        assert!(error.starts_with("a.safetensors: "), "{error}");
        let other = serialize(Vec::<(&str, TensorView)>::new(), None).unwrap();
        let error = Weights::from_bytes(&other, file).unwrap_err().to_string();
        assert_eq!(error, "a.safetensors: has no `format` in its metadata; export it anew with `tools export`");
    }
}
