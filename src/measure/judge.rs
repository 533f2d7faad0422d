//! Judging one predictor over all corners.

use rand::RngExt;
use rayon::prelude::*;

use super::odds::{Tally, kl, shares};
use super::{
    Best, ChooserVerdict, LEAST_SPREAD, Report, Row, Truth, Verdict, average_frames, belonging, density_and_coverage,
    feature, psnr, questions_for, rms, sharpness, sharpness_difference, spread, squared_error, ssim,
};
use crate::agent::Action;
use crate::camera::Frames;
use crate::predict::{ExactAverage, Predictor, Question, Sampling};
use crate::random::Purpose;

/// Judges predictors on the same corners with the same seed. Corners whose futures hardly differ are skipped. A predictor
/// of coarse pictures is judged against equally coarse futures.
///
/// `samples` is at least 1; `progress` is told each name.
pub fn judge(
    predictors: &[&dyn Predictor],
    questions: &[Question],
    samples: usize,
    seed: u64,
    mut progress: impl FnMut(&str),
) -> Report {
    let kept: Vec<Question> =
        questions.par_iter().filter(|question| spread(&question.futures) >= LEAST_SPREAD).cloned().collect();
    let rows = predictors.iter().map(|predictor| {
        progress(predictor.name());
        let sampling = Sampling::new(samples, seed);
        let (answers, told) = match predictor.is_action_conditioned() {
            false => (predictor.predict(&kept, sampling), None),
            true => {
                let (answers, told) = told_by_the_odds(*predictor, &kept, sampling);
                (answers, Some(told))
            }
        };
        let coarse = predictor.coarse();
        let truth = questions_for(coarse.as_ref(), &kept);
        let bits = predictor.bits_per_dimension(&kept);
        Row { bits_per_dimension: bits, ..row((predictor.name(), samples), &truth, &answers, told.as_deref()) }
    });
    Report {
        rows: rows.collect(),
        corners: kept.len(),
        skipped: questions.len() - kept.len(),
        left_out: 0,
        chance: chance(&kept),
    }
}

/// Median nearness of the futures' exact mean: what a predictor has that commits to nothing.
fn chance(questions: &[Question]) -> f64 {
    let means = ExactAverage.predict(questions, Sampling::new(1, 0));
    let nearness = questions.par_iter().zip(&means).map(|(question, mean)| {
        let verdict = Truth::of(&question.futures).verdict(&mean[0]);
        verdict.nearness
    });
    median(nearness.collect())
}

/// Tells a predictor, for each sample, an action drawn by the futures' odds: the answers, and the actions.
fn told_by_the_odds(
    predictor: &dyn Predictor,
    questions: &[Question],
    sampling: Sampling,
) -> (Vec<Frames>, Vec<Vec<Action>>) {
    let drawn = |(index, question): (usize, &Question)| {
        let mut rng = sampling.rng(Purpose::Conditions, index);
        let action = |_| question.futures.all[question.futures.drawn(rng.random())].action;
        (0..sampling.samples).map(action).collect::<Vec<_>>()
    };
    let told: Vec<Vec<Action>> = questions.iter().enumerate().map(drawn).collect();
    let mut picked: Vec<Vec<Vec<u8>>> = vec![vec![Vec::new(); sampling.samples]; questions.len()];
    for action in Action::ALL {
        if !told.iter().flatten().any(|&told| told == action) {
            continue;
        }
        let asked: Vec<Question> = questions.iter().map(|question| question.before(action)).collect();
        let answers = predictor.predict(&asked, sampling);
        for ((picked, answers), told) in picked.iter_mut().zip(answers).zip(&told) {
            for ((picked, answer), _) in
                picked.iter_mut().zip(answers.iter()).zip(told).filter(|(_, told)| **told == action)
            {
                *picked = answer.to_vec();
            }
        }
    }
    let frames = questions.iter().zip(picked).map(|(question, frames)| Frames::collect(question.frame_size(), frames));
    (frames.collect(), told)
}

