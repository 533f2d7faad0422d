//! Every view of every maze, to be searched: is there a place in this world from which a frame is seen?
//!
//! Only a simulator can be asked that. A grid of poses over many mazes is drawn at a quarter of the size; the poses whose
//! pictures are nearest to a frame are moved and turned by smaller and smaller steps, until no step brings the small picture
//! nearer; the best of them then at full size, where bricks have to fit, too.

use std::f32::consts::{FRAC_PI_8, TAU};
use std::path::Path;

use rayon::prelude::*;

use super::super::coverage::feature;
use super::super::rms;
use crate::agent::Pose;
use crate::camera::{Camera, Frame, TextureError};
use crate::maze::{Heading, Maze};
use crate::scene::{Scene, View};

/// Headings of the grid in each cell's middle, a sixteenth of a turn apart.
const HEADINGS: u8 = 16;
/// Places of the grid on the way to a neighbour, as parts of a cell.
const WAY: [f32; 3] = [0.25, 0.5, 0.75];
/// A grid's picture has a quarter of a frame's side, and at least so many pixels.
const SHRINK: u32 = 4;
const LEAST_SIDE: u32 = 8;
/// Poses of the grid that are moved by their small pictures, and how many of them are then moved at full size.
const SMALL: usize = 24;
const FULL: usize = 6;
/// First and last step of a move in cells, of small pictures and at full size.
const SMALL_STEPS: (f32, f32) = (0.125, 0.02);
const FULL_STEPS: (f32, f32) = (0.04, 0.002);
/// What a turn is beside a step, in radians for each cell.
const TURN: f32 = 0.8;
/// Least distance of the eye from a wall, in cells.
const CLEAR: f32 = 0.02;

/// The view that is nearest to a frame.
#[derive(Debug, Clone)]
pub struct NearestView {
    /// Root of the mean squared difference, in grey levels.
    pub distance: f64,
    /// Number of the maze among those that are searched.
    pub maze: usize,
    /// From where it is seen.
    pub pose: Pose,
    /// What is seen from there.
    pub view: Frame,
}

/// Mazes, and a grid of poses in them.
#[derive(Debug)]
pub struct Views {
    camera: Camera,
    /// Draws small pictures.
    coarse: Camera,
    setback: f32,
    mazes: Vec<Maze>,
    poses: Vec<(usize, Pose)>,
    /// Features of what is seen from the poses, in whole levels: `[poses, feature]`.
    features: Vec<u8>,
}

impl Views {
    /// Draws the grid of poses in some mazes of a scene. Textures are looked for in `folder` first.
    ///
    /// # Errors
    /// If a texture cannot be used.
    pub fn new(scene: &Scene, folder: Option<&Path>, mazes: Vec<Maze>) -> Result<Self, TextureError> {
        let mut small = scene.clone();
        small.camera.width = (scene.camera.width / SHRINK).max(LEAST_SIDE);
        small.camera.height = (scene.camera.height / SHRINK).max(LEAST_SIDE);
        let coarse = Camera::new(&small, folder)?;
        let setback = match scene.camera.view {
            View::FirstPerson { setback, .. } => setback,
            View::TopDown { .. } => 0.0,
        };
        let grid = |(number, maze): (usize, &Maze)| {
            let poses = grid(maze).filter(|&pose| is_inside(maze, pose, setback));
            poses.map(|pose| (number, pose)).collect::<Vec<_>>()
        };
        let poses: Vec<_> = mazes.iter().enumerate().flat_map(grid).collect();
        let seen = |&(number, pose): &(usize, Pose)| whole(&coarse.frame(&mazes[number], pose));
        let features: Vec<Vec<u8>> = poses.par_iter().map(seen).collect();
        let camera = Camera::new(scene, folder)?;
        Ok(Self { camera, coarse, setback, features: features.concat(), poses, mazes })
    }

    /// Mazes that are searched.
    pub fn mazes(&self) -> &[Maze] {
        &self.mazes
    }

    /// Poses of the grid.
    pub fn len(&self) -> usize {
        self.poses.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.poses.is_empty()
    }

