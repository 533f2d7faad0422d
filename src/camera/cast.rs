//! Where a ray through a maze meets a wall.
//!
//! Grid traversal after Amanatides and Woo, "A Fast Voxel Traversal Algorithm for Ray Tracing" (1987).

use crate::maze::Maze;

/// Where a ray meets a wall.
pub(super) struct Hit {
    /// Along the view's axis, in cells.
    pub distance: f32,
    /// Along the wall's face, 0 to 1, from left to right as it is seen.
    pub u: f32,
    pub cell: (i32, i32),
    /// Whether the face looks north or south.
    pub faces_north_south: bool,
}

/// Walks from cell to cell along a ray until a wall. The eye must be in an open cell.
#[inline(always)]
pub(super) fn cast(maze: &Maze, eye: (f32, f32), ray: (f32, f32)) -> Hit {
    let mut cell = (eye.0 as i32, eye.1 as i32);
    // Distance along the ray from one grid line to the next, and to the first.
    let per_cell = (1.0 / ray.0.abs(), 1.0 / ray.1.abs());
    let first = |at: f32, cell: i32, direction: f32, per_cell: f32| {
        let to_line = if direction > 0.0 { (cell + 1) as f32 - at } else { at - cell as f32 };
        if direction == 0.0 { f32::INFINITY } else { to_line * per_cell }
    };
    let mut next = (first(eye.0, cell.0, ray.0, per_cell.0), first(eye.1, cell.1, ray.1, per_cell.1));
    loop {
        let vertical = next.0 < next.1;
        let distance = if vertical { next.0 } else { next.1 };
        if vertical {
            cell.0 += if ray.0 > 0.0 { 1 } else { -1 };
            next.0 += per_cell.0;
        } else {
            cell.1 += if ray.1 > 0.0 { 1 } else { -1 };
            next.1 += per_cell.1;
        }
        if !maze.is_open(cell.0, cell.1) {
            let along = if vertical { eye.1 + ray.1 * distance } else { eye.0 + ray.0 * distance };
            let along = along - along.floor();
            // Seen from the west or the north, the face runs the other way.
            let mirrored = if vertical { ray.0 < 0.0 } else { ray.1 > 0.0 };
            return Hit {
                distance: distance.max(1e-3),
                u: if mirrored { 1.0 - along } else { along },
                cell,
                faces_north_south: !vertical,
            };
        }
    }
}
