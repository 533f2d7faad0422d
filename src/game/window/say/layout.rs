//! The text that is typed, the words that may follow, and sixteen frames.

use bevy::prelude::*;
use image::imageops::replace;

use super::SCREEN;
use super::saying::Saying;
use crate::camera::{Frame, Frames};
use crate::draw::palette;
use crate::game::window::parts::theme::{ACCENT, DIM, TEXT, card, column, cover, words};
use crate::game::window::parts::{fitted, image_of, show, spawn_hints};
use crate::words::{next_words, parse};

/// Longer side of all frames together, in the design's pixels, and the width of the text.
const SIDE: f32 = 620.0;
const TEXT_WIDTH: f32 = 560.0;

/// Frames in a row, and pixels of a frame between two.
const COLUMNS: u32 = 4;
const GAP: u32 = 2;

/// The frames.
#[derive(Component)]
pub(super) struct Sheet;

/// Lines of words.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
pub(super) enum Line {
    Typed,
    Next,
    Shown,
}

pub(super) fn enter(mut commands: Commands, saying: Res<Saying>, mut images: ResMut<Assets<Image>>) {
    let image = images.add(image_of(&Frame::new(1, 1)));
    let node = Node { padding: UiRect::all(px(40.0)), column_gap: px(40.0), ..cover() };
    commands.spawn((Name::new("say"), DespawnOnExit(SCREEN), node)).with_children(|screen| {
        screen.spawn(Node { width: px(TEXT_WIDTH), ..column(18.0) }).with_children(|side| {
            side.spawn(words(format!("Say something to {}", saying.name), 26.0, ACCENT));
            let node = Node { width: px(TEXT_WIDTH), min_height: px(84.0), ..default() };
            side.spawn(card(node)).with_child((Line::Typed, words("", 24.0, TEXT)));
            side.spawn((Line::Next, words("", 16.0, DIM)));
            side.spawn((Line::Shown, words("", 18.0, TEXT)));
            spawn_hints(
                side,
                &[
                    ("Tab", "next word"),
                    ("Enter", "other noise"),
                    ("Delete", "begin anew"),
                    ("F1", "all keys"),
                    ("Esc", "back"),
                ],
            );
        });
        screen.spawn((Sheet, Node { width: px(SIDE), height: px(SIDE), ..default() }, ImageNode::new(image)));
    });
}

/// The frames side by side.
fn sheet(frames: &Frames) -> Frame {
    let (width, height) = frames.size();
    let rows = (frames.len() as u32).div_ceil(COLUMNS);
    let size = (COLUMNS * (width + GAP) - GAP, rows * (height + GAP) - GAP);
    let mut sheet = Frame::from_pixel(size.0, size.1, image::Rgb(palette::BACKGROUND));
    for index in 0..frames.len() {
        let (column, row) = (index as u32 % COLUMNS, index as u32 / COLUMNS);
        let place = (i64::from(column * (width + GAP)), i64::from(row * (height + GAP)));
        replace(&mut sheet, &frames.picture(index), place.0, place.1);
    }
    sheet
}

pub(super) fn show_frames(
    saying: Res<Saying>,
    mut images: ResMut<Assets<Image>>,
    mut sheets: Query<(&ImageNode, &mut Node), With<Sheet>>,
) {
    let Some((_, frames)) = saying.painted.as_ref().filter(|_| saying.is_changed()) else { return };
    let picture = sheet(frames);
    let size = fitted(SIDE, picture.dimensions());
    for (image, mut node) in &mut sheets {
        show(&mut images, &image.image, &picture);
        (node.width, node.height) = (px(size.x), px(size.y));
    }
}

pub(super) fn tell(saying: Res<Saying>, mut lines: Query<(&Line, &mut Text, &mut TextColor)>) {
    if !saying.is_changed() {
        return;
    }
    let is_caption = parse(&saying.text).is_ok();
    for (line, mut text, mut colour) in &mut lines {
        let (told, tint) = match line {
            Line::Typed => (format!("{}|", saying.text), if is_caption { ACCENT } else { TEXT }),
            Line::Next => (next_line(&saying.text, is_caption), DIM),
            Line::Shown => {
                (saying.painted.as_ref().map_or_else(String::new, |(sentence, _)| format!("shown: {sentence}")), TEXT)
            }
        };
        text.set_if_neq(Text(told));
        colour.set_if_neq(TextColor(tint));
    }
}

/// What may follow a text.
fn next_line(text: &str, is_caption: bool) -> String {
    let next = next_words(text);
    match (next.is_empty(), is_caption) {
        (false, true) => format!("a caption; it may go on with: {}", next.join(", ")),
        (false, false) => format!("next: {}", next.join(", ")),
        (true, true) => "a whole caption".into(),
        (true, false) => "no caption goes on so; Backspace takes letters back".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_stand_in_rows_of_four() {
        let mut frames = Frames::new((8, 6));
        (0..16_u8).for_each(|level| frames.push(&[level * 10; 8 * 6 * 3]));
        let sheet = sheet(&frames);
        assert_eq!(sheet.dimensions(), (4 * 8 + 3 * GAP, 4 * 6 + 3 * GAP));
        assert_eq!(sheet.get_pixel(8 + GAP, 6 + GAP).0, [50; 3], "the sixth");
    }

    #[test]
    fn what_may_follow_is_told() {
        assert!(next_line("", false).starts_with("next: a, "));
        assert_eq!(next_line("a left turn at a h", false), "next: hedge");
        assert!(next_line("a left turn", true).contains("may go on with: at, of, before"));
        assert_eq!(next_line("a fork by day", true), "a whole caption");
        assert!(next_line("a fork xx", false).starts_with("no caption"));
    }
}
