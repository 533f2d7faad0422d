//! A picture to draw on.

use image::imageops::{FilterType, replace, resize};

use super::palette::{BACKGROUND, Colour};
use super::rect::Rect;
use crate::camera::Frame;

/// A picture to draw on: RGB, 8 bit. What lies outside is not drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Canvas {
    picture: Frame,
}

impl Canvas {
    /// An empty canvas in the palette's background.
    pub fn new(width: u32, height: u32) -> Self {
        Self { picture: Frame::from_pixel(width, height, image::Rgb(BACKGROUND)) }
    }

    /// The picture.
    pub fn picture(&self) -> &Frame {
        &self.picture
    }

    /// A picture to draw on further.
    pub fn from_picture(picture: Frame) -> Self {
        Self { picture }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        self.picture.dimensions()
    }

    /// The whole of it.
    pub fn area(&self) -> Rect {
        Rect::new(0, 0, self.picture.width(), self.picture.height())
    }

    /// Blends a colour over one pixel; `cover` is 0 to 1.
    pub(super) fn blend(&mut self, x: i32, y: i32, colour: Colour, cover: f32) {
        let inside = |at: i32, length: u32| u32::try_from(at).ok().filter(|&at| at < length);
        let (Some(x), Some(y)) = (inside(x, self.picture.width()), inside(y, self.picture.height())) else {
            return;
        };
        let pixel = self.picture.get_pixel_mut(x, y);
        for (old, new) in pixel.0.iter_mut().zip(colour) {
            *old = (f32::from(*old) + (f32::from(new) - f32::from(*old)) * cover).round() as u8;
        }
    }

    /// Fills a rectangle with round corners.
    pub fn fill(&mut self, rect: Rect, radius: f32, colour: Colour) {
        self.shade(rect, colour, |x, y| 0.5 - distance(rect, radius, x, y));
    }

    /// Draws the inner border of a rectangle with round corners.
    pub fn border(&mut self, rect: Rect, radius: f32, thickness: f32, colour: Colour) {
        self.shade(rect, colour, |x, y| {
            let outside = distance(rect, radius, x, y);
            (0.5 - outside).min(outside + thickness + 0.5)
        });
    }

    /// Draws a straight line with round ends.
    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), thickness: f32, colour: Colour) {
        let half = thickness / 2.0;
        let low = |one: f32, other: f32| (one.min(other) - half - 1.0).max(0.0) as u32;
        let high = |one: f32, other: f32| (one.max(other) + half + 2.0).max(0.0) as u32;
        let (x, y) = (low(from.0, to.0), low(from.1, to.1));
        let rect = Rect::new(x, y, high(from.0, to.0) - x, high(from.1, to.1) - y);
        let way = (to.0 - from.0, to.1 - from.1);
        let length = (way.0 * way.0 + way.1 * way.1).max(f32::EPSILON);
        self.shade(rect, colour, |x, y| {
            let off = (x - from.0, y - from.1);
            let along = ((off.0 * way.0 + off.1 * way.1) / length).clamp(0.0, 1.0);
            half + 0.5 - libm::hypotf(off.0 - along * way.0, off.1 - along * way.1)
        });
    }

    /// Draws straight lines from place to place; a single one is a dot.
    pub fn course(&mut self, places: impl Iterator<Item = (f32, f32)>, thickness: f32, colour: Colour) {
        let mut before: Option<(f32, f32)> = None;
        for place in places {
            self.line(before.unwrap_or(place), place, thickness, colour);
            before = Some(place);
        }
    }

    fn shade(&mut self, rect: Rect, colour: Colour, cover: impl Fn(f32, f32) -> f32) {
        for y in rect.y..rect.bottom() {
            for x in rect.x..rect.right() {
                let cover = cover(x as f32 + 0.5, y as f32 + 0.5).clamp(0.0, 1.0);
                self.blend(x as i32, y as i32, colour, cover);
            }
        }
    }

    /// Places a frame, given as its pixels, in the upper left of `area`: enlarged by a whole number with hard edges, or
    /// shrunk. Returns where it is; pixels that do not make a frame of that size draw nothing.
    pub fn place(&mut self, pixels: &[u8], size: (u32, u32), area: Rect) -> Rect {
        let spot = area.fit(size);
        if let Some(frame) = Frame::from_raw(size.0, size.1, pixels.to_vec()) {
            let filter = if spot.width >= size.0 { FilterType::Nearest } else { FilterType::Triangle };
            let enlarged = resize(&frame, spot.width, spot.height, filter);
            replace(&mut self.picture, &enlarged, i64::from(spot.x), i64::from(spot.y));
        }
        spot
    }

    /// Smaller or larger, smoothly.
    pub fn resized(&self, width: u32, height: u32) -> Self {
        Self { picture: resize(&self.picture, width, height, FilterType::CatmullRom) }
    }

    /// A mix of two canvases of the same size: 0 is this one, 1 the other.
    pub fn mixed(&self, other: &Self, share: f32) -> Self {
        let mut mixed = self.clone();
        let weight = (share.clamp(0.0, 1.0) * 256.0) as i32;
        for (mine, theirs) in mixed.picture.iter_mut().zip(other.picture.iter()) {
            let (from, to) = (i32::from(*mine), i32::from(*theirs));
            *mine = (from + ((to - from) * weight + 128).div_euclid(256)) as u8;
        }
        mixed
    }
}

