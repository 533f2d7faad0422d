//! Whether anything can draw here.

use std::sync::Arc;

use bevy::render::renderer::{RenderInstance, WgpuWrapper};
use bevy::render::settings::WgpuSettings;
use bevy::tasks::block_on;

use crate::camera::TextureError;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// No graphics driver that Bevy can use.
    #[error(
        "no graphics driver (Vulkan) was found: install one (on Debian `mesa-vulkan-drivers` and `libvulkan1`, which draw without a graphics card too), or see the models without a window by `crossroads demo`"
    )]
    NoDriver,
    /// A texture of the scene.
    #[error(transparent)]
    Texture(#[from] TextureError),
    /// The driver refused what it was given.
    #[error("the graphics driver failed to draw ({0}); update it, or choose another by the variable WGPU_ADAPTER_NAME")]
    Failed(String),
}

/// Looks for a graphics driver, and returns the name of the first adapter.
///
/// Bevy itself panics where there is none: ask this first.
pub(crate) fn driver() -> Result<String, RenderError> {
    let backends = WgpuSettings::default().backends.ok_or(RenderError::NoDriver)?;
    let instance = RenderInstance(Arc::new(WgpuWrapper::new(Default::default())));
    let adapters = block_on(instance.enumerate_adapters(backends));
    adapters.first().map(|adapter| adapter.get_info().name).ok_or(RenderError::NoDriver)
}
