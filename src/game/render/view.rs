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
