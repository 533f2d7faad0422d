//! The last card: the figures, if there are any.

use super::scene::{FILM, MARGIN, page};
use crate::draw::palette::{CARD, DIM, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::measure::{Report, Row};

/// A column: its head, what it shows, and what is best.
type Column = (&'static str, &'static str, fn(&Row) -> String);

const COLUMNS: [Column; 5] = [
    ("nearness", "0 is best", |row| format!("{:.2}", row.nearness_median)),
    ("committed", "1 is best", |row| format!("{:.2}", row.committed)),
    ("all futures", "1 is best", |row| format!("{:.2}", row.all_found)),
    ("sharpness", "1 is best", |row| format!("{:.2}", row.sharpness)),
    ("PSNR, realised", "favours blur", |row| format!("{:.1} dB", row.psnr_realised)),
];

/// Rows that can be read: twelve models and the baselines.
const MOST_ROWS: usize = 15;

/// The table of a report.
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
    let rows = report.rows.len().clamp(1, MOST_ROWS) as u32;
    let pitch = (490 / rows).min(84);
    let gap = (pitch / 6).min(8);
    let size = (0.75 * f64::from(pitch - gap)).min(24.0) as f32;
    for (row, index) in report.rows.iter().take(MOST_ROWS).zip(0..) {
        let y = 192 + index * pitch;
        let height = pitch - gap;
        canvas.fill(Rect::new(MARGIN, y, FILM.0 - 2 * MARGIN, height), 8.0, CARD);
        canvas.write(
            &row.name,
            Style::words(size, TEXT),
            Align::Left,
            Rect::new(MARGIN + 20, y, name_width - 20, height),
        );
        for (&(_, _, cell), index) in COLUMNS.iter().zip(0..) {
            canvas.write(&cell(row), Style::figures(size - 2.0, TEXT), Align::Right, column(index, y, height));
        }
    }
    canvas
}
