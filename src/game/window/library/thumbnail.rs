//! Small pictures of scenes, data sets and models.

use std::path::Path;

use image::imageops::{FilterType, crop_imm, replace, resize};

use crate::agent::{Action, Agent};
use crate::camera::{Camera, Frame, Frames};
use crate::draw::palette::{BACKGROUND, DIM, LINE};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::episode::{Manifest, read};
use crate::maze::{Corner, Maze, corners};
use crate::predict::{Question, contact_sheet, contact_sheet_size};
use crate::scene::Scene;
use crate::train::{Run, Trained};

/// Pixels, about twice what is shown.
pub(super) const SIZE: (u32, u32) = (288, 216);

/// Columns and rows of a sample sheet that are shown: what was seen, both futures and a prediction.
const CELLS: (u32, u32) = (4, 3);

/// Cells before a corner from which a scene is shown: at the corner itself the wall hides the maze.
const BEFORE: i32 = 2;

/// A scene as its camera sees it on the way to a corner, in more pixels than it records.
pub(super) fn of_scene(scene: &Scene, textures: Option<&Path>) -> Option<Frame> {
    let mut large = scene.clone();
    (large.camera.width, large.camera.height, large.camera.supersampling) = (SIZE.0, SIZE.1, 2);
    let (maze, corner, way) = longest_approach(&large)?;
    let (dx, dy) = corner.heading.step();
    let agent = Agent::standing(corner.x - dx * way, corner.y - dy * way, corner.heading, large.gait());
    let camera = Camera::new(&large, textures).ok()?;
    Some(camera.frame(&maze, agent.pose()))
}

/// A recorded frame on the way to a corner, or the first of an episode without one.
pub(super) fn of_data(folder: &Path, manifest: &Manifest) -> Option<Frame> {
    let entry = manifest.episodes.iter().find(|entry| entry.corners > 0).or(manifest.episodes.first())?;
    let episode = read(&std::fs::read(folder.join(&entry.file)).ok()?).ok()?;
    let way = BEFORE as usize * manifest.scene.agent.ticks_per_cell as usize;
    let corners = episode.corners.iter().enumerate().filter(|(_, is_corner)| **is_corner);
    let index = corners.map(|(frame, _)| frame).find(|&frame| frame >= way).map_or(0, |frame| frame - way);
    let bytes = (episode.width * episode.height * 3) as usize;
    let pixels = episode.frames.get(index * bytes..(index + 1) * bytes)?;
    let frame = Frame::from_raw(episode.width, episode.height, pixels.to_vec())?;
    Some(covering(&frame))
}

/// The newest sample sheet's upper left part.
pub(super) fn of_run(run: &Run) -> Option<Frame> {
    let picture = image::open(run.newest_sheet()?).ok()?.into_rgb8();
    Some(part_of_sheet(&picture, run.info.frame_size))
}

/// What a model says at corners of a scene.
pub(super) fn of_model(model: &Trained, scene: &Scene) -> Option<Frame> {
    let camera = Camera::new(scene, None).ok()?;
    let context = model.info.recipe.windows.context;
    let places = first_corners(scene, CELLS.1 as usize);
    let questions: Vec<Question> =
        places.iter().map(|(maze, corner)| question(&camera, maze, *corner, scene, context)).collect();
    Some(part_of_sheet(&contact_sheet(&*model.predictor, &questions), model.info.frame_size))
}

/// In place of a picture, why there is none.
pub(super) fn without(why: &str) -> Frame {
    let mut canvas = Canvas::new(SIZE.0, SIZE.1);
    canvas.border(canvas.area(), 12.0, 3.0, LINE);
    canvas.write(why, Style::words(26.0, DIM), Align::Centre, Rect::new(12, 0, SIZE.0 - 24, SIZE.1));
    canvas.picture().clone()
}

/// A corner of a scene's first maze with a corner, and how many cells run straight to it, up to [`BEFORE`].
fn longest_approach(scene: &Scene) -> Option<(Maze, Corner, i32)> {
    let (maze, _) = first_corners(scene, 1).into_iter().next()?;
    let way = |corner: &Corner| {
        let (dx, dy) = corner.heading.step();
        (0..=BEFORE).take_while(|&cells| maze.is_open(corner.x - dx * cells, corner.y - dy * cells)).count() as i32 - 1
    };
    let corner = corners(&maze).into_iter().max_by_key(way)?;
    let cells = way(&corner);
    Some((maze, corner, cells))
}

