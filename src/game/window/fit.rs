//! The window opens no larger than the screen, whatever size was asked for and however much the display enlarges it.

use bevy::prelude::*;
use bevy::window::{Monitor, OnMonitor, PrimaryMonitor};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PreUpdate, fit);
}

/// Shrinks the window, once: afterwards it has the size that a person gives it.
fn fit(
    mut windows: Query<(&mut Window, Option<&OnMonitor>)>,
    monitors: Query<(Entity, &Monitor, Has<PrimaryMonitor>)>,
    mut is_done: Local<bool>,
) {
    let Ok((mut window, on)) = windows.single_mut() else { return };
    let own = monitors.iter().find(|(entity, ..)| on.is_some_and(|on| on.0 == *entity));
    let primary = monitors.iter().find(|(.., is_primary)| *is_primary);
    let Some((_, monitor, _)) = own.or(primary).or_else(|| monitors.iter().next()) else { return };
    if *is_done {
        return;
    }
    *is_done = true;
    let size = window.physical_size();
    let fitted = within(size, monitor.physical_size());
    if fitted != size {
        info!("the window is {}×{} pixels, since the screen has no more", fitted.x, fitted.y);
        window.resolution.set_physical_resolution(fitted.x, fitted.y);
        window.position = WindowPosition::Centered(MonitorSelection::Current);
    }
}

/// A size, shrunk in its proportions until the screen holds it. A screen without a size holds any.
fn within(size: UVec2, screen: UVec2) -> UVec2 {
    if size.cmple(screen).all() || screen.min_element() == 0 {
        return size;
    }
    let scaled = |length: u32, by: u32, of: u32| (u64::from(length) * u64::from(by) / u64::from(of)).max(1) as u32;
    let is_wide = u64::from(size.x) * u64::from(screen.y) >= u64::from(size.y) * u64::from(screen.x);
    match is_wide {
        true => UVec2::new(screen.x, scaled(size.y, screen.x, size.x)),
        false => UVec2::new(scaled(size.x, screen.y, size.y), screen.y),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_never_larger_than_the_screen_and_keeps_its_proportions() {
        let fitted = |width, height, screen| within(UVec2::new(width, height), UVec2::from(screen)).to_array();
        assert_eq!(fitted(3200, 1800, (1920, 1080)), [1920, 1080], "1280×720 at a scale factor of 2.5");
        assert_eq!(fitted(1280, 720, (1920, 1080)), [1280, 720]);
        assert_eq!(fitted(3200, 1800, (3440, 1440)), [2560, 1440]);
        assert_eq!(fitted(3200, 1800, (1080, 1920)), [1080, 607], "a screen that stands upright");
        assert_eq!(fitted(4000, 1, (1000, 1000)), [1000, 1]);
        assert_eq!(fitted(1280, 720, (0, 0)), [1280, 720]);
        assert_eq!(fitted(u32::MAX, u32::MAX, (800, 600)), [600, 600]);
    }
}
