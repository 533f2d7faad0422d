//! Pictures that are coarser than frames.

/// Squares of few colours.
#[derive(Debug, Clone, PartialEq)]
pub struct Coarse {
    /// Pixels of a frame that a side of a square has; squares at the right and the lower edge may be cut.
    pub side: u32,
    /// The colours that there are.
    pub palette: Vec<[u8; 3]>,
}

impl Coarse {
    /// The colour that is nearest.
    ///
    /// # Panics
    /// If there is none.
    pub fn nearest(&self, colour: [u8; 3]) -> [u8; 3] {
        let distance =
            |other: &[u8; 3]| -> u32 { colour.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum() };
        *self.palette.iter().min_by_key(|other| distance(other)).expect("a palette has colours")
    }
}