/// What one corner adds to a row.
struct Corner {
    verdicts: Vec<Verdict>,
    /// A sample each, of those who choose at once.
    choosers: Vec<Vec<ChooserVerdict>>,
    /// Of the samples' mean.
    mean_error: f64,
    /// Each a mean over the samples.
    diversity: f64,
    sharpness: f64,
    sharpness_difference: f64,
    error_realised: f64,
    error_nearest: f64,
    error_best: f64,
    ssim_realised: f64,
    ssim_nearest: f64,
    ssim_best: f64,
}

/// `mean`: that of the futures, by their odds.
fn corner(question: &Question, answers: &Frames, mean: &[u8]) -> Corner {
    let width = question.frame_size().0 as usize;
    let truth = Truth::of(&question.futures);
    let realised = &question.next[0];
    let verdicts: Vec<_> = answers.iter().map(|answer| truth.verdict(answer)).collect();
    let nearer = |index: usize| truth.nearest_frame(&verdicts[index]);
    let count = answers.len() as f64;
    let mean_error = rms(&average_frames(answers)[0], mean) / truth.spread();
    let mean = |figure: &dyn Fn(usize) -> f64| (0..answers.len()).map(figure).sum::<f64>() / count;
    let errors: Vec<_> = answers.iter().map(|answer| squared_error(answer, realised)).collect();
    let ssims: Vec<_> = answers.iter().map(|answer| ssim(answer, realised, width)).collect();
    Corner {
        choosers: answers.iter().map(|answer| truth.choosers(answer)).collect(),
        mean_error,
        diversity: diversity(answers) / truth.spread(),
        sharpness: mean(&|i| sharpness(&answers[i], width) / sharpness(nearer(i), width).max(1e-9)),
        sharpness_difference: mean(&|i| sharpness_difference(&answers[i], nearer(i), width)),
        error_realised: mean(&|i| errors[i]),
        error_nearest: mean(&|i| squared_error(&answers[i], nearer(i))),
        error_best: errors.iter().copied().fold(f64::INFINITY, f64::min),
        ssim_realised: mean(&|i| ssims[i]),
        ssim_nearest: mean(&|i| ssim(&answers[i], nearer(i), width)),
        ssim_best: ssims.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        verdicts,
    }
}

