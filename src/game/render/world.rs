//! Building a maze out of entities.

use std::path::Path;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::sprite_render::MeshMaterial2d;

use super::material::WorldMaterial;
use super::mesh::{self, Squares};
use super::sprite::{AGENT_LAYER, AgentSprite, CreatureSprite};
use super::texture::{Beyond, image_of};
use crate::camera::{Texture, TextureError};
use crate::maze::Maze;
use crate::scene::{Scene, View};

/// The agent's picture where a scene has none, since its own camera never sees the agent.
const SPRITE: &str = "arcade-agent.png";

/// Builds worlds: a system parameter.
#[derive(SystemParam)]
pub(crate) struct WorldBuilder<'w, 's> {
    commands: Commands<'w, 's>,
    meshes: ResMut<'w, Assets<Mesh>>,
    images: ResMut<'w, Assets<Image>>,
    materials: ResMut<'w, Assets<WorldMaterial>>,
}

impl WorldBuilder<'_, '_> {
    /// Spawns what a maze looks like in a scene, and returns its root: despawn that, and the maze is gone.
    ///
    /// The children are one mesh for each texture of walls, floor and ceiling, and the agent's sprite
    /// ([`AgentSprite`]) and those of creatures, which begin hidden. Textures are looked for in `folder`, if there is one, then among those
    /// built in.
    pub(crate) fn spawn(&mut self, scene: &Scene, folder: Option<&Path>, maze: &Maze) -> Result<Entity, TextureError> {
        let theme = &scene.theme;
        let load = |name: &str| Texture::load(name, folder);
        let walls = theme.walls.iter().map(|name| load(name)).collect::<Result<Vec<_>, _>>()?;
        let (floor, ceiling) = (load(&theme.floor)?, load(&theme.ceiling)?);
        let sprite = load(theme.sprite.as_deref().unwrap_or(SPRITE))?;

        let root = self.commands.spawn((Name::new("maze"), Transform::default(), Visibility::default())).id();
        let faces = mesh::walls(maze, theme.district, walls.len(), margin(scene, maze));
        for (index, (texture, squares)) in walls.iter().zip(faces).enumerate() {
            self.spawn_solid(scene, root, format!("walls {index}"), texture, Beyond::Edge, squares);
        }
        self.spawn_solid(scene, root, "floor".into(), &floor, Beyond::Repeated, mesh::floor(maze));
        self.spawn_solid(scene, root, "ceiling".into(), &ceiling, Beyond::Repeated, mesh::ceiling(maze));
        let image = self.images.add(image_of(&sprite, Beyond::Edge));
        let sprite = (
            Name::new("agent"),
            AgentSprite,
            Mesh2d(self.meshes.add(mesh::sprite().into_mesh())),
            MeshMaterial2d(self.materials.add(WorldMaterial::sprite(theme, image, AGENT_LAYER))),
            Visibility::Hidden,
            ChildOf(root),
        );
        self.commands.spawn(sprite);
        if let Some(creatures) = &scene.creatures {
            let image = self.images.add(image_of(&load(&creatures.sprite)?, Beyond::Edge));
            for number in 0..creatures.count as usize {
                let sprite = (
                    Name::new(format!("creature {number}")),
                    CreatureSprite(number),
                    Mesh2d(self.meshes.add(mesh::sprite().into_mesh())),
                    MeshMaterial2d(self.materials.add(WorldMaterial::sprite(theme, image.clone(), number as u8))),
                    Visibility::Hidden,
                    ChildOf(root),
                );
                self.commands.spawn(sprite);
            }
        }
        Ok(root)
    }

    fn spawn_solid(
        &mut self,
        scene: &Scene,
        root: Entity,
        name: String,
        texture: &Texture,
        beyond: Beyond,
        squares: Squares,
    ) {
        if squares.is_empty() {
            return;
        }
        let image = self.images.add(image_of(texture, beyond));
        self.commands.spawn((
            Name::new(name),
            Mesh2d(self.meshes.add(squares.into_mesh())),
            MeshMaterial2d(self.materials.add(WorldMaterial::solid(&scene.theme, image))),
            ChildOf(root),
        ));
    }
}

/// Cells around the maze that the scene's own camera sees.
fn margin(scene: &Scene, maze: &Maze) -> (i32, i32) {
    match scene.camera.view {
        View::FirstPerson { .. } => (0, 0),
        View::TopDown { cells } => {
            let down = cells * scene.camera.height as f32 / scene.camera.width as f32;
            let beyond = |cells: f32, maze: i32| ((cells - maze as f32) / 2.0).ceil().max(0.0) as i32;
            (beyond(cells, maze.width()), beyond(down, maze.height()))
        }
    }
}
