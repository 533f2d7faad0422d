//! The map as a slide.

use super::{SYSTEMS, System};
use crate::draw::palette::{ACCENT, CARD, Colour, DIM, LEFT, LINE, RIGHT, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};

/// A slide's width and height in pixels.
const SIZE: (u32, u32) = (1920, 1080);
/// Around everything.
const MARGIN: u32 = 36;
/// Heights of the title with its space, of the line of heads, of a row, and from one row to the next.
const TITLE: u32 = 66;
const HEAD: u32 = 34;
const ROW: u32 = 36;
const DOWN: u32 = 38;
/// Size of the text in rows: it is read from the last row of a lecture hall.
const WORDS: f32 = 18.0;
/// Between the edge of a column and its text.
const INSET: u32 = 10;

/// A column: its head, its share of the width, its colour, and what stands in it.
type Column = (&'static str, u32, Colour, fn(&System) -> String);

const COLUMNS: [Column; 7] = [
    ("system", 296, TEXT, |system| system.name.into()),
    ("goes in", 232, LEFT, |system| system.goes_in.into()),
    ("comes out", 200, RIGHT, |system| system.comes_out.into()),
    ("random", 216, TEXT, |system| system.random.into()),
    ("who judges", 290, TEXT, |system| system.judge.into()),
    ("recipes", 330, DIM, recipes),
    ("measured", 284, ACCENT, |system| {
        system.measured.map_or("not there yet".into(), |measured| measured.figures.into())
    }),
];

/// The first recipe whole, and of others what they add to its name.
fn recipes(system: &System) -> String {
    let Some((first, others)) = system.recipes.split_first() else { return String::new() };
    let short = |other: &&str| other.strip_prefix(first).map_or_else(|| (*other).to_owned(), str::to_owned);
    std::iter::once((*first).to_owned()).chain(others.iter().map(short)).collect::<Vec<_>>().join(", ")
}

/// A text on the slide: where it may stand, and how.
struct Placed {
    text: String,
    area: Rect,
    style: Style,
}

/// All texts of the slide, and the rows behind them.
fn layout() -> (Vec<Rect>, Vec<Placed>) {
    let whole = SIZE.0 - 2 * MARGIN;
    let mut texts = vec![
        Placed {
            text: "One map of them all".into(),
            area: Rect::new(MARGIN, MARGIN - 8, whole / 3, 44),
            style: Style::words(34.0, TEXT),
        },
        Placed {
            text: "nearness: 0 is a true future, 0.5 the blurry average of two; both: corners where both futures were found".into(),
            area: Rect::new(MARGIN + whole / 3, MARGIN, whole - whole / 3, 34),
            style: Style::words(WORDS, DIM),
        },
    ];
    let mut x = MARGIN;
    let mut rows = Vec::new();
    for (index, (head, width, colour, words)) in COLUMNS.into_iter().enumerate() {
        let column = |y: u32, height: u32| Rect::new(x + INSET, y, width - INSET, height);
        texts.push(Placed { text: head.into(), area: column(TITLE + 8, HEAD - 8), style: Style::words(WORDS, DIM) });
        for (number, system) in (0..).zip(SYSTEMS) {
            let y = TITLE + HEAD + number * DOWN;
            if index == 0 {
                rows.push(Rect::new(MARGIN, y, whole, ROW));
            }
            texts.push(Placed { text: words(system), area: column(y, ROW), style: Style::words(WORDS, colour) });
        }
        x += width;
    }
    (rows, texts)
}

/// Draws it: 1920 × 1080 pixels.
pub fn slide() -> Canvas {
    let (rows, texts) = layout();
    let mut canvas = Canvas::new(SIZE.0, SIZE.1);
    for row in rows {
        canvas.fill(row, 6.0, CARD);
    }
    canvas.fill(Rect::new(MARGIN, TITLE + HEAD - 4, SIZE.0 - 2 * MARGIN, 1), 0.0, LINE);
    for Placed { text, area, style } in texts {
        canvas.write(&text, style, Align::Left, area);
    }
    canvas
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_text_fits_into_its_place_and_no_two_places_overlap() {
        let (_, texts) = layout();
        assert_eq!(texts.len(), 2 + COLUMNS.len() * (1 + SYSTEMS.len()));
        for placed in &texts {
            let width = placed.style.width(&placed.text);
            assert!(width <= placed.area.width as f32, "`{}` is {width} wide, not {}", placed.text, placed.area.width);
            assert!(placed.style.size >= 18.0, "too small to be read from afar");
            assert!(placed.area.right() <= SIZE.0 - MARGIN && placed.area.bottom() <= SIZE.1 - 8, "{}", placed.text);
        }
        for (index, placed) in texts.iter().enumerate() {
            for other in &texts[..index] {
                assert!(!placed.area.overlaps(other.area), "`{}` lies on `{}`", placed.text, other.text);
            }
        }
    }

    #[test]
    fn the_picture_in_the_docs_is_the_slide_as_it_is_drawn() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images/map.png");
        let picture = image::open(&file).unwrap().to_rgb8();
        assert!(picture == *slide().picture(), "draw it anew: `tools map --out docs/images/map.png`");
    }
}
