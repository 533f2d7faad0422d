//! First person: one ray a column finds the wall, one distance a row finds floor and ceiling.
//!
//! The algorithm is grid traversal after Amanatides and Woo, "A Fast Voxel Traversal Algorithm for Ray Tracing" (1987).
//! The eye is half a cell above the floor, walls are one cell high.

use std::path::Path;

use super::texture::{Lanes, Texture, TextureError, dimmed, lanes, write_mean};
use super::{Pose, district_texture};
use crate::maze::Maze;
use crate::scene::Scene;

#[derive(Debug, Clone)]
pub(super) struct FirstPerson {
    width: usize,
    height: usize,
    samples: usize,
    setback: f32,
    /// Tangent of half the horizontal angle.
    spread: f32,
    /// Distance of the picture plane in samples.
    focal: f32,
    walls: Vec<Texture>,
    floor: Texture,
    ceiling: Texture,
    district: i32,
    /// Light of east- or west-facing and of north- or south-facing walls.
    face_light: [f32; 2],
    fog: Lanes,
    fog_distance: f32,
    /// The rows of samples below the horizon, from the horizon down.
    rows: Vec<Row>,
}

/// What all samples at one height below (or above) the horizon share.
#[derive(Debug, Clone)]
struct Row {
    /// To the floor, along the view's axis, in cells.
    distance: f32,
    light: u32,
    /// The fog's part, ready to be added.
    fog: Lanes,
    floor_level: usize,
    ceiling_level: usize,
}

/// Where a ray meets a wall.
struct Hit {
    /// Along the view's axis, in cells.
    distance: f32,
    /// Along the wall's face, 0 to 1, from left to right as it is seen.
    u: f32,
    cell: (i32, i32),
    /// Whether the face looks north or south.
    faces_north_south: bool,
}

impl FirstPerson {
    pub(super) fn new(
        scene: &Scene,
        field_of_view: f32,
        setback: f32,
        folder: Option<&Path>,
    ) -> Result<Self, TextureError> {
        let (camera, theme) = (&scene.camera, &scene.theme);
        let samples = camera.supersampling as usize;
        let (width, height) = (camera.width as usize, camera.height as usize);
        let spread = libm::tanf(field_of_view.to_radians() / 2.0);
        let (red, green, blue) = theme.fog.colour;
        let mut view = Self {
            width,
            height,
            samples,
            setback,
            spread,
            focal: (width * samples) as f32 / 2.0 / spread,
            walls: theme.walls.iter().map(|name| Texture::load(name, folder)).collect::<Result<_, _>>()?,
            floor: Texture::load(&theme.floor, folder)?,
            ceiling: Texture::load(&theme.ceiling, folder)?,
            district: theme.district as i32,
            face_light: [1.0, theme.face_shade],
            fog: lanes([red, green, blue]),
            fog_distance: theme.fog.distance,
            rows: Vec::new(),
        };
        view.rows = (0..height * samples / 2).map(|row| view.row(row)).collect();
        Ok(view)
    }

    fn row(&self, row: usize) -> Row {
        let distance = self.focal * 0.5 / (row as f32 + 0.5);
        let light = self.light(distance);
        // A sample covers more floor along the view than across it; the level is chosen by the geometric mean.
        let across = distance / self.focal;
        let along = distance * distance / (self.focal * 0.5);
        let covered = (across * along).sqrt();
        Row {
            distance,
            light,
            fog: dimmed(self.fog, 256 - light),
            floor_level: self.floor.level_for(covered * self.floor.side() as f32),
            ceiling_level: self.ceiling.level_for(covered * self.ceiling.side() as f32),
        }
    }

    /// Share of the light, in 256ths, that the fog lets through.
    fn light(&self, distance: f32) -> u32 {
        (libm::expf(-distance / self.fog_distance) * 256.0) as u32
    }

    pub(super) fn draw(&self, maze: &Maze, pose: Pose, pixels: &mut [u8]) {
        let (sin, cos) = (libm::sinf(pose.heading), libm::cosf(pose.heading));
        let eye = (pose.x - self.setback * cos, pose.y + self.setback * sin);
        let columns = self.width * self.samples;
        let mut sums = vec![0; self.height];
        for x in 0..self.width {
            sums.fill(0);
            for sample in 0..self.samples {
                let column = (x * self.samples + sample) as f32;
                let side = ((column + 0.5) / columns as f32 * 2.0 - 1.0) * self.spread;
                let ray = (cos + side * sin, -sin + side * cos);
                self.draw_column(maze, eye, ray, &mut sums);
            }
            for (y, &sum) in sums.iter().enumerate() {
                let at = (y * self.width + x) * 3;
                write_mean(sum, (self.samples * self.samples) as u32, &mut pixels[at..at + 3]);
            }
        }
    }

    /// Adds one column of samples to the sums of its pixels. `ray` is one cell long along the view's axis.
    fn draw_column(&self, maze: &Maze, eye: (f32, f32), ray: (f32, f32), sums: &mut [Lanes]) {
        let hit = cast(maze, eye, ray);
        let wall_half = self.focal * 0.5 / hit.distance;
        let wall_rows = (wall_half as usize).min(self.rows.len());
        let (horizon, samples) = (self.rows.len(), self.samples);

        let texture = district_texture(maze, hit.cell.0, hit.cell.1, self.district, self.walls.len());
        let texture = &self.walls[texture];
        let texels = texture.side() as f32 * hit.distance / self.focal;
        let texel = texture.column(texture.level_for(texels), hit.u);
        let clear = self.light(hit.distance);
        let light = (clear as f32 * self.face_light[usize::from(hit.faces_north_south)]) as u32;
        let fog = dimmed(self.fog, 256 - clear);
        let scale = 0.5 / wall_half;
        for row in 0..wall_rows {
            let offset = (row as f32 + 0.5) * scale;
            sums[(horizon + row) / samples] += dimmed(texel(0.5 + offset), light) + fog;
            sums[(horizon - 1 - row) / samples] += dimmed(texel(0.5 - offset), light) + fog;
        }
        for (index, row) in self.rows.iter().enumerate().skip(wall_rows) {
            let (x, y) = (eye.0 + ray.0 * row.distance, eye.1 + ray.1 * row.distance);
            let floor = self.floor.texel(row.floor_level, x, y);
            let ceiling = self.ceiling.texel(row.ceiling_level, x, y);
            sums[(horizon + index) / samples] += dimmed(floor, row.light) + row.fog;
            sums[(horizon - 1 - index) / samples] += dimmed(ceiling, row.light) + row.fog;
        }
    }
}

/// Walks from cell to cell along a ray until a wall. The eye must be in an open cell.
fn cast(maze: &Maze, eye: (f32, f32), ray: (f32, f32)) -> Hit {
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
