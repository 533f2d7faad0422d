//! How long a dream stays good: a model that feeds on its own predictions against the walk that was recorded.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{rms, sharpness};
use crate::camera::Frames;
use crate::predict::{Predictor, Walk, dream};

/// How far one dreamed frame is from the true one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// Sharpness over that of the true frame: under 1 is blur, over 1 is noise.
    pub sharpness: f64,
    /// RMS distance to the true frame, over the true frame's mean distance to frames of other places: 0 is the truth,
    /// about 1 has nothing to do with it.
    pub nearness: f64,
}

/// Judges a dreamed frame. All frames have the same size, with rows of `width` pixels; there is another at least.
pub fn drift(dreamt: &[u8], truth: &[u8], others: &Frames, width: usize) -> Drift {
    let apart = others.iter().map(|other| rms(truth, other)).sum::<f64>() / others.len().max(1) as f64;
    Drift {
        sharpness: sharpness(dreamt, width) / sharpness(truth, width).max(1e-9),
        nearness: rms(dreamt, truth) / apart.max(1e-9),
    }
}

/// How good dreams are after so many steps, over all walks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DreamStep {
    /// Steps dreamed, from 1.
    pub step: usize,
    /// Mean sharpness of the dreamed frames over that of the true ones: under 1 is blur, over 1 is noise.
    pub sharpness: f64,
    /// Mean RMS distance to the true frame, over that between true frames of different walks: 0 is the truth, about 1
    /// has nothing to do with it.
    pub nearness: f64,
}

/// One predictor's dreams.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DreamRow {
    /// The predictor.
    pub name: String,
    /// Every step, in order.
    pub steps: Vec<DreamStep>,
}

/// All predictors' dreams of the same walks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DreamReport {
    /// Walks dreamed, all in mazes that none of the models learned.
    pub walks: usize,
    /// A row a predictor.
    pub rows: Vec<DreamRow>,
}

/// Lets predictors dream walks of equal length, and judges every step. `progress` is told each name and step.
pub fn judge_dreams(
    predictors: &[&dyn Predictor],
    walks: &[Walk],
    seed: u64,
    mut progress: impl FnMut(&str, usize),
) -> DreamReport {
    let rows = predictors.iter().map(|predictor| {
        let dreamed = dream(*predictor, walks, seed, |step| progress(predictor.name(), step));
        let steps = walks.first().map_or(0, |walk| walk.actions.len());
        let steps = (0..steps).into_par_iter().map(|step| judged(walks, &dreamed, step)).collect();
        DreamRow { name: predictor.name().to_owned(), steps }
    });
    DreamReport { rows: rows.collect(), walks: walks.len() }
}

fn judged(walks: &[Walk], dreamed: &[Frames], step: usize) -> DreamStep {
    let sum = |figure: &dyn Fn(usize) -> f64| (0..walks.len()).map(figure).sum::<f64>();
    let width = |walk: usize| walks[walk].context.size().0 as usize;
    let truth = |walk: usize| &walks[walk % walks.len()].truth[step];
    let sharp = sum(&|walk| sharpness(&dreamed[walk][step], width(walk)));
    let true_sharp = sum(&|walk| sharpness(truth(walk), width(walk)));
    let off = sum(&|walk| rms(&dreamed[walk][step], truth(walk)));
    let apart = sum(&|walk| rms(truth(walk), truth(walk + 1)));
    DreamStep { step: step + 1, sharpness: sharp / true_sharp.max(1e-9), nearness: off / apart.max(1e-9) }
}

/// The report as a Markdown table: steps 1, 2, 4, 8 … and the last, for each predictor sharpness and nearness.
pub fn dream_table(report: &DreamReport) -> String {
    let steps = report.rows.first().map_or(0, |row| row.steps.len());
    let doubled = (0..).map(|power| 1_usize << power).take_while(|&step| step < steps);
    let shown: Vec<usize> = doubled.chain((steps > 0).then_some(steps)).collect();
    let name_width = report.rows.iter().map(|row| row.name.chars().count() + " sharpness".len()).max().unwrap_or(0);
    let line = |head: &str, cells: Vec<String>| {
        let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:>6}")).collect();
        format!("| {head:<name_width$} | {} |", cells.join(" | "))
    };
    let mut lines = vec![line("dreamed steps", shown.iter().map(usize::to_string).collect())];
    lines.push(line(&"-".repeat(name_width), vec!["-----:".into(); shown.len()]));
    for row in &report.rows {
        for (figure, of) in
            [("sharpness", (|step| step.sharpness) as fn(&DreamStep) -> f64), ("nearness", |s| s.nearness)]
        {
            let cells = shown.iter().map(|&step| format!("{:.3}", of(&row.steps[step - 1]))).collect();
            lines.push(line(&format!("{} {figure}", row.name), cells));
        }
    }
    lines.push(format!(
        "{} walks in mazes never trained on. Sharpness: 1 is that of the true frames. Nearness: 0 is the true frame, about 1 any other.",
        report.walks
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Action;
    use crate::maze::{Corner, Heading};
    use crate::predict::CopyLast;

    /// A walk whose frames are stripes, a pixel each, of these levels.
    fn walk(frames: [[u8; 2]; 3]) -> Walk {
        let pixels = |levels: [u8; 2]| levels.map(|level| [level; 3]).concat();
        Walk {
            context: Frames::collect((2, 1), [pixels(frames[0])]),
            actions: vec![Action::Forward; 2],
            truth: Frames::collect((2, 1), [pixels(frames[1]), pixels(frames[2])]),
            place: (0, Corner { x: 1, y: 1, heading: Heading::North }),
        }
    }

    #[test]
    fn a_frame_drifts_by_its_distance_over_that_of_other_places() {
        let pixels = |levels: [u8; 2]| levels.map(|level| [level; 3]).concat();
        let (truth, others) = (pixels([10, 20]), Frames::collect((2, 1), [pixels([30, 40]), pixels([50, 60])]));
        // A step of 5 against 10; off by (5, 0), others are 20 and 40 apart.
        let found = drift(&pixels([15, 20]), &truth, &others, 2);
        assert!((found.sharpness - 0.5).abs() < 1e-9, "{found:?}");
        assert!((found.nearness - 12.5_f64.sqrt() / 30.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn the_last_frame_is_as_good_as_it_is_like_what_came() {
        let walks = [walk([[10, 20], [10, 20], [30, 50]]), walk([[50, 60], [50, 60], [50, 60]])];
        let report = judge_dreams(&[&CopyLast], &walks, 1, |_, _| {});
        let [first, second] = report.rows[0].steps[..] else { panic!("two steps") };
        assert_eq!((first.step, first.sharpness, first.nearness), (1, 1.0, 0.0));
        // Steps of 10 and 10 against 20 and 10; off by (20, 30) and not at all, and (20, 10) apart, either way round.
        assert!((second.sharpness - 20.0 / 30.0).abs() < 1e-9, "{second:?}");
        let (off, apart) = ((650.0_f64).sqrt(), 2.0 * (250.0_f64).sqrt());
        assert!((second.nearness - off / apart).abs() < 1e-9, "{second:?}");
        let text = dream_table(&report);
        assert!(text.contains("copy last frame nearness") && text.contains("2 walks"), "{text}");
    }
}
