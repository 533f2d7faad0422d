//! The agent as it is seen from above.

use bevy::prelude::*;

use crate::agent::Pose;

/// Height above the floor in cells: over the walls, whose tops are in the picture too.
const HEIGHT: f32 = 1.1;

/// The agent's picture. It is a child of the world's root; hide it where the view is first person.
#[derive(Component)]
pub(crate) struct AgentSprite;

/// The picture of one of the creatures beside the agent, by its number.
#[derive(Component)]
pub(crate) struct CreatureSprite(pub usize);

/// Where the sprite of an agent at `pose` is.
pub(crate) fn sprite_at(pose: Pose) -> Transform {
    Transform::from_xyz(pose.x, HEIGHT, pose.y).with_rotation(Quat::from_rotation_y(pose.heading))
}

/// Where the sprite of a creature at `pose` is: below the agent's, later ones over earlier ones, as the software camera
/// draws them.
pub(crate) fn creature_at(pose: Pose, number: usize) -> Transform {
    let mut at = sprite_at(pose);
    at.translation.y -= 0.02 * (LAST_CREATURE - number.min(LAST_CREATURE) + 1) as f32;
    at
}

/// Number of the last creature that a scene may have.
const LAST_CREATURE: usize = 3;
/// The agent is drawn over all creatures, whose layers are their numbers.
pub(super) const AGENT_LAYER: u8 = LAST_CREATURE as u8 + 1;
