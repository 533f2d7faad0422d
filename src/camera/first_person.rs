//! First person: one ray a column finds the wall, one distance a row finds floor and ceiling.
//!
//! The eye is half a cell above the floor, walls are one cell high.

use std::path::Path;

use super::cast::cast;
use super::columns::{BLOCK, write};
use super::samples::{Colour, Column, Ground, Rows, Shaded, Texel, WallTexture, colour_of, dimmed, fold, mean};
use super::texture::{Texture, TextureError};
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
    walls: Vec<WallTexture>,
    floor: Ground,
    ceiling: Ground,
    /// Whether texels of floor and ceiling are at the same places.
    mirrored: bool,
    district: i32,
    /// Light of east- or west-facing and of north- or south-facing walls.
    face_light: [f32; 2],
    fog: Colour,
    fog_distance: f32,
    /// The rows of samples below the horizon, from the horizon down; those above it mirror them.
    rows: Rows,
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
        let focal = (width * samples) as f32 / 2.0 / spread;
        let (red, green, blue) = theme.fog.colour;
        let fog = colour_of([red, green, blue]);
        let load = |name: &str| Texture::load(name, folder);
        let walls = theme.walls.iter().map(|name| Ok(WallTexture::new(&load(name)?)));
        let (walls, floor, ceiling) = (walls.collect::<Result<_, _>>()?, load(&theme.floor)?, load(&theme.ceiling)?);
        // Of an odd height the horizon is above the row in the middle.
        let rows = Rows::filled_up(height.div_ceil(2) * samples);
        let distances: Vec<f32> = (0..rows).map(|row| focal * 0.5 / (row as f32 + 0.5)).collect();
        // A sample covers more floor along the view than across it; the level is chosen by the geometric mean.
        let covered = distances.iter().map(|distance| {
            let across = distance / focal;
            let along = distance * distance / (focal * 0.5);
            (across * along).sqrt()
        });
        let covered: Vec<f32> = covered.collect();
        let lights = distances.iter().map(|&distance| light(distance, theme.fog.distance)).collect::<Vec<_>>();
        let (floor, ceiling) = (Ground::new(&floor, &covered), Ground::new(&ceiling, &covered));
        Ok(Self {
            width,
            height,
            samples,
            setback,
            spread,
            focal,
            walls,
            mirrored: floor.lies_like(&ceiling),
            floor,
            ceiling,
            district: theme.district as i32,
            face_light: [1.0, theme.face_shade],
            fog,
            fog_distance: theme.fog.distance,
            rows: Rows::new(distances, &lights, fog),
        })
    }

    pub(super) fn draw(&self, maze: &Maze, pose: Pose, pixels: &mut [u8]) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { self.draw_avx2(maze, pose, pixels) };
        }
        self.draw_any::<false>(maze, pose, pixels);
    }

    /// [`FirstPerson::draw_any`], compiled for wider registers: the same operations, so the same bytes.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn draw_avx2(&self, maze: &Maze, pose: Pose, pixels: &mut [u8]) {
        self.draw_any::<true>(maze, pose, pixels);
    }

    /// With `AVX2` only where the processor has it.
    #[inline(always)]
    fn draw_any<const AVX2: bool>(&self, maze: &Maze, pose: Pose, pixels: &mut [u8]) {
        // Divisions by a number that is known at compile time are cheap.
        match self.samples {
            1 => self.draw_columns::<1, AVX2>(maze, pose, pixels),
            2 => self.draw_columns::<2, AVX2>(maze, pose, pixels),
            3 => self.draw_columns::<3, AVX2>(maze, pose, pixels),
            4 => self.draw_columns::<4, AVX2>(maze, pose, pixels),
            samples => unreachable!("a scene has 1 to 4 samples a side, not {samples}"),
        }
    }

    #[inline(always)]
    fn draw_columns<const SAMPLES: usize, const AVX2: bool>(&self, maze: &Maze, pose: Pose, pixels: &mut [u8]) {
        let (sin, cos) = (libm::sinf(pose.heading), libm::cosf(pose.heading));
        let eye = (pose.x - self.setback * cos, pose.y + self.setback * sin);
        let columns = self.width * SAMPLES;
        let horizon = self.height.div_ceil(2);
        let rows = self.rows.count();
        let mut scratch = Column::new(&self.rows);
        // Below the horizon and above it, from it on.
        let mut samples = [vec![[0; 4]; rows], vec![[0; 4]; rows]];
        let mut sums = [vec![[0; 4]; horizon], vec![[0; 4]; horizon]];
        let mut block = [[(); BLOCK]; 2].map(|columns| columns.map(|()| vec![[0; 4]; rows]));
        // Rays first, then columns: a processor guesses better what comes next where little else happens meanwhile.
        let ray = |column: usize| {
            let side = ((column as f32 + 0.5) / columns as f32 * 2.0 - 1.0) * self.spread;
            (cos + side * sin, -sin + side * cos)
        };
        let sights: Vec<Sight> = (0..columns).map(|column| self.look(maze, eye, ray(column))).collect();
        for (x, sights) in sights.as_chunks::<SAMPLES>().0.iter().enumerate() {
            let to = block.each_mut().map(|columns| &mut columns[x % BLOCK]);
            if SAMPLES == 1 {
                // A single sample is its own mean.
                self.draw_column(eye, &sights[0], &mut scratch, to.map(Vec::as_mut_slice));
            } else {
                sums.iter_mut().for_each(|sums| sums.fill([0; 4]));
                for sight in sights {
                    let halves = samples.each_mut().map(Vec::as_mut_slice);
                    self.draw_column(eye, sight, &mut scratch, halves);
                    for (sums, samples) in sums.iter_mut().zip(&samples) {
                        fold::<SAMPLES>(samples, sums);
                    }
                }
                for (sums, to) in sums.iter_mut().zip(to) {
                    mean::<SAMPLES>(sums);
                    bytes(sums, to);
                }
            }
            if x % BLOCK == BLOCK - 1 || x == self.width - 1 {
                let (first, count) = (x - x % BLOCK, x % BLOCK + 1);
                let (upper, lower) = pixels.split_at_mut(horizon * self.width * 3);
                let [below, above] = &block;
                write::<AVX2>(&below[..count], lower, self.width, first, false);
                write::<AVX2>(&above[..count], upper, self.width, first, true);
            }
        }
    }

    /// Follows a ray, which is one cell long along the view's axis, to a wall.
    #[inline(always)]
    fn look(&self, maze: &Maze, eye: (f32, f32), ray: (f32, f32)) -> Sight<'_> {
        let hit = cast(maze, eye, ray);
        let wall_half = self.focal * 0.5 / hit.distance;
        let texture = district_texture(maze, hit.cell.0, hit.cell.1, self.district, self.walls.len());
        let texture = &self.walls[texture];
        let clear = light(hit.distance, self.fog_distance);
        Sight {
            ray,
            wall: texture.column(texture.side() as f32 * hit.distance / self.focal, hit.u),
            rows: (wall_half as usize).min(self.rows.count()),
            scale: 0.5 / wall_half,
            light: (clear as f32 * self.face_light[usize::from(hit.faces_north_south)]) as u16,
            fog: dimmed(self.fog, 256 - clear),
        }
    }

    /// Draws one column of samples, below the horizon and above it, from it on.
    #[inline(always)]
    fn draw_column<T: Shaded>(
        &self,
        eye: (f32, f32),
        sight: &Sight,
        scratch: &mut Column,
        [below, above]: [&mut [[T; 4]]; 2],
    ) {
        let &Sight { ray, wall, rows: wall_rows, scale, light, fog } = sight;
        scratch.light(wall_rows, (light, fog), &self.rows);
        let halves = [(&self.floor, scale, below, false), (&self.ceiling, -scale, above, self.mirrored)];
        for (ground, scale, half, known) in halves {
            if !known {
                scratch.find_ground(ground, &self.rows, wall_rows, (eye, ray));
            }
            // SAFETY: these rows were found, of this ground or of one that lies like it.
            unsafe { scratch.add_ground(ground, wall_rows) };
            scratch.add_wall(wall, &self.rows, scale, wall_rows);
            scratch.shade(half);
        }
    }
}

/// What a column of samples shows.
struct Sight<'a> {
    ray: (f32, f32),
    /// The column of the wall's texels, and so many samples of it below the horizon; each lies `scale` further.
    wall: &'a [Texel],
    rows: usize,
    scale: f32,
    /// On the wall.
    light: u16,
    fog: Colour,
}

/// Share of the light, in 256ths, that the fog lets through.
#[inline(always)]
fn light(distance: f32, fog_distance: f32) -> u16 {
    (libm::expf(-distance / fog_distance) * 256.0) as u16
}

/// The lower half of each lane.
#[inline(always)]
fn bytes(colours: &[Colour], bytes: &mut [[u8; 4]]) {
    for (byte, value) in bytes.as_flattened_mut().iter_mut().zip(colours.as_flattened()) {
        *byte = *value as u8;
    }
}
