//! Frames of one size, one after another.

use std::ops::{Index, Range};

use super::Frame;

/// `[count, height, width, 3]`, 8-bit sRGB, row by row, in one piece of memory.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Frames {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl std::fmt::Debug for Frames {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Frames [{}, {}, {}, 3]", self.len(), self.height, self.width)
    }
}

impl Frames {
    /// None yet, of a width and a height in pixels.
    pub fn new((width, height): (u32, u32)) -> Self {
        Self { width, height, pixels: Vec::new() }
    }

    /// All of `pixels`: `[count, height, width, 3]`.
    ///
    /// # Panics
    /// If that is not a whole number of frames.
    pub fn from_pixels(size: (u32, u32), pixels: Vec<u8>) -> Self {
        let frames = Self { pixels, ..Self::new(size) };
        assert!(frames.pixels.len().is_multiple_of(frames.bytes().max(1)), "frames are whole");
        frames
    }

    /// Those of an iterator, each `[height, width, 3]`.
    pub fn collect<T: AsRef<[u8]>>(size: (u32, u32), frames: impl IntoIterator<Item = T>) -> Self {
        let mut all = Self::new(size);
        frames.into_iter().for_each(|frame| all.push(frame.as_ref()));
        all
    }

    /// The same frame so many times.
    pub fn repeated(size: (u32, u32), frame: &[u8], count: usize) -> Self {
        Self::from_pixels(size, frame.repeat(count))
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pixels.len() / self.bytes().max(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// All of them, `[count, height, width, 3]`.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// One, `[height, width, 3]`, if there are so many.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        (index < self.len()).then(|| &self[index])
    }

    /// The last, if there is one.
    pub fn last(&self) -> Option<&[u8]> {
        self.len().checked_sub(1).map(|last| &self[last])
    }

    /// One after another, each `[height, width, 3]`.
    pub fn iter(&self) -> std::slice::ChunksExact<'_, u8> {
        self.pixels.chunks_exact(self.bytes().max(1))
    }

    /// One as a picture of its own.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn picture(&self, index: usize) -> Frame {
        Frame::from_raw(self.width, self.height, self[index].to_vec()).expect("a frame has the size of all")
    }

    /// Some of them.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let bytes = self.bytes();
        Self::from_pixels(self.size(), self.pixels[range.start * bytes..range.end * bytes].to_vec())
    }

    /// The last `count` of them, or all where there are fewer.
    pub fn last_few(&self, count: usize) -> Self {
        self.slice(self.len().saturating_sub(count)..self.len())
    }

    /// Adds one, `[height, width, 3]`.
    ///
    /// # Panics
    /// If it has another size.
    pub fn push(&mut self, frame: &[u8]) {
        assert_eq!(frame.len(), self.bytes(), "frames that stand together have one size");
        self.pixels.extend_from_slice(frame);
    }

    /// Forgets the first one for a new last one.
    ///
    /// # Panics
    /// If it has another size.
    pub fn see(&mut self, frame: &[u8]) {
        let bytes = self.bytes();
        assert_eq!(frame.len(), bytes, "frames that stand together have one size");
        if self.is_empty() {
            return;
        }
        self.pixels.copy_within(bytes.., 0);
        let last = self.pixels.len() - bytes;
        self.pixels[last..].copy_from_slice(frame);
    }

    fn bytes(&self) -> usize {
        (self.width * self.height * 3) as usize
    }
}

impl Index<usize> for Frames {
    type Output = [u8];

    fn index(&self, index: usize) -> &[u8] {
        let bytes = self.bytes();
        &self.pixels[index * bytes..(index + 1) * bytes]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(frames: &Frames) -> Vec<u8> {
        frames.iter().map(|frame| frame[0]).collect()
    }

    #[test]
    fn frames_stand_one_after_another() {
        let mut frames = Frames::collect((2, 1), [[1; 6], [2; 6], [3; 6]]);
        assert_eq!((frames.len(), levels(&frames)), (3, vec![1, 2, 3]));
        assert_eq!(frames[1], [2; 6]);
        assert_eq!((frames.get(3), frames.last()), (None, Some([3; 6].as_slice())));
        assert_eq!(levels(&frames.slice(1..3)), [2, 3]);
        assert_eq!((levels(&frames.last_few(2)), levels(&frames.last_few(9))), (vec![2, 3], vec![1, 2, 3]));
        frames.see(&[4; 6]);
        assert_eq!(levels(&frames), [2, 3, 4], "the oldest is forgotten for the newest");
        assert_eq!(levels(&Frames::repeated((2, 1), &[9; 6], 2)), [9, 9]);
        assert_eq!((Frames::default().len(), Frames::default().last()), (0, None));
    }

    #[test]
    #[should_panic = "one size"]
    fn a_frame_of_another_size_is_refused() {
        Frames::new((2, 1)).push(&[0; 3]);
    }
}
