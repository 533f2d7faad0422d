//! The column on the right: what is seen, what it becomes, what is true there, and what comes back. Beside it, what lies
//! over the maze.

use bevy::prelude::*;

use super::SCREEN;
use crate::camera::Frame;
use crate::game::window::parts::theme::{ACCENT, DIM, TEXT, column, figures, row, words};
use crate::game::window::parts::{beside, fitted, side, smooth_image_of, spawn_panel};

/// Longer side of each picture in the column, in the design's pixels.
const SIDE: f32 = 250.0;

/// What a panel shows.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
pub(super) enum Slot {
    Seen,
    Translation,
    Truth,
    Back,
}

/// What lies over the maze.
#[derive(Component)]
pub(super) struct Laid;

/// The line of figures under all panels.
#[derive(Component)]
pub(super) struct Figures;

/// What the column says of the translation.
pub(super) struct Told {
    pub name: String,
    pub step: u64,
    /// The scene that is played, and the one that it becomes.
    pub seen: String,
    pub other: String,
    pub goes_back: bool,
    pub knows_truth: bool,
}

/// Spawns both.
pub(super) fn spawn(commands: &mut Commands, images: &mut Assets<Image>, told: &Told, frame: (u32, u32)) {
    let size = fitted(SIDE, frame);
    let panel = (SIDE, size);
    let node = Node { padding: UiRect::axes(px(18.0), px(14.0)), ..column(10.0) };
    commands.spawn(side("translation panels", SCREEN, node)).with_children(|list| {
        list.spawn(row(14.0)).with_children(|line| {
            line.spawn(words(told.name.clone(), 20.0, ACCENT));
            line.spawn(words(format!("{} steps trained", told.step), 15.0, DIM));
        });
        let rows = [
            [
                Some((format!("{}, as it is seen", told.seen), Slot::Seen)),
                Some((format!("translated into {}", told.other), Slot::Translation)),
            ],
            [
                told.goes_back.then(|| ("translated, and back again".to_owned(), Slot::Back)),
                told.knows_truth.then(|| (format!("true {}, same place", told.other), Slot::Truth)),
            ],
        ];
        for panels in rows {
            list.spawn(row(18.0)).with_children(|line| {
                for (label, slot) in panels.into_iter().flatten() {
                    spawn_panel(line, images, &label, panel, slot);
                }
            });
        }
        list.spawn((Figures, figures("", 14.0, TEXT)));
        list.spawn(words("X lays the translation over the maze, then the truth", 14.0, DIM));
    });
    let image = images.add(smooth_image_of(&Frame::new(1, 1)));
    // Under the status line and the map, which are drawn over it.
    let node =
        Node { width: percent(100.0), aspect_ratio: Some(size.x / size.y), max_height: percent(100.0), ..default() };
    commands
        .spawn((Name::new("over the maze"), DespawnOnExit(SCREEN), ZIndex(-1), beside(Node::default())))
        .with_child((Laid, node, ImageNode::new(image), Visibility::Hidden));
}
