//! Whether there is a display that the window can open on: where there is none, Bevy would only panic.

use super::open::WindowError;

/// Reaches the display. What comes back keeps a virtual one from starting over.
#[cfg(target_os = "linux")]
pub(super) fn reach() -> Result<impl Sized, WindowError> {
    x11rb::connect(None).map_err(|error| {
        let why = error.to_string();
        let has_wayland = std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty());
        if has_wayland { WindowError::OnlyWayland { why } } else { WindowError::NoDisplay { why } }
    })
}

/// Whether what could be reached cannot be any more.
#[cfg(target_os = "linux")]
pub(super) fn is_gone() -> bool {
    x11rb::connect(None).is_err()
}

/// Elsewhere than on Linux there always is one.
#[cfg(not(target_os = "linux"))]
pub(super) fn reach() -> Result<impl Sized, WindowError> {
    Ok(())
}

/// The same.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_gone() -> bool {
    false
}