    /// The nearest view that is found; none without a maze.
    pub fn nearest(&self, frame: &Frame) -> Option<NearestView> {
        let own = whole(frame);
        let features = self.features.chunks_exact(own.len()).enumerate();
        let mut grid: Vec<(u32, usize)> = features.map(|(index, other)| (apart(&own, other), index)).collect();
        let count = SMALL.min(grid.len());
        if count == 0 {
            return None;
        }
        grid.select_nth_unstable(count - 1);
        let small = |&(_, index): &(u32, usize)| {
            let (maze, pose) = self.poses[index];
            let seen = |pose| f64::from(apart(&own, &whole(&self.coarse.frame(&self.mazes[maze], pose))));
            (maze, self.moved(maze, pose, SMALL_STEPS, seen))
        };
        let mut found: Vec<_> = grid[..count].iter().map(small).collect();
        found.sort_by(|(_, a), (_, b)| a.distance.total_cmp(&b.distance));
        found.dedup_by(|a, b| a == b);
        found.truncate(FULL);
        let full = |(maze, at): (usize, At)| {
            let seen = |pose| rms(frame, &self.camera.frame(&self.mazes[maze], pose));
            (maze, self.moved(maze, at.pose, FULL_STEPS, seen))
        };
        let (maze, at) = found.into_iter().map(full).min_by(|(_, a), (_, b)| a.distance.total_cmp(&b.distance))?;
        let view = self.camera.frame(&self.mazes[maze], at.pose);
        Some(NearestView { distance: at.distance, maze, pose: at.pose, view })
    }

    /// A pose after steps and turns, each of which brought what is seen nearer, until the smallest ones no longer do.
    fn moved(&self, maze: usize, pose: Pose, (first, last): (f32, f32), seen: impl Fn(Pose) -> f64) -> At {
        let mut best = At { pose, distance: seen(pose) };
        let mut step = first;
        while step > last {
            let Pose { x, y, heading } = best.pose;
            let turned = |by: f32| Pose { x, y, heading: (heading + by).rem_euclid(TAU) };
            let near = [
                Pose { x: x + step, ..best.pose },
                Pose { x: x - step, ..best.pose },
                Pose { y: y + step, ..best.pose },
                Pose { y: y - step, ..best.pose },
                turned(step * TURN),
                turned(-step * TURN),
            ];
            let nearest = near
                .into_iter()
                .filter(|&pose| is_inside(&self.mazes[maze], pose, self.setback))
                .map(|pose| At { pose, distance: seen(pose) })
                .min_by(|a, b| a.distance.total_cmp(&b.distance))
                .filter(|found| found.distance < best.distance);
            match nearest {
                Some(found) => best = found,
                None => step /= 2.0,
            }
        }
        best
    }
}

/// A pose, and how far what is seen from it is from what is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct At {
    pose: Pose,
    distance: f64,
}

/// Sum of the squared differences of two features.
fn apart(a: &[u8], b: &[u8]) -> u32 {
    a.iter().zip(b).map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

/// Poses in the middle of every open cell, and on the ways between them.
fn grid(maze: &Maze) -> impl Iterator<Item = Pose> + '_ {
    let middle = |(x, y): (i32, i32)| (x as f32 + 0.5, y as f32 + 0.5);
    let standing = move |cell| {
        let (x, y) = middle(cell);
        (0..HEADINGS).map(move |part| Pose { x, y, heading: f32::from(part) * FRAC_PI_8 })
    };
    let walking = move |cell: (i32, i32)| {
        let ways = Heading::ALL.into_iter().filter(move |&way| maze.is_open_towards(cell.0, cell.1, way));
        ways.flat_map(move |way| {
            let ((x, y), (dx, dy)) = (middle(cell), way.step());
            let heading = way as u8 as f32 * std::f32::consts::FRAC_PI_2;
            WAY.map(|part| Pose { x: x + part * dx as f32, y: y + part * dy as f32, heading })
        })
    };
    maze.open_cells().flat_map(move |cell| standing(cell).chain(walking(cell)))
}

