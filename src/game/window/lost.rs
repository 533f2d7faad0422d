//! A display or a graphics driver that goes away while the window is open: nothing is lost but the window.
//!
//! Where the display goes, the window closes as if a person had closed it. Where the driver fails, Bevy panics in what it
//! does next, and cannot be kept from doing it: so all is saved where the failure is told, and the program ends there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bevy::prelude::*;
use bevy::render::renderer::RenderDevice;

use super::display;
use super::lab::{Lab, Worker};
use super::maze::Tape;
use super::notice::Notices;
use super::open::WindowError;
use crate::progress::tell;

// There is one window a program; what tells that it is lost has no world to write into.
static DISPLAY_IS_LOST: AtomicBool = AtomicBool::new(false);

pub(super) fn plugin(app: &mut App) {
    #[cfg(target_os = "linux")]
    app.add_systems(PreUpdate, xlib::keep_alive);
    app.add_systems(Startup, listen_to_driver).add_systems(PreUpdate, leave);
}

/// Whether the window closed since its display is gone.
pub(super) fn display_is_lost() -> bool {
    DISPLAY_IS_LOST.load(Ordering::Relaxed)
}

/// Closes the window in order: recordings and trainings are saved as ever.
fn leave(mut exit: MessageWriter<AppExit>) {
    if display_is_lost() {
        exit.write(AppExit::error());
    }
}

/// What has to be saved before the program may end, also where the game's world is gone.
#[derive(Clone)]
pub(super) struct Unsaved {
    tape: Tape,
    worker: Worker,
}

impl Unsaved {
    /// That of a game.
    pub fn of(game: &World) -> Self {
        Self { tape: game.resource::<Tape>().clone(), worker: game.resource::<Lab>().worker() }
    }

    /// Saves it, and tells what could not be. What is saved already costs nothing.
    pub fn save(&self) {
        if let Err(error) = self.worker.save() {
            error!("{error}");
        }
        let mut reel = self.tape.reel();
        if reel.is_running() {
            reel.end(&mut Notices::default());
        }
    }
}

/// Has the driver's failures end the program, in place of what Bevy does with them.
fn listen_to_driver(device: Res<RenderDevice>, tape: Res<Tape>, lab: Res<Lab>) {
    let unsaved = Unsaved { tape: tape.clone(), worker: lab.worker() };
    let device = device.wgpu_device();
    let other = unsaved.clone();
    // Bevy itself never gives a device up before its end.
    device.set_device_lost_callback(move |_, how| end_at_once(&other, &how));
    device.on_uncaptured_error(Arc::new(move |error| end_at_once(&unsaved, &error.to_string())));
}

/// Saves all, says one line, and ends the program with exit code 2.
fn end_at_once(unsaved: &Unsaved, how: &str) -> ! {
    unsaved.save();
    let how = how.split_whitespace().collect::<Vec<_>>().join(" ");
    // A driver fails, too, where what it draws on is gone.
    let is_gone = display_is_lost() || display::is_gone();
    let error = if is_gone { WindowError::DisplayLost } else { WindowError::DriverFailed { how } };
    tell(&format!("error: {error}"));
    // Not by way of what is to be done at a program's end: of that, much is the driver's.
    #[cfg(target_os = "linux")]
    // SAFETY: nothing is shared with what goes.
    unsafe {
        libc::_exit(2)
    }
    #[cfg(not(target_os = "linux"))]
    std::process::exit(2)
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
