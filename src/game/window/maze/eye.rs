//! The 3D picture: the maze that Bevy's renderer draws, and the camera that walks in it.

use bevy::camera::visibility::RenderLayers;
use bevy::camera::{CameraOutputMode, Viewport};
use bevy::prelude::*;

use super::clock::Clock;
use super::in_maze;
use super::sight::Sight;
use super::stage::Stage;
use crate::agent::Pose;
use crate::game::render::{
    AgentSprite, CreatureSprite, WorldBuilder, camera_bundle, creature_at, other_view, sprite_at, view_of,
};
use crate::game::tick::{Creatures, InMaze, Walker};
use crate::game::window::keys::{Key, Keys};
use crate::game::window::notice::Notices;
use crate::game::window::screen::FrameSet;
use crate::scene::View;

pub(super) const VIEW: Key = Key::label('v', KeyCode::KeyV, "first person, or from above");

/// The camera in the maze.
#[derive(Component)]
struct Eye;

/// The camera that draws texts and panels.
#[derive(Component)]
struct Glass;

/// The maze's meshes, and whose agent's maze it is.
#[derive(Resource, Default)]
struct Scenery {
    root: Option<Entity>,
}

/// How the maze is looked at.
#[derive(Resource, Default)]
pub(super) struct Looking {
    /// Not by the scene's own view, but by the other one.
    pub is_other: bool,
}

/// Which part of the window the picture has, and whether it is shown.
#[derive(Resource, Default)]
pub(in crate::game::window) struct Stand {
    /// Pixels of the design kept free for panels, on the right.
    pub right: f32,
    /// What is shown in its place, if something is.
    pub cover: Option<String>,
}

/// What is needed with or without a renderer.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Looking>()
        .init_resource::<Stand>()
        .add_systems(Update, switch_view.in_set(FrameSet::Input).run_if(in_maze));
}

/// The next screen has the whole window again.
pub(super) fn leave(mut stand: ResMut<Stand>) {
    *stand = Stand::default();
}

/// What only makes sense with a renderer.
pub(in crate::game::window) fn drawing_plugin(app: &mut App) {
    app.add_plugins(crate::game::render::plugin)
        .init_resource::<Scenery>()
        .add_systems(Startup, spawn_cameras)
        .add_systems(Update, (furnish, (look, place_sprite, place_creatures)).chain().in_set(FrameSet::Show))
        .add_systems(Update, in_maze.pipe(frame).after(furnish).in_set(FrameSet::Show));
}

fn switch_view(keys: Keys, mut looking: ResMut<Looking>) {
    if keys.pressed(&VIEW) {
        looking.is_other = !looking.is_other;
    }
}

fn spawn_cameras(mut commands: Commands) {
    // Both cameras draw into one picture, which the second one hands to the window.
    let camera = Camera { output_mode: CameraOutputMode::Skip, ..default() };
    commands.spawn((Name::new("eye"), Eye, camera_bundle(), camera));
    let camera = Camera { order: 1, ..default() };
    // It sees the interface alone, and nothing of the maze.
    let glass = (Name::new("glass"), Glass, Camera2d, camera, Msaa::Off, RenderLayers::none(), IsDefaultUiCamera);
    commands.spawn(glass);
}

/// Builds the maze of a new agent, and takes away the one before.
fn furnish(
    mut commands: Commands,
    mut builder: WorldBuilder,
    stage: Option<Res<Stage>>,
    mut scenery: ResMut<Scenery>,
    mut notices: ResMut<Notices>,
    new: Query<&InMaze, Added<InMaze>>,
    all: Query<(), With<InMaze>>,
) {
    let new = new.iter().next();
    if new.is_none() && !all.is_empty() {
        return;
    }
    if let Some(root) = scenery.root.take() {
        commands.entity(root).despawn();
    }
    if let (Some(maze), Some(stage)) = (new, stage) {
        match builder.spawn(&stage.scene, stage.textures.as_deref(), &maze.0) {
            Ok(root) => scenery.root = Some(root),
            Err(error) => notices.error(error.to_string()),
        }
    }
}

/// Where the agent is shown: on its way from the last tick but one to the last.
pub(super) fn shown_pose(walker: &Walker, sight: &Sight, clock: &Clock) -> Pose {
    between(sight.before, walker.agent.pose(), clock.part)
}

fn between(from: Pose, to: Pose, part: f32) -> Pose {
    use std::f32::consts::{PI, TAU};
    let turn = (to.heading - from.heading + PI).rem_euclid(TAU) - PI;
    Pose {
        x: from.x + (to.x - from.x) * part,
        y: from.y + (to.y - from.y) * part,
        heading: (from.heading + turn * part).rem_euclid(TAU),
    }
}

