//! Bevy's renderer draws the world that the software camera draws, at any resolution.
//!
//! A world is a handful of meshes, one a texture, under one root entity. [`WorldBuilder`] spawns them, [`view_of`] says
//! where the camera stands, and [`photograph`] draws without a window.

mod camera;
mod driver;
mod material;
mod mesh;
mod photograph;
mod sprite;
mod texture;
mod view;
mod world;

use bevy::prelude::*;

pub(crate) use camera::camera_bundle;
pub use driver::RenderError;
pub(crate) use driver::driver;
pub use photograph::photograph;
pub(crate) use sprite::{AgentSprite, CreatureSprite, creature_at, sprite_at};
pub use view::other_view;
pub(crate) use view::view_of;
pub(crate) use world::WorldBuilder;

/// What must be there before a world is built: the material and its shader.
pub(crate) fn plugin(app: &mut App) {
    app.add_plugins(material::plugin);
}
