//! Top down: the maze from above, north up, with the agent as a sprite.

use std::path::Path;

use super::texture::{Texture, TextureError, dimmed, write_mean};
use super::{Pose, district_texture};
use crate::maze::Maze;
use crate::scene::Scene;

/// Side of the sprite in cells.
const SPRITE: f32 = 1.0;

#[derive(Debug, Clone)]
pub(super) struct TopDown {
    width: usize,
    samples: usize,
    /// Cells across the picture and down it.
    cells: (f32, f32),
    walls: Vec<Texture>,
    floor: Texture,
    sprite: Texture,
    district: i32,
}

impl TopDown {
    pub(super) fn new(scene: &Scene, cells: f32, folder: Option<&Path>) -> Result<Self, TextureError> {
        let (camera, theme) = (&scene.camera, &scene.theme);
        let sprite = theme.sprite.as_deref().unwrap_or_default();
        Ok(Self {
            width: camera.width as usize,
            samples: camera.supersampling as usize,
            cells: (cells, cells * camera.height as f32 / camera.width as f32),
            walls: theme.walls.iter().map(|name| Texture::load(name, folder)).collect::<Result<_, _>>()?,
            floor: Texture::load(&theme.floor, folder)?,
            sprite: Texture::load(sprite, folder)?,
            district: theme.district as i32,
        })
    }

    pub(super) fn draw(&self, maze: &Maze, pose: Pose, pixels: &mut [u8]) {
        let (sin, cos) = (libm::sinf(pose.heading), libm::cosf(pose.heading));
        let left = corner_of_picture(pose.x, self.cells.0, maze.width() as f32);
        let top = corner_of_picture(pose.y, self.cells.1, maze.height() as f32);
        let per_sample = self.cells.0 / (self.width * self.samples) as f32;
        let texels = per_sample * self.floor.side() as f32;
        let (floor_level, wall_level) = (self.floor.level_for(texels), self.walls[0].level_for(texels));
        let sprite_level = self.sprite.level_for(per_sample / SPRITE * self.sprite.side() as f32);
        let count = (self.samples * self.samples) as u32;
        for (index, pixel) in pixels.chunks_exact_mut(3).enumerate() {
            let (column, row) = (index % self.width, index / self.width);
            let mut sum = 0;
            for sample in 0..self.samples * self.samples {
                let (dx, dy) = (sample % self.samples, sample / self.samples);
                let x = left + ((column * self.samples + dx) as f32 + 0.5) * per_sample;
                let y = top + ((row * self.samples + dy) as f32 + 0.5) * per_sample;
                let cell = (x.floor() as i32, y.floor() as i32);
                let ground = if maze.is_open(cell.0, cell.1) {
                    self.floor.texel(floor_level, x, y)
                } else {
                    let wall = district_texture(maze, cell.0, cell.1, self.district, self.walls.len());
                    self.walls[wall].texel(wall_level, x, y)
                };
                // Into the sprite's own frame: u to where the agent looks, v to its right.
                let (east, south) = (x - pose.x, y - pose.y);
                let u = (east * cos - south * sin) / SPRITE + 0.5;
                let v = (east * sin + south * cos) / SPRITE + 0.5;
                sum += if (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v) {
                    let (colour, alpha) = self.sprite.texel_with_alpha(sprite_level, u, v);
                    let cover = u32::from(alpha) * 256 / 255;
                    dimmed(colour, cover) + dimmed(ground, 256 - cover)
                } else {
                    ground
                };
            }
            write_mean(sum, count, pixel);
        }
    }
}

/// Left or top of the picture: centred on the agent, but within the maze, and centred on the maze where it is smaller.
pub(crate) fn corner_of_picture(agent: f32, cells: f32, maze: f32) -> f32 {
    if maze <= cells { (maze - cells) / 2.0 } else { (agent - cells / 2.0).clamp(0.0, maze - cells) }
}
