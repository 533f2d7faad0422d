//! The maze: a grid of wall blocks and open cells, how it is grown or drawn, and its corners.

mod corner;
mod generate;
mod grid;

pub use corner::{Corner, corners};
pub use generate::grow;
pub use grid::{DrawError, Heading, Maze};

/// The random numbers of this project: ChaCha with 8 rounds, the same stream for a seed on every machine.
pub type Rng = rand::rngs::ChaCha8Rng;
