//! What a network makes of some numbers.

/// Numbers that go into a network and what comes out of it, for whoever computes the same elsewhere: `[count, …]` each.
#[derive(Debug, Clone)]
pub struct Example {
    /// Width and height of a frame.
    pub frame_size: (u32, u32),
    /// `[count, 3 · frames, height, width]` in [−1, 1].
    pub context: Vec<f32>,
    /// `[count, conditions]`, where the network has any: its condition, then noise.
    pub conditions: Vec<f32>,
    /// `[count, 3, height, width]` in [−1, 1]: the answers.
    pub frames: Vec<f32>,
}
