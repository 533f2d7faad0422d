//! Frames as pictures on the screen.

use bevy::asset::RenderAssetUsages;
use bevy::image::{ImageSampler, ImageSamplerDescriptor};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

use crate::camera::Frame;

/// An image that shows a frame with hard edges.
pub(in crate::game::window) fn image_of(frame: &Frame) -> Image {
    image(frame, ImageSamplerDescriptor::nearest())
}

/// An image that shows a frame smoothly.
pub(in crate::game::window) fn smooth_image_of(frame: &Frame) -> Image {
    image(frame, ImageSamplerDescriptor::linear())
}

fn image(frame: &Frame, sampler: ImageSamplerDescriptor) -> Image {
    let size = Extent3d { width: frame.width(), height: frame.height(), depth_or_array_layers: 1 };
    let (data, format) = (with_alpha(frame.as_raw()), TextureFormat::Rgba8UnormSrgb);
    let mut image = Image::new(size, TextureDimension::D2, data, format, RenderAssetUsages::all());
    image.sampler = ImageSampler::Descriptor(sampler);
    image
}

/// Replaces what an image shows; a frame of another size replaces the image.
pub(in crate::game::window) fn show(images: &mut Assets<Image>, handle: &Handle<Image>, frame: &Frame) {
    let Some(mut image) = images.get_mut(handle) else { return };
    if image.width() == frame.width() && image.height() == frame.height() {
        image.data = Some(with_alpha(frame.as_raw()));
    } else {
        let sampler = image.sampler.clone();
        *image = Image { sampler, ..image_of(frame) };
    }
}

fn with_alpha(pixels: &[u8]) -> Vec<u8> {
    let (pixels, _) = pixels.as_chunks::<3>();
    pixels.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]).collect()
}

/// A frame of a size out of its pixels; black where they do not make one.
pub(in crate::game::window) fn frame_of(size: (u32, u32), pixels: &[u8]) -> Frame {
    Frame::from_raw(size.0, size.1, pixels.to_vec()).unwrap_or_else(|| Frame::new(size.0, size.1))
}
