//! The report's figures as JSON.

use serde::Serialize;

use super::{About, Figures, Group, MeasuredRun, ReportData};

/// What is written beside the page.
#[derive(Debug, Serialize)]
pub struct Json<'a> {
    /// Version of the format: 2. In version 1 the figures of the best sample were called `best16`, whatever their number.
    format: u32,
    about: &'a About,
    rows: Vec<JsonRow<'a>>,
    runs: Vec<&'a MeasuredRun>,
}

/// A row of the table.
#[derive(Debug, Serialize)]
struct JsonRow<'a> {
    name: &'a str,
    is_baseline: bool,
    /// Of the trainings; empty for a baseline.
    seeds: Vec<u64>,
    /// Figures by the names that `measure` gives them.
    mean: &'a Figures,
    /// Over seeds; none of a single one.
    deviation: Option<&'a Figures>,
    /// Seeds that diverged, and at which step.
    diverged: Vec<(u64, u64)>,
}

impl<'a> From<&'a ReportData> for Json<'a> {
    fn from(data: &'a ReportData) -> Self {
        let group = |group: &'a Group| JsonRow {
            name: &group.name,
            is_baseline: false,
            seeds: group.runs.iter().map(|run| run.seed).collect(),
            mean: &group.mean,
            deviation: (group.runs.len() > 1).then_some(&group.deviation),
            diverged: group.runs.iter().filter_map(|run| Some((run.seed, run.diverged?))).collect(),
        };
        let baselines = data.baselines.iter().map(|baseline| JsonRow {
            name: &baseline.name,
            is_baseline: true,
            seeds: Vec::new(),
            mean: &baseline.figures,
            deviation: None,
            diverged: Vec::new(),
        });
        Self {
            format: 2,
            about: &data.about,
            rows: data.groups.iter().map(group).chain(baselines).collect(),
            runs: data.groups.iter().flat_map(|group| &group.runs).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{data, run};

    #[test]
    fn rows_have_mean_and_deviation_and_runs_what_they_cost() {
        let mut runs = vec![run("gan", 1, 0.5), run("gan", 2, 0.75), run("vae", 1, 0.1)];
        runs[1].diverged = Some(31);
        let data = data(runs);
        let json = serde_json::to_value(Json::from(&data)).unwrap();
        assert_eq!(json["rows"][0]["mean"]["committed"], 0.625);
        assert_eq!(json["rows"][0]["diverged"], serde_json::json!([[2, 31]]));
        assert!(json["rows"][0]["deviation"]["committed"].is_number() && json["rows"][1]["deviation"].is_null());
        assert_eq!(json["runs"].as_array().unwrap().len(), 3);
        assert_eq!(json["runs"][1]["step_ms"], 20.0);
        assert_eq!(json["runs"][1]["parameters"]["generator"], 1000);
    }
}
