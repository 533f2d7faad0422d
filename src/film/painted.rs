//! Frames painted from nothing, as pictures: beside what is nearest to them, on the way between two latents, and as a
//! walk through latents.

use super::Shot;
use crate::camera::Frames;
use crate::draw::palette::{ACCENT, DIM, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::episode::{DataError, DataSet};
use crate::measure::Judged;

/// Space around all, and between pictures.
const MARGIN: u32 = 24;
const GAP: u32 = 4;
const BETWEEN: u32 = 20;
/// Width of names, and heights of lines: of figures, and over and under all.
const NAMES: u32 = 190;
const FIGURES: u32 = 22;
const HEAD: u32 = 40;
const FOOT: u32 = 34;
/// Pictures are enlarged up to about this width; in a film, up to the other.
const PICTURE: u32 = 128;
const FILM_PICTURE: u32 = 288;
/// Seconds that a picture of a walk stands.
const SECONDS: f64 = 1.0 / 12.0;

/// A row of pictures with a name, and a figure under each.
struct Row<'a> {
    name: &'a str,
    frames: &'a Frames,
    figures: Vec<(String, bool)>,
}

/// Draws groups of rows under a title, with a line under all.
fn rows(title: &str, groups: &[Vec<Row>], foot: &str) -> Canvas {
    let all = || groups.iter().flatten();
    let columns = all().map(|row| row.frames.len()).max().unwrap_or(0) as u32;
    let size = all().map(|row| row.frames.size()).next().unwrap_or((1, 1));
    let picture = Rect::new(0, 0, PICTURE, PICTURE).fit(size);
    let width = 2 * MARGIN + NAMES + columns.max(4) * (picture.width + GAP);
    let down = |row: &Row| picture.height + GAP + if row.figures.is_empty() { 0 } else { FIGURES };
    let heights: u32 = all().map(down).sum();
    let height = 2 * MARGIN + HEAD + FOOT + heights + groups.len() as u32 * BETWEEN;
    let mut canvas = Canvas::new(width, height);
    let line = Rect::new(MARGIN, MARGIN, width - 2 * MARGIN, HEAD - 12);
    canvas.write(title, Style::words(22.0, TEXT), Align::Left, line);
    let mut y = MARGIN + HEAD;
    for group in groups {
        for row in group {
            let place = Rect::new(MARGIN, y + picture.height / 2 - 14, NAMES - 14, 28);
            canvas.write(row.name, Style::words(18.0, DIM), Align::Right, place);
            for (column, frame) in (0..).zip(row.frames.iter()) {
                let at = Rect::new(MARGIN + NAMES + column * (picture.width + GAP), y, picture.width, picture.height);
                canvas.place(frame, size, at);
                if let Some((figure, stands_out)) = row.figures.get(column as usize) {
                    let colour = if *stands_out { ACCENT } else { DIM };
                    let under = Rect { y: at.bottom() + 2, height: FIGURES - 4, ..at };
                    canvas.write(figure, Style::figures(15.0, colour), Align::Centre, under);
                }
            }
            y += down(row);
        }
        y += BETWEEN;
    }
    let place = Rect::new(MARGIN, height - MARGIN - FOOT + 10, width - 2 * MARGIN, FOOT - 10);
    canvas.write(foot, Style::words(16.0, DIM), Align::Left, place);
    canvas
}

/// The first `count` frames of each row of a report, each with the nearest view that there is and the nearest training
/// frame below it, and how far those are. Possible views stand out.
///
/// # Errors
/// If a training frame can no longer be read as it was.
pub fn nearest_sheet(
    judged: &[Judged],
    training: &DataSet,
    possible_within: f64,
    count: usize,
) -> Result<Canvas, DataError> {
    let mut found = Vec::new();
    for one in judged {
        let count = count.min(one.views.len()).min(one.neighbours.len());
        let views = Frames::collect(one.frames.size(), one.views[..count].iter().map(|view| view.view.as_raw()));
        let mut copies = Frames::new(one.frames.size());
        for neighbour in &one.neighbours[..count] {
            copies.push(&training.episodes[neighbour.episode].frame(neighbour.frame)?);
        }
        found.push((one.frames.slice(0..count), views, copies));
    }
    let mut groups = Vec::new();
    for (one, (frames, views, copies)) in judged.iter().zip(&found) {
        let to_view = one.views.iter().map(|view| (format!("{:.0}", view.distance), view.distance <= possible_within));
        let to_training = one.neighbours.iter().map(|neighbour| (format!("{:.0}", neighbour.distance), false));
        groups.push(vec![
            Row { name: &one.name, frames, figures: Vec::new() },
            Row { name: "nearest true view", frames: views, figures: to_view.collect() },
            Row { name: "nearest training frame", frames: copies, figures: to_training.collect() },
        ]);
    }
    let foot = format!(
        "Figures: RMS distance in grey levels. Green: within {possible_within:.0} of a true view, as nine of ten held-out \
         frames are."
    );
    Ok(rows("From noise alone, not chosen by score, and what is nearest to it", &groups, &foot))
}

