//! The maze's surfaces as meshes.
//!
//! Each face is a square of its own with the whole texture on it, so that textures meet as in the software camera.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;

use crate::camera::district_texture;
use crate::maze::Maze;

/// Squares with a texture each, to become one mesh.
#[derive(Debug, Default)]
pub(super) struct Squares {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    uvs: Vec<[f32; 2]>,
}

impl Squares {
    /// Adds a square by its corners as the texture has them: lower left, lower right, upper right, upper left.
    fn push(&mut self, corners: [[f32; 3]; 4], normal: [f32; 3]) {
        self.positions.extend(corners);
        self.normals.extend([normal; 4]);
        self.uvs.extend([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]);
    }

    /// A square of the world's ground plan with its north to the texture's top, seen from above.
    fn push_flat(&mut self, x: f32, z: f32, height: f32) {
        let corner = |dx, dz| [x + dx, height, z + dz];
        self.push([corner(0.0, 1.0), corner(1.0, 1.0), corner(1.0, 0.0), corner(0.0, 0.0)], [0.0, 1.0, 0.0]);
    }

    /// As [`Squares::push_flat`], seen from below.
    fn push_overhead(&mut self, x: f32, z: f32, height: f32) {
        let corner = |dx, dz| [x + dx, height, z + dz];
        self.positions.extend([corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)]);
        self.normals.extend([[0.0, -1.0, 0.0]; 4]);
        self.uvs.extend([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]);
    }

    /// An upright square from floor to ceiling, by where it begins and ends from left to right as it is seen.
    fn push_upright(&mut self, left: (f32, f32), right: (f32, f32), normal: [f32; 3]) {
        let ((lx, lz), (rx, rz)) = (left, right);
        self.push([[lx, 0.0, lz], [rx, 0.0, rz], [rx, 1.0, rz], [lx, 1.0, lz]], normal);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    pub(super) fn into_mesh(self) -> Mesh {
        let squares = self.positions.len() as u32 / 4;
        let indices = (0..squares).flat_map(|square| [0, 1, 2, 0, 2, 3].map(|corner| square * 4 + corner));
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals)
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, self.uvs)
            .with_inserted_indices(Indices::U32(indices.collect()))
    }
}

/// The walls of a maze, by the texture that they have: faces towards open cells, and tops, which are seen from above.
///
/// `margin` is how many cells of solid wall around the maze, from west to east and from north to south, have tops too.
pub(super) fn walls(maze: &Maze, district: u32, textures: usize, margin: (i32, i32)) -> Vec<Squares> {
    let mut walls: Vec<Squares> = (0..textures).map(|_| Squares::default()).collect();
    for y in -margin.1..maze.height() + margin.1 {
        for x in -margin.0..maze.width() + margin.0 {
            if !maze.is_open(x, y) {
                let texture = district_texture(maze, x, y, district as i32, textures);
                push_block(&mut walls[texture], maze, x, y);
            }
        }
    }
    walls
}

fn push_block(squares: &mut Squares, maze: &Maze, x: i32, y: i32) {
    let (west, north) = (x as f32, y as f32);
    let (east, south) = (west + 1.0, north + 1.0);
    squares.push_flat(west, north, 1.0);
    if maze.is_open(x - 1, y) {
        squares.push_upright((west, north), (west, south), [-1.0, 0.0, 0.0]);
    }
    if maze.is_open(x + 1, y) {
        squares.push_upright((east, south), (east, north), [1.0, 0.0, 0.0]);
    }
    if maze.is_open(x, y - 1) {
        squares.push_upright((east, north), (west, north), [0.0, 0.0, -1.0]);
    }
    if maze.is_open(x, y + 1) {
        squares.push_upright((west, south), (east, south), [0.0, 0.0, 1.0]);
    }
}

/// The floor of all open cells.
pub(super) fn floor(maze: &Maze) -> Squares {
    let mut squares = Squares::default();
    maze.open_cells().for_each(|(x, y)| squares.push_flat(x as f32, y as f32, 0.0));
    squares
}

/// The ceiling over all open cells, which from above is not seen.
pub(super) fn ceiling(maze: &Maze) -> Squares {
    let mut squares = Squares::default();
    maze.open_cells().for_each(|(x, y)| squares.push_overhead(x as f32, y as f32, 1.0));
    squares
}

/// A square of one cell around the origin, as seen from above.
pub(super) fn sprite() -> Squares {
    let mut squares = Squares::default();
    squares.push_flat(-0.5, -0.5, 0.0);
    squares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maze() -> Maze {
        let rows = ["#####", "#...#", "##.##", "#####"].map(str::to_owned);
        Maze::draw(&rows, 0).expect("its border is closed")
    }

    fn count(squares: &Squares) -> usize {
        squares.positions.len() / 4
    }

    #[test]
    fn there_is_a_face_wherever_an_open_cell_meets_a_wall() {
        let walls = walls(&maze(), 101, 1, (0, 0));
        let (tops, faces) = (4 * 5 - 4, 10);
        assert_eq!((walls.len(), count(&walls[0])), (1, tops + faces));
        assert_eq!((count(&floor(&maze())), count(&ceiling(&maze()))), (4, 4));
        let tops_around = 6 * 9 - 5 * 4;
        assert_eq!(count(&super::walls(&maze(), 101, 1, (2, 1))[0]), tops + faces + tops_around);
    }

    #[test]
    fn every_square_is_seen_from_where_its_normal_points_to() {
        let [walls] = <[Squares; 1]>::try_from(walls(&maze(), 101, 1, (0, 0))).expect("there is one texture");
        for squares in [walls, floor(&maze()), ceiling(&maze()), sprite()] {
            for (corners, normal) in squares.positions.chunks(4).zip(squares.normals.iter().step_by(4)) {
                let [a, b, c] = [0, 1, 2].map(|corner| Vec3::from(corners[corner]));
                // Counter-clockwise is the front.
                assert_eq!((b - a).cross(c - b), Vec3::from(*normal));
            }
        }
    }
}
