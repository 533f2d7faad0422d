//! Judging one predictor over all corners.

use rand::RngExt;
use rayon::prelude::*;

use super::distance::spread;
use super::{
    LEAST_SPREAD, Report, Row, Verdict, belonging, density_and_coverage, feature, psnr, questions_for, rms, sharpness,
    sharpness_difference, squared_error, ssim, verdict,
};
use crate::agent::Action;
use crate::predict::{Predictor, Question, Sampling};
use crate::random::Purpose;

/// Samples of each corner that density and coverage look at: as many as there are futures.
const FEATURED: usize = 2;

/// Judges predictors on the same corners with the same seed. Corners whose futures hardly differ are skipped. A predictor
/// of coarse pictures is judged against equally coarse futures.
///
/// `left_odds` is the scene's probability of a left turn; `samples` is at least 1; `progress` is told each name.
pub fn judge(
    predictors: &[&dyn Predictor],
    questions: &[Question],
    left_odds: f64,
    samples: usize,
    seed: u64,
    mut progress: impl FnMut(&str),
) -> Report {
    let differ = |question: &&Question| rms(&question.futures.left[0], &question.futures.right[0]) >= LEAST_SPREAD;
    let kept: Vec<Question> = questions.iter().filter(differ).cloned().collect();
    let rows = predictors.iter().map(|predictor| {
        progress(predictor.name());
        let sampling = Sampling::new(samples, seed);
        let (answers, told) = match predictor.is_told() {
            false => (predictor.predict(&kept, sampling), None),
            true => {
                let (answers, told) = told_by_the_odds(*predictor, &kept, left_odds, sampling);
                (answers, Some(told))
            }
        };
        let coarse = predictor.coarse();
        let truth = questions_for(coarse.as_ref(), &kept);
        let bits = predictor.bits_per_dimension(&kept);
        Row { bits_per_dimension: bits, ..row(predictor.name(), &truth, &answers, told.as_deref(), left_odds) }
    });
    Report { rows: rows.collect(), corners: kept.len(), skipped: questions.len() - kept.len() }
}

/// Tells a predictor, for each sample, a turn drawn by the odds: the answers, and whether a left turn was told.
fn told_by_the_odds(
    predictor: &dyn Predictor,
    questions: &[Question],
    left_odds: f64,
    sampling: Sampling,
) -> (Vec<Vec<Vec<u8>>>, Vec<Vec<bool>>) {
    let turns = |question: usize| {
        let mut rng = sampling.rng(Purpose::Conditions, question);
        (0..sampling.samples).map(|_| rng.random::<f64>() < left_odds).collect::<Vec<_>>()
    };
    let told: Vec<Vec<bool>> = (0..questions.len()).map(turns).collect();
    let answers = |turn| {
        let asked: Vec<Question> = questions.iter().map(|question| question.before(turn)).collect();
        predictor.predict(&asked, sampling)
    };
    let both = answers(Action::Left).into_iter().zip(answers(Action::Right)).zip(&told);
    let picked = both.map(|((left, right), told)| {
        let pick = |((left, right), &told): ((Vec<u8>, Vec<u8>), &bool)| if told { left } else { right };
        left.into_iter().zip(right).zip(told).map(pick).collect()
    });
    (picked.collect(), told)
}

