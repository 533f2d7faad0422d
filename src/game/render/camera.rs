//! The camera entity.

use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::prelude::*;

/// What a camera entity needs to show the world and its interface: colours as they are, and no work for effects that
/// are not used. Where it stands is for [`super::view_of`].
pub(crate) fn camera_bundle() -> impl Bundle {
    (Camera2d, Tonemapping::None, DebandDither::Disabled, Msaa::Off)
}
