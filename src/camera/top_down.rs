//! Top down: the maze from above, north up, with the agent as a sprite.

use std::ops::Range;
use std::path::Path;

use super::texture::{Lanes, Texture, TextureError, dimmed, write_mean};
use super::{Pose, district_texture};
use crate::maze::Maze;
use crate::scene::Scene;

/// Side of the sprite in cells.
const SPRITE: f32 = 1.0;

/// How far from its middle a sprite reaches at most, in cells: half of its diagonal, and a little for rounding.
const REACH: f32 = SPRITE * 0.708;

#[derive(Debug, Clone)]
pub(super) struct TopDown {
    width: usize,
    samples: usize,
    /// Cells across the picture and down it.
    cells: (f32, f32),
    walls: Vec<Texture>,
    floor: Texture,
    sprite: Texture,
    /// The picture of the creatures, where there are any.
    creature: Option<Texture>,
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
            creature: scene.creatures.as_ref().map(|known| Texture::load(&known.sprite, folder)).transpose()?,
            district: theme.district as i32,
        })
    }

    /// The part of the picture around a pose, `side` cells wide and high, cut at the borders: left, top, width and height
    /// in pixels, where the agent is at another pose.
    pub(super) fn region(&self, maze: &Maze, agent: Pose, around: Pose, side: f32) -> (u32, u32, u32, u32) {
        let per_cell = self.width as f32 / self.cells.0;
        let height = (self.cells.1 * per_cell).round();
        let span = |at: f32, agent: f32, cells: f32, maze: f32, pixels: f32| {
            let middle = (at - corner_of_picture(agent, cells, maze)) * per_cell;
            let reach = side / 2.0 * per_cell;
            let (low, high) = ((middle - reach).floor().max(0.0), (middle + reach).ceil().min(pixels));
            (low as u32, (high - low).max(0.0) as u32)
        };
        let (left, across) = span(around.x, agent.x, self.cells.0, maze.width() as f32, self.width as f32);
        let (top, down) = span(around.y, agent.y, self.cells.1, maze.height() as f32, height);
        (left, top, across, down)
    }

    pub(super) fn draw(&self, maze: &Maze, pose: Pose, creatures: &[Pose], pixels: &mut [u8]) {
        // Divisions by a number that is known at compile time are cheap.
        match self.samples {
            1 => self.draw_rows::<1>(maze, pose, creatures, pixels),
            2 => self.draw_rows::<2>(maze, pose, creatures, pixels),
            3 => self.draw_rows::<3>(maze, pose, creatures, pixels),
            4 => self.draw_rows::<4>(maze, pose, creatures, pixels),
            samples => unreachable!("a scene has 1 to 4 samples a side, not {samples}"),
        }
    }

    fn draw_rows<const SAMPLES: usize>(&self, maze: &Maze, pose: Pose, creatures: &[Pose], pixels: &mut [u8]) {
        // Creatures first, so that the agent is over them.
        let sprites: Vec<Placed> = (self.creature.iter())
            .flat_map(|texture| creatures.iter().map(move |&pose| Placed::new(texture, pose)))
            .chain([Placed::new(&self.sprite, pose)])
            .collect();
        let left = corner_of_picture(pose.x, self.cells.0, maze.width() as f32);
        let top = corner_of_picture(pose.y, self.cells.1, maze.height() as f32);
        let per_sample = self.cells.0 / (self.width * SAMPLES) as f32;
        let sprite_level = self.sprite.level_for(per_sample / SPRITE * self.sprite.side() as f32);
        let place = |corner: f32, sample: usize| corner + (sample as f32 + 0.5) * per_sample;
        let xs: Vec<f32> = (0..self.width * SAMPLES).map(|sample| place(left, sample)).collect();
        let texels = per_sample * self.floor.side() as f32;
        let (floor_level, wall_level) = (self.floor.level_for(texels), self.walls[0].level_for(texels));
        let floor = Ground::new(&self.floor, floor_level, &xs);
        let walls: Vec<Ground> = self.walls.iter().map(|wall| Ground::new(wall, wall_level, &xs)).collect();
        let runs = runs(&xs);
        let mut shown = vec![0; xs.len()];
        let mut sums = vec![0; self.width];
        for (row, pixels) in pixels.chunks_exact_mut(3 * self.width).enumerate() {
            sums.fill(0);
            for sample in row * SAMPLES..(row + 1) * SAMPLES {
                let y = place(top, sample);
                let row = y.floor() as i32;
                for (column, samples) in &runs {
                    let ground = if maze.is_open(*column, row) {
                        &floor
                    } else {
                        &walls[district_texture(maze, *column, row, self.district, walls.len())]
                    };
                    ground.copy_row(samples.clone(), y, &mut shown);
                }
                sprites.iter().for_each(|sprite| sprite.draw_over(sprite_level, &xs, y, &mut shown));
                for (sum, shown) in sums.iter_mut().zip(shown.as_chunks::<SAMPLES>().0) {
                    *sum += shown.iter().sum::<Lanes>();
                }
            }
            for (&sum, pixel) in sums.iter().zip(pixels.as_chunks_mut::<3>().0) {
                write_mean(sum, (SAMPLES * SAMPLES) as u32, pixel);
            }
        }
    }
}

