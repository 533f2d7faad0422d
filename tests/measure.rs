//! The judgement, on samples whose figures are known beforehand.

use crossroads::agent::Action;
use crossroads::camera::{Frame, Futures};
use crossroads::maze::{Corner, Heading};
use crossroads::measure::{
    Report, Row, density_and_coverage, feature, judge, psnr, rms, sharpness, sharpness_difference, ssim, table, verdict,
};
use crossroads::predict::{Coarse, CopyLast, ExactAverage, Predictor, Question, Sampling, Simulator};
use crossroads::random::Rng;
use rand::{RngExt, SeedableRng};

const SIDE: u32 = 24;
const CORNERS: usize = 8;
const SAMPLES: usize = 16;

/// Even grey levels from 60 to 190, so that a mean of two is a whole number, and none is cut off at black or white.
fn picture(seed: u64) -> Frame {
    let mut rng = Rng::seed_from_u64(seed);
    Frame::from_fn(SIDE, SIDE, |_, _| image::Rgb([0, 0, 0].map(|_: u8| 60 + 2 * rng.random_range(0..66_u8))))
}

/// A corner whose futures have nothing to do with each other.
fn question(index: usize) -> Question {
    let seed = 3 * index as u64;
    Question {
        context: vec![picture(seed).into_raw()],
        frame_size: (SIDE, SIDE),
        futures: Futures { left: vec![picture(seed + 1)], right: vec![picture(seed + 2)] },
        action: if index.is_multiple_of(2) { Action::Left } else { Action::Right },
        went_left: index.is_multiple_of(2),
        place: (index as u64, Corner { x: 1, y: 1, heading: Heading::North }),
    }
}

fn left(question: &Question) -> Vec<u8> {
    question.futures.left[0].as_raw().clone()
}

fn right(question: &Question) -> Vec<u8> {
    question.futures.right[0].as_raw().clone()
}

/// Answers with what a function makes of question and number of the sample; of pictures as coarse as is said.
struct Constructed(fn(&Question, usize) -> Vec<u8>, Option<Coarse>);

impl Predictor for Constructed {
    fn name(&self) -> &str {
        "constructed"
    }

    fn is_stochastic(&self) -> bool {
        true
    }

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Vec<Vec<u8>>> {
        questions
            .iter()
            .map(|question| (0..sampling.samples).map(|sample| self.0(question, sample)).collect())
            .collect()
    }

    fn coarse(&self) -> Option<Coarse> {
        self.1.clone()
    }
}

fn report(predictor: &dyn Predictor, left_odds: f64) -> Report {
    let questions: Vec<Question> = (0..CORNERS).map(question).collect();
    judge(&[predictor], &questions, left_odds, SAMPLES, 1, |_| {})
}

fn row(predictor: &dyn Predictor, left_odds: f64) -> Row {
    report(predictor, left_odds).rows.remove(0)
}

fn constructed(answer: fn(&Question, usize) -> Vec<u8>) -> Row {
    row(&Constructed(answer, None), 0.5)
}

#[track_caller]
fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-6, "{found}, expected {expected}");
}

/// KL of shares (left, right) of all samples from even odds, by the formula in `Row::kl`.
fn kl_from_even(left: f64, right: f64) -> f64 {
    let total = (CORNERS * SAMPLES) as f64;
    let q = |share: f64| (share * total + 0.5) / (total + 1.5);
    0.5 * (0.5 / q(left)).ln() + 0.5 * (0.5 / q(right)).ln()
}

/// Mean squared distance of the two futures, over all corners.
fn spread() -> f64 {
    let squares = (0..CORNERS).map(question).map(|question| rms(&left(&question), &right(&question)).powi(2));
    squares.sum::<f64>() / CORNERS as f64
}

#[test]
fn a_perfect_pick() {
    let row = constructed(|question, sample| if sample % 2 == 0 { left(question) } else { right(question) });
    assert_near(row.nearness_median, 0.0);
    assert_near(row.committed, 1.0);
    assert_near(row.both_futures, 1.0);
    assert_near(row.left_share.unwrap(), 0.5);
    assert_near(row.kl, kl_from_even(0.5, 0.5));
    assert!(row.kl.abs() < 0.01);
    // Of 16 · 15 / 2 pairs, 8 · 8 are of different futures.
    assert_near(row.diversity, 64.0 / 120.0);
    assert_near(row.sharpness, 1.0);
    assert_near(row.sharpness_difference, 100.0);
    assert_near(row.psnr_nearest, 100.0);
    assert_near(row.psnr_best16, 100.0);
    assert_near(row.ssim_nearest, 1.0);
    assert_near(row.ssim_best16, 1.0);
    // Half of the samples are wrong by the whole distance.
    assert_near(row.psnr_realised, psnr(spread() / 2.0));
}