/// Mean distance of two of the samples.
fn diversity(answers: &Frames) -> f64 {
    let pairs = (0..answers.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let (sum, count) =
        pairs.fold((0.0, 0_u32), |(sum, count), (a, b)| (sum + rms(&answers[a], &answers[b]), count + 1));
    sum / f64::from(count.max(1))
}

fn row(
    (name, samples): (&str, usize),
    questions: &[Question],
    answers: &[Frames],
    told: Option<&[Vec<Action>]>,
) -> Row {
    let means = ExactAverage.predict(questions, Sampling::new(1, 0));
    let asked = questions.par_iter().zip(answers).zip(&means);
    let corners: Vec<Corner> = asked.map(|((question, answers), mean)| corner(question, answers, &mean[0])).collect();
    let mean = |figure: fn(&Corner) -> f64| corners.iter().map(figure).sum::<f64>() / corners.len().max(1) as f64;
    let verdicts: Vec<Verdict> = corners.iter().flat_map(|corner| corner.verdicts.iter().copied()).collect();
    let total = verdicts.len().max(1) as f64;
    let tallies: Vec<Tally> = questions
        .iter()
        .zip(&corners)
        .map(|(question, corner)| Tally::of(&question.futures, corner.verdicts.iter().map(Verdict::pick)))
        .collect();
    let share_of = |share: fn(&Tally) -> f64| tallies.iter().map(share).sum::<f64>() / tallies.len().max(1) as f64;
    let actions = |question: &Question, verdict: &Verdict| question.futures.all[verdict.nearest].action;
    let judged = || {
        questions
            .iter()
            .zip(&corners)
            .flat_map(|(question, corner)| corner.verdicts.iter().map(move |verdict| (question, verdict)))
    };
    let committed: Vec<Action> = judged()
        .filter(|(_, verdict)| verdict.is_committed())
        .map(|(question, verdict)| actions(question, verdict))
        .collect();
    let lefts = committed.iter().filter(|&&action| action == Action::Left).count();
    let follows_action = told.map(|told| {
        let as_told = judged()
            .zip(told.iter().flatten())
            .filter(|((question, verdict), told)| actions(question, verdict) == **told);
        as_told.count() as f64 / total
    });
    let choosers: Vec<&ChooserVerdict> = corners.iter().flat_map(|corner| corner.choosers.iter().flatten()).collect();
    let choosers_committed = choosers.iter().filter(|verdict| verdict.is_committed()).count();
    let (density, coverage) = density_and_coverage_of(questions, answers);
    Row {
        name: name.to_owned(),
        nearness_median: median(verdicts.iter().map(|verdict| verdict.nearness).collect()),
        committed: committed.len() as f64 / total,
        all_found: share_of(|tally| f64::from(tally.found() == tally.counts.len())),
        found: share_of(|tally| tally.found() as f64 / tally.counts.len().max(1) as f64),
        left_share: (!committed.is_empty()).then(|| lefts as f64 / committed.len() as f64),
        shares: shares(&tallies),
        choosers_committed: (!choosers.is_empty()).then(|| choosers_committed as f64 / choosers.len() as f64),
        curve_spread: curve_spread(questions, &corners),
        follows_action,
        kl: kl(&tallies),
        mean_error: mean(|corner| corner.mean_error),
        diversity: (samples > 1).then(|| mean(|corner| corner.diversity)),
        sharpness: mean(|corner| corner.sharpness),
        sharpness_difference: mean(|corner| corner.sharpness_difference),
        psnr_realised: psnr(mean(|corner| corner.error_realised)),
        psnr_nearest: psnr(mean(|corner| corner.error_nearest)),
        ssim_realised: mean(|corner| corner.ssim_realised),
        ssim_nearest: mean(|corner| corner.ssim_nearest),
        best: Best { samples, psnr: psnr(mean(|corner| corner.error_best)), ssim: mean(|corner| corner.ssim_best) },
        density,
        coverage,
        belongs: belonging(questions, answers),
        bits_per_dimension: None,
    }
}

/// As many samples of each corner as it has futures.
fn density_and_coverage_of(questions: &[Question], answers: &[Frames]) -> (f64, f64) {
    let features = |question: &Question, frame: &[u8]| feature(frame, question.frame_size().0 as usize);
    let real: Vec<_> = questions
        .iter()
        .flat_map(|question| question.futures.iter().map(|future| features(question, &future.frames[0])))
        .collect();
    let sampled: Vec<_> = questions
        .iter()
        .zip(answers)
        .flat_map(|(question, answers)| {
            answers.iter().take(question.futures.len()).map(|answer| features(question, answer))
        })
        .collect();
    density_and_coverage(&real, &sampled)
}

/// How widely committed samples lie along the curves that they picked, over how widely the truth lies: standard
/// deviations, pooled over all curves that at least two samples of a corner picked. None without curves.
fn curve_spread(questions: &[Question], corners: &[Corner]) -> Option<f64> {
    let (mut squares, mut freedom, mut truth, mut curves) = (0.0, 0.0, 0.0, 0.0);
    for (question, corner) in questions.iter().zip(corners) {
        for (number, future) in question.futures.iter().enumerate().filter(|(_, future)| future.curve.len() > 1) {
            let last = (future.curve.len() - 1) as f64;
            truth += (0..future.curve.len()).map(|at| (at as f64 / last - 0.5).powi(2)).sum::<f64>()
                / future.curve.len() as f64;
            curves += 1.0;
            let places: Vec<f64> = corner
                .verdicts
                .iter()
                .filter(|verdict| verdict.pick() == Some(number))
                .map(|verdict| verdict.along)
                .collect();
            if places.len() > 1 {
                let mean = places.iter().sum::<f64>() / places.len() as f64;
                squares += places.iter().map(|place| (place - mean).powi(2)).sum::<f64>();
                freedom += (places.len() - 1) as f64;
            }
        }
    }
    let found = if freedom > 0.0 { (squares / freedom).sqrt() } else { 0.0 };
    (curves > 0.0).then(|| found / (truth / curves).sqrt())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}
