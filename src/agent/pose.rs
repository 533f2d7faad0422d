//! Where the agent is and where it looks.

/// Position in cells (x to the east, y to the south, a cell's middle at its whole number plus a half) and heading in
/// radians (0 is east, counter-clockwise).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// East.
    pub x: f32,
    /// South.
    pub y: f32,
    /// Radians, in [0, 2π).
    pub heading: f32,
}
