//! The last card: the figures, if there are any.

use super::canvas::Canvas;
use super::palette::{CARD, DIM, TEXT};
use super::rect::Rect;
use super::scene::{FILM, MARGIN, page};
use super::text::{Align, Style};
use crate::measure::{Report, Row};

/// A column: its head, what it shows, and what is best.
type Column = (&'static str, &'static str, fn(&Row) -> String);

const COLUMNS: [Column; 5] = [
    ("nearness", "0 is best", |row| format!("{:.2}", row.nearness_median)),
    ("committed", "1 is best", |row| format!("{:.2}", row.committed)),
    ("both futures", "1 is best", |row| format!("{:.2}", row.both_futures)),
    ("sharpness", "1 is best", |row| format!("{:.2}", row.sharpness)),
    ("PSNR, realised", "favours blur", |row| format!("{:.1} dB", row.psnr_realised)),
];

/// The table of a report, up to ten rows.
pub(super) fn closing_card(report: &Report) -> Canvas {
    let subtitle = format!("Measured at {} corners of mazes that were never trained on", report.corners);
    let mut canvas = page("How good is each one?", &subtitle);
    let (name_width, column_width) = (310, (FILM.0 - 2 * MARGIN - 310 - 20) / COLUMNS.len() as u32);
    let column = |index: u32, y: u32, height: u32| {
        Rect::new(MARGIN + name_width + index * column_width, y, column_width - 12, height)
    };
    for (&(head, note, _), index) in COLUMNS.iter().zip(0..) {
        canvas.write(head, Style::words(23.0, TEXT), Align::Right, column(index, 122, 32));
        canvas.write(note, Style::words(18.0, DIM), Align::Right, column(index, 152, 28));
    }
    let rows = report.rows.len().clamp(1, 10) as u32;
    let pitch = (490 / rows).min(84);
    for (row, index) in report.rows.iter().take(10).zip(0..) {
        let y = 192 + index * pitch;
        let height = pitch - 8;
        canvas.fill(Rect::new(MARGIN, y, FILM.0 - 2 * MARGIN, height), 8.0, CARD);
        canvas.write(
            &row.name,
            Style::words(24.0, TEXT),
            Align::Left,
            Rect::new(MARGIN + 20, y, name_width - 20, height),
        );
        for (&(_, _, cell), index) in COLUMNS.iter().zip(0..) {
            canvas.write(&cell(row), Style::figures(22.0, TEXT), Align::Right, column(index, y, height));
        }
    }
    canvas
}
