//! The report as text.

use super::{Report, Row};

/// A column: its head, and what it shows of a row.
type Column = (&'static str, fn(&Row) -> String);

const COLUMNS: [Column; 21] = [
    ("nearness", |row| format!("{:.3}", row.nearness_median)),
    ("committed", |row| format!("{:.3}", row.committed)),
    ("all found", |row| format!("{:.3}", row.all_found)),
    ("found", |row| format!("{:.3}", row.found)),
    ("left", |row| row.left_share.map_or("-".into(), |share| format!("{share:.2}"))),
    ("choosers", |row| row.choosers_committed.map_or("-".into(), |share| format!("{share:.3}"))),
    ("along", |row| row.curve_spread.map_or("-".into(), |ratio| format!("{ratio:.2}"))),
    ("follows", |row| row.follows_action.map_or("-".into(), |share| format!("{share:.3}"))),
    ("belongs", |row| format!("{:.3}", row.belongs)),
    ("bits/dim", |row| row.bits_per_dimension.map_or("-".into(), |bits| format!("{bits:.3}"))),
    ("KL", |row| format!("{:.2}", row.kl)),
    ("mean off", |row| format!("{:.3}", row.mean_error)),
    ("diversity", |row| row.diversity.map_or("-".into(), |diversity| format!("{diversity:.3}"))),
    ("sharpness", |row| format!("{:.3}", row.sharpness)),
    ("sharp. diff.", |row| format!("{:.1}", row.sharpness_difference)),
    ("PSNR real.", |row| format!("{:.2}", row.psnr_realised)),
    ("nearest", |row| format!("{:.2}", row.psnr_nearest)),
    ("best", |row| format!("{:.2}", row.best.psnr)),
    ("SSIM real.", |row| format!("{:.3}", row.ssim_realised)),
    ("nearest", |row| format!("{:.3}", row.ssim_nearest)),
    ("best", |row| format!("{:.3}", row.best.ssim)),
];

/// The report as a Markdown table that also reads well in a terminal, with a line on what was judged.
pub fn table(report: &Report) -> String {
    let head = std::iter::once("predictor".to_owned()).chain(COLUMNS.iter().map(|(head, _)| (*head).to_owned()));
    let body = report.rows.iter().map(|row| {
        let cells = COLUMNS.iter().map(|(_, cell)| cell(row));
        std::iter::once(row.name.clone()).chain(cells).collect::<Vec<_>>()
    });
    let rows: Vec<Vec<String>> = std::iter::once(head.collect()).chain(body).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=COLUMNS.len()).map(width).collect();
    let line = |row: &[String]| {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(
                |(column, (cell, &width))| {
                    if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                },
            )
            .collect();
        format!("| {} |", cells.join(" | "))
    };
    let rule: Vec<String> = widths
        .iter()
        .enumerate()
        .map(|(column, &width)| if column == 0 { "-".repeat(width) } else { "-".repeat(width - 1) + ":" })
        .collect();
    let mut lines = vec![line(&rows[0]), line(&rule)];
    lines.extend(rows[1..].iter().map(|row| line(row)));
    lines.push(format!(
        "{} corners of mazes never trained on; {} skipped, whose futures hardly differ{}.",
        report.corners,
        report.skipped,
        match report.left_out {
            0 => String::new(),
            count => format!("; {count} left out, whose mazes a model may have learned"),
        }
    ));
    lines.push("Sharpness difference: 10 log10(255^2 / mean |grad x - grad y|) against the nearer future.".into());
    lines.join("\n")
}