/// Signed distance in pixels to the edge of a rectangle with round corners; negative inside.
fn distance(rect: Rect, radius: f32, x: f32, y: f32) -> f32 {
    let (half_width, half_height) = (rect.width as f32 / 2.0, rect.height as f32 / 2.0);
    let radius = radius.min(half_width).min(half_height);
    let dx = (x - rect.x as f32 - half_width).abs() - half_width + radius;
    let dy = (y - rect.y as f32 - half_height).abs() - half_height + radius;
    libm::hypotf(dx.max(0.0), dy.max(0.0)) + dx.max(dy).min(0.0) - radius
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_enlarged_with_hard_edges() {
        let mut canvas = Canvas::new(20, 20);
        let spot = canvas.place(&[255, 0, 0, 0, 255, 0], (2, 1), Rect::new(2, 2, 9, 9));
        assert_eq!(spot, Rect::new(2, 2, 8, 4));
        let colour = |x, y| canvas.picture().get_pixel(x, y).0;
        assert_eq!(
            (colour(2, 2), colour(5, 5), colour(6, 2), colour(9, 5)),
            ([255, 0, 0], [255, 0, 0], [0, 255, 0], [0, 255, 0])
        );
        assert_eq!((colour(10, 2), colour(2, 6)), (BACKGROUND, BACKGROUND));
    }

    #[test]
    fn shapes_stay_in_their_rectangle_and_on_the_canvas() {
        let mut canvas = Canvas::new(16, 16);
        canvas.fill(Rect::new(4, 4, 8, 8), 3.0, [255; 3]);
        canvas.border(Rect::new(10, 10, 40, 40), 3.0, 2.0, [255; 3]);
        assert_eq!(canvas.picture().get_pixel(8, 8).0, [255; 3]);
        assert_eq!(canvas.picture().get_pixel(3, 8).0, BACKGROUND);
        assert_eq!(canvas.picture().get_pixel(4, 4).0, BACKGROUND, "corners are round");
        assert_eq!(canvas.picture().get_pixel(14, 14).0, BACKGROUND, "a border is hollow");
    }

    #[test]
    fn a_line_covers_its_way_and_no_more() {
        let mut canvas = Canvas::new(40, 40);
        canvas.line((5.0, 5.0), (35.0, 20.0), 4.0, [255; 3]);
        let colour = |x, y| canvas.picture().get_pixel(x, y).0;
        assert_eq!((colour(20, 12), colour(6, 5), colour(34, 19)), ([255; 3], [255; 3], [255; 3]));
        assert_eq!((colour(20, 16), colour(20, 8), colour(39, 22)), (BACKGROUND, BACKGROUND, BACKGROUND));
        canvas.line((-9.0, 90.0), (90.0, -9.0), 2.0, [255; 3]);
    }

    #[test]
    fn a_course_leads_from_place_to_place() {
        let mut canvas = Canvas::new(40, 40);
        canvas.course([(5.0, 5.0), (35.0, 5.0), (35.0, 35.0)].into_iter(), 2.0, [255; 3]);
        let colour = |x, y| canvas.picture().get_pixel(x, y).0;
        assert_eq!((colour(20, 5), colour(35, 20), colour(20, 20)), ([255; 3], [255; 3], BACKGROUND));
    }

    #[test]
    fn a_mix_ends_at_both_canvases() {
        let (a, mut b) = (Canvas::new(4, 4), Canvas::new(4, 4));
        b.fill(b.area(), 0.0, [200, 100, 0]);
        assert_eq!((a.mixed(&b, 0.0), a.mixed(&b, 1.0)), (a, b));
    }
}
