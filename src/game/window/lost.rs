//! A display or a graphics driver that goes away while the window is open: the window closes as if a person had closed it,
//! so that nothing is lost but the window.

use std::sync::atomic::{AtomicBool, Ordering};

use bevy::prelude::*;
use bevy::render::error_handler::{RenderError, RenderErrorHandler, RenderErrorPolicy};

use super::open::WindowError;

// There is one window a program; what tells that it is lost has no world to write into, or one that is gone at the end.
static DISPLAY_IS_LOST: AtomicBool = AtomicBool::new(false);
static DRIVER_HAS_FAILED: AtomicBool = AtomicBool::new(false);

pub(super) fn plugin(app: &mut App) {
    #[cfg(target_os = "linux")]
    app.add_systems(PreUpdate, xlib::keep_alive);
    app.insert_resource(RenderErrorHandler(close)).add_systems(PreUpdate, leave);
}

/// Why the window closed, unless a person closed it.
pub(super) fn reason() -> Option<WindowError> {
    if DISPLAY_IS_LOST.load(Ordering::Relaxed) {
        return Some(WindowError::DisplayLost);
    }
    DRIVER_HAS_FAILED.load(Ordering::Relaxed).then_some(WindowError::DriverFailed)
}

/// Closes the window in order: recordings and trainings are saved as ever.
fn leave(mut exit: MessageWriter<AppExit>) {
    if DISPLAY_IS_LOST.load(Ordering::Relaxed) {
        exit.write(AppExit::error());
    }
}

/// The same where the driver has failed. Bevy has already told how.
fn close(_: &RenderError, game: &mut World, _: &mut World) -> RenderErrorPolicy {
    DRIVER_HAS_FAILED.store(true, Ordering::Relaxed);
    game.write_message(AppExit::error());
    RenderErrorPolicy::StopRendering
}

/// Xlib ends the program where its display is gone, unless it is told not to.
#[cfg(target_os = "linux")]
mod xlib {
    use std::ffi::{c_int, c_void};
    use std::sync::atomic::Ordering;

    use bevy::prelude::*;
    use bevy::window::RawHandleWrapper;
    use raw_window_handle::RawDisplayHandle;

    /// Xlib's display.
    type Display = c_void;

    /// Tells it.
    pub fn keep_alive(windows: Query<&RawHandleWrapper, Added<RawHandleWrapper>>) {
        for window in &windows {
            let RawDisplayHandle::Xlib(handle) = window.get_display_handle() else { continue };
            let Some(display) = handle.display else { continue };
            // SAFETY: the types are those of Xlib's header. Its library is loaded, since the window is made with it, and is
            // never unloaded; the display is the window's own, which lives as long as the window.
            unsafe {
                let library = libc::dlopen(c"libX11.so.6".as_ptr(), libc::RTLD_LAZY | libc::RTLD_NOLOAD);
                if library.is_null() {
                    continue;
                }
                let exit = libc::dlsym(library, c"XSetIOErrorExitHandler".as_ptr());
                let error = libc::dlsym(library, c"XSetIOErrorHandler".as_ptr());
                // Xlib before 1.7 cannot be told; then episodes and checkpoints that are whole are kept, as after a kill.
                if !exit.is_null() && !error.is_null() {
                    type Exit =
                        unsafe extern "C" fn(*mut Display, extern "C" fn(*mut Display, *mut c_void), *mut c_void);
                    type Error = unsafe extern "C" fn(extern "C" fn(*mut Display) -> c_int) -> *mut c_void;
                    std::mem::transmute::<*mut c_void, Exit>(exit)(display.as_ptr(), come_back, std::ptr::null_mut());
                    std::mem::transmute::<*mut c_void, Error>(error)(say_nothing);
                }
            }
        }
    }

    /// In place of a line of Xlib's own: the program says one at its end.
    extern "C" fn say_nothing(_: *mut Display) -> c_int {
        0
    }

    /// In place of the program's end.
    extern "C" fn come_back(_: *mut Display, _: *mut c_void) {
        super::DISPLAY_IS_LOST.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use bevy::render::error_handler::ErrorType;

    use super::*;

    #[test]
    fn a_driver_that_fails_closes_the_window_and_says_so() {
        let mut game = World::new();
        game.init_resource::<Messages<AppExit>>();
        let error = RenderError { ty: ErrorType::DeviceLost, description: "gone".into(), source: None };
        let policy = close(&error, &mut game, &mut World::new());
        assert!(matches!(policy, RenderErrorPolicy::StopRendering));
        assert_eq!(game.resource::<Messages<AppExit>>().len(), 1, "which is what saves recordings");
        assert!(matches!(reason(), Some(WindowError::DriverFailed)));
    }
}