fn look(
    stage: Option<Res<Stage>>,
    clock: Res<Clock>,
    looking: Res<Looking>,
    agents: Query<(&Walker, &InMaze, &Sight)>,
    mut eye: Query<(&Camera, &mut Transform, &mut Projection), With<Eye>>,
) {
    let (Some(stage), Ok((walker, maze, sight))) = (stage, agents.single()) else { return };
    let Ok((camera, mut transform, mut projection)) = eye.single_mut() else { return };
    let Some(size) = camera.logical_viewport_size().filter(|size| size.min_element() >= 1.0) else { return };
    let view = if looking.is_other { other_view(&stage.scene) } else { stage.scene.camera.view.clone() };
    let pose = shown_pose(walker, sight, &clock);
    (*transform, *projection) = view_of(&stage.scene, &view, &maze.0, pose, size.x / size.y);
}

fn place_sprite(
    stage: Option<Res<Stage>>,
    clock: Res<Clock>,
    looking: Res<Looking>,
    agents: Query<(&Walker, &Sight)>,
    mut sprites: Query<(&mut Transform, &mut Visibility), With<AgentSprite>>,
) {
    let (Some(stage), Ok((walker, sight))) = (stage, agents.single()) else { return };
    let own_is_above = matches!(stage.scene.camera.view, View::TopDown { .. });
    for (mut transform, mut visibility) in &mut sprites {
        *transform = sprite_at(shown_pose(walker, sight, &clock));
        let shown = own_is_above != looking.is_other;
        visibility.set_if_neq(if shown { Visibility::Inherited } else { Visibility::Hidden });
    }
}

fn place_creatures(
    stage: Option<Res<Stage>>,
    clock: Res<Clock>,
    looking: Res<Looking>,
    agents: Query<&Creatures>,
    mut sprites: Query<(&CreatureSprite, &mut Transform, &mut Visibility)>,
) {
    let (Some(stage), Ok(creatures)) = (stage, agents.single()) else { return };
    let shown = matches!(stage.scene.camera.view, View::TopDown { .. }) != looking.is_other;
    for (sprite, mut transform, mut visibility) in &mut sprites {
        let (Some(&before), Some(now)) = (creatures.before.get(sprite.0), creatures.agents.get(sprite.0)) else {
            continue;
        };
        *transform = creature_at(between(before, now.pose(), clock.part), sprite.0);
        visibility.set_if_neq(if shown { Visibility::Inherited } else { Visibility::Hidden });
    }
}

/// Gives the maze's picture its part of the window, or none.
fn frame(
    In(has_maze): In<bool>,
    stand: Res<Stand>,
    scale: Res<UiScale>,
    window: Query<&Window>,
    mut eye: Query<&mut Camera, (With<Eye>, Without<Glass>)>,
    mut glass: Query<&mut Camera, With<Glass>>,
) {
    let (Ok(window), Ok(mut eye), Ok(mut glass)) = (window.single(), eye.single_mut(), glass.single_mut()) else {
        return;
    };
    let is_on = has_maze && stand.cover.is_none();
    // Where the maze's camera does not clear the window, the other one must.
    let clears = !matches!(glass.clear_color, ClearColorConfig::None);
    if eye.is_active != is_on || clears == is_on {
        eye.is_active = is_on;
        glass.clear_color = if is_on { ClearColorConfig::None } else { ClearColorConfig::Default };
    }
    let kept = (stand.right * scale.0 * window.scale_factor()) as u32;
    let size = UVec2::new(window.physical_width().saturating_sub(kept), window.physical_height()).max(UVec2::ONE);
    let is_new = eye.viewport.as_ref().is_none_or(|viewport| viewport.physical_size != size);
    if is_new {
        eye.viewport = Some(Viewport { physical_size: size, ..default() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_turns_the_short_way_round() {
        let at = |heading| Pose { x: 1.0, y: 2.0, heading };
        let near = |found: f32, expected: f32| (found - expected).abs() < 1e-5;
        // From just left of east to just right of it: through east, not through west.
        let middle = between(at(0.1), at(std::f32::consts::TAU - 0.3), 0.5).heading;
        assert!(near(middle, std::f32::consts::TAU - 0.1), "{middle}");
        let half = between(at(0.0), Pose { x: 2.0, y: 2.0, heading: 1.0 }, 0.5);
        assert!(near(half.x, 1.5) && near(half.heading, 0.5));
    }
}