#[test]
fn the_exact_average() {
    let average = ExactAverage { left_odds: 0.5 };
    let row = row(&average, 0.5);
    assert_near(row.nearness_median, 0.5);
    assert_near(row.committed, 0.0);
    assert_near(row.both_futures, 0.0);
    assert_eq!(row.left_share, None);
    assert_near(row.kl, kl_from_even(0.0, 0.0));
    assert_near(row.diversity, 0.0);
    assert!(row.sharpness < 0.8, "{}", row.sharpness);
    // The lesson: against what happened, the blur is 3 dB better than a perfect sampler.
    assert_near(row.psnr_realised, psnr(spread() / 4.0));
    let sampler = constructed(|question, sample| if sample % 2 == 0 { left(question) } else { right(question) });
    assert!((row.psnr_realised - sampler.psnr_realised - 3.0103).abs() < 1e-3);
}

#[test]
fn an_average_by_lopsided_odds_lies_nearer_to_the_likelier_turn() {
    let row = row(&ExactAverage { left_odds: 0.75 }, 0.75);
    // A quarter of the way from left to right; rounding to 8 bit moves it a little.
    assert!((row.nearness_median - 0.25).abs() < 0.01, "{}", row.nearness_median);
}

#[test]
fn a_collapsed_model_always_turns_left() {
    let row = constructed(|question, _| left(question));
    assert_near(row.nearness_median, 0.0);
    assert_near(row.committed, 1.0);
    assert_near(row.both_futures, 0.0);
    assert_near(row.left_share.unwrap(), 1.0);
    assert_near(row.kl, kl_from_even(1.0, 0.0));
    assert!(row.kl > 2.0, "{}", row.kl);
    assert_near(row.diversity, 0.0);
    assert_near(row.sharpness, 1.0);
    // The agents turned right at every other corner.
    let missed = (0..CORNERS).map(question).filter(|question| !question.went_left);
    let error = missed.map(|question| rms(&left(&question), &right(&question)).powi(2)).sum::<f64>();
    assert_near(row.psnr_best16, psnr(error / CORNERS as f64));
}

#[test]
fn noise_commits_to_nothing() {
    let row = constructed(|question, sample| {
        let mut rng = Rng::seed_from_u64(1000 + question.place.0 * 100 + sample as u64);
        (0..SIDE * SIDE * 3).map(|_| rng.random()).collect()
    });
    assert!(row.nearness_median > 0.5, "{}", row.nearness_median);
    assert_near(row.committed, 0.0);
    assert_near(row.both_futures, 0.0);
    assert_eq!(row.left_share, None);
    assert!(row.sharpness > 1.5, "{}", row.sharpness);
    assert!(row.diversity > 1.0, "{}", row.diversity);
    assert_near(row.kl, kl_from_even(0.0, 0.0));
}

#[test]
fn copying_the_last_frame_is_sharp_and_wrong() {
    let row = row(&CopyLast, 0.5);
    assert!(row.nearness_median > 0.5, "{}", row.nearness_median);
    assert_near(row.committed, 0.0);
    assert_near(row.diversity, 0.0);
}

#[test]
fn the_simulator_turns_by_the_odds() {
    let even = row(&Simulator { left_odds: 0.5 }, 0.5);
    assert_near(even.nearness_median, 0.0);
    assert_near(even.committed, 1.0);
    assert_near(even.both_futures, 1.0);
    assert!(even.kl < 0.05, "{}", even.kl);
    let lopsided = row(&Simulator { left_odds: 0.8 }, 0.8);
    assert!((lopsided.left_share.unwrap() - 0.8).abs() < 0.1, "{:?}", lopsided.left_share);
    // Turning evenly in a lopsided world is found out.
    let wrong = row(&Simulator { left_odds: 0.5 }, 0.8);
    assert!(wrong.kl > lopsided.kl + 0.1, "{} against {}", wrong.kl, lopsided.kl);
}

#[test]
fn corners_whose_futures_hardly_differ_are_skipped_and_counted() {
    let mut questions: Vec<Question> = (0..3).map(question).collect();
    questions[1].futures.right = questions[1].futures.left.clone();
    let report = judge(&[&CopyLast], &questions, 0.5, 2, 1, |_| {});
    assert_eq!((report.corners, report.skipped), (2, 1));
    assert!(table(&report).contains("2 corners of mazes never trained on; 1 skipped"));
}

