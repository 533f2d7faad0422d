//! Whether there is a display that the window can open on: where there is none, Bevy would only panic.

use super::open::WindowError;

#[cfg(target_os = "linux")]
pub(super) use self::linux::{has_x11, is_gone, prefer_x11, reach};

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsString;
    use std::os::unix::net::UnixStream;
    use std::path::PathBuf;

    use super::WindowError;

    /// Has the window be one of X11 where that is there: it can be asked what the keys say, and most desktops with Wayland have
    /// it, too. Bevy by itself would take Wayland. Before there is any model or device.
    pub fn prefer_x11() {
        if has_x11() {
            for name in WAYLAND {
                // SAFETY: libraries that read the environment without the standard library's lock, those of devices and of
                // the window, are not at work yet.
                unsafe { std::env::remove_var(name) };
            }
        }
    }

    /// Reaches the display. What comes back keeps a virtual one from starting over.
    pub fn reach() -> Result<impl Sized, WindowError> {
        let x11 = match x11rb::connect(None) {
            Ok((connection, _)) => return Ok((Some(connection), None)),
            Err(error) => error,
        };
        match wayland() {
            Some(Ok(stream)) => Ok((None, Some(stream))),
            Some(Err(error)) => Err(WindowError::NoDisplay { why: format!("X11: {x11}; Wayland: {error}") }),
            None => Err(WindowError::NoDisplay { why: x11.to_string() }),
        }
    }

    /// Whether what could be reached cannot be any more.
    pub fn is_gone() -> bool {
        !has_x11() && !matches!(wayland(), Some(Ok(_)))
    }

    /// Whether a display of X11 can be reached.
    pub fn has_x11() -> bool {
        x11rb::connect(None).is_ok()
    }

    /// What names a Wayland display, by its socket, or by one that is open already:
    /// <https://wayland.freedesktop.org/docs/html/apb.html>, `wl_display_connect`.
    const WAYLAND: [&str; 2] = ["WAYLAND_DISPLAY", "WAYLAND_SOCKET"];

    /// Reaches the display of Wayland that is named by its socket; nothing where none is.
    fn wayland() -> Option<std::io::Result<UnixStream>> {
        let named = |name| std::env::var_os(name).filter(|value: &OsString| !value.is_empty());
        let display = named(WAYLAND[0])?;
        let folder = named("XDG_RUNTIME_DIR").map(PathBuf::from).unwrap_or_default();
        // A name that begins with `/` is a place by itself.
        Some(UnixStream::connect(folder.join(display)))
    }
}

/// Elsewhere than on Linux there is no choice.
#[cfg(not(target_os = "linux"))]
pub(super) fn prefer_x11() {}

/// And there always is one.
#[cfg(not(target_os = "linux"))]
pub(super) fn reach() -> Result<impl Sized, WindowError> {
    Ok(())
}

/// The same.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_gone() -> bool {
    false
}