/// The texture of a floor or wall, and where in its rows each sample of a row of the picture is.
struct Ground<'a> {
    texture: &'a Texture,
    level: usize,
    columns: Vec<u32>,
}

impl<'a> Ground<'a> {
    fn new(texture: &'a Texture, level: usize, xs: &[f32]) -> Self {
        Self { texture, level, columns: texture.columns(level, xs) }
    }

    /// Some samples of a row.
    fn copy_row(&self, samples: Range<usize>, y: f32, shown: &mut [Lanes]) {
        self.texture.copy_row(self.level, &self.columns[samples.clone()], y, &mut shown[samples]);
    }
}

/// Samples of a row that lie in the same cell, and its number.
fn runs(xs: &[f32]) -> Vec<(i32, Range<usize>)> {
    let cell = |x: f32| x.floor() as i32;
    let mut end = 0;
    let run = |xs: &[f32]| {
        end += xs.len();
        (cell(xs[0]), end - xs.len()..end)
    };
    xs.chunk_by(|&x, &next| cell(x) == cell(next)).map(run).collect()
}

/// A sprite where someone is.
struct Placed<'a> {
    texture: &'a Texture,
    pose: Pose,
    sin: f32,
    cos: f32,
}

impl<'a> Placed<'a> {
    fn new(texture: &'a Texture, pose: Pose) -> Self {
        Self { texture, pose, sin: libm::sinf(pose.heading), cos: libm::cosf(pose.heading) }
    }

    /// Draws it over a row of samples.
    fn draw_over(&self, level: usize, xs: &[f32], y: f32, shown: &mut [Lanes]) {
        if (y - self.pose.y).abs() > REACH {
            return;
        }
        let from = xs.partition_point(|&x| x < self.pose.x - REACH);
        for (&x, shown) in xs[from..].iter().zip(&mut shown[from..]).take_while(|(x, _)| **x <= self.pose.x + REACH) {
            *shown = self.over(*shown, level, x, y);
        }
    }

    /// The colour of a point over what lies below it there.
    #[inline]
    fn over(&self, below: Lanes, level: usize, x: f32, y: f32) -> Lanes {
        // Into the sprite's own frame: u to where it looks, v to its right.
        let (east, south) = (x - self.pose.x, y - self.pose.y);
        let u = (east * self.cos - south * self.sin) / SPRITE + 0.5;
        let v = (east * self.sin + south * self.cos) / SPRITE + 0.5;
        if !(0.0..1.0).contains(&u) || !(0.0..1.0).contains(&v) {
            return below;
        }
        let (colour, alpha) = self.texture.texel_with_alpha(level, u, v);
        let cover = u32::from(alpha) * 256 / 255;
        dimmed(colour, cover) + dimmed(below, 256 - cover)
    }
}

/// Left or top of the picture: centred on the agent, but within the maze, and centred on the maze where it is smaller.
pub(crate) fn corner_of_picture(agent: f32, cells: f32, maze: f32) -> f32 {
    if maze <= cells { (maze - cells) / 2.0 } else { (agent - cells / 2.0).clamp(0.0, maze - cells) }
}
