//! Translations judged against what the other scene shows from the same pose, which the simulator alone knows.

use serde::{Deserialize, Serialize};

use super::{psnr, rms, squared_error, ssim};
use crate::camera::Frames;

/// Truths that a translation is held against, its own among them.
const LINED_UP: usize = 16;

/// One way of translating, over all frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TranslationRow {
    /// What translates.
    pub name: String,
    /// Mean SSIM to the truth, −1 to 1; see [`ssim`].
    pub ssim: f64,
    /// PSNR to the truth in dB, of the mean squared error over all frames.
    pub psnr: f64,
    /// Share of translations that are nearer (RMS) to the truth of their own pose than to those of 15 other frames, spread
    /// evenly: 1/16 by chance, 1 where the truth itself is given. None where there are fewer than 16 frames.
    pub own: Option<f64>,
    /// Mean SSIM of what is translated there and back to what was seen. None where the way back was not learned.
    pub back: Option<f64>,
}

/// All that was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TranslationReport {
    /// Scene that is translated, and scene that it is translated into.
    pub scenes: [String; 2],
    /// Frames of mazes never trained on.
    pub frames: usize,
    /// Corners of the test split whose mazes a model may have learned.
    pub left_out: usize,
    /// Models, then baselines.
    pub rows: Vec<TranslationRow>,
}

/// Judges translations of frames against the truth, frame by frame; all have one size, and as many frames.
pub fn judge_translation(name: &str, translated: &Frames, truth: &Frames) -> TranslationRow {
    let width = truth.size().0 as usize;
    let pairs = || translated.iter().zip(truth.iter());
    let count = truth.len().max(1) as f64;
    let error = pairs().map(|(found, truth)| squared_error(found, truth)).sum::<f64>() / count;
    let similarity = pairs().map(|(found, truth)| ssim(found, truth, width)).sum::<f64>() / count;
    TranslationRow {
        name: name.to_owned(),
        ssim: similarity,
        psnr: psnr(error),
        own: own(translated, truth),
        back: None,
    }
}

/// Mean SSIM of frames to others, in order.
pub fn mean_ssim(frames: &Frames, others: &Frames) -> f64 {
    let width = frames.size().0 as usize;
    let sum: f64 = frames.iter().zip(others.iter()).map(|(frame, other)| ssim(frame, other, width)).sum();
    sum / frames.len().max(1) as f64
}

/// See [`TranslationRow::own`].
fn own(translated: &Frames, truth: &Frames) -> Option<f64> {
    let count = truth.len();
    if count < LINED_UP {
        return None;
    }
    let is_own = |&index: &usize| {
        let to = |shift: usize| rms(&translated[index], &truth[(index + shift * count / LINED_UP) % count]);
        let nearest_other = (1..LINED_UP).map(to).fold(f64::INFINITY, f64::min);
        to(0) < nearest_other
    };
    Some((0..count).filter(is_own).count() as f64 / count as f64)
}

/// The mean of frames, as often as there are: the best single picture for a squared error.
pub fn average_frames(frames: &Frames) -> Frames {
    let mut sums = vec![0_u64; frames.get(0).map_or(0, <[u8]>::len)];
    for frame in frames.iter() {
        sums.iter_mut().zip(frame).for_each(|(sum, &byte)| *sum += u64::from(byte));
    }
    let count = frames.len().max(1) as u64;
    let mean: Vec<u8> = sums.into_iter().map(|sum| ((sum + count / 2) / count) as u8).collect();
    Frames::repeated(frames.size(), &mean, frames.len())
}

/// The mean, place by place, of as many frames of each.
///
/// # Panics
/// Of none.
pub fn mean_frames(all: &[Frames]) -> Frames {
    let (size, count) = (all[0].size(), all[0].len());
    let one = |index: usize| {
        let mut together = Frames::new(size);
        all.iter().for_each(|frames| together.push(&frames[index]));
        average_frames(&together)[0].to_vec()
    };
    Frames::collect(size, (0..count).map(one))
}

/// The report as a Markdown table that also reads well in a terminal, with a line on what was judged.
pub fn translation_table(report: &TranslationReport) -> String {
    let name_width = report.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(11);
    let share = |share: Option<f64>| share.map_or("-".into(), |share| format!("{share:.3}"));
    let mut lines = vec![
        format!("| {:<name_width$} |  SSIM | PSNR, dB |   own |  back |", "translation"),
        format!("| {} | ----: | -------: | ----: | ----: |", "-".repeat(name_width)),
    ];
    lines.extend(report.rows.iter().map(|row| {
        let (own, back) = (share(row.own), share(row.back));
        format!("| {:<name_width$} | {:>5.3} | {:>8.2} | {own:>5} | {back:>5} |", row.name, row.ssim, row.psnr)
    }));
    let [from, to] = &report.scenes;
    lines.push(format!(
        "{} frames of {from}, of mazes never trained on, against {to} from the same poses{}.",
        report.frames,
        match report.left_out {
            0 => String::new(),
            count => format!("; {count} corners left out, whose mazes a model may have learned"),
        }
    ));
    lines.push("Own: nearer to the truth of its own pose than to those of 15 others (by chance 0.063). Back: SSIM of there and back to what was seen.".into());
    lines.push("Its place, walls redrawn: the other scene from the same pose, with the walls of another maze; then the mean of several such.".into());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of noise that follows from their number.
    fn frames(count: u32) -> Frames {
        let frame = |number: u32| {
            let pixel = |index: u32| (number * 7919 + index).wrapping_mul(2_654_435_761).rotate_left(9) as u8;
            (0..16 * 16 * 3).map(pixel).collect::<Vec<u8>>()
        };
        Frames::collect((16, 16), (0..count).map(frame))
    }

    #[test]
    fn the_truth_is_its_own_and_what_forgets_its_input_is_not() {
        let truth = frames(32);
        let row = judge_translation("truth", &truth, &truth);
        assert_eq!((row.own, row.psnr), (Some(1.0), 100.0));
        assert!((row.ssim - 1.0).abs() < 1e-9);
        let turned = Frames::collect(truth.size(), (0..32).map(|index| truth[(index + 2) % 32].to_vec()));
        let row = judge_translation("turned", &turned, &truth);
        assert_eq!(row.own, Some(0.0), "each is exactly another one's truth");
        assert!(row.ssim < 0.5 && row.psnr < 10.0, "{row:?}");
        assert_eq!(judge_translation("few", &frames(3), &frames(3)).own, None);
    }

    #[test]
    fn errors_are_averaged_before_decibels() {
        let flat = |levels: [u8; 2]| Frames::collect((16, 16), levels.map(|level| vec![level; 16 * 16 * 3]));
        // Errors of 0 and of 20² = 400: 10 log10(255² / 200) = 25.12 dB.
        let row = judge_translation("one", &flat([50, 70]), &flat([50, 50]));
        assert!((row.psnr - 25.12).abs() < 0.01, "{}", row.psnr);
    }

    #[test]
    fn a_mean_is_taken_place_by_place() {
        let one = Frames::collect((1, 1), [[10, 0, 255], [20, 1, 255]]);
        let other = Frames::collect((1, 1), [[30, 0, 255], [20, 2, 0]]);
        assert_eq!(mean_frames(&[one, other]), Frames::collect((1, 1), [[20, 0, 255], [20, 2, 128]]));
    }

    #[test]
    fn an_average_is_one_picture_as_often_as_there_are_frames() {
        let frames = Frames::collect((1, 1), [[10, 0, 255], [20, 1, 255]]);
        assert_eq!(average_frames(&frames), Frames::collect((1, 1), [[15, 1, 255]; 2]));
    }
}
