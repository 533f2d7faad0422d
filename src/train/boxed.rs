//! Weights that come with Crossroads, so that there is something to see before anything was trained.

use std::path::PathBuf;

macro_rules! weights {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../assets/weights/", $name, ".safetensors")))),*]
    };
}

/// Name and file of the trained weights that come with Crossroads; `docs/weights.md` tells how they were made.
pub static BOXED: &[(&str, &[u8])] = weights!["regression", "gan", "gan-told"];

/// The file of a name, and its bytes.
pub(super) fn boxed(name: &str) -> Option<(PathBuf, &'static [u8])> {
    let (name, bytes) = BOXED.iter().find(|(known, _)| *known == name)?;
    Some((format!("assets/weights/{name}.safetensors").into(), bytes))
}
