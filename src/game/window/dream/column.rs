//! The column on the right: what is real, what is dreamed, and how far they are apart. Beside it, the dream at large.

use bevy::prelude::*;

use super::SCREEN;
use super::dreamer::Dreamer;
use super::meter::{self, draw_meter};
use crate::camera::Frame;
use crate::game::window::parts::theme::{ACCENT, DIM, TEXT, column, figures, row, words};
use crate::game::window::parts::{beside, fitted, side, smooth_image_of, spawn_panel, spawn_slider};

/// Longer side of both pictures in the column, in the design's pixels.
const SIDE: f32 = 255.0;

/// What a panel shows.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
pub(super) enum Slot {
    Real,
    Dreamed,
}

/// The picture that is walked in.
#[derive(Component)]
pub(super) struct Inside;

/// The curves, and the line of figures over them.
#[derive(Component)]
pub(super) struct Meter;

#[derive(Component)]
pub(super) struct Figures;

/// Spawns both.
pub(super) fn spawn(commands: &mut Commands, images: &mut Assets<Image>, dreamer: &Dreamer, frame: (u32, u32)) {
    let size = fitted(SIDE, frame);
    let panel = (SIDE, size);
    let node = Node { padding: UiRect::axes(px(18.0), px(16.0)), ..column(14.0) };
    commands.spawn(side("dream panels", SCREEN, node)).with_children(|list| {
        list.spawn(row(14.0)).with_children(|line| {
            line.spawn(words(dreamer.model.name.clone(), 20.0, ACCENT));
            line.spawn(words(format!("{} steps trained", dreamer.model.step), 15.0, DIM));
        });
        list.spawn(row(14.0)).with_children(|line| {
            spawn_panel(line, images, "really seen", panel, Slot::Real);
            spawn_panel(line, images, "dreamed, from its own dreams", panel, Slot::Dreamed);
        });
        list.spawn((Figures, figures("", 15.0, TEXT)));
        let image = images.add(smooth_image_of(&draw_meter(&[])));
        let node = Node { width: px(meter::SIZE.0), height: px(meter::SIZE.1), ..default() };
        list.spawn((Meter, node, ImageNode::new(image)));
        spawn_slider(list);
        list.spawn(words("M walks inside the model and back,  C dreams anew", 14.0, DIM));
    });
    let image = images.add(smooth_image_of(&Frame::new(1, 1)));
    // Under the status line and the map, which are drawn over it.
    commands
        .spawn((Name::new("inside the model"), DespawnOnExit(SCREEN), ZIndex(-1), beside(Node::default())))
        .with_child((
            Inside,
            Node {
                width: percent(100.0),
                aspect_ratio: Some(size.x / size.y),
                max_height: percent(100.0),
                ..default()
            },
            ImageNode::new(image),
            Visibility::Hidden,
        ));
}
