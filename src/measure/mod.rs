//! How a prediction is judged: against all true futures of every corner.

mod belonging;
mod best;
mod captions;
mod coarse;
mod coverage;
mod distance;
mod dream;
mod judge;
mod odds;
mod painted;
mod row;
mod sharpness;
mod similarity;
mod table;
#[cfg(test)]
mod testing;
mod translation;
mod walks;

pub use belonging::belonging;
pub use best::Best;
pub use captions::{Agreement, CaptionReport, CaptionRow, NearestSaid, SaidViews, caption_table};
pub use coarse::{futures_for, questions_for};
pub use coverage::{Feature, density_and_coverage, feature};
pub use distance::{ChooserVerdict, Truth, Verdict, rms, spread};
pub use dream::{DreamReport, DreamRow, DreamStep, Drift, dream_table, drift, judge_dreams};
pub use judge::judge;
pub use odds::{Share, Tally, kl, shares};
pub use painted::{
    FrameIndex, Judged, NearestView, Neighbour, PaintedReport, PaintedRow, Views, World, judge_painted, painted_table,
};
pub use row::{Report, Row};
pub use sharpness::{sharpness, sharpness_difference};
pub use similarity::{psnr, squared_error, ssim};
pub use table::table;
pub use translation::{
    TranslationReport, TranslationRow, average_frames, judge_translation, mean_frames, mean_ssim, translation_table,
};
pub use walks::{NGRAM, WalkReport, WalkRow, divergence, judge_walks, walk_table, walked};

/// Samples below this nearness have picked a future.
pub const COMMITTED: f64 = 0.25;

/// Corners whose futures differ by less than so many grey levels (RMS) are skipped: there is nothing to pick.
pub const LEAST_SPREAD: f64 = 2.0;
