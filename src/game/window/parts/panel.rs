//! A panel: a picture with a label over it and a line of figures under it.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::picture::{image_of, show};
use super::theme::{BACKGROUND, DIM, LINE, TEXT, column, figures, words};
use crate::camera::Frame;

/// A panel's parts.
#[derive(Component)]
pub(in crate::game::window) struct Panel {
    image: Handle<Image>,
    border: Entity,
    caption: Entity,
}

/// The line under a panel's picture.
#[derive(Component)]
pub(super) struct Caption;

/// The picture's border.
#[derive(Component)]
pub(super) struct Edge;

/// The size of a picture of frames of a size, whose longer side is `side`.
pub(in crate::game::window) fn fitted(side: f32, (width, height): (u32, u32)) -> Vec2 {
    let frame = Vec2::new(width as f32, height as f32);
    frame * side / frame.max_element().max(1.0)
}

/// Spawns a panel as wide as `room`, which its texts need, whose picture has a size, all in the design's pixels; with what
/// marks it.
pub(in crate::game::window) fn spawn_panel(
    parent: &mut ChildSpawnerCommands,
    images: &mut Assets<Image>,
    label: &str,
    (room, size): (f32, Vec2),
    mark: impl Bundle,
) {
    let image = images.add(image_of(&Frame::new(1, 1)));
    let mut panel = parent.spawn((Node { width: px(room), ..column(3.0) }, mark));
    let (mut border, mut caption) = (Entity::PLACEHOLDER, Entity::PLACEHOLDER);
    panel.with_children(|panel| {
        panel.spawn((words(label, 14.0, TEXT), TextLayout::linebreak(LineBreak::NoWrap)));
        let node = Node { width: px(size.x), height: px(size.y), border: UiRect::all(px(2.0)), ..default() };
        border = panel
            .spawn((Edge, node, BorderColor::all(LINE), BackgroundColor(BACKGROUND)))
            .with_child((
                Node { width: percent(100.0), height: percent(100.0), ..default() },
                ImageNode::new(image.clone()),
            ))
            .id();
        caption = panel.spawn((Caption, figures(" ", 12.0, DIM), TextLayout::linebreak(LineBreak::NoWrap))).id();
    });
    panel.insert(Panel { image, border, caption });
}

/// Changes what panels show.
#[derive(SystemParam)]
pub(in crate::game::window) struct Panels<'w, 's> {
    images: ResMut<'w, Assets<Image>>,
    captions: Query<'w, 's, (&'static mut Text, &'static mut TextColor), With<Caption>>,
    edges: Query<'w, 's, &'static mut BorderColor, With<Edge>>,
}

impl Panels<'_, '_> {
    pub fn image(&mut self, image: &Handle<Image>, frame: &Frame) {
        show(&mut self.images, image, frame);
    }

    pub fn picture(&mut self, panel: &Panel, frame: &Frame) {
        show(&mut self.images, &panel.image, frame);
    }

    /// The line under the picture, and the colour of it and of the border.
    pub fn caption(&mut self, panel: &Panel, text: &str, colour: Option<Color>) {
        if let Ok((mut line, mut shade)) = self.captions.get_mut(panel.caption) {
            // A line keeps its height where there is nothing to say.
            line.set_if_neq(Text::new(if text.is_empty() { " " } else { text }));
            shade.set_if_neq(TextColor(colour.unwrap_or(DIM)));
        }
        if let Ok(mut edge) = self.edges.get_mut(panel.border) {
            edge.set_if_neq(BorderColor::all(colour.unwrap_or(LINE)));
        }
    }
}
