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

impl Corner {
    /// Whether this is a crossing of `maze`: it can be walked into, and the ways ahead and to both sides are open.
    pub fn is_crossing_in(&self, maze: &Maze) -> bool {
        maze.is_open(self.x, self.y) && Heading::ALL.iter().all(|&way| maze.is_open_towards(self.x, self.y, way))
    }

    /// Whether the way on is undecided here: at a corner, and, where those count, at a crossing.
    pub fn is_undecided_in(&self, maze: &Maze, crossings: bool) -> bool {
        self.is_in(maze) || (crossings && self.is_crossing_in(maze))
    }
}

/// All corners of a maze, row by row.
pub fn corners(maze: &Maze) -> Vec<Corner> {
    maze.open_cells()
        .flat_map(|(x, y)| Heading::ALL.map(|heading| Corner { x, y, heading }))
        .filter(|corner| corner.is_in(maze))
        .collect()
}

/// All places of a maze where the way on is undecided: its corners, and its crossings where those count.
pub fn choices(maze: &Maze, crossings: bool) -> Vec<Corner> {
    maze.open_cells()
        .flat_map(|(x, y)| Heading::ALL.map(|heading| Corner { x, y, heading }))
        .filter(|place| place.is_undecided_in(maze, crossings))
        .collect()
}
