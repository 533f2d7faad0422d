//! Pictures by Bevy without a window.

use std::path::Path;

use bevy::app::TerminalCtrlCHandlerPlugin;
use bevy::camera::RenderTarget;
use bevy::ecs::system::SystemState;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{
    BufferDescriptor, BufferUsages, CachedPipelineState, CommandEncoderDescriptor, Extent3d, MapMode, PipelineCache,
    PollType, TexelCopyBufferInfo, TexelCopyBufferLayout, TextureFormat, TextureUsages,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bevy::render::texture::GpuImage;
use bevy::render::{RenderApp, RenderPlugin};
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;

use super::{
    AgentSprite, CreatureSprite, RenderError, WorldBuilder, camera_bundle, creature_at, driver, sprite_at, view_of,
};
use crate::agent::Pose;
use crate::camera::Frame;
use crate::maze::Maze;
use crate::scene::{Scene, View};

/// Updates in a row without a shader to compile, after which there will be none.
const STEADY_UPDATES: usize = 8;
/// Updates within which that must happen; a few dozen are usual.
const MOST_UPDATES: usize = 5000;

/// Draws a maze from several poses with Bevy's renderer, each picture `size` pixels wide and high.
///
/// `view` is that of the scene's camera or another one; `creatures` are where those beside the agent are in each picture,
/// or empty. Textures are looked for in `folder`, if there is one, then
/// among those built in.
pub fn photograph(
    scene: &Scene,
    folder: Option<&Path>,
    maze: &Maze,
    view: &View,
    (poses, creatures): (&[Pose], &[Vec<Pose>]),
    size: (u32, u32),
) -> Result<Vec<Frame>, RenderError> {
    driver()?;
    let mut studio = Studio::open(size);
    studio.build(scene, folder, maze)?;
    let Some(&first) = poses.first() else {
        return Ok(Vec::new());
    };
    let beside = |index: usize| creatures.get(index).map_or(&[][..], Vec::as_slice);
    studio.aim(scene, view, maze, first);
    studio.place(view, beside(0));
    studio.warm_up()?;
    let shoot = |(index, &pose): (usize, &Pose)| {
        studio.aim(scene, view, maze, pose);
        studio.place(view, beside(index));
        studio.app.update();
        studio.develop()
    };
    poses.iter().enumerate().map(shoot).collect()
}

/// An app with a camera that draws into an image.
struct Studio {
    app: App,
    camera: Entity,
    target: Handle<Image>,
    size: (u32, u32),
}

impl Studio {
    fn open(size: (u32, u32)) -> Self {
        let mut app = App::new();
        // One update draws one picture: nothing may run behind or ahead.
        app.add_plugins(
            DefaultPlugins
                .build()
                .disable::<LogPlugin>()
                .disable::<TerminalCtrlCHandlerPlugin>()
                .disable::<WinitPlugin>()
                .disable::<PipelinedRenderingPlugin>()
                .set(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
                .set(RenderPlugin { synchronous_pipeline_compilation: true, ..default() }),
        );
        app.add_plugins(super::plugin);
        app.finish();
        app.cleanup();

        let mut image = Image::new_target_texture(size.0, size.1, TextureFormat::Rgba8UnormSrgb, None);
        image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
        let world = app.world_mut();
        let target = world.resource_mut::<Assets<Image>>().add(image);
        let draws_into = RenderTarget::Image(target.clone().into());
        let camera = world.spawn((Name::new("camera"), camera_bundle(), draws_into)).id();
        Self { app, camera, target, size }
    }

    fn build(&mut self, scene: &Scene, folder: Option<&Path>, maze: &Maze) -> Result<(), RenderError> {
        let world = self.app.world_mut();
        let mut state = SystemState::<WorldBuilder>::new(world);
        let mut builder = state.get_mut(world).map_err(|error| RenderError::Failed(error.to_string()))?;
        builder.spawn(scene, folder, maze)?;
        state.apply(world);
        Ok(())
    }

    /// Puts camera and sprite where they are at a pose.
    fn aim(&mut self, scene: &Scene, view: &View, maze: &Maze, pose: Pose) {
        let world = self.app.world_mut();
        let aspect = self.size.0 as f32 / self.size.1 as f32;
        world.entity_mut(self.camera).insert(view_of(scene, view, maze, pose, aspect));
        let mut sprites = world.query_filtered::<(&mut Transform, &mut Visibility), With<AgentSprite>>();
        for (mut transform, mut visibility) in sprites.iter_mut(world) {
            *transform = sprite_at(pose);
            *visibility = match view {
                View::FirstPerson { .. } => Visibility::Hidden,
                View::TopDown { .. } => Visibility::Inherited,
            };
        }
    }

    /// Puts the creatures' sprites where they are.
    fn place(&mut self, view: &View, creatures: &[Pose]) {
        let world = self.app.world_mut();
        let mut sprites = world.query::<(&CreatureSprite, &mut Transform, &mut Visibility)>();
        for (sprite, mut transform, mut visibility) in sprites.iter_mut(world) {
            let Some(&pose) = creatures.get(sprite.0) else { continue };
            *transform = creature_at(pose, sprite.0);
            *visibility = match view {
                View::FirstPerson { .. } => Visibility::Hidden,
                View::TopDown { .. } => Visibility::Inherited,
            };
        }
    }

    /// Updates until all shaders are loaded and compiled: until then, things are missing in the picture.
    fn warm_up(&mut self) -> Result<(), RenderError> {
        let mut steady = 0;
        for _ in 0..MOST_UPDATES {
            self.app.update();
            let cache = self.app.sub_app(RenderApp).world().resource::<PipelineCache>();
            let mut ready = 0;
            let mut all = 0;
            for pipeline in cache.pipelines() {
                all += 1;
                match &pipeline.state {
                    CachedPipelineState::Ok(_) => ready += 1,
                    CachedPipelineState::Err(error) => return Err(RenderError::Failed(error.to_string())),
                    CachedPipelineState::Queued | CachedPipelineState::Creating(_) => {}
                }
            }
            steady = if ready > 0 && ready == all { steady + 1 } else { 0 };
            if steady == STEADY_UPDATES {
                return Ok(());
            }
        }
        Err(RenderError::Failed("its shaders are not ready after a long time".into()))
    }

    /// Reads what was drawn last back from the graphics card.
    fn develop(&self) -> Result<Frame, RenderError> {
        let failed = |error: &dyn std::fmt::Display| RenderError::Failed(error.to_string());
        let world = self.app.sub_app(RenderApp).world();
        let (device, queue) = (world.resource::<RenderDevice>(), world.resource::<RenderQueue>());
        let images = world.resource::<RenderAssets<GpuImage>>();
        let image = images.get(&self.target).ok_or_else(|| failed(&"the target image is missing"))?;
        let (width, height) = self.size;
        // Rows are padded to what the hardware can copy.
        let row = RenderDevice::align_copy_bytes_per_row(width as usize * 4);
        let buffer = device.create_buffer(&BufferDescriptor {
            label: Some("photograph"),
            size: row as u64 * u64::from(height),
            usage: BufferUsages::MAP_READ | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor { label: Some("photograph") });
        encoder.copy_texture_to_buffer(
            image.texture.as_image_copy(),
            TexelCopyBufferInfo {
                buffer: &buffer,
                layout: TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row as u32), rows_per_image: None },
            },
            Extent3d { width, height, depth_or_array_layers: 1 },
        );
        queue.submit([encoder.finish()]);
        let slice = buffer.slice(..);
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        // The receiver outlives the call, and the channel has room: sending cannot fail.
        slice.map_async(MapMode::Read, move |result| drop(sender.send(result)));
        device.poll(PollType::wait_indefinitely()).map_err(|error| failed(&error))?;
        receiver.recv().map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        let bytes = slice.get_mapped_range();
        let pixel = |x, y| {
            let at = y as usize * row + x as usize * 4;
            image::Rgb([bytes[at], bytes[at + 1], bytes[at + 2]])
        };
        Ok(Frame::from_fn(width, height, pixel))
    }
}
