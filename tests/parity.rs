//! Bevy and the software camera draw one world.
//!
//! Where no graphics driver is installed these tests say so and pass.

use std::path::Path;

use crossroads::agent::Pose;
use crossroads::camera::{Camera, Frame};
use crossroads::game::{RenderError, other_view, photograph};
use crossroads::maze::Maze;
use crossroads::measure::ssim;
use crossroads::scene::{Scene, View};

use crate::helper::skipped;

/// Poses a scene.
const POSES: usize = 50;
/// Bevy draws so many times larger, and is averaged down.
const FINER: u32 = 4;

/// SSIM of brightness, on average and each.
const MEAN_SSIM: f64 = 0.92;
const LEAST_SSIM: f64 = 0.85;
/// Difference in grey levels between the mean colours of a scene's pictures: a wrong gamma or fog is more.
const MOST_TINT: f64 = 2.5;

/// Side of a tile in pixels, and the difference in grey levels between the mean colours of any two tiles: an agent that
/// looks the wrong way is more.
const TILE: u32 = 8;
const MOST_SPOT: u8 = 15;

/// Where an explorer is every third tick, at a gait that has moves and turns under way among them.
fn walk(scene: &Scene, maze: &Maze) -> Vec<Pose> {
    let mut scene = scene.clone();
    (scene.agent.ticks_per_cell, scene.agent.ticks_per_quarter) = (4, 4);
    let (mut agent, mut policy) = scene.spawn(maze, 11);
    let mut pose = || {
        for _ in 0..3 {
            let wish = policy.decide(&agent, maze);
            agent.tick(maze, wish);
        }
        agent.pose()
    };
    (0..POSES).map(|_| pose()).collect()
}

/// Where the creatures of a scene are at the same ticks, each walking for itself.
fn walks_beside(scene: &Scene, maze: &Maze) -> Vec<Vec<Pose>> {
    let mut creatures = scene.spawn_creatures(maze, 11);
    let mut poses = || {
        for (creature, policy) in &mut creatures {
            let wish = policy.decide(creature, maze);
            creature.tick(maze, wish);
        }
        creatures.iter().map(|(creature, _)| creature.pose()).collect()
    };
    (0..POSES).map(|_| poses()).collect()
}

/// Each pixel the mean of a square of `side` × `side` pixels.
fn averaged(frame: &Frame, side: u32) -> Frame {
    Frame::from_fn(frame.width() / side, frame.height() / side, |x, y| {
        let square = (0..side * side).map(|i| frame.get_pixel(x * side + i % side, y * side + i / side).0);
        let sums = square.fold([0; 3], |sums, pixel| [0, 1, 2].map(|c| sums[c] + u32::from(pixel[c])));
        image::Rgb(sums.map(|sum| ((sum + side * side / 2) / (side * side)) as u8))
    })
}