#[test]
fn nearness_and_margin_of_one_sample() {
    let (left, right) = ([100, 100, 100], [120, 120, 120]);
    let pick = verdict(&left, &left, &right);
    assert_eq!((pick.nearness, pick.margin, pick.is_left, pick.is_committed()), (0.0, 1.0, true, true));
    let other = verdict(&right, &left, &right);
    assert_eq!((other.nearness, other.margin, other.is_left, other.is_committed()), (0.0, 1.0, false, true));
    let ghost = verdict(&[110, 110, 110], &left, &right);
    assert_eq!((ghost.nearness, ghost.margin, ghost.is_committed()), (0.5, 0.0, false));
    // A fifth of the way is committed, a quarter no longer.
    assert!(verdict(&[104, 104, 104], &left, &right).is_committed());
    assert!(!verdict(&[105, 105, 105], &left, &right).is_committed());
    let beyond = verdict(&[160, 160, 160], &left, &right);
    assert_eq!((beyond.nearness, beyond.margin, beyond.is_left), (2.0, 1.0, false));
}

#[test]
fn psnr_of_known_errors() {
    // 20 log10(255)
    assert!((psnr(1.0) - 48.130_804).abs() < 1e-5);
    assert_eq!(psnr(255.0 * 255.0), 0.0);
    assert_eq!(psnr(0.0), 100.0);
    assert_eq!(rms(&[0, 0, 0], &[3, 0, 0]), 3.0_f64.sqrt());
}

/// A picture that can be made again in another language.
fn pattern(k: u32) -> Vec<u8> {
    let level = |x: u32, y: u32, c: u32| ((x * x * k + y * 7 * (c + 1) + x * y * 3) % 256) as u8;
    Frame::from_fn(SIDE, SIDE, |x, y| image::Rgb([0, 1, 2].map(|c| level(x, y, c)))).into_raw()
}

#[test]
fn ssim_is_that_of_scikit_image() {
    // skimage.metrics.structural_similarity(a, b, data_range=255, gaussian_weights=True, sigma=1.5,
    // use_sample_covariance=False) of scikit-image 0.26 over 0.299 R + 0.587 G + 0.114 B.
    let width = SIDE as usize;
    for (a, b, expected) in [(1, 1, 1.0), (1, 2, -0.000_766_977_5), (2, 5, -0.013_297_073_8)] {
        let found = ssim(&pattern(a), &pattern(b), width);
        assert!((found - expected).abs() < 1e-6, "{a}, {b}: {found}");
    }
    let dull: Vec<u8> = pattern(1).iter().map(|&level| (u32::from(level) * 3 / 4 + 20) as u8).collect();
    let found = ssim(&pattern(1), &dull, width);
    assert!((found - 0.955_805_986_7).abs() < 1e-6, "{found}");
}

#[test]
fn sharpness_counts_steps_between_neighbours() {
    let grey = |levels: [u8; 4]| levels.map(|level| [level; 3]).concat();
    // Two by two pixels: two steps across of 10, two down of 4.
    assert_eq!(sharpness(&grey([0, 10, 4, 14]), 2), 7.0);
    assert_eq!(sharpness(&grey([9, 9, 9, 9]), 2), 0.0);
    // Only the last pixel has a neighbour above and one to the left: |14 - 10| + |14 - 4| = 14 against 0.
    let difference = sharpness_difference(&grey([0, 10, 4, 14]), &grey([9, 9, 9, 9]), 2);
    assert_near(difference, 10.0 * (255.0_f64 * 255.0 / 14.0).log10());
    assert_eq!(sharpness_difference(&grey([1, 2, 3, 4]), &grey([1, 2, 3, 4]), 2), 100.0);
}

#[test]
fn density_and_coverage_tell_the_real_from_the_far_and_the_collapsed() {
    let real: Vec<_> = (0..40).map(|seed| feature(&picture(seed), SIDE as usize)).collect();
    // A ball reaches to the fifth neighbour: with its own centre, six of the real frames lie in it.
    let (density, coverage) = density_and_coverage(&real, &real);
    assert_near(density, 6.0 / 5.0);
    assert_near(coverage, 1.0);
    let far: Vec<_> = real.iter().map(|feature| feature.iter().map(|value| value + 1000.0).collect()).collect();
    assert_eq!(density_and_coverage(&real, &far), (0.0, 0.0));
    let collapsed = vec![real[0].clone(); 40];
    let (_, coverage) = density_and_coverage(&real, &collapsed);
    assert!(coverage > 0.0 && coverage < 0.6, "{coverage}");
    assert_eq!(density_and_coverage(&real, &[]), (0.0, 0.0));
}

#[test]
fn corners_that_coarse_pictures_cannot_tell_apart_leave_every_figure_finite() {
    let one_colour = Coarse { columns: 1, rows: 1, palette: vec![[0; 3]] };
    let row = row(&Constructed(|question, _| vec![0; left(question).len()], Some(one_colour)), 0.5);
    assert!(row.nearness_median.is_finite() && row.diversity.is_finite(), "{row:?}");
}
