//! Corners: where the turn is undecided.

use super::{Heading, Maze};

/// A cell together with the heading that it is reached with: straight ahead is closed, both sides are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Corner {
    /// Column.
    pub x: i32,
    /// Row.
    pub y: i32,
    /// The way the agent faces.
    pub heading: Heading,
}

impl Corner {
    /// Whether this is a corner of `maze`: it can be walked into (the cell behind is open), and the turn is undecided.
    pub fn is_in(&self, maze: &Maze) -> bool {
        let open = |heading| maze.is_open_towards(self.x, self.y, heading);
        let ahead = self.heading;
        maze.is_open(self.x, self.y)
            && open(ahead.left().left())
            && !open(ahead)
            && open(ahead.left())
            && open(ahead.right())
    }
}

/// All corners of a maze, row by row.
pub fn corners(maze: &Maze) -> Vec<Corner> {
    maze.open_cells()
        .flat_map(|(x, y)| Heading::ALL.map(|heading| Corner { x, y, heading }))
        .filter(|corner| corner.is_in(maze))
        .collect()
}
