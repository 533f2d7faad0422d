//! Whether samples pick futures as often as the futures happen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::camera::Futures;

/// How often the samples of one corner picked each of its futures.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// The futures' names, in their order.
    pub names: Vec<String>,
    /// Their odds.
    pub odds: Vec<f64>,
    /// Samples that picked each.
    pub counts: Vec<usize>,
    /// Samples in all, also those that picked none.
    pub samples: usize,
}

impl Tally {
    /// Of what each sample picked: the number of a future, or none.
    pub fn of(futures: &Futures, picks: impl Iterator<Item = Option<usize>>) -> Self {
        let names = futures.iter().map(|future| future.name.clone()).collect();
        let mut tally = Self { names, odds: futures.odds(), counts: vec![0; futures.len()], samples: 0 };
        for pick in picks {
            tally.samples += 1;
            if let Some(pick) = pick {
                tally.counts[pick] += 1;
            }
        }
        tally
    }

    /// Futures that some sample picked.
    pub fn found(&self) -> usize {
        self.counts.iter().filter(|&&count| count > 0).count()
    }

    fn picked(&self) -> usize {
        self.counts.iter().sum()
    }
}

/// How often one future was picked, over all corners that have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The future.
    pub name: String,
    /// Its odds, a mean over those corners.
    pub odds: f64,
    /// Share of the committed samples there that picked it, 0 to 1.
    pub share: f64,
    /// Standard error of that share: samples of one corner are not independent, corners are.
    pub error: f64,
}

/// The share of each future among committed samples, by name.
pub fn shares(tallies: &[Tally]) -> Vec<Share> {
    let mut by_name: BTreeMap<&str, Vec<(f64, usize, usize)>> = BTreeMap::new();
    let mut order = Vec::new();
    for tally in tallies {
        for ((name, &odds), &count) in tally.names.iter().zip(&tally.odds).zip(&tally.counts) {
            if !by_name.contains_key(name.as_str()) {
                order.push(name.as_str());
            }
            by_name.entry(name).or_default().push((odds, count, tally.picked()));
        }
    }
    let share = |name: &str| {
        let corners = by_name.get(name)?;
        let total: usize = corners.iter().map(|(_, _, picked)| picked).sum();
        if total == 0 {
            return None;
        }
        let odds = corners.iter().map(|(odds, _, _)| odds).sum::<f64>() / corners.len() as f64;
        let share = corners.iter().map(|(_, count, _)| *count as f64).sum::<f64>() / total as f64;
        // Of a ratio of sums over independent corners, by linearisation.
        let squares: f64 =
            corners.iter().map(|&(_, count, picked)| (count as f64 - share * picked as f64).powi(2)).sum();
        let count = corners.len() as f64;
        let error = if count > 1.0 { (squares * count / (count - 1.0)).sqrt() / total as f64 } else { 0.0 };
        Some(Share { name: name.to_owned(), odds, share, error })
    };
    order.into_iter().filter_map(share).collect()
}

/// Σ p ln(p / q) in nats over the futures and "neither", which has p = 0 and adds nothing; q = (count + ½) / (samples +
/// (futures + 1) / 2). Corners with the same futures at the same odds are counted together; of several such kinds of
/// corner it is the mean, weighted by their samples.
pub fn kl(tallies: &[Tally]) -> f64 {
    let mut kinds: Vec<Tally> = Vec::new();
    for tally in tallies {
        match kinds.iter_mut().find(|kind| kind.names == tally.names && kind.odds == tally.odds) {
            Some(kind) => {
                kind.samples += tally.samples;
                kind.counts.iter_mut().zip(&tally.counts).for_each(|(sum, count)| *sum += count);
            }
            None => kinds.push(tally.clone()),
        }
    }
    let total: usize = kinds.iter().map(|kind| kind.samples).sum();
    let divergence = |kind: &Tally| {
        let all = kind.samples as f64 + (kind.counts.len() + 1) as f64 / 2.0;
        let share = |count: usize| (count as f64 + 0.5) / all;
        let term = |(&p, &count): (&f64, &usize)| if p > 0.0 { p * (p / share(count)).ln() } else { 0.0 };
        kind.odds.iter().zip(&kind.counts).map(term).sum::<f64>()
    };
    match &kinds[..] {
        [] => 0.0,
        [only] => divergence(only),
        many => many.iter().map(|kind| kind.samples as f64 * divergence(kind)).sum::<f64>() / total.max(1) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(odds: &[f64], counts: &[usize], neither: usize) -> Tally {
        let names = (0..odds.len()).map(|index| format!("future {index}")).collect();
        let samples = counts.iter().sum::<usize>() + neither;
        Tally { names, odds: odds.to_vec(), counts: counts.to_vec(), samples }
    }

    #[test]
    fn the_divergence_is_that_of_the_formula_and_of_kinds_their_mean() {
        let even = tally(&[0.5, 0.5], &[8, 8], 0);
        // ln(½ · 17.5 / 8.5)
        assert!((kl(std::slice::from_ref(&even)) - (0.5 * 17.5 / 8.5_f64).ln()).abs() < 1e-12);
        assert_eq!(kl(&[even.clone(), even.clone()]), kl(&[tally(&[0.5, 0.5], &[16, 16], 0)]), "counted together");
        let one_sided = tally(&[0.2, 0.3, 0.5], &[0, 0, 16], 0);
        let neither = tally(&[0.2, 0.3, 0.5], &[0, 0, 0], 16);
        assert!(kl(std::slice::from_ref(&one_sided)) > 0.5);
        assert!(kl(&[neither]) > kl(std::slice::from_ref(&one_sided)));
        let both = kl(&[even.clone(), one_sided.clone()]);
        assert!((both - (kl(&[even]) + kl(&[one_sided])) / 2.0).abs() < 1e-12, "weighted by samples");
    }

    #[test]
    fn shares_are_of_what_was_picked_and_err_by_corners() {
        let corners = [tally(&[0.8, 0.2], &[16, 0], 0), tally(&[0.8, 0.2], &[8, 4], 4)];
        let found = shares(&corners);
        assert_eq!((found[0].share, found[1].share), (24.0 / 28.0, 4.0 / 28.0));
        assert_eq!(found[0].odds, 0.8);
        // Residuals 16 − 16 · 24/28 and 8 − 12 · 24/28, over 28, with n / (n − 1) = 2.
        let residual: f64 = 16.0 * 4.0 / 28.0;
        assert!((found[0].error - (2.0 * 2.0 * residual * residual).sqrt() / 28.0).abs() < 1e-12, "{found:?}");
        assert!(shares(&[tally(&[0.5, 0.5], &[0, 0], 16)]).is_empty(), "nobody picked");
    }
}
