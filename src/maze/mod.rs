//! The maze: a grid of wall blocks and open cells, how it is grown or drawn, and its corners.

mod corner;
mod generate;
mod grid;

pub use corner::{Corner, choices, corners};
pub use generate::grow;
pub use grid::{DrawError, Heading, Maze};
