//! The columns of the table: heads, digits, and what they mean.

use Best::{Least, Most, Neither};

use super::{Figures, ReportData};

/// What is best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Best {
    /// The least.
    Least,
    /// The most.
    Most,
    /// What is near to a value that the definition gives.
    Neither,
}

/// A column of the table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name of the figure, as [`Figures::get`] takes it.
    pub figure: &'static str,
    /// Its head.
    pub head: &'static str,
    /// Digits after the point.
    pub digits: usize,
    /// What is best: where sorting begins.
    pub best: Best,
    /// What it is, with unit and range.
    pub meaning: &'static str,
}

const fn column(figure: &'static str, head: &'static str, digits: usize, best: Best, meaning: &'static str) -> Column {
    Column { figure, head, digits, best, meaning }
}

const COLUMNS: [Column; 23] = [
    column(
        "nearness_median",
        "nearness",
        3,
        Least,
        "Median over all samples of the distance to the nearest true future over the mean distance of two futures \
         (weighted by their odds), where a distance is the RMS difference of two frames: 0 is a perfect pick; of two \
         futures 0.5 is their exact average; more is off all of them.",
    ),
    column("committed", "committed", 3, Most, "Share of samples with a nearness under 0.25: they picked a future."),
    column(
        "all_found",
        "all futures",
        3,
        Most,
        "Share of corners where every future was picked by some sample. Of two equally likely futures a fair sampler \
         misses one by luck at 2^(1 − n) of the corners, where n is the number of samples.",
    ),
    column("found", "found", 3, Most, "Share of the futures of a corner that some sample picked, a mean over corners."),
    column(
        "choosers_committed",
        "choosers",
        3,
        Most,
        "Where several choose at once: share of their choices, each judged within its own region of the picture, that \
         are committed.",
    ),
    column(
        "curve_spread",
        "along",
        2,
        Neither,
        "Where futures are curves: how widely committed samples lie along them over how widely the truth does (standard \
         deviations): 1 is right, 0 is a single point.",
    ),
    column(
        "left_share",
        "left",
        2,
        Neither,
        "Share of committed samples that went left, to be held against the scene's odds.",
    ),
    column(
        "follows_action",
        "follows",
        3,
        Most,
        "Of a model that is conditioned on the action: share of samples whose nearest future begins with it.",
    ),
    column(
        "belongs",
        "belongs",
        3,
        Most,
        "Share of samples whose nearest true frame among the futures of all test corners is one of this corner's. Sharp \
         frames of some other corridor do not belong.",
    ),
    column(
        "kl",
        "KL",
        2,
        Least,
        "Kullback–Leibler divergence in nats of the samples' {left, right, neither} from the scene's odds: \
         Σ p ln(p / q) with q = (count + ½) / (samples + 1½).",
    ),
    column(
        "mean_error",
        "mean off",
        3,
        Least,
        "Distance of the mean of a corner's samples from the exact average over the distance of its futures: what a squared \
         error makes small. The simulator's own, of n draws at even odds, is 0.4 / √n, by luck.",
    ),
    column(
        "diversity",
        "diversity",
        3,
        Neither,
        "Mean distance of two samples of a corner over the distance of its futures: 0 where noise is ignored, 0.5 for \
         the simulator at even odds.",
    ),
    column(
        "sharpness",
        "sharpness",
        3,
        Neither,
        "Mean absolute gradient of a sample over that of the nearer future: 1 is right, under 1 is blur, over 1 noise.",
    ),
    column(
        "sharpness_difference",
        "sharp. diff.",
        1,
        Most,
        "Sharpness difference in dB after Mathieu et al. (2016): 10 log₁₀(255² / mean |∇x − ∇y|) against the nearer \
         future y. Versions differ: compare only what was computed with this one.",
    ),
    column(
        "psnr_realised",
        "PSNR realised",
        2,
        Neither,
        "PSNR in dB of the mean squared error against what happened. It favours blur, and must: see “PSNR three ways”.",
    ),
    column("psnr_nearest", "PSNR nearest", 2, Most, "PSNR in dB of the mean squared error against the nearer future."),
    column(
        "psnr_best",
        "PSNR best",
        2,
        Most,
        "PSNR in dB of the mean squared error of the best of a corner's samples against what happened.",
    ),
    column(
        "ssim_realised",
        "SSIM realised",
        3,
        Neither,
        "Structural similarity (Wang et al. 2004) to what happened, −1 to 1.",
    ),
    column("ssim_nearest", "SSIM nearest", 3, Most, "Structural similarity to the nearer future."),
    column(
        "ssim_best",
        "SSIM best",
        3,
        Most,
        "Structural similarity to what happened of the best of a corner's samples.",
    ),
    column(
        "density",
        "density",
        2,
        Most,
        "Naeem et al. (2020), k = 5, over the mean colours of an 8 × 8 grid: how many true frames' neighbourhoods a \
         sample lies in, over k. About 1 for samples as good as real.",
    ),
    column(
        "coverage",
        "coverage",
        2,
        Most,
        "Naeem et al. (2020): share of true frames with a sample in their neighbourhood, 0 to 1.",
    ),
    column(
        "bits_per_dimension",
        "bits/dim",
        3,
        Least,
        "Of a model that gives a likelihood: −log₂ p of what happened over the numbers in a coarse frame.",
    ),
];

/// The columns of which some row has a figure.
pub fn columns(data: &ReportData) -> Vec<Column> {
    let is_there = |column: &&Column| data.rows().any(|(_, figures, _)| figures.get(column.figure).is_some());
    COLUMNS.iter().filter(is_there).copied().collect()
}

impl Column {
    /// A figure as text, with the digits of the column.
    pub fn text(&self, value: f64) -> String {
        format!("{value:.*}", self.digits)
    }

    /// The column's figure.
    pub fn of(&self, figures: &Figures) -> Option<f64> {
        figures.get(self.figure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::is_figure;

    #[test]
    fn every_figure_of_a_row_has_a_column() {
        let report = crate::measure::judge(&[&crate::predict::Simulator], &[], 2, 1, |_| {});
        let row = serde_json::to_value(&report.rows[0]).unwrap();
        let missing: Vec<&String> =
            row.as_object().unwrap().keys().filter(|name| !["name", "shares"].contains(&name.as_str())).collect();
        let missing: Vec<_> =
            missing.into_iter().filter(|name| COLUMNS.iter().all(|column| !is_figure(name, column.figure))).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
