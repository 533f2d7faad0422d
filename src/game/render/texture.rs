//! The software camera's textures for the graphics card.

use bevy::asset::RenderAssetUsages;
use bevy::image::{ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

use crate::camera::Texture;

/// What lies beyond a texture's edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beyond {
    /// The texture again.
    Repeated,
    /// Its outermost texels.
    Edge,
}

/// A texture with all its halvings, colours premultiplied by alpha.
pub(super) fn image_of(texture: &Texture, beyond: Beyond) -> Image {
    let levels = texture.level_count();
    let data: Vec<u8> = (0..levels).flat_map(|level| texture.level(level)).flat_map(premultiplied).collect();
    let side = texture.side() as u32;
    let size = Extent3d { width: side, height: side, depth_or_array_layers: 1 };
    // Not the sRGB format: the shader shades the 8-bit values themselves.
    let format = TextureFormat::Rgba8Unorm;
    let mut image = Image::new_uninit(size, TextureDimension::D2, format, RenderAssetUsages::RENDER_WORLD);
    image.data = Some(data);
    image.texture_descriptor.mip_level_count = levels as u32;
    let address_mode = match beyond {
        Beyond::Repeated => ImageAddressMode::Repeat,
        Beyond::Edge => ImageAddressMode::ClampToEdge,
    };
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        address_mode_u: address_mode,
        address_mode_v: address_mode,
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        ..default()
    });
    image
}

fn premultiplied([red, green, blue, alpha]: [u8; 4]) -> [u8; 4] {
    let by_alpha = |value: u8| ((u32::from(value) * u32::from(alpha) + 127) / 255) as u8;
    [by_alpha(red), by_alpha(green), by_alpha(blue), alpha]
}
