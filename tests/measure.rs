//! The judgement, on samples whose figures are known beforehand.

use crossroads::agent::Action;
use crossroads::camera::{Chooser, Frame, Frames, Future, Futures};
use crossroads::maze::{Corner, Heading};
use crossroads::measure::{
    Report, Row, Truth, density_and_coverage, feature, judge, psnr, rms, sharpness, sharpness_difference,
    spread as spread_of, ssim, table,
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

/// One of several futures, whose first frame is `picture`.
fn future(name: &str, odds: f64, action: Action, picture: Frame) -> Future {
    let frames = Frames::collect((SIDE, SIDE), [picture.into_raw()]);
    Future { name: name.into(), odds, action, picks: Vec::new(), frames, curve: Frames::new((SIDE, SIDE)) }
}

/// A corner whose futures have nothing to do with each other.
fn question_with(index: usize, left_odds: f64) -> Question {
    let seed = 3 * index as u64;
    let all = vec![
        future("left", left_odds, Action::Left, picture(seed + 1)),
        future("right", 1.0 - left_odds, Action::Right, picture(seed + 2)),
    ];
    let happened = index % 2;
    let place = (index as u64, Corner { x: 1, y: 1, heading: Heading::North });
    Question {
        next: all[happened].frames.clone(),
        futures: Futures { all, choosers: Vec::new() },
        ..Question::new(
            Frames::collect((SIDE, SIDE), [picture(seed).into_raw()]),
            [Action::Left, Action::Right][happened],
            place,
        )
    }
}

fn question(index: usize) -> Question {
    question_with(index, 0.5)
}

fn left(question: &Question) -> Vec<u8> {
    question.futures.all[0].frames[0].to_vec()
}

fn right(question: &Question) -> Vec<u8> {
    question.futures.all[1].frames[0].to_vec()
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

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Frames> {
        let answers =
            |question: &Question| (0..sampling.samples).map(|sample| self.0(question, sample)).collect::<Vec<_>>();
        questions.iter().map(|question| Frames::collect((SIDE, SIDE), answers(question))).collect()
    }

    fn coarse(&self) -> Option<Coarse> {
        self.1.clone()
    }
}

fn report(predictor: &dyn Predictor, left_odds: f64) -> Report {
    let questions: Vec<Question> = (0..CORNERS).map(|index| question_with(index, left_odds)).collect();
    judge(&[predictor], &questions, SAMPLES, 1, |_| {})
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
    assert_near(row.all_found, 1.0);
    assert_near(row.left_share.unwrap(), 0.5);
    assert_near(row.kl, kl_from_even(0.5, 0.5));
    assert!(row.kl.abs() < 0.01);
    // Of 16 · 15 / 2 pairs, 8 · 8 are of different futures.
    assert_near(row.diversity.unwrap(), 64.0 / 120.0);
    assert_near(row.mean_error, 0.0);
    assert_near(row.sharpness, 1.0);
    assert_near(row.sharpness_difference, 100.0);
    assert_near(row.psnr_nearest, 100.0);
    assert_near(row.best.psnr, 100.0);
    assert_near(row.ssim_nearest, 1.0);
    assert_near(row.best.ssim, 1.0);
    // Half of the samples are wrong by the whole distance.
    assert_near(row.psnr_realised, psnr(spread() / 2.0));
}

#[test]
fn the_exact_average() {
    let row = row(&ExactAverage, 0.5);
    assert_near(row.nearness_median, 0.5);
    assert_near(row.committed, 0.0);
    assert_near(row.all_found, 0.0);
    assert_eq!(row.left_share, None);
    assert_near(row.kl, kl_from_even(0.0, 0.0));
    assert_near(row.diversity.unwrap(), 0.0);
    assert_near(row.mean_error, 0.0);
    assert!(row.sharpness < 0.8, "{}", row.sharpness);
    // The lesson: against what happened, the blur is 3 dB better than a perfect sampler.
    assert_near(row.psnr_realised, psnr(spread() / 4.0));
    let sampler = constructed(|question, sample| if sample % 2 == 0 { left(question) } else { right(question) });
    assert!((row.psnr_realised - sampler.psnr_realised - 3.0103).abs() < 1e-3);
}

#[test]
fn an_average_by_lopsided_odds_lies_nearer_to_the_likelier_turn() {
    let row = row(&ExactAverage, 0.75);
    // A quarter of the way from left to right; rounding to 8 bit moves it a little.
    assert!((row.nearness_median - 0.25).abs() < 0.01, "{}", row.nearness_median);
    assert_near(row.mean_error, 0.0);
}

#[test]
fn a_collapsed_model_always_turns_left() {
    let row = constructed(|question, _| left(question));
    assert_near(row.nearness_median, 0.0);
    assert_near(row.committed, 1.0);
    assert_near(row.all_found, 0.0);
    assert_near(row.left_share.unwrap(), 1.0);
    assert_near(row.kl, kl_from_even(1.0, 0.0));
    assert!(row.kl > 2.0, "{}", row.kl);
    assert_near(row.diversity.unwrap(), 0.0);
    // Half the way from one turn to the other; rounding to 8 bit moves it a little.
    assert!((row.mean_error - 0.5).abs() < 0.01, "{}", row.mean_error);
    assert_near(row.sharpness, 1.0);
    // The agents turned right at every other corner.
    let missed = (0..CORNERS).map(question).filter(|question| question.action == Action::Right);
    let error = missed.map(|question| rms(&left(&question), &right(&question)).powi(2)).sum::<f64>();
    assert_near(row.best.psnr, psnr(error / CORNERS as f64));
}

#[test]
fn noise_commits_to_nothing() {
    let row = constructed(|question, sample| {
        let mut rng = Rng::seed_from_u64(1000 + question.place.0 * 100 + sample as u64);
        (0..SIDE * SIDE * 3).map(|_| rng.random()).collect()
    });
    assert!(row.nearness_median > 0.5, "{}", row.nearness_median);
    assert_near(row.committed, 0.0);
    assert_near(row.all_found, 0.0);
    assert_eq!(row.left_share, None);
    assert!(row.sharpness > 1.5, "{}", row.sharpness);
    assert!(row.diversity.unwrap() > 1.0, "{:?}", row.diversity);
    assert_near(row.kl, kl_from_even(0.0, 0.0));
}

#[test]
fn copying_the_last_frame_is_sharp_and_wrong() {
    let row = row(&CopyLast, 0.5);
    assert!(row.nearness_median > 0.5, "{}", row.nearness_median);
    assert_near(row.committed, 0.0);
    assert_near(row.diversity.unwrap(), 0.0);
}

#[test]
fn the_simulator_turns_by_the_odds() {
    let even = row(&Simulator, 0.5);
    assert_near(even.nearness_median, 0.0);
    assert_near(even.committed, 1.0);
    assert_near(even.all_found, 1.0);
    assert!(even.kl < 0.05, "{}", even.kl);
    let lopsided = row(&Simulator, 0.8);
    assert!((lopsided.left_share.unwrap() - 0.8).abs() < 0.1, "{:?}", lopsided.left_share);
    // Turning evenly in a lopsided world is found out.
    let wrong =
        row(&Constructed(|question, sample| if sample % 2 == 0 { left(question) } else { right(question) }, None), 0.8);
    assert!(wrong.kl > lopsided.kl + 0.1, "{} against {}", wrong.kl, lopsided.kl);
}

#[test]
fn corners_whose_futures_hardly_differ_are_skipped_and_counted() {
    let mut questions: Vec<Question> = (0..3).map(question).collect();
    questions[1].futures.all[1].frames = questions[1].futures.all[0].frames.clone();
    let report = judge(&[&CopyLast], &questions, 2, 1, |_| {});
    assert_eq!((report.corners, report.skipped), (2, 1));
    assert!(table(&report).contains("2 corners of mazes never trained on; 1 skipped"));
}

/// Flat frames of a pixel, each one of the futures, all equally likely.
fn levels(levels: &[u8]) -> Futures {
    let future = |&level: &u8| Future {
        name: format!("to {level}"),
        odds: 1.0 / levels.len() as f64,
        action: Action::Left,
        picks: Vec::new(),
        frames: Frames::collect((1, 1), [[level; 3]]),
        curve: Frames::new((1, 1)),
    };
    Futures { all: levels.iter().map(future).collect(), choosers: Vec::new() }
}

#[test]
fn nearness_and_margin_of_one_sample() {
    let futures = levels(&[100, 120]);
    let verdict = |level: u8| Truth::of(&futures).verdict(&[level; 3]);
    let pick = verdict(100);
    assert_eq!((pick.nearness, pick.margin, pick.nearest, pick.is_committed()), (0.0, 1.0, 0, true));
    let other = verdict(120);
    assert_eq!((other.nearness, other.margin, other.nearest, other.pick()), (0.0, 1.0, 1, Some(1)));
    let ghost = verdict(110);
    assert_eq!((ghost.nearness, ghost.margin, ghost.pick()), (0.5, 0.0, None));
    // A fifth of the way is committed, a quarter no longer.
    assert!(verdict(104).is_committed());
    assert!(!verdict(105).is_committed());
    let beyond = verdict(160);
    assert_eq!((beyond.nearness, beyond.margin, beyond.nearest), (2.0, 1.0, 1));
}

#[test]
fn of_many_futures_the_nearest_counts_over_their_mean_distance() {
    let three = levels(&[100, 110, 130]);
    // Pairs are 10, 20 and 30 apart.
    assert_near(spread_of(&three), 20.0);
    let verdict = Truth::of(&three).verdict(&[112; 3]);
    assert_eq!(verdict.nearest, 1);
    assert_near(verdict.nearness, 0.1);
    assert_near(verdict.margin, 0.5);
    let mut weighted = levels(&[100, 110, 130]);
    weighted.all.iter_mut().zip([0.5, 0.25, 0.25]).for_each(|(future, odds)| future.odds = odds);
    // (1/8 · 10 + 1/8 · 30 + 1/16 · 20) / (5/16)
    assert_near(spread_of(&weighted), 20.0);
    weighted.all.iter_mut().zip([0.8, 0.1, 0.1]).for_each(|(future, odds)| future.odds = odds);
    assert_near(spread_of(&weighted), (0.08 * 10.0 + 0.08 * 30.0 + 0.01 * 20.0) / 0.17);
    assert_near(spread_of(&levels(&[100])), 0.0);
}

#[test]
fn a_curve_is_as_near_as_its_nearest_point() {
    let mut futures = levels(&[100, 200]);
    futures.all[0].curve = Frames::collect((1, 1), [[90; 3], [100; 3], [110; 3]]);
    let verdict = Truth::of(&futures).verdict(&[111; 3]);
    assert_eq!((verdict.nearest, verdict.along), (0, 1.0));
    assert_near(verdict.nearness, 0.01);
    assert_eq!(Truth::of(&futures).nearest_frame(&verdict), [110; 3]);
}

#[test]
fn who_choose_at_once_are_judged_each_in_its_own_region() {
    // Two pixels side by side: each belongs to one who chooses between 100 and 120.
    let mut futures = Futures::default();
    for picks in [[0, 0], [0, 1], [1, 0], [1, 1]] {
        let pixels = picks.map(|pick| [100 + 20 * pick as u8; 3]).concat();
        futures.all.push(Future {
            name: format!("{picks:?}"),
            odds: 0.25,
            action: Action::Left,
            picks: picks.to_vec(),
            frames: Frames::collect((2, 1), [pixels]),
            curve: Frames::new((2, 1)),
        });
    }
    futures.choosers = [0, 1]
        .map(|number| Chooser {
            name: format!("creature {number}"),
            options: vec!["left".into(), "right".into()],
            region: (number, 0, 1, 1),
        })
        .into();
    let truth = Truth::of(&futures);
    let [one, other] = truth.choosers(&[100, 100, 100, 110, 110, 110])[..] else { panic!("two choose") };
    assert_eq!((one.option, one.nearness, one.is_committed()), (0, 0.0, true));
    assert_eq!((other.nearness, other.is_committed()), (0.5, false), "in between");
    let [one, other] = truth.choosers(&[121, 121, 121, 99, 99, 99])[..] else { panic!("two choose") };
    assert_eq!((one.option, other.option), (1, 0));
}

/// Corners with so many futures that have nothing to do with each other, by odds that grow with their number.
fn question_of_many(index: usize, count: usize) -> Question {
    let total = (count * (count + 1) / 2) as f64;
    let picture = |number: usize| picture(1000 * (1 + index) as u64 + number as u64);
    let all: Vec<Future> = (0..count)
        .map(|number| {
            let action = Action::ALL[number % 3];
            future(&format!("way {number}"), (number + 1) as f64 / total, action, picture(number))
        })
        .collect();
    let seen = Frames::collect((SIDE, SIDE), [picture(count).into_raw()]);
    let place = (index as u64, Corner { x: 1, y: 1, heading: Heading::North });
    let next = all[index % count].frames.clone();
    Question { next, futures: Futures { all, choosers: Vec::new() }, ..Question::new(seen, Action::Left, place) }
}

fn row_of_many(predictor: &dyn Predictor, count: usize, samples: usize) -> Row {
    let questions: Vec<Question> = (0..CORNERS).map(|index| question_of_many(index, count)).collect();
    judge(&[predictor], &questions, samples, 1, |_| {}).rows.remove(0)
}

#[test]
fn sets_of_futures_are_found_averaged_and_collapsed_onto() {
    let each =
        Constructed(|question, sample| question.futures.all[sample % question.futures.len()].frames[0].to_vec(), None);
    let first = Constructed(|question, _| question.futures.all[0].frames[0].to_vec(), None);
    let none = Constructed(|question, _| question.context[0].to_vec(), None);
    for count in [2, 3, 16] {
        let samples = 4 * count;
        let perfect = row_of_many(&each, count, samples);
        assert_eq!((perfect.committed, perfect.found, perfect.all_found), (1.0, 1.0, 1.0), "{count}");
        assert_near(perfect.nearness_median, 0.0);
        let collapsed = row_of_many(&first, count, samples);
        assert_eq!((collapsed.committed, collapsed.all_found), (1.0, 0.0), "{count}");
        assert_near(collapsed.found, 1.0 / count as f64);
        assert_eq!(collapsed.shares[0].share, 1.0);
        assert!(collapsed.kl > perfect.kl + 0.5, "{count}: {} against {}", collapsed.kl, perfect.kl);
        let missed = row_of_many(&none, count, samples);
        assert_eq!((missed.committed, missed.found, missed.all_found), (0.0, 0.0, 0.0), "{count}");
        assert!(missed.shares.is_empty() && missed.kl > collapsed.kl, "{count}");
        let average = row_of_many(&ExactAverage, count, samples);
        assert_eq!((average.committed, average.found, average.diversity), (0.0, 0.0, Some(0.0)), "{count}");
        let simulator = row_of_many(&Simulator, count, 40 * count);
        assert_eq!((simulator.committed, simulator.nearness_median), (1.0, 0.0), "{count}");
        assert!(simulator.kl < 0.05, "{count}: {}", simulator.kl);
        for share in &simulator.shares {
            let bound = 4.0 * (share.odds * (1.0 - share.odds) / (CORNERS * 40 * count) as f64).sqrt();
            assert!((share.share - share.odds).abs() < bound.max(0.01), "{count}: {share:?}");
        }
    }
    let alone = judge(&[&first], &[question_of_many(0, 1)], 4, 1, |_| {});
    assert_eq!((alone.corners, alone.skipped), (0, 1), "one future is nothing to pick from");
}

#[test]
fn the_chance_level_is_the_exact_means_nearness() {
    let questions: Vec<Question> = (0..CORNERS).map(question).collect();
    let report = judge(&[&ExactAverage], &questions, 1, 1, |_| {});
    assert_eq!(report.chance, report.rows[0].nearness_median);
    let many: Vec<Question> = (0..CORNERS).map(|index| question_of_many(index, 16)).collect();
    let report = judge(&[&ExactAverage], &many, 1, 1, |_| {});
    assert!(report.chance > 0.55 && report.chance < 0.75, "of many the mean is far from each: {}", report.chance);
}

#[test]
fn samples_along_a_curve_are_as_wide_as_they_are() {
    let curved = |index: usize| {
        let mut question = question(index);
        let shaded = |frame: &[u8], by: u8| frame.iter().map(|level| level + by).collect::<Vec<u8>>();
        for future in &mut question.futures.all {
            let frame = future.frames[0].to_vec();
            future.curve = Frames::collect((SIDE, SIDE), (0..21).map(|step| shaded(&frame, step)));
        }
        question
    };
    let questions: Vec<Question> = (0..CORNERS).map(curved).collect();
    let spread =
        |predictor: &dyn Predictor| judge(&[predictor], &questions, 210, 1, |_| {}).rows[0].curve_spread.unwrap();
    let even = Constructed(|question, sample| question.futures.all[0].curve[sample % 21].to_vec(), None);
    let middle = Constructed(|question, _| question.futures.all[0].curve[10].to_vec(), None);
    assert!((spread(&even) - 1.0).abs() < 0.01, "{}", spread(&even));
    assert!((spread(&Simulator) - 1.0).abs() < 0.05, "{}", spread(&Simulator));
    assert_near(spread(&middle), 0.0);
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
    let one_colour = Coarse { side: 512, palette: vec![[0; 3]] };
    let row = row(&Constructed(|question, _| vec![0; left(question).len()], Some(one_colour)), 0.5);
    assert!(row.nearness_median.is_finite() && row.diversity.unwrap().is_finite(), "{row:?}");
}
