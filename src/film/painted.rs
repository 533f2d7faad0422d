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

/// Rows that belong together, under a title of their own if there is one.
#[derive(Default)]
struct Group<'a> {
    title: Option<&'a str>,
    rows: Vec<Row<'a>>,
}

/// Draws groups of rows under a title, with a line under all.
fn rows(title: &str, groups: &[Group], foot: &str) -> Canvas {
    let all = || groups.iter().flat_map(|group| &group.rows);
    let columns = all().map(|row| row.frames.len()).max().unwrap_or(0) as u32;
    let size = all().map(|row| row.frames.size()).next().unwrap_or((1, 1));
    let picture = Rect::new(0, 0, PICTURE, PICTURE).fit(size);
    let width = 2 * MARGIN + NAMES + columns.max(4) * (picture.width + GAP);
    let down = |row: &Row| picture.height + GAP + if row.figures.is_empty() { 0 } else { FIGURES };
    let titles = groups.iter().filter(|group| group.title.is_some()).count() as u32;
    let heights: u32 = all().map(down).sum::<u32>() + titles * HEAD;
    let height = 2 * MARGIN + HEAD + FOOT + heights + groups.len() as u32 * BETWEEN;
    let mut canvas = Canvas::new(width, height);
    let line = Rect::new(MARGIN, MARGIN, width - 2 * MARGIN, HEAD - 12);
    canvas.write(title, Style::words(22.0, TEXT), Align::Left, line);
    let mut y = MARGIN + HEAD;
    for group in groups {
        if let Some(title) = group.title {
            canvas.write(title, Style::words(18.0, TEXT), Align::Left, Rect { y: y + 4, height: HEAD - 16, ..line });
            y += HEAD;
        }
        for row in &group.rows {
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
        let rows = vec![
            Row { name: &one.name, frames, figures: Vec::new() },
            Row { name: "nearest true view", frames: views, figures: to_view.collect() },
            Row { name: "nearest training frame", frames: copies, figures: to_training.collect() },
        ];
        groups.push(Group { title: None, rows });
    }
    let foot = format!(
        "Figures: RMS distance in grey levels. Green: within {possible_within:.0} of a true view, as nine of ten held-out \
         frames are."
    );
    Ok(rows("From noise alone, not chosen by score, and what is nearest to it", &groups, &foot))
}

/// What a painter makes of all that lies between two latents: its name, and for each pair the frames on the way.
pub type Ways<'a> = (&'a str, Vec<Frames>);

/// Draws the ways between pairs of latents, a row for each painter: first between drawn latents, then between the latents
/// of held-out frames, for the painters that have an encoder, with these frames (two a pair) at both ends.
pub fn between_sheet(drawn: &[Ways], encoded: &[Ways], held_out: &Frames) -> Canvas {
    // The true frames stand at both ends.
    let with_ends = |(pair, frames): (usize, &Frames)| {
        let true_frames = [2 * pair, 2 * pair + 1].map(|index| &held_out[index]);
        Frames::collect(frames.size(), std::iter::once(true_frames[0]).chain(frames.iter()).chain([true_frames[1]]))
    };
    let ended: Vec<Ways> =
        encoded.iter().map(|(name, ways)| (*name, ways.iter().enumerate().map(with_ends).collect())).collect();
    let parts = [
        ("From one drawn latent to another: what each model makes of noise", drawn),
        (
            "From a held-out frame to another, which stand at both ends: between the latents that the encoder has for them",
            &ended,
        ),
    ];
    let mut groups = Vec::new();
    for (title, painters) in parts {
        let pairs = painters.iter().map(|(_, ways)| ways.len()).min().unwrap_or(0);
        for pair in 0..pairs {
            let rows =
                painters.iter().map(|(name, ways)| Row { name, frames: &ways[pair], figures: Vec::new() }).collect();
            groups.push(Group { title: (pair == 0).then_some(title), rows });
        }
    }
    let foot = "Equal steps of the angle between both latents. A model without an encoder has no row below.";
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
    fn ways_have_a_row_for_each_painter_and_pair_and_true_frames_at_the_ends_where_there_is_an_encoder() {
        let ways = |count, level| vec![grey(level, 7); count];
        let held_out = Frames::collect((32, 32), [50_u8, 150, 60, 160].map(|level| vec![level; 32 * 32 * 3]));
        let sheet = |drawn: &[Ways], encoded: &[Ways]| between_sheet(drawn, encoded, &held_out);
        let height = |drawn: &[Ways], encoded: &[Ways]| sheet(drawn, encoded).size().1;
        let first = height(&[("a", ways(1, 9))], &[]);
        let (row, group) = (PICTURE + GAP, BETWEEN);
        assert_eq!(height(&[("a", ways(2, 9))], &[]) - first, row + group, "another pair");
        assert_eq!(height(&[("a", ways(1, 9)), ("b", ways(1, 9))], &[]) - first, row, "another painter");
        let both = sheet(&[("a", ways(1, 9))], &[("b", ways(2, 90))]);
        assert_eq!(both.size().1 - first, 2 * (row + group) + HEAD, "two pairs under a title of their own");
        assert_eq!(both.size().0, 2 * MARGIN + NAMES + 9 * (PICTURE + GAP));
        let level =
            |column: u32, y: u32| both.picture().get_pixel(MARGIN + NAMES + column * (PICTURE + GAP) + 60, y).0[0];
        let below = MARGIN + HEAD + HEAD + row + BETWEEN + HEAD + 60;
        assert_eq!([level(0, below), level(1, below), level(8, below)], [50, 90, 150]);
        assert_eq!([level(0, below + row + group), level(8, below + row + group)], [60, 160]);
    }
}
