//! Futures as coarse as a predictor's pictures.

use image::RgbImage;

use crate::camera::Futures;
use crate::predict::Question;

/// Questions whose futures are the means of squares on a grid of so many columns and rows, as large as before.
pub fn coarsened(questions: &[Question], grid: (u32, u32)) -> Vec<Question> {
    let coarse = |frames: &[RgbImage]| frames.iter().map(|frame| coarse_frame(frame, grid)).collect();
    let coarse = |question: &Question| {
        let futures = Futures { left: coarse(&question.futures.left), right: coarse(&question.futures.right) };
        Question { futures, ..question.clone() }
    };
    questions.iter().map(coarse).collect()
}

fn coarse_frame(frame: &RgbImage, (columns, rows): (u32, u32)) -> RgbImage {
    let (width, height) = frame.dimensions();
    let cell = |x: u32, y: u32| ((y * rows / height) * columns + x * columns / width) as usize;
    let mut sums = vec![([0_u32; 3], 0_u32); (columns * rows) as usize];
    for (x, y, pixel) in frame.enumerate_pixels() {
        let (sum, count) = &mut sums[cell(x, y)];
        sum.iter_mut().zip(pixel.0).for_each(|(sum, value)| *sum += u32::from(value));
        *count += 1;
    }
    RgbImage::from_fn(width, height, |x, y| {
        let (sum, count) = sums[cell(x, y)];
        image::Rgb(sum.map(|sum| ((sum + count / 2) / count) as u8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_the_mean_of_its_pixels() {
        let frame = RgbImage::from_fn(8, 4, |x, y| image::Rgb([(10 * x + y) as u8, 7, if x < 4 { 0 } else { 255 }]));
        let coarse = coarse_frame(&frame, (2, 1));
        // Mean of 10 x + y over x in 0..4 and y in 0..4: 15 + 1.5, rounded.
        assert!(
            coarse.enumerate_pixels().all(|(x, _, pixel)| { pixel.0 == if x < 4 { [17, 7, 0] } else { [57, 7, 255] } })
        );
        assert_eq!(coarse_frame(&frame, (8, 4)), frame, "as fine as it is");
    }
}
