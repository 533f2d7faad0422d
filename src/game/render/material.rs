//! The material of everything in the world: texture, face shade and fog, computed as the software camera does.

use bevy::asset::embedded_asset;
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{AsBindGroup, ShaderType};
use bevy::shader::ShaderRef;

use crate::scene::Theme;

pub(super) fn plugin(app: &mut App) {
    embedded_asset!(app, "world.wgsl");
    app.add_plugins(MaterialPlugin::<WorldMaterial>::default());
}

/// A texture in a theme's light.
#[derive(Asset, TypePath, AsBindGroup, Debug, Clone)]
pub(crate) struct WorldMaterial {
    #[uniform(0)]
    light: Light,
    /// Colours premultiplied by alpha, as 8-bit sRGB values that the graphics card does not convert.
    #[texture(1)]
    #[sampler(2)]
    texture: Handle<Image>,
    alpha_mode: AlphaMode,
}

/// The light of a theme, as the shader gets it.
#[derive(ShaderType, Debug, Clone, Copy)]
struct Light {
    /// 0 to 1, sRGB.
    fog_colour: Vec3,
    /// In cells.
    fog_distance: f32,
    /// Of faces that look north or south.
    face_shade: f32,
}

impl WorldMaterial {
    /// Walls, floor and ceiling.
    pub(super) fn solid(theme: &Theme, texture: Handle<Image>) -> Self {
        let (red, green, blue) = theme.fog.colour;
        let light = Light {
            fog_colour: Vec3::new(red.into(), green.into(), blue.into()) / 255.0,
            fog_distance: theme.fog.distance,
            face_shade: theme.face_shade,
        };
        Self { light, texture, alpha_mode: AlphaMode::Opaque }
    }

    /// The agent.
    pub(super) fn sprite(theme: &Theme, texture: Handle<Image>) -> Self {
        Self { alpha_mode: AlphaMode::Blend, ..Self::solid(theme, texture) }
    }
}

impl Material for WorldMaterial {
    fn fragment_shader() -> ShaderRef {
        "embedded://crossroads/game/render/world.wgsl".into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        self.alpha_mode
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }
}
