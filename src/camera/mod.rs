//! The software camera: maze, theme and pose in, picture out.
//!
//! A pure function with the same bytes on every machine: only additions, multiplications, divisions and roots, which
//! IEEE 754 fixes to the last bit, and sine and cosine from `libm`, which is the same code everywhere.

mod cast;
mod columns;
mod first_person;
mod frames;
mod futures;
mod pictures;
#[cfg(test)]
mod plain;
mod samples;
mod texture;
mod top_down;

use std::path::Path;

pub use frames::Frames;
pub use futures::{Chooser, Future, Futures, name_of};
pub use pictures::texture_digests;
pub use texture::{Texture, TextureError};
#[cfg(feature = "game")]
pub(crate) use top_down::corner_of_picture;

use crate::agent::Pose;
use crate::maze::Maze;
use crate::random;
use crate::scene::{Scene, View};

/// A picture: 8-bit sRGB, row by row.
pub type Frame = image::RgbImage;

/// Turns poses into frames.
#[derive(Debug, Clone)]
pub struct Camera {
    width: u32,
    height: u32,
    view: Drawer,
}

#[derive(Debug, Clone)]
enum Drawer {
    FirstPerson(Box<first_person::FirstPerson>),
    TopDown(top_down::TopDown),
}

impl Camera {
    /// The camera of a scene. Textures are looked for in `folder`, if there is one, then among those built in.
    pub fn new(scene: &Scene, folder: Option<&Path>) -> Result<Self, TextureError> {
        let settings = &scene.camera;
        let view = match settings.view {
            View::FirstPerson { field_of_view, setback } => {
                Drawer::FirstPerson(Box::new(first_person::FirstPerson::new(scene, field_of_view, setback, folder)?))
            }
            View::TopDown { cells } => Drawer::TopDown(top_down::TopDown::new(scene, cells, folder)?),
        };
        Ok(Self { width: settings.width, height: settings.height, view })
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Bytes of a frame: width × height × 3.
    pub fn frame_bytes(&self) -> usize {
        (self.width * self.height * 3) as usize
    }

    /// Draws into `pixels`, which holds [`Camera::frame_bytes`] bytes.
    pub fn draw(&self, maze: &Maze, pose: Pose, pixels: &mut [u8]) {
        self.draw_crowd(maze, pose, &[], pixels);
    }

    /// As [`Camera::draw`], with creatures, which are seen from above only.
    pub fn draw_crowd(&self, maze: &Maze, pose: Pose, creatures: &[Pose], pixels: &mut [u8]) {
        debug_assert_eq!(pixels.len(), self.frame_bytes());
        match &self.view {
            Drawer::FirstPerson(view) => view.draw(maze, pose, pixels),
            Drawer::TopDown(view) => view.draw(maze, pose, creatures, pixels),
        }
    }

    /// The part of the picture around a pose, `side` cells wide and high: left, top, width and height in pixels, while the
    /// agent is at another pose. None in first person.
    fn region(&self, maze: &Maze, agent: Pose, around: Pose, side: f32) -> Option<(u32, u32, u32, u32)> {
        match &self.view {
            Drawer::FirstPerson(_) => None,
            Drawer::TopDown(view) => Some(view.region(maze, agent, around, side)),
        }
    }

    /// Draws a new frame.
    pub fn frame(&self, maze: &Maze, pose: Pose) -> Frame {
        let mut frame = Frame::new(self.width, self.height);
        self.draw(maze, pose, &mut frame);
        frame
    }
}

/// Which of `count` wall textures the district around a cell has.
pub(crate) fn district_texture(maze: &Maze, x: i32, y: i32, district: i32, count: usize) -> usize {
    let place = ((y / district) as u64) << 32 | (x / district) as u64;
    let hash = random::finish(place.wrapping_add(maze.seed().wrapping_mul(random::GOLDEN)));
    (hash % count as u64) as usize
}
