//! Between 8-bit pixels and tensors.

use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;

/// `[batch, frames, height, width, 3]` in 8 bit to `[batch, 3 · frames, height, width]` in [−1, 1].
pub fn from_pixels(pixels: &[u8], frames: usize, (width, height): (u32, u32), device: &Device) -> Tensor<4> {
    let area = (width * height) as usize;
    let mut values = vec![0.0_f32; pixels.len()];
    for (frame, planes) in pixels.chunks_exact(area * 3).zip(values.chunks_exact_mut(area * 3)) {
        let (red, rest) = planes.split_at_mut(area);
        let (green, blue) = rest.split_at_mut(area);
        for (index, &[r, g, b]) in frame.as_chunks::<3>().0.iter().enumerate() {
            red[index] = to_unit(r);
            green[index] = to_unit(g);
            blue[index] = to_unit(b);
        }
    }
    let batch = pixels.len() / (area * 3 * frames);
    let shape = [batch, 3 * frames, height as usize, width as usize];
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn to_unit(value: u8) -> f32 {
    f32::from(value) / 127.5 - 1.0
}

/// `[batch, 3, height, width]` in [−1, 1] to `[batch, height, width, 3]` in 8 bit, rounded.
///
/// # Panics
/// If the tensor does not hold 32-bit floats.
pub fn to_pixels(frames: Tensor<4>) -> Vec<u8> {
    let [batch, _, height, width] = frames.dims();
    let area = height * width;
    let values = frames.into_data().try_to_vec::<f32>().expect("networks compute in f32");
    let mut pixels = vec![0; batch * area * 3];
    values.par_chunks_exact(area * 3).zip(pixels.par_chunks_exact_mut(area * 3)).for_each(|(planes, frame)| {
        let (red, rest) = planes.split_at(area);
        let (green, blue) = rest.split_at(area);
        for (((pixel, red), green), blue) in frame.as_chunks_mut::<3>().0.iter_mut().zip(red).zip(green).zip(blue) {
            *pixel = [red, green, blue].map(|&value| to_byte(value));
        }
    });
    pixels
}

/// A value in [−1, 1] in 8 bit, rounded; others saturate.
pub fn to_byte(value: f32) -> u8 {
    // The cast saturates, and turns NaN into 0.
    ((value + 1.0) * 127.5 + 0.5) as u8
}
