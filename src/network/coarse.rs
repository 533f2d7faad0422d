//! Frames as coarse pictures of few colours, and back.

use burn::tensor::{Device, Tensor, TensorData};

/// Pixels of a frame that a side of a square has: 64 × 64 pixels become 16 × 16.
pub const SHRINK: usize = 4;

/// Mean colours of squares of pixels, frame after frame, row by row. Those at the right and the lower edge may be cut.
pub(super) fn coarse_colours(frames: &Tensor<4>) -> Vec<[f32; 3]> {
    let [batch, _, height, width] = frames.dims();
    let values = frames.clone().into_data().try_to_vec::<f32>().expect("networks compute in f32");
    let (rows, columns, area) = (height.div_ceil(SHRINK), width.div_ceil(SHRINK), height * width);
    let pixels = |square: usize, side: usize| SHRINK.min(side - square * SHRINK);
    let mut colours = vec![[0.0; 3]; batch * rows * columns];
    for (sample, frame) in values.chunks_exact(3 * area).enumerate() {
        for (channel, plane) in frame.chunks_exact(area).enumerate() {
            for (index, value) in plane.iter().enumerate() {
                let (row, column) = (index / width / SHRINK, index % width / SHRINK);
                let count = pixels(row, height) * pixels(column, width);
                colours[(sample * rows + row) * columns + column][channel] += value / count as f32;
            }
        }
    }
    colours
}

/// Each colour as a square of pixels.
pub(super) fn upscaled(
    tokens: &[usize],
    palette: &[[f32; 3]],
    (rows, columns): (usize, usize),
    (height, width): (usize, usize),
    device: &Device,
) -> Tensor<4> {
    let batch = tokens.len() / (rows * columns);
    let mut values = vec![0.0; batch * 3 * height * width];
    for (sample, frame) in values.chunks_exact_mut(3 * height * width).enumerate() {
        for (channel, plane) in frame.chunks_exact_mut(height * width).enumerate() {
            for (index, value) in plane.iter_mut().enumerate() {
                let (row, column) = (index / width / SHRINK, index % width / SHRINK);
                *value = palette[tokens[(sample * rows + row) * columns + column]][channel];
            }
        }
    }
    Tensor::from_data(TensorData::new(values, [batch, 3, height, width]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_become_their_means_and_colours_become_squares() {
        // Levels grow by 1 a column and by 10 a channel.
        let values: Vec<f32> = (0..96).map(|index| (index % 8 + index / 32 * 10) as f32).collect();
        let frame = Tensor::from_data(TensorData::new(values, [1, 3, 4, 8]), &Device::flex());
        let colours = coarse_colours(&frame);
        assert_eq!(colours, [[1.5, 11.5, 21.5], [5.5, 15.5, 25.5]]);
        let cut = coarse_colours(&frame.narrow(2, 0, 2).narrow(3, 0, 6));
        assert_eq!(cut[1], [4.5, 14.5, 24.5], "of what there is");
        let swapped = upscaled(&[1, 0], &colours, (1, 2), (4, 8), &Device::flex());
        assert_eq!(coarse_colours(&swapped), [colours[1], colours[0]]);
    }
}
