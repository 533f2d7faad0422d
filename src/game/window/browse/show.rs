//! What is shown of the frame that the book is open at.

use bevy::prelude::*;

use super::book::{Browsing, Page, Shelf};
use super::facts::Fact;
use super::layout::{BOX, Hand, Large, MAP, Map, Message, TimeLine};
use super::timeline::{self, draw_timeline};
use crate::camera::Frame;
use crate::episode::StoredEpisode;
use crate::files::Shown;
use crate::game::window::maze::picture_of;
use crate::game::window::notice::Notices;
use crate::game::window::parts::{frame_of, show};
use crate::maze::{Corner, Heading, choices};

/// Enlarges the frame by a whole number of the screen's pixels.
pub(super) fn fit(
    browsing: Res<Browsing>,
    window: Query<&Window>,
    scale: Res<UiScale>,
    mut frames: Query<&mut Node, With<Large>>,
) {
    let (Some(book), Ok(window)) = (browsing.book(), window.single()) else { return };
    let (width, height) = book.data.camera.size();
    let pixels = scale.0 * window.scale_factor();
    let times = enlargement((width, height), BOX * pixels);
    let side = |length: u32| px(length as f32 * times / pixels);
    for mut node in &mut frames {
        if (node.width, node.height) != (side(width), side(height)) {
            (node.width, node.height) = (side(width), side(height));
        }
    }
}

/// The largest whole number by which a frame fits into a box, or, where it does not, what shrinks it into the box.
fn enlargement((width, height): (u32, u32), place: Vec2) -> f32 {
    let times = (place / Vec2::new(width as f32, height as f32)).min_element();
    if times >= 1.0 { times.floor() } else { times }
}

pub(super) fn show_frame(
    mut browsing: ResMut<Browsing>,
    (mut images, mut notices): (ResMut<Assets<Image>>, ResMut<Notices>),
    large: Query<&ImageNode, With<Large>>,
    map: Query<(&ImageNode, Entity), With<Map>>,
    line: Query<&ImageNode, With<TimeLine>>,
    mut nodes: Query<&mut Node>,
    hand: Query<Entity, With<Hand>>,
) {
    let Browsing { shelf: Shelf::Open(book), leaf, shown, .. } = browsing.bypass_change_detection() else { return };
    if *shown == Some(*leaf) {
        return;
    }
    let is_other = shown.is_none_or(|shown| shown.episode != leaf.episode);
    *shown = Some(*leaf);
    book.turn_to(leaf.episode);
    let (episode, Some(page)) = (&book.data.episodes[leaf.episode], &book.page) else { return };
    match episode.frame(leaf.frame) {
        Ok(pixels) => {
            for large in &large {
                show(&mut images, &large.image, &frame_of(book.data.camera.size(), &pixels));
            }
        }
        Err(error) => notices.error(error.to_string()),
    }
    for (map, entity) in &map {
        let places = choices(&page.maze, book.data.manifest.scene.gait().crossings);
        let picture = map_of(page, &places, episode, leaf.frame);
        let scale = MAP / picture.width().max(picture.height()) as f32;
        if let Ok(mut node) = nodes.get_mut(entity) {
            (node.width, node.height) = (px(picture.width() as f32 * scale), px(picture.height() as f32 * scale));
        }
        show(&mut images, &map.image, &picture);
    }
    if let (true, Ok(line)) = (is_other, line.single()) {
        show(&mut images, &line.image, &draw_timeline(episode.corners(), episode.actions()));
    }
    if let Some(mut node) = hand.single().ok().and_then(|hand| nodes.get_mut(hand).ok()) {
        let way = timeline::SIZE.0 - 2.0 * timeline::INSET;
        node.left = px(timeline::INSET + leaf.share(episode.poses().len()) * way - 2.0);
    }
}

/// The maze with the way that was walked up to a frame.
fn map_of(page: &Page, undecided: &[Corner], episode: &StoredEpisode, frame: usize) -> Frame {
    let cells = episode.poses()[..=frame].iter().map(|pose| (pose.x as i32, pose.y as i32));
    let mut path: Vec<(i32, i32)> = cells.collect();
    path.dedup();
    let cell = path.last().copied().unwrap_or_default();
    let quarter = (episode.poses()[frame].heading / std::f32::consts::FRAC_PI_2).round() as usize;
    picture_of(&page.maze, undecided, &path, cell, Heading::ALL[quarter % 4])
}

pub(super) fn tell(
    browsing: Res<Browsing>,
    mut facts: Query<(&Fact, &mut Text, &mut TextColor), Without<Message>>,
    mut messages: Query<&mut Text, With<Message>>,
) {
    let text = match &browsing.shelf {
        Shelf::Opening(_) => format!("opening {} …", browsing.folder.shown()),
        Shelf::Closed(error) => error.clone(),
        Shelf::Open(_) => String::new(),
    };
    for mut message in &mut messages {
        message.set_if_neq(Text(text.clone()));
    }
    let Some(book) = browsing.book() else { return };
    for (fact, mut text, mut shade) in &mut facts {
        let (line, tint) = fact.of(book, browsing.leaf);
        text.set_if_neq(Text(line));
        shade.set_if_neq(TextColor(tint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_enlarged_by_whole_numbers() {
        assert_eq!(enlargement((64, 64), Vec2::new(800.0, 578.0)), 9.0);
        assert_eq!(enlargement((512, 256), Vec2::new(256.0, 578.0)), 0.5);
    }
}
