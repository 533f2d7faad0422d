//! Where the camera stands and how wide it sees.
//!
//! Bevy's x is east as in the maze, its y is up, its z is south (the maze's y).

use std::f32::consts::FRAC_PI_2;

use bevy::camera::ScalingMode;
use bevy::prelude::*;

use crate::agent::Pose;
use crate::camera::corner_of_picture;
use crate::maze::Maze;
use crate::scene::{Scene, View};

/// The eye is half a cell above the floor.
const EYE: f32 = 0.5;
/// The nearest wall is 0.05 cells from the eye (a setback of 0.45); at a wide angle its picture begins nearer still.
const NEAR: f32 = 0.01;
/// Of the camera that looks down, above everything there is.
const ALTITUDE: f32 = 4.0;

/// The camera of a scene whose picture is `aspect` times as wide as high, looking by `view` (the scene's own, or
/// [`other_view`]).
///
/// The picture holds at least what the scene's own camera sees: where it is wider than the scene's, more is seen at the
/// sides, where it is narrower, above and below.
pub(crate) fn view_of(scene: &Scene, view: &View, maze: &Maze, pose: Pose, aspect: f32) -> (Transform, Projection) {
    let own_aspect = scene.camera.width as f32 / scene.camera.height as f32;
    match *view {
        View::FirstPerson { field_of_view, setback } => {
            let (sin, cos) = pose.heading.sin_cos();
            let eye = Vec3::new(pose.x - setback * cos, EYE, pose.y + setback * sin);
            // Bevy's camera looks north where it is not turned.
            let turn = Quat::from_rotation_y(pose.heading - FRAC_PI_2);
            let spread = (field_of_view.to_radians() / 2.0).tan();
            let fov = 2.0 * (spread / own_aspect.min(aspect)).atan();
            let projection = PerspectiveProjection { fov, aspect_ratio: aspect, near: NEAR, ..default() };
            (Transform::from_translation(eye).with_rotation(turn), Projection::Perspective(projection))
        }
        View::TopDown { cells } => {
            let height = cells / own_aspect.min(aspect);
            let (width, height) = (height * aspect, height);
            let middle = |agent, cells, maze: i32| corner_of_picture(agent, cells, maze as f32) + cells / 2.0;
            let (x, z) = (middle(pose.x, width, maze.width()), middle(pose.y, height, maze.height()));
            let down = Transform::from_xyz(x, ALTITUDE, z).looking_to(Vec3::NEG_Y, Vec3::NEG_Z);
            let scaling_mode = ScalingMode::Fixed { width, height };
            let projection = OrthographicProjection { scaling_mode, ..OrthographicProjection::default_3d() };
            (down, Projection::Orthographic(projection))
        }
    }
}

/// The view that the scene's own camera does not have: from above if that one is first person, and the other way round.
pub fn other_view(scene: &Scene) -> View {
    match scene.camera.view {
        View::FirstPerson { .. } => View::TopDown { cells: 15.0 },
        View::TopDown { .. } => View::FirstPerson { field_of_view: 80.0, setback: 0.4 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSE: Pose = Pose { x: 3.5, y: 5.5, heading: 0.0 };

    fn brick() -> (Scene, Maze) {
        let (scene, _) = Scene::load("brick").expect("it comes with Crossroads");
        let maze = scene.maze(0);
        (scene, maze)
    }

    /// Tangents of half the angles across and down.
    fn spread(scene: &Scene, maze: &Maze, aspect: f32) -> (f32, f32) {
        match view_of(scene, &scene.camera.view, maze, POSE, aspect).1 {
            Projection::Perspective(projection) => {
                let down = (projection.fov / 2.0).tan();
                (down * projection.aspect_ratio, down)
            }
            _ => panic!("first person is drawn in perspective"),
        }
    }

    #[test]
    fn every_window_shows_what_the_scene_shows_and_a_wide_one_more_at_the_sides() {
        let (mut scene, maze) = brick();
        (scene.camera.width, scene.camera.height) = (64, 32);
        let across = 40.0_f32.to_radians().tan();
        let near = |(a, b): (f32, f32), (c, d): (f32, f32)| (a - c).abs() < 1e-4 && (b - d).abs() < 1e-4;
        assert!(near(spread(&scene, &maze, 2.0), (across, across / 2.0)));
        assert!(near(spread(&scene, &maze, 4.0), (across * 2.0, across / 2.0)));
        assert!(near(spread(&scene, &maze, 1.0), (across, across)));
    }

    #[test]
    fn the_eye_stands_back_and_looks_ahead() {
        let (scene, maze) = brick();
        for (heading, ahead) in [(0.0, Vec3::X), (FRAC_PI_2, Vec3::NEG_Z)] {
            let (eye, _) = view_of(&scene, &scene.camera.view, &maze, Pose { heading, ..POSE }, 1.0);
            assert!((eye.forward().as_vec3() - ahead).length() < 1e-5);
            assert!((eye.translation - (Vec3::new(3.5, EYE, 5.5) - ahead * 0.4)).length() < 1e-5);
        }
    }

    #[test]
    fn from_above_north_is_up_and_the_picture_stays_in_the_maze() {
        let (scene, maze) = brick();
        let (camera, projection) = view_of(&scene, &View::TopDown { cells: 9.0 }, &maze, POSE, 1.5);
        assert!((camera.up().as_vec3() - Vec3::NEG_Z).length() < 1e-5);
        // 13.5 × 9 cells of a maze of 15 × 15 around (3.5, 5.5).
        assert!((camera.translation.x - 6.75).abs() < 1e-5 && (camera.translation.z - 5.5).abs() < 1e-5);
        let Projection::Orthographic(projection) = projection else { panic!("from above there is no perspective") };
        assert!(matches!(projection.scaling_mode, ScalingMode::Fixed { width: 13.5, height: 9.0 }));
    }
}
