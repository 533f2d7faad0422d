//! The column on the right: a row of the truth, and a row a model. Beside it, what is fanned out at corners.

use bevy::prelude::*;

use super::answers::labels;
use super::{SCREEN, fan};
use crate::camera::Frame;
use crate::game::window::models::About;
use crate::game::window::parts::theme::{self, ACCENT, DIM, TEXT, column, figures, row, words};
use crate::game::window::parts::{beside, fitted, side, smooth_image_of, spawn_panel, spawn_slider};

/// Width of a panel, in the design's pixels: three stand side by side.
const PANEL: f32 = 164.0;

/// True futures side by side at most; of more, a page of so many is shown.
pub(super) const PAGE: usize = 6;

/// Space between panels.
const PANEL_GAP: f32 = 14.0;

/// Above all fans and below them together, so that they do not touch the window's edges.
const FAN_MARGIN: f32 = 40.0;

/// Between what is fanned out of one model and of the next.
const FAN_GAP: f32 = 16.0;

/// What a panel shows.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
pub(super) enum Slot {
    Seen,
    /// What may follow, by its number on the page.
    Future(usize),
    Model {
        model: usize,
        place: usize,
    },
}

/// The line of a model's tally.
#[derive(Component)]
pub(super) struct TallyLine(pub usize);

/// What is fanned out of a model.
#[derive(Component)]
pub(super) struct FanOut(pub usize);

/// Spawns both.
pub(super) fn spawn(
    commands: &mut Commands,
    images: &mut Assets<Image>,
    models: &[About],
    frame: (u32, u32),
    futures: usize,
) {
    let rows = models.len() as f32 + 1.0;
    // Of the design's 720 pixels, labels, captions, tallies and the slider take what pictures cannot have.
    let longer = ((theme::DESIGN.y - 60.0) / rows - 62.0).clamp(40.0, PANEL);
    let size = (PANEL, fitted(longer, frame));
    let node = Node {
        padding: UiRect::axes(px(18.0), px(12.0)),
        justify_content: JustifyContent::SpaceBetween,
        ..column(4.0)
    };
    commands.spawn(side("panels", SCREEN, node)).with_children(|list| {
        list.spawn(column(2.0)).with_children(|block| {
            block.spawn(words("what is true", 17.0, TEXT));
            block.spawn(row(PANEL_GAP)).with_children(|line| {
                let shown = futures.min(PAGE);
                let size = truth_size(size, shown + 1);
                spawn_panel(line, images, "seen now", size, Slot::Seen);
                (0..shown).for_each(|number| spawn_panel(line, images, "next, if", size, Slot::Future(number)));
            });
        });
        for (model, about) in models.iter().enumerate() {
            list.spawn(column(2.0)).with_children(|block| {
                block.spawn(row(14.0)).with_children(|line| {
                    line.spawn(words(about.name.clone(), 17.0, ACCENT));
                    line.spawn((TallyLine(model), figures("", 12.0, DIM)));
                });
                block.spawn(row(14.0)).with_children(|line| {
                    for (place, label) in labels(about).iter().enumerate() {
                        spawn_panel(line, images, label, size, Slot::Model { model, place });
                    }
                });
            });
        }
        spawn_slider(list);
    });
    commands.spawn((Name::new("fans"), DespawnOnExit(SCREEN), beside(column(FAN_GAP)))).with_children(|list| {
        let fanned = models.iter().enumerate().filter(|(_, about)| about.is_stochastic && !about.is_action_conditioned);
        // As large as is meant, or as small as all of them below one another need.
        let height = (theme::DESIGN.y - FAN_MARGIN) / fanned.clone().count().max(1) as f32 - FAN_GAP;
        let scale = (height / fan::SIZE.1).min(1.0);
        for (model, _) in fanned {
            let image = images.add(smooth_image_of(&Frame::new(1, 1)));
            let node = Node { width: px(scale * fan::SIZE.0), height: px(scale * fan::SIZE.1), ..default() };
            list.spawn((FanOut(model), node, ImageNode::new(image), Visibility::Hidden));
        }
    });
}

/// Room and picture of each of so many panels, which together are as wide as three of a size.
fn truth_size((room, picture): (f32, Vec2), panels: usize) -> (f32, Vec2) {
    if panels <= 3 {
        return (room, picture);
    }
    let all = 3.0 * room + 2.0 * PANEL_GAP;
    let narrow = (all - (panels - 1) as f32 * PANEL_GAP) / panels as f32;
    (narrow, picture * (narrow / picture.x).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truths_are_as_wide_together_as_the_panels_below() {
        let size = (PANEL, Vec2::new(160.0, 120.0));
        assert_eq!(truth_size(size, 3), size);
        for panels in [4, 7] {
            let (room, picture) = truth_size(size, panels);
            let all = panels as f32 * room + (panels - 1) as f32 * PANEL_GAP;
            assert!((all - (3.0 * PANEL + 2.0 * PANEL_GAP)).abs() < 1e-3, "{panels}: {all}");
            assert!(picture.x <= room && (picture.x / picture.y - 4.0 / 3.0).abs() < 1e-4);
        }
    }
}
