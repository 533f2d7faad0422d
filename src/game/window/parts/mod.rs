//! What all screens are made of.

mod button;
mod noise;
mod panel;
mod picture;
mod side;
pub(super) mod theme;

use bevy::prelude::*;

pub(super) use button::{Selected, spawn_button, spawn_hints};
pub(super) use noise::{NoiseDial, bind_noise, spawn_slider};
pub(super) use panel::{Panel, Panels, fitted, spawn_panel};
pub(super) use picture::{frame_of, image_of, show, smooth_image_of};
pub(super) use side::{COLUMN, beside, side};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((theme::plugin, button::plugin, noise::plugin));
}