/// The largest difference between the mean colours of two tiles.
fn spot(a: &Frame, b: &Frame) -> u8 {
    let (a, b) = (averaged(a, TILE), averaged(b, TILE));
    a.iter().zip(b.iter()).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

fn mean_colour(frames: &[Frame]) -> [f64; 3] {
    let pixels: Vec<_> = frames.iter().flat_map(|frame| frame.pixels()).collect();
    [0, 1, 2].map(|c| pixels.iter().map(|pixel| f64::from(pixel[c])).sum::<f64>() / pixels.len() as f64)
}

/// Keeps a sheet to look at: the camera's picture, Bevy's at the same size, and Bevy's as it was drawn.
fn keep_sheet(name: &str, ours: &[Frame], theirs: &[Frame], finer: &[Frame]) {
    let (width, height) = finer[0].dimensions();
    let shown: Vec<usize> = (0..POSES).step_by(9).collect();
    let mut sheet = Frame::new(width * shown.len() as u32, height * 3);
    for (column, &pose) in shown.iter().enumerate() {
        let large = |frame: &Frame| image::imageops::resize(frame, width, height, image::imageops::FilterType::Nearest);
        for (row, frame) in [large(&ours[pose]), large(&theirs[pose]), finer[pose].clone()].iter().enumerate() {
            let (x, y) = (column as u32 * width, row as u32 * height);
            image::imageops::replace(&mut sheet, frame, x.into(), y.into());
        }
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("parity");
    std::fs::create_dir_all(&folder).unwrap();
    sheet.save(folder.join(format!("{name}.png"))).unwrap();
}

/// Draws a scene by both, and holds the pictures together.
fn hold_together(name: &str, scene: &Scene) {
    let maze = scene.maze(7);
    hold_poses_together(name, scene, &maze, (walk(scene, &maze), walks_beside(scene, &maze)));
}

/// As [`hold_together`], with the agent and its creatures where they are told to be.
fn hold_poses_together(name: &str, scene: &Scene, maze: &Maze, (poses, creatures): (Vec<Pose>, Vec<Vec<Pose>>)) {
    let camera = Camera::new(scene, None).unwrap();
    let (width, height) = camera.size();
    let size = (width * FINER, height * FINER);
    let finer = match photograph(scene, None, maze, &scene.camera.view, (&poses, &creatures), size) {
        Err(error @ RenderError::NoDriver) => return skipped(&format!("{name}: {error}")),
        drawn => drawn.unwrap(),
    };
    let ours = |(&pose, creatures): (&Pose, &Vec<Pose>)| {
        let mut frame = Frame::new(width, height);
        camera.draw_crowd(maze, pose, creatures, &mut frame);
        frame
    };
    let ours: Vec<Frame> = poses.iter().zip(&creatures).map(ours).collect();
    let theirs: Vec<Frame> = finer.iter().map(|frame| averaged(frame, FINER)).collect();
    keep_sheet(name, &ours, &theirs, &finer);

    let alike: Vec<f64> = ours.iter().zip(&theirs).map(|(a, b)| ssim(a, b, width as usize)).collect();
    let mean = alike.iter().sum::<f64>() / POSES as f64;
    let (worst, least) = alike.iter().copied().enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    let (our_colour, their_colour) = (mean_colour(&ours), mean_colour(&theirs));
    let tint = [0, 1, 2].map(|c| (our_colour[c] - their_colour[c]).abs()).into_iter().fold(0.0, f64::max);
    let spot = ours.iter().zip(&theirs).map(|(a, b)| spot(a, b)).max().unwrap();
    let found = format!("{name}: SSIM {mean:.4}, {least:.4} at {:?}, tint {tint:.2}, spot {spot}", poses[worst]);
    #[expect(clippy::print_stderr, reason = "the test runner shows it where the test fails")]
    {
        eprintln!("{found}");
    }
    assert!(mean >= MEAN_SSIM && least >= LEAST_SSIM && tint <= MOST_TINT && spot <= MOST_SPOT, "{found}");
}

fn own_view(name: &str) {
    hold_together(name, &Scene::load(name).unwrap().0);
}

#[test]
fn brick_is_one_world() {
    own_view("brick");
}

#[test]
fn hedge_night_is_one_world() {
    own_view("hedge-night");
}

#[test]
fn arcade_is_one_world() {
    own_view("arcade");
}

#[test]
fn crowd_is_one_world() {
    own_view("crowd");
}

#[test]
fn who_meets_in_a_crowd_stands_over_the_same_others() {
    let (scene, _) = Scene::load("crowd").unwrap();
    let maze = scene.maze(7);
    let poses = walk(&scene, &maze);
    let beside = |(at, &Pose { x, y, heading }): (usize, &Pose)| {
        // North and south of the agent in turns: neither decides who is seen.
        let aside = if at % 2 == 0 { 0.2 } else { -0.2 };
        [aside, -aside].map(|aside| Pose { x: x + 0.1, y: y + aside, heading: heading + 2.0 }).to_vec()
    };
    let creatures = poses.iter().enumerate().map(beside).collect();
    hold_poses_together("who-meets", &scene, &maze, (poses, creatures));
}

#[test]
fn lopsided_is_one_world() {
    own_view("lopsided");
}

#[test]
fn brick_from_above_is_one_world() {
    let (mut scene, _) = Scene::load("brick").unwrap();
    scene.camera.view = View::TopDown { cells: 9.0 };
    scene.theme.sprite = Some("arcade-agent.png".into());
    hold_together("brick-from-above", &scene);
}

#[test]
fn arcade_in_first_person_is_one_world() {
    let (mut scene, _) = Scene::load("arcade").unwrap();
    scene.camera.view = other_view(&scene);
    hold_together("arcade-in-first-person", &scene);
}
