//! A display that goes away while the window is open: the window closes as if a person had closed it, so that nothing is
//! lost but the window.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};

use bevy::prelude::*;
use bevy::window::RawHandleWrapper;
use raw_window_handle::RawDisplayHandle;

/// Whether the display is gone. There is one display a program.
static IS_LOST: AtomicBool = AtomicBool::new(false);

/// Xlib's display.
type Display = c_void;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PreUpdate, (keep_alive, leave));
}

/// Whether the display went away.
pub(super) fn is_lost() -> bool {
    IS_LOST.load(Ordering::Relaxed)
}

/// Closes the window in order: recordings and trainings are saved as ever.
fn leave(mut exit: MessageWriter<AppExit>) {
    if is_lost() {
        exit.write(AppExit::error());
    }
}

/// Tells Xlib not to end the program where its display is gone, which it does unless it is told.
fn keep_alive(windows: Query<&RawHandleWrapper, Added<RawHandleWrapper>>) {
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
                type Exit = unsafe extern "C" fn(*mut Display, extern "C" fn(*mut Display, *mut c_void), *mut c_void);
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
    IS_LOST.store(true, Ordering::Relaxed);
}
