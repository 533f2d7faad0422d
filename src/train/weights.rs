//! Weights as one small file: what is shown of a run, in half precision, with what the run was made of.
//!
//! A safetensors file: one tensor of 16-bit floats for each parameter, by its network's name and its path; in its metadata
//! `format`, `run` (a [`RunInfo`] as RON), `step` and `crc32`. The same weights give the same bytes.

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::f16;
use safetensors::tensor::{Dtype, SafeTensors};

use super::{RunInfo, TrainError};
use crate::objective::Numbers;
use crate::settings::{Source, to_text};

/// Value of `format`. In version 1 there was one network, whose name did not stand before the paths; before version 3
/// there was no checksum.
const FORMAT: &str = "crossroads weights 3";
const OLD_FORMATS: [&str; 2] = ["crossroads weights 1", "crossroads weights 2"];

/// What a file begins with, after the eight bytes that say how long its header is; then comes the checksum.
const BEGINNING: &str = r#"{"__metadata__":{"crc32":""#;

/// The checksum while it is computed.
const NO_SUM: &str = "00000000";

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
        let run = to_text(&self.info).map_err(std::io::Error::other).map_err(TrainError::io(file))?;
        let json = |text: &str| serde_json::Value::from(text).to_string();
        // By hand, since the crate `safetensors` writes metadata in an order of its own each time.
        let mut header = format!("{BEGINNING}{NO_SUM}\"");
        for (key, text) in [("format", FORMAT), ("run", &run), ("step", &self.step.to_string())] {
            header += &format!(",\"{key}\":{}", json(text));
        }
        header += "}";
        let mut data = Vec::new();
        let in_order: BTreeMap<&str, &Numbers> =
            self.numbers.iter().map(|numbers| (numbers.path.as_str(), numbers)).collect();
        for (path, numbers) in in_order {
            let start = data.len();
            data.extend(numbers.values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()));
            header += &format!(
                ",{}:{{\"dtype\":\"F16\",\"shape\":{:?},\"data_offsets\":[{start},{}]}}",
                json(path),
                numbers.shape,
                data.len()
            );
        }
        header += "}";
        // Numbers begin at a multiple of eight bytes.
        let length = header.len().next_multiple_of(8);
        let mut bytes = (length as u64).to_le_bytes().to_vec();
        bytes.extend(format!("{header:<length$}").as_bytes());
        bytes.extend(data);
        let sum = format!("{:08x}", crc32fast::hash(&bytes));
        bytes[sum_range()].copy_from_slice(sum.as_bytes());
        Ok(bytes)
    }

    /// Reads a file's bytes; `file` is named in errors.
    pub fn from_bytes(bytes: &[u8], file: &Path) -> Result<Self, TrainError> {
        let error = |why: String| TrainError::WeightsFile { file: file.to_owned(), why };
        let tensors = SafeTensors::deserialize(bytes)
            .map_err(|source| error(format!("is not a whole safetensors file ({source})")))?;
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|source| error(source.to_string()))?;
        let about = metadata.metadata().clone().unwrap_or_default();
        let text = |key: &str| about.get(key).ok_or_else(|| error(format!("has no `{key}` in its metadata")));
        let format = text("format")?.as_str();
        if format != FORMAT && !OLD_FORMATS.contains(&format) {
            return Err(error(format!("`format` is `{format}`, this program reads `{FORMAT}`")));
        }
        if format == FORMAT || about.contains_key("crc32") {
            check_sum(bytes, text("crc32")?).map_err(error)?;
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

/// Where the checksum is in a file.
fn sum_range() -> std::ops::Range<usize> {
    let start = 8 + BEGINNING.len();
    start..start + NO_SUM.len()
}

/// Refuses a file that was altered: its checksum is that of the whole file in which zeros stand in its place.
fn check_sum(bytes: &[u8], stated: &str) -> Result<(), String> {
    let range = sum_range();
    let mut crc = crc32fast::Hasher::new();
    crc.update(&bytes[..range.start.min(bytes.len())]);
    crc.update(NO_SUM.as_bytes());
    crc.update(bytes.get(range.end..).unwrap_or_default());
    let found = format!("{:08x}", crc.finalize());
    match found == stated && bytes.get(range) == Some(stated.as_bytes()) {
        true => Ok(()),
        false => Err(format!("has CRC-32 {found}, its metadata says {stated}: it was altered")),
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
    fn the_same_weights_give_the_same_bytes_whatever_their_order() {
        let file = Path::new("a.safetensors");
        let mut turned = weights();
        turned.numbers.reverse();
        assert!(turned.to_bytes(file).unwrap() == weights().to_bytes(file).unwrap());
    }

    #[test]
    fn every_altered_bit_and_every_cut_is_found() {
        let file = Path::new("a.safetensors");
        let whole = weights().to_bytes(file).unwrap();
        for bit in 0..8 * whole.len() {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(Weights::from_bytes(&bytes, file).is_err(), "bit {bit}");
        }
        for length in 0..whole.len() {
            assert!(Weights::from_bytes(&whole[..length], file).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn sizes_beyond_the_file_are_refused() {
        let file = Path::new("a.safetensors");
        for header in [
            r#"{"a":{"dtype":"F16","shape":[1152921504606846976,16],"data_offsets":[0,0]}}"#,
            r#"{"a":{"dtype":"F16","shape":[4611686018427387904],"data_offsets":[0,9223372036854775808]}}"#,
            r#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[18446744073709551612,0]}}"#,
        ] {
            let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 4]].concat();
            let error = Weights::from_bytes(&bytes, file).unwrap_err().to_string();
            assert!(error.contains("is not a whole safetensors file"), "{error}");
        }
        let error = Weights::from_bytes(&[0xff; 16], file).unwrap_err().to_string();
        assert!(error.contains("is not a whole safetensors file"), "{error}");
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
        let other = [&2_u64.to_le_bytes()[..], b"{}"].concat();
        let error = Weights::from_bytes(&other, file).unwrap_err().to_string();
        assert_eq!(error, "a.safetensors: has no `format` in its metadata; export it anew with `tools export`");
    }
}
