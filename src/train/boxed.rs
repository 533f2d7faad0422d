//! Weights that come with Crossroads, so that there is something to see before anything was trained.

use std::path::PathBuf;

use super::{TrainError, Weights};

/// Name and file of the trained weights that come with Crossroads; `docs/weights.md` tells how they were made.
pub const BOXED: &[(&str, &[u8])] = &[];

/// The weights of a name.
pub(super) fn boxed(name: &str) -> Option<Result<Weights, TrainError>> {
    let (name, bytes) = BOXED.iter().find(|(known, _)| *known == name)?;
    let file: PathBuf = format!("assets/weights/{name}.safetensors").into();
    Some(Weights::from_bytes(bytes, &file))
}