/// What one corner adds to a row.
struct Corner {
    verdicts: Vec<Verdict>,
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

fn corner(question: &Question, answers: &[Vec<u8>]) -> Corner {
    let width = question.frame_size.0 as usize;
    let (left, right) = (question.futures.left[0].as_raw(), question.futures.right[0].as_raw());
    let realised = if question.went_left { left } else { right };
    let verdicts: Vec<_> = answers.iter().map(|answer| verdict(answer, left, right)).collect();
    let nearer = |index: usize| if verdicts[index].is_left { left } else { right };
    let count = answers.len() as f64;
    let mean = |figure: &dyn Fn(usize) -> f64| (0..answers.len()).map(figure).sum::<f64>() / count;
    let errors: Vec<_> = answers.iter().map(|answer| squared_error(answer, realised)).collect();
    let ssims: Vec<_> = answers.iter().map(|answer| ssim(answer, realised, width)).collect();
    Corner {
        diversity: diversity(answers) / spread(left, right),
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
fn diversity(answers: &[Vec<u8>]) -> f64 {
    let pairs = (0..answers.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let (sum, count) =
        pairs.fold((0.0, 0_u32), |(sum, count), (a, b)| (sum + rms(&answers[a], &answers[b]), count + 1));
    sum / f64::from(count.max(1))
}

fn row(
    name: &str,
    questions: &[Question],
    answers: &[Vec<Vec<u8>>],
    told: Option<&[Vec<bool>]>,
    left_odds: f64,
) -> Row {
    let corners: Vec<Corner> =
        questions.par_iter().zip(answers).map(|(question, answers)| corner(question, answers)).collect();
    let mean = |figure: fn(&Corner) -> f64| corners.iter().map(figure).sum::<f64>() / corners.len().max(1) as f64;
    let verdicts: Vec<Verdict> = corners.iter().flat_map(|corner| corner.verdicts.iter().copied()).collect();
    let total = verdicts.len().max(1) as f64;
    let committed = |verdicts: &[Verdict], left: bool| {
        verdicts.iter().filter(|verdict| verdict.is_committed() && verdict.is_left == left).count()
    };
    let (lefts, rights) = (committed(&verdicts, true), committed(&verdicts, false));
    let both =
        corners.iter().filter(|corner| committed(&corner.verdicts, true) > 0 && committed(&corner.verdicts, false) > 0);
    let both_futures = both.count() as f64 / corners.len().max(1) as f64;
    let obeyed = told.map(|told| {
        let as_told = verdicts.iter().zip(told.iter().flatten()).filter(|(verdict, told)| verdict.is_left == **told);
        as_told.count() as f64 / total
    });
    let (density, coverage) = density_and_coverage_of(questions, answers);
    Row {
        name: name.to_owned(),
        nearness_median: median(verdicts.iter().map(|verdict| verdict.nearness).collect()),
        committed: (lefts + rights) as f64 / total,
        both_futures,
        left_share: (lefts + rights > 0).then(|| lefts as f64 / (lefts + rights) as f64),
        obeyed,
        kl: kl([left_odds, 1.0 - left_odds], [lefts, rights], verdicts.len()),
        diversity: mean(|corner| corner.diversity),
        sharpness: mean(|corner| corner.sharpness),
        sharpness_difference: mean(|corner| corner.sharpness_difference),
        psnr_realised: psnr(mean(|corner| corner.error_realised)),
        psnr_nearest: psnr(mean(|corner| corner.error_nearest)),
        psnr_best16: psnr(mean(|corner| corner.error_best)),
        ssim_realised: mean(|corner| corner.ssim_realised),
        ssim_nearest: mean(|corner| corner.ssim_nearest),
        ssim_best16: mean(|corner| corner.ssim_best),
        density,
        coverage,
        belongs: belonging(questions, answers),
        bits_per_dimension: None,
    }
}

fn density_and_coverage_of(questions: &[Question], answers: &[Vec<Vec<u8>>]) -> (f64, f64) {
    let features = |(question, frame): (&Question, &[u8])| feature(frame, question.frame_size.0 as usize);
    let futures = questions.iter().flat_map(|question| {
        [&question.futures.left[0], &question.futures.right[0]].map(|frame| (question, frame.as_raw().as_slice()))
    });
    let sampled = questions
        .iter()
        .zip(answers)
        .flat_map(|(question, answers)| answers.iter().take(FEATURED).map(move |answer| (question, answer.as_slice())));
    let (real, sampled): (Vec<_>, Vec<_>) = (futures.map(features).collect(), sampled.map(features).collect());
    density_and_coverage(&real, &sampled)
}

/// Σ p ln(p / q) over {left, right, neither}, where neither has p = 0 and adds nothing.
fn kl(odds: [f64; 2], counts: [usize; 2], samples: usize) -> f64 {
    let share = |count: usize| (count as f64 + 0.5) / (samples as f64 + 1.5);
    let term = |(p, count): (f64, usize)| if p > 0.0 { p * (p / share(count)).ln() } else { 0.0 };
    odds.into_iter().zip(counts).map(term).sum()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}
