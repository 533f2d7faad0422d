//! The head of the screen: the title, and the way to the training under way.

use bevy::prelude::*;

use crate::game::window::lab::Lab;
use crate::game::window::parts::theme::{ACCENT, CARD, DIM, TEXT, column, figures, row, words};

/// The button that leads to the training under way.
#[derive(Component)]
pub(super) struct ToTraining;

#[derive(Component)]
pub(super) struct ToTrainingText;

pub(super) fn spawn_head(screen: &mut ChildSpawnerCommands) {
    screen.spawn(Node { justify_content: JustifyContent::SpaceBetween, ..row(20.0) }).with_children(|head| {
        head.spawn(column(2.0)).with_children(|title| {
            title.spawn(words("Crossroads", 36.0, ACCENT));
            let line = "Walk a maze where a corner may be turned either way, record it, \
                and watch models predict what comes next.";
            title.spawn(words(line, 17.0, DIM));
        });
        let node = Node {
            padding: UiRect::axes(px(14.0), px(8.0)),
            border: UiRect::all(px(1.0)),
            border_radius: BorderRadius::all(px(8.0)),
            flex_shrink: 0.0,
            display: Display::None,
            ..row(10.0)
        };
        head.spawn((Button, ToTraining, node, BackgroundColor(CARD), BorderColor::all(ACCENT))).with_children(|pill| {
            pill.spawn(figures("T", 15.0, ACCENT));
            pill.spawn((ToTrainingText, words("", 15.0, TEXT)));
        });
    });
}

pub(super) fn tell_training(
    lab: Res<Lab>,
    mut pills: Query<&mut Node, With<ToTraining>>,
    mut texts: Query<&mut Text, With<ToTrainingText>>,
) {
    let display = if lab.training().is_some() { Display::Flex } else { Display::None };
    for mut pill in &mut pills {
        if pill.display != display {
            pill.display = display;
        }
    }
    if let (Some(training), Ok(mut text)) = (lab.training(), texts.single_mut()) {
        text.set_if_neq(Text(training.headline()));
    }
}
