//! Distances between frames, and which future a sample picked.

use super::{COMMITTED, LEAST_SPREAD};
use crate::camera::{Chooser, Future, Futures};

/// Root of the mean squared difference, in grey levels (0 to 255).
///
/// # Panics
/// If the frames have different sizes.
pub fn rms(a: &[u8], b: &[u8]) -> f64 {
    super::squared_error(a, b).sqrt()
}

/// How far futures are from one another, in grey levels: the mean distance of two different ones, weighted by their odds,
/// Σ pᵢ pⱼ d(i, j) / Σ pᵢ pⱼ over i < j. Of two futures that is their distance, whatever their odds. 0 where there are
/// fewer than two.
pub fn spread(futures: &Futures) -> f64 {
    let all = &futures.all;
    let pairs = || (0..all.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let impossible = pairs().all(|(a, b)| all[a].odds * all[b].odds <= 0.0);
    // Where only one is possible, their distances still say what there is to tell apart.
    let weight = |(a, b): (usize, usize)| if impossible { 1.0 } else { all[a].odds * all[b].odds };
    let total: f64 = pairs().map(weight).sum();
    let mut pairs_that_count = pairs().filter(|&pair| weight(pair) > 0.0);
    let distance = |(a, b): (usize, usize)| rms(&all[a].frames[0], &all[b].frames[0]);
    match (pairs_that_count.next(), pairs_that_count.next()) {
        (None, _) => 0.0,
        (Some(only), None) => distance(only),
        _ => pairs().map(|pair| weight(pair) * distance(pair)).sum::<f64>() / total,
    }
}

/// One sample against all true futures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Distance to the nearest future over the futures' [`spread`]: 0 is a perfect pick; of two futures 0.5 is their
    /// exact average; more is off all of them.
    pub nearness: f64,
    /// How much further the second nearest future is than the nearest, over the spread: 0 is undecided; of two futures 1
    /// at most.
    pub margin: f64,
    /// Number of the nearest future.
    pub nearest: usize,
    /// Where on the nearest future's curve it is nearest, 0 to 1 from one end to the other; 0 without a curve.
    pub along: f64,
}

impl Verdict {
    /// Whether it has picked a future.
    pub fn is_committed(&self) -> bool {
        self.nearness < COMMITTED
    }

    /// The future that it has picked, if it has.
    pub fn pick(&self) -> Option<usize> {
        self.is_committed().then_some(self.nearest)
    }
}

/// What one of several who choose at once does in a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChooserVerdict {
    /// Distance to its nearest option over the distance of its options, both within its own region.
    pub nearness: f64,
    /// Number of the nearest option.
    pub option: usize,
}

impl ChooserVerdict {
    /// Whether it has picked an option.
    pub fn is_committed(&self) -> bool {
        self.nearness < COMMITTED
    }
}

/// The futures that samples are held against, and their scale.
#[derive(Debug, Clone)]
pub struct Truth<'a> {
    futures: &'a Futures,
    /// What distances are over: at least [`LEAST_SPREAD`], since coarse futures may coincide where fine ones differ.
    spread: f64,
}

impl<'a> Truth<'a> {
    /// Of a set of at least one future with at least one frame each.
    pub fn of(futures: &'a Futures) -> Self {
        Self { futures, spread: spread(futures).max(LEAST_SPREAD) }
    }

    /// What distances are over, in grey levels.
    pub fn spread(&self) -> f64 {
        self.spread
    }

    /// The futures.
    pub fn futures(&self) -> &'a Futures {
        self.futures
    }

    /// Judges a sample of the futures' size.
    pub fn verdict(&self, sample: &[u8]) -> Verdict {
        let mut nearest = (f64::INFINITY, 0, 0.0);
        let mut second = f64::INFINITY;
        for (index, future) in self.futures.iter().enumerate() {
            let (distance, along) = to_future(sample, future);
            if distance < nearest.0 {
                second = nearest.0;
                nearest = (distance, index, along);
            } else {
                second = second.min(distance);
            }
        }
        let further = if second.is_finite() { second - nearest.0 } else { self.spread };
        let (distance, index, along) = nearest;
        Verdict { nearness: distance / self.spread, margin: further / self.spread, nearest: index, along }
    }

    /// The frame that a judged sample is nearest to.
    pub fn nearest_frame(&self, verdict: &Verdict) -> &'a [u8] {
        let future = &self.futures.all[verdict.nearest];
        let last = future.curve.len().saturating_sub(1);
        future.curve.get((verdict.along * last as f64).round() as usize).unwrap_or(&future.frames[0])
    }

    /// Judges each of those who choose, within its own region of a sample; empty where one alone chooses.
    pub fn choosers(&self, sample: &[u8]) -> Vec<ChooserVerdict> {
        let judged = |(number, chooser): (usize, &Chooser)| {
            let options: Vec<&[u8]> = (0..chooser.options.len())
                .filter_map(|option| {
                    let future = self.futures.iter().find(|future| future.picks.get(number) == Some(&option))?;
                    Some(&future.frames[0])
                })
                .collect();
            let width = self.futures.all[0].frames.size().0;
            let distance = |a: &[u8], b: &[u8]| rms_within(a, b, width, chooser.region);
            let pairs = || (0..options.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
            let apart =
                pairs().map(|(a, b)| distance(options[a], options[b])).sum::<f64>() / pairs().count().max(1) as f64;
            let to = |option: usize| distance(sample, options[option]);
            let option = (0..options.len()).reduce(|best, next| if to(next) < to(best) { next } else { best });
            let option = option.unwrap_or(0);
            ChooserVerdict { nearness: to(option) / apart.max(LEAST_SPREAD), option }
        };
        self.futures.choosers.iter().enumerate().map(judged).collect()
    }
}

/// Distance to a future, or to the nearest point of its curve, and where on the curve that is.
fn to_future(sample: &[u8], future: &Future) -> (f64, f64) {
    let last = future.curve.len().saturating_sub(1).max(1) as f64;
    let at = |(index, frame): (usize, &[u8])| (rms(sample, frame), index as f64 / last);
    future.next().enumerate().map(at).fold((f64::INFINITY, 0.0), |best, next| if next.0 < best.0 { next } else { best })
}

/// [`rms`] over a part of frames of a width: left, top, width and height in pixels.
fn rms_within(a: &[u8], b: &[u8], width: u32, (left, top, across, down): (u32, u32, u32, u32)) -> f64 {
    let row = |y: u32| ((y * width + left) * 3) as usize..((y * width + left + across) * 3) as usize;
    let squared = |y: u32| -> u64 {
        let pairs = a[row(y)].iter().zip(&b[row(y)]);
        pairs.map(|(&a, &b)| u64::from(a.abs_diff(b)).pow(2)).sum()
    };
    let sum: u64 = (top..top + down).map(squared).sum();
    (sum as f64 / f64::from((across * down * 3).max(1))).sqrt()
}