/// Corners of a scene's first mazes, one a maze where there is one.
fn first_corners(scene: &Scene, count: usize) -> Vec<(Maze, Corner)> {
    let mazes = (0..scene.maze_count().min(8) as u64).map(|number| scene.maze(number));
    mazes.filter_map(|maze| corners(&maze).first().map(|&corner| (maze, corner))).take(count).collect()
}

/// The moment after walking into a corner from the cell before it.
fn question(camera: &Camera, maze: &Maze, corner: Corner, scene: &Scene, context: usize) -> Question {
    let gait = scene.gait();
    let (dx, dy) = corner.heading.step();
    let mut agent = Agent::standing(corner.x - dx, corner.y - dy, corner.heading, gait);
    let first = camera.frame(maze, agent.pose());
    let mut seen = Frames::repeated(camera.size(), &first, context.max(1));
    for _ in 0..gait.ticks_per_cell {
        agent.tick(maze, Action::Forward);
        seen.see(&camera.frame(maze, agent.pose()));
    }
    let arrived = Agent::arrived_at(corner, gait);
    let futures = camera.futures(maze, arrived, &scene.turns(maze, &arrived), 1);
    Question { futures, ..Question::new(seen, Action::Left, (0, corner)) }
}

fn part_of_sheet(picture: &Frame, frame_size: (u32, u32)) -> Frame {
    let (width, height) = contact_sheet_size(frame_size, CELLS.0, CELLS.1);
    let part = crop_imm(picture, 0, 0, width, height).to_image();
    let spot = shrunk(part.dimensions());
    let small = resize(&part, spot.0, spot.1, FilterType::Triangle);
    let mut framed = Frame::from_pixel(SIZE.0, SIZE.1, image::Rgb(BACKGROUND));
    let middle = |whole: u32, part: u32| i64::from((whole - part) / 2);
    replace(&mut framed, &small, middle(SIZE.0, spot.0), middle(SIZE.1, spot.1));
    framed
}

/// As large as fits into the thumbnail with its proportions kept.
fn shrunk((width, height): (u32, u32)) -> (u32, u32) {
    let (width, height) = (width.max(1), height.max(1));
    if width * SIZE.1 > height * SIZE.0 {
        (SIZE.0, (height * SIZE.0 / width).max(1))
    } else {
        ((width * SIZE.1 / height).max(1), SIZE.1)
    }
}

/// Enlarged with hard edges, and cut at two sides so that it covers the thumbnail.
fn covering(frame: &Frame) -> Frame {
    let (width, height) = frame.dimensions();
    let (wide, high) = if width * SIZE.1 > height * SIZE.0 {
        ((height * SIZE.0 / SIZE.1).max(1), height)
    } else {
        (width, (width * SIZE.1 / SIZE.0).max(1))
    };
    let part = crop_imm(frame, (width - wide) / 2, (height - high) / 2, wide, high).to_image();
    resize(&part, SIZE.0, SIZE.1, FilterType::Nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_has_a_picture() {
        for (name, _) in crate::scene::SCENES {
            let (scene, _) = Scene::load(name).unwrap();
            assert_eq!(of_scene(&scene, None).unwrap().dimensions(), SIZE, "{name}");
        }
    }

    #[test]
    fn thumbnails_have_one_size_whatever_they_show() {
        for size in [(64, 64), (96, 32), (16, 512)] {
            let picture = Frame::from_pixel(size.0, size.1, image::Rgb([9; 3]));
            assert_eq!(covering(&picture).dimensions(), SIZE);
            assert_eq!(covering(&picture).get_pixel(0, 0).0, [9; 3], "covered up to its corners");
            assert_eq!(part_of_sheet(&picture, (16, 16)).dimensions(), SIZE);
        }
    }

    #[test]
    fn a_question_ends_at_its_corner_with_as_much_context_as_is_asked_for() {
        let (scene, _) = Scene::load("brick").unwrap();
        let camera = Camera::new(&scene, None).unwrap();
        let (maze, corner) = first_corners(&scene, 1).remove(0);
        for context in [1, 4, 16] {
            let question = question(&camera, &maze, corner, &scene, context);
            assert_eq!(question.context.len(), context);
            let arrived = camera.frame(&maze, Agent::arrived_at(corner, scene.gait()).pose());
            assert_eq!(question.context[context - 1], arrived.into_raw()[..]);
        }
    }
}
