//! Figures by name, and their mean and spread over seeds.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::measure::Row;

/// Figures by the names that they have in a [`Row`]; those that a row has none of are absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// All figures of a row that are single numbers.
    ///
    /// # Errors
    /// If a row is no longer a record, which no input can bring about.
    pub fn of(row: &Row) -> Result<Self, serde_json::Error> {
        let fields: BTreeMap<String, serde_json::Value> = serde_json::from_value(serde_json::to_value(row)?)?;
        Ok(fields.into_iter().filter_map(|(name, value)| Some((name, value.as_f64()?))).collect())
    }

    /// A figure by its name; where a number of samples follows in the name, such as in `psnr_best16`, without that.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|(key, _)| is_figure(key, name)).map(|(_, value)| *value)
    }

    /// The mean of each figure over those that have it.
    pub fn mean(all: &[&Self]) -> Self {
        Self::each(all, |values| Some(values.iter().sum::<f64>() / values.len() as f64))
    }

    /// The sample standard deviation (n − 1) of each figure over those that have it: none of a single one.
    pub fn deviation(all: &[&Self]) -> Self {
        Self::each(all, |values| {
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            (values.len() > 1).then(|| (squares / (count - 1.0)).sqrt())
        })
    }

    fn each(all: &[&Self], figure: impl Fn(&[f64]) -> Option<f64>) -> Self {
        let names = all.iter().flat_map(|figures| figures.0.keys());
        let values = |name: &String| all.iter().filter_map(|figures| figures.get(name)).collect::<Vec<_>>();
        names.filter_map(|name| Some((name.clone(), figure(&values(name))?))).collect()
    }
}

/// Whether a key is that of a figure: its name, or that with a number of samples after it.
pub(super) fn is_figure(key: &str, name: &str) -> bool {
    key.strip_prefix(name).is_some_and(|samples| samples.bytes().all(|digit| digit.is_ascii_digit()))
}

impl FromIterator<(String, f64)> for Figures {
    fn from_iter<I: IntoIterator<Item = (String, f64)>>(figures: I) -> Self {
        Self(figures.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::figures;

    #[test]
    fn mean_and_deviation_are_over_those_that_have_a_figure() {
        let seeds = [figures(&[("committed", 0.5)]), figures(&[("committed", 0.9), ("left_share", 0.25)])];
        let seeds: Vec<&Figures> = seeds.iter().collect();
        let (mean, deviation) = (Figures::mean(&seeds), Figures::deviation(&seeds));
        assert!((mean.get("committed").unwrap() - 0.7).abs() < 1e-12);
        assert_eq!(mean.get("left_share"), Some(0.25));
        // ±0.2 about the mean: √(0.08 / 1).
        assert!((deviation.get("committed").unwrap() - 0.08_f64.sqrt()).abs() < 1e-12);
        assert_eq!(deviation.get("left_share"), None, "one seed has no spread");
    }

    #[test]
    fn a_row_gives_all_its_numbers() {
        let report = crate::measure::judge(&[&crate::predict::Simulator], &[], 1, 1, |_| {});
        let figures = Figures::of(&report.rows[0]).unwrap();
        assert_eq!(figures.get("committed"), Some(0.0));
        assert_eq!((figures.get("psnr_best"), figures.get("diversity")), (figures.get("psnr_best1"), None));
        assert!(figures.get("ssim_best1").is_some() && figures.get("ssim_best16").is_none(), "{figures:?}");
        assert_eq!((figures.get("name"), figures.get("left_share")), (None, None), "no number, and none there");
    }
}