/// Whether agent and eye are in open cells.
fn is_inside(maze: &Maze, pose: Pose, setback: f32) -> bool {
    let eye = (pose.x - setback * libm::cosf(pose.heading), pose.y + setback * libm::sinf(pose.heading));
    let open = |x: f32, y: f32| maze.is_open(x.floor() as i32, y.floor() as i32);
    let clear = [(CLEAR, 0.0), (-CLEAR, 0.0), (0.0, CLEAR), (0.0, -CLEAR)];
    open(pose.x, pose.y) && clear.iter().all(|(dx, dy)| open(eye.0 + dx, eye.1 + dy))
}

/// A frame's feature in whole levels.
fn whole(frame: &Frame) -> Vec<u8> {
    feature(frame, frame.width() as usize).into_iter().map(|level| level.round() as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brick(side: u32) -> Scene {
        let mut scene = Scene::load("brick").unwrap().0;
        (scene.camera.width, scene.camera.height) = (side, side);
        scene
    }

    fn mazes(scene: &Scene, numbers: std::ops::Range<u64>) -> Vec<Maze> {
        numbers.map(|number| scene.maze(number)).collect()
    }

    /// Where an agent may stand: off the grid, and turned.
    fn somewhere(maze: &Maze, number: usize) -> Pose {
        let (x, y) = maze.open_cells().nth(7 * number + 3).unwrap();
        let off = number as f32 * 0.013;
        Pose { x: x as f32 + 0.45 + off, y: y as f32 + 0.56 - off, heading: 0.07 + 3.0 * FRAC_PI_8 * number as f32 }
    }

    #[test]
    fn the_pose_of_a_true_view_is_found_and_a_blend_is_nowhere() {
        let scene = brick(32);
        let views = Views::new(&scene, None, mazes(&scene, 0..4)).unwrap();
        assert!(views.len() > 4 * 1000, "{}", views.len());
        let (mut true_views, mut blends, mut same) = (Vec::new(), Vec::new(), 0);
        for number in 0..6 {
            let (maze, other) = (number % 4, (number + 1) % 4);
            let pose = somewhere(&views.mazes[maze], number);
            let frame = views.camera.frame(&views.mazes[maze], pose);
            let found = views.nearest(&frame).unwrap();
            let apart = (found.pose.x - pose.x).abs() + (found.pose.y - pose.y).abs();
            same += usize::from(found.maze == maze && apart < 0.1);
            true_views.push(found.distance);
            let mut blend = frame;
            let second = views.camera.frame(&views.mazes[other], somewhere(&views.mazes[other], number + 1));
            blend.iter_mut().zip(second.iter()).for_each(|(a, &b)| *a = a.midpoint(b));
            blends.push(views.nearest(&blend).unwrap().distance);
        }
        let worst = true_views.iter().copied().fold(0.0, f64::max);
        let best = blends.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(worst < 8.0 && best > 1.5 * worst, "{true_views:?} {blends:?}");
        // From elsewhere it may look nearly the same, and steps may stop there.
        assert!(same >= 3, "{same} of 6 poses are found");
    }

    #[test]
    fn no_eye_is_in_a_wall() {
        let scene = brick(16);
        let maze = scene.maze(3);
        let poses: Vec<Pose> = grid(&maze).filter(|&pose| is_inside(&maze, pose, 0.4)).collect();
        let standing = usize::from(HEADINGS) * maze.open_cells().count();
        assert!(poses.len() > standing, "{} of {standing}", poses.len());
        let (x, y) = maze.open_cells().next().unwrap();
        let wall = Pose { x: x as f32 - 0.5, y: y as f32 + 0.5, heading: 0.0 };
        assert!(!is_inside(&maze, wall, 0.0), "the first open cell has a wall to the west");
    }

    #[test]
    fn without_a_maze_nothing_is_found() {
        let scene = brick(16);
        let views = Views::new(&scene, None, Vec::new()).unwrap();
        assert!(views.is_empty() && views.nearest(&Frame::new(16, 16)).is_none());
    }
}
