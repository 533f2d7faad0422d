//! The figures of painted frames as text.

use super::{PaintedReport, PaintedRow};

/// A column: its head, and its cell of a row.
type Column = (&'static str, fn(&PaintedRow) -> String);

const COLUMNS: [Column; 6] = [
    ("density", |row| format!("{:.3}", row.density)),
    ("coverage", |row| format!("{:.3}", row.coverage)),
    ("to training", |row| format!("{:.1}", row.training_median)),
    ("tenth", |row| format!("{:.1}", row.training_tenth)),
    ("to a view", |row| format!("{:.1}", row.view_median)),
    ("possible", |row| format!("{:.3}", row.possible)),
];

/// The report as a Markdown table that also reads well in a terminal, with lines on what was judged.
pub fn painted_table(report: &PaintedReport) -> String {
    let longest = report.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max("frames".len());
    let line = |name: &str, cells: Vec<String>| format!("| {name:<longest$} | {} |", cells.join(" | "));
    let width = |head: &str| head.len().max(6);
    let right = |head: &str, cell: &str| format!("{cell:>width$}", width = width(head));
    let mut lines = vec![
        line("frames", COLUMNS.iter().map(|(head, _)| right(head, head)).collect()),
        line(&"-".repeat(longest), COLUMNS.iter().map(|(head, _)| "-".repeat(width(head) - 1) + ":").collect()),
    ];
    let row = |row: &PaintedRow| line(&row.name, COLUMNS.iter().map(|(head, cell)| right(head, &cell(row))).collect());
    lines.extend(report.rows.iter().map(row));
    lines.push(format!(
        "{} frames a row, density and coverage among {} others, of mazes never trained on.",
        report.frames, report.reference
    ));
    lines.push(format!(
        "To training: RMS distance in grey levels to the nearest of {} training frames, the median and the nearest tenth.",
        report.training_frames
    ));
    lines.push(format!(
        "To a view: the same to the nearest view of any pose in {} mazes ({} poses, then moved). Possible: within {:.1}, as \
         nine of ten held-out frames are, whose own mazes are not searched.",
        report.mazes, report.poses, report.possible_within
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_line_for_each_row_and_says_what_was_judged() {
        let row = PaintedRow {
            name: "dream-up".into(),
            density: 0.5,
            coverage: 0.25,
            training_median: 20.0,
            training_tenth: 10.0,
            view_median: 15.0,
            possible: 0.75,
        };
        let report = PaintedReport {
            frames: 8,
            reference: 9,
            training_frames: 100,
            mazes: 3,
            poses: 700,
            possible_within: 12.34,
            rows: vec![row.clone(), row],
        };
        let table = painted_table(&report);
        let row = "| dream-up |   0.500 |    0.250 |        20.0 |   10.0 |      15.0 |    0.750 |";
        assert_eq!(table.lines().filter(|line| *line == row).count(), 2, "{table}");
        assert!(table.contains("within 12.3") && table.contains("700 poses"), "{table}");
    }
}
