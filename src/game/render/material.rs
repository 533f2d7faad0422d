//! The material of everything in the world: texture, face shade and fog, computed as the software camera does.

use bevy::asset::embedded_asset;
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, Face, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;
use bevy::sprite_render::{AlphaMode2d, Material2d, Material2dKey, Material2dPlugin};

use crate::scene::Theme;

pub(super) fn plugin(app: &mut App) {
    embedded_asset!(app, "world.wgsl");
    app.add_plugins(Material2dPlugin::<WorldMaterial>::default());
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
    /// Of sprites, which are drawn after all else, those with a larger one over those with a smaller one; none of what is solid.
    layer: Option<u8>,
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
        Self { light, texture, layer: None }
    }

    /// Who walks about, seen from above.
    pub(super) fn sprite(theme: &Theme, texture: Handle<Image>, layer: u8) -> Self {
        Self { layer: Some(layer), ..Self::solid(theme, texture) }
    }
}

/// More than any maze is wide: what is transparent is sorted by where it lies from north to south plus the layer times this.
const LAYER: f32 = 10_000.0;

/// A material of Bevy's pipeline for flat things, which places, sorts and hides by depth what is in the world as the other one
/// does, and has none of the lights, shadows and reflections that make that one slow to build.
impl Material2d for WorldMaterial {
    fn fragment_shader() -> ShaderRef {
        "embedded://crossroads/game/render/world.wgsl".into()
    }

    fn depth_bias(&self) -> f32 {
        self.layer.map_or(0.0, |layer| LAYER * f32::from(layer))
    }

    fn alpha_mode(&self) -> AlphaMode2d {
        if self.layer.is_some() { AlphaMode2d::Blend } else { AlphaMode2d::Opaque }
    }

    fn specialize(
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        _: Material2dKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        // From above, the ceiling is not seen.
        descriptor.primitive.cull_mode = Some(Face::Back);
        Ok(())
    }
}
