//! Measured runs for tests.

use super::{About, Figures, Group, MeasuredRun, ReportData};

pub(super) fn figures(figures: &[(&str, f64)]) -> Figures {
    figures.iter().map(|&(name, value)| (name.to_owned(), value)).collect()
}

/// A run of 100 steps that committed so often.
pub(super) fn run(name: &str, seed: u64, committed: f64) -> MeasuredRun {
    MeasuredRun {
        name: name.into(),
        run: format!("all/{name}-seed{seed}"),
        recipe: name.into(),
        seed,
        steps: 100,
        planned_steps: 100,
        seconds: Some(2.0),
        step_ms: Some(20.0),
        sample_ms: 4.0,
        parameters: [("generator".to_owned(), 1000)].into(),
        diverged: None,
        timeline: Vec::new(),
        figures: figures(&[("committed", committed), ("nearness_median", 0.3), ("diversity", 0.2)]),
    }
}

/// A report of these runs, without baselines and corners.
pub(super) fn data(runs: Vec<MeasuredRun>) -> ReportData {
    ReportData {
        about: About {
            data: "data".into(),
            scene: "brick".into(),
            frame_size: (2, 1),
            left_odds: 0.5,
            corners: 183,
            skipped: 2,
            left_out: 0,
            samples: 16,
            seed: 1,
            timeline: (48, 8),
        },
        groups: Group::all(runs),
        baselines: Vec::new(),
        corners: Vec::new(),
    }
}
