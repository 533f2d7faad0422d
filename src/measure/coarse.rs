//! Futures as coarse as a predictor's pictures.

use std::borrow::Cow;

use image::RgbImage;

use crate::camera::{Frames, Futures};
use crate::predict::{Coarse, Question};

/// Questions with the futures that a predictor of such pictures is held against; see [`futures_for`].
pub fn questions_for<'a>(coarse: Option<&Coarse>, questions: &'a [Question]) -> Cow<'a, [Question]> {
    let Some(coarse) = coarse else { return Cow::Borrowed(questions) };
    let coarse = |question: &Question| {
        let next = coarse_frames(&question.next, coarse);
        Question { futures: coarse_futures(&question.futures, coarse), next, ..question.clone() }
    };
    questions.iter().map(coarse).collect()
}

/// The futures that a predictor is held against: where its pictures are coarse, squares of the colours of the palette that
/// are nearest to their means, as large as before.
pub fn futures_for<'a>(coarse: Option<&Coarse>, futures: &'a Futures) -> Cow<'a, Futures> {
    coarse.map_or(Cow::Borrowed(futures), |coarse| Cow::Owned(coarse_futures(futures, coarse)))
}

fn coarse_futures(futures: &Futures, coarse: &Coarse) -> Futures {
    futures.map(|frames| coarse_frames(frames, coarse))
}

fn coarse_frames(frames: &Frames, coarse: &Coarse) -> Frames {
    let all = (0..frames.len()).map(|index| coarse_frame(&frames.picture(index), coarse).into_raw());
    Frames::collect(frames.size(), all)
}

fn coarse_frame(frame: &RgbImage, coarse: &Coarse) -> RgbImage {
    let (width, height) = frame.dimensions();
    let (columns, rows) = (width.div_ceil(coarse.side), height.div_ceil(coarse.side));
    let cell = |x: u32, y: u32| (y / coarse.side * columns + x / coarse.side) as usize;
    let mut sums = vec![([0_u32; 3], 0_u32); (columns * rows) as usize];
    for (x, y, pixel) in frame.enumerate_pixels() {
        let (sum, count) = &mut sums[cell(x, y)];
        sum.iter_mut().zip(pixel.0).for_each(|(sum, value)| *sum += u32::from(value));
        *count += 1;
    }
    let mean = |(sum, count): ([u32; 3], u32)| sum.map(|sum| ((sum + count / 2) / count) as u8);
    let colours: Vec<[u8; 3]> = sums.into_iter().map(|sum| coarse.nearest(mean(sum))).collect();
    RgbImage::from_fn(width, height, |x, y| image::Rgb(colours[cell(x, y)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::testing::question_of;

    #[test]
    fn every_cell_is_the_colour_nearest_to_the_mean_of_its_pixels() {
        let frame = RgbImage::from_fn(8, 4, |x, y| image::Rgb([(10 * x + y) as u8, 7, if x < 4 { 0 } else { 255 }]));
        let palette = vec![[0, 0, 0], [17, 7, 0], [57, 7, 255], [20, 7, 2]];
        let coarse = coarse_frame(&frame, &Coarse { side: 4, palette });
        // Mean of 10 x + y over x in 0..4 and y in 0..4: 15 + 1.5, rounded.
        assert!(
            coarse.enumerate_pixels().all(|(x, _, pixel)| { pixel.0 == if x < 4 { [17, 7, 0] } else { [57, 7, 255] } })
        );
        let palette = frame.pixels().map(|pixel| pixel.0).collect();
        assert_eq!(coarse_frame(&frame, &Coarse { side: 1, palette }), frame, "as fine as it is");
    }

    #[test]
    fn coarse_pictures_are_held_against_coarse_futures_and_others_against_the_futures() {
        let futures = question_of(&[(10, 0.5), (200, 0.5)]).futures;
        assert_eq!(*futures_for(None, &futures), futures);
        let coarse = Coarse { side: 512, palette: vec![[0; 3], [255; 3]] };
        let found = futures_for(Some(&coarse), &futures);
        assert!(found.all[0].frames[0].iter().all(|&level| level == 0));
        assert!(found.all[1].frames[0].iter().all(|&level| level == 255));
    }
}
