//! What is reported of each predictor.

use serde::{Deserialize, Serialize};

use super::{Best, Share};

/// One predictor's figures over all corners.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The predictor.
    pub name: String,
    /// Median nearness of all samples: 0 is a perfect pick, 0.5 the exact average.
    pub nearness_median: f64,
    /// Share of samples with a nearness below 0.25.
    pub committed: f64,
    /// Share of corners where every future was picked by some sample: of two, both.
    #[serde(alias = "both_futures")]
    pub all_found: f64,
    /// Share of the futures of a corner that some sample picked, a mean over corners.
    #[serde(default)]
    pub found: f64,
    /// Share of committed samples that went left; none where none committed.
    pub left_share: Option<f64>,
    /// How often each future was picked, by name, beside its odds.
    #[serde(default)]
    pub shares: Vec<Share>,
    /// Where several choose at once: share of their choices, each judged within its own region, that are committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choosers_committed: Option<f64>,
    /// Where futures are curves: how widely committed samples lie along them over how widely the truth does, as standard
    /// deviations: 1 is right, 0 is a single point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve_spread: Option<f64>,
    /// Share of samples whose nearest future begins with the action that the model was given; none for a model that is not
    /// conditioned on it.
    #[serde(default, alias = "obeyed", skip_serializing_if = "Option::is_none")]
    pub follows_action: Option<f64>,
    /// Kullback–Leibler divergence in nats of what samples picked, or "neither", from the futures' odds; see
    /// [`kl`](super::kl).
    pub kl: f64,
    /// Distance of the mean of a corner's samples from that of its futures, weighed by their odds, over the distance of its
    /// futures: what a squared error makes small. The simulator has one, too: n fair draws of two futures at even odds are
    /// off by 0.4 / √n, by luck.
    #[serde(default)]
    pub mean_error: f64,
    /// Mean distance of two samples of a corner over the distance of its futures: 0 where noise is ignored, ½ for the
    /// simulator at even odds; none of a single sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diversity: Option<f64>,
    /// Mean ratio of a sample's sharpness to that of the nearer future: under 1 is blur, over 1 is noise.
    pub sharpness: f64,
    /// Mathieu's sharpness difference to the nearer future in dB, mean.
    pub sharpness_difference: f64,
    /// PSNR in dB of the mean squared error against what happened: favours the blur.
    pub psnr_realised: f64,
    /// PSNR in dB of the mean squared error against the nearer future.
    pub psnr_nearest: f64,
    /// SSIM against what happened, mean.
    pub ssim_realised: f64,
    /// SSIM against the nearer future, mean.
    pub ssim_nearest: f64,
    /// Of the best of all samples.
    #[serde(flatten)]
    pub best: Best,
    /// Density (Naeem et al. 2020).
    pub density: f64,
    /// Coverage (Naeem et al. 2020).
    pub coverage: f64,
    /// Share of samples whose nearest true frame, among the futures of all corners, is one of their own corner's.
    #[serde(default)]
    pub belongs: f64,
    /// −log₂ p of what happened over the numbers of a coarse frame; none for a model that gives no likelihood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits_per_dimension: Option<f64>,
}

/// All predictors' figures over the same corners.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Corners judged.
    pub corners: usize,
    /// Corners skipped, since their futures hardly differ.
    pub skipped: usize,
    /// Corners left out, since one of the models may have learned their mazes.
    #[serde(default)]
    pub left_out: usize,
    /// Median nearness of the futures' exact mean: 0.5 of two futures at even odds.
    #[serde(default)]
    pub chance: f64,
    /// A row a predictor.
    pub rows: Vec<Row>,
}