/// What a painter makes of all that lies between two latents: its name, and for each pair the frames on the way.
pub type Ways<'a> = (&'a str, &'a [Frames]);

/// Draws the ways between pairs of latents: a group for each pair, a row for each painter.
pub fn between_sheet(painters: &[Ways]) -> Canvas {
    let pairs = painters.iter().map(|(_, ways)| ways.len()).min().unwrap_or(0);
    let row = |pair: usize| move |(name, ways): &Ways<'_>| (name.to_string(), ways[pair].clone(), pair);
    let all: Vec<_> = (0..pairs).flat_map(|pair| painters.iter().map(row(pair))).collect();
    let group = |pair: usize| {
        let own = all.iter().filter(move |(_, _, other)| *other == pair);
        own.map(|(name, frames, _)| Row { name, frames, figures: Vec::new() }).collect::<Vec<_>>()
    };
    let groups: Vec<_> = (0..pairs).map(group).collect();
    let foot = "With an encoder: from the latent of one held-out frame to that of another. Without: from one drawn latent to \
                another.";
    rows("Between two latents, along a great circle", &groups, foot)
}

/// A film of a walk through latents: painters side by side, each with its frames, as many as the first has.
pub fn latent_walk<'a>(painters: &'a [(&'a str, Frames)]) -> impl ExactSizeIterator<Item = Shot> + 'a {
    let size = painters.first().map_or((1, 1), |(_, frames)| frames.size());
    let picture = Rect::new(0, 0, FILM_PICTURE, FILM_PICTURE).fit(size);
    let count = painters.iter().map(|(_, frames)| frames.len()).min().unwrap_or(0);
    let even = |side: u32| side.next_multiple_of(2);
    let width = even(2 * MARGIN + painters.len() as u32 * (picture.width + BETWEEN) - BETWEEN);
    let height = even(2 * MARGIN + HEAD + picture.height);
    (0..count).map(move |index| {
        let mut canvas = Canvas::new(width, height);
        for (column, (name, frames)) in (0..).zip(painters) {
            let x = MARGIN + column * (picture.width + BETWEEN);
            let head = Rect::new(x, MARGIN, picture.width, HEAD - 12);
            canvas.write(name, Style::words(24.0, TEXT), Align::Left, head);
            canvas.place(&frames[index], size, Rect { x, y: MARGIN + HEAD, ..picture });
        }
        Shot { picture: canvas, seconds: SECONDS, fades: false }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(level: u8, count: usize) -> Frames {
        Frames::repeated((32, 32), &[level; 32 * 32 * 3], count)
    }

    #[test]
    fn a_walk_has_a_picture_for_each_latent_with_even_sides_and_all_painters() {
        let painters = [("a", grey(10, 5)), ("b", grey(200, 5))];
        let shots: Vec<Shot> = latent_walk(&painters).collect();
        assert_eq!(shots.len(), 5);
        let (width, height) = shots[0].picture.size();
        assert!(width % 2 == 0 && height % 2 == 0 && width > 2 * FILM_PICTURE);
        let at = |x: u32| shots[0].picture.picture().get_pixel(x, height / 2).0[0];
        assert_eq!((at(MARGIN + 20), at(width - MARGIN - 20)), (10, 200));
    }

    #[test]
    fn ways_have_a_row_for_each_painter_and_pair() {
        let ways = |count| vec![grey(9, 7); count];
        let (one, two) = (ways(1), ways(2));
        let height = |ways: &[Ways]| between_sheet(ways).size().1;
        let (first, more) = (height(&[("a", &one)]), height(&[("a", &two)]));
        assert_eq!(more - first, PICTURE + GAP + BETWEEN);
        assert_eq!(height(&[("a", &one), ("b", &one)]) - first, PICTURE + GAP);
        assert_eq!(between_sheet(&[("a", &one)]).size().0, 2 * MARGIN + NAMES + 7 * (PICTURE + GAP));
    }
}
