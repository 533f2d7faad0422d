//! Rectangles on a canvas.

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

impl Rect {
    /// A rectangle by its upper left corner and size.
    pub const fn new(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }

    /// First column to its right.
    pub const fn right(self) -> u32 {
        self.x + self.width
    }

    /// First row below it.
    pub const fn bottom(self) -> u32 {
        self.y + self.height
    }

    /// Larger by `by` on all sides; stops at the canvas's upper and left edge.
    pub const fn outset(self, by: u32) -> Self {
        let (x, y) = (self.x.saturating_sub(by), self.y.saturating_sub(by));
        Self::new(x, y, self.right() + by - x, self.bottom() + by - y)
    }

    /// Whether the two share a pixel.
    pub const fn overlaps(self, other: Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether `inner` lies in it.
    pub const fn contains(self, inner: Self) -> bool {
        self.x <= inner.x && self.y <= inner.y && inner.right() <= self.right() && inner.bottom() <= self.bottom()
    }

    /// The largest rectangle for a picture of `size` in the upper left of this one: enlarged by a whole number, or
    /// shrunk with its proportions kept.
    pub fn fit(self, size: (u32, u32)) -> Self {
        let (width, height) = (size.0.max(1), size.1.max(1));
        let times = (self.width / width).min(self.height / height);
        if times >= 1 {
            return Self { width: width * times, height: height * times, ..self };
        }
        let shrink = (f64::from(self.width) / f64::from(width)).min(f64::from(self.height) / f64::from(height));
        let side = |length: u32| ((f64::from(length) * shrink) as u32).max(1);
        Self { width: side(width), height: side(height), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::Rect;

    #[test]
    fn pictures_grow_by_whole_numbers_and_shrink_in_proportion() {
        let area = Rect::new(10, 20, 200, 150);
        assert_eq!(area.fit((64, 64)), Rect::new(10, 20, 128, 128));
        assert_eq!(area.fit((96, 64)), Rect::new(10, 20, 192, 128));
        assert_eq!(area.fit((400, 200)), Rect::new(10, 20, 200, 100));
    }
}
