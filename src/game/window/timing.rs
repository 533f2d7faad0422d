//! How fast the window's app is without a renderer: what the game itself costs, and how fresh predictions are.

use std::time::{Duration, Instant};

use bevy::input::ButtonState;
use bevy::prelude::*;
use serde::Serialize;

use super::blind::{blind, send_key};
use super::dream::{self, Dreaming};
use super::maze::{Clock, Stage, StageError, Start};
use super::screen::Screen;
use super::watch::{self, Watched};
use crate::train::Trained;

/// Between two updates, as on a display with 60 Hz.
const UPDATE_EVERY: Duration = Duration::from_micros(16_667);

/// Figures of watching.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WatchTiming {
    /// Panels of predictions.
    pub panels: usize,
    /// Milliseconds of an update, at the 50th and the 95th percentile.
    pub update_ms: [f64; 2],
    /// Predictions a second in each panel.
    pub predictions_a_second: f64,
    /// Milliseconds from the moment that was seen to the prediction that is shown, at the 50th and the 95th percentile.
    pub age_ms: [f64; 2],
}

/// Watches models for a while, the explorer walking, and times every update.
pub fn time_watching(models: Vec<Trained>, scene: &str, lasts: Duration) -> Result<WatchTiming, StageError> {
    let mut app = begin(models, scene, watch::SCREEN)?;
    let mut updates = Vec::new();
    let began = Instant::now();
    while began.elapsed() < lasts {
        let due = Instant::now() + UPDATE_EVERY;
        let update = Instant::now();
        app.update();
        updates.push(update.elapsed());
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    let seconds = began.elapsed().as_secs_f64();
    let (ages, panels) = match app.world_mut().remove_resource::<Watched>() {
        Some(watched) => (watched.ages.clone(), watched.panels()),
        None => (Vec::new(), 0),
    };
    let predictions_a_second = ages.len() as f64 / seconds;
    Ok(WatchTiming { panels, update_ms: percentiles(updates), predictions_a_second, age_ms: percentiles(ages) })
}

/// Steps a second of a dream, as fast as it goes.
pub fn time_dreaming(model: Trained, scene: &str, lasts: Duration) -> Result<f64, StageError> {
    let mut app = begin(vec![model], scene, dream::SCREEN)?;
    app.world_mut().resource_mut::<Clock>().hurry();
    send_key(&mut app, KeyCode::KeyM, ButtonState::Pressed);
    let began = Instant::now();
    while began.elapsed() < lasts {
        app.update();
        std::thread::sleep(Duration::from_millis(1));
    }
    let steps = app.world().get_resource::<Dreaming>().map_or(0, Dreaming::steps);
    Ok(steps as f64 / began.elapsed().as_secs_f64())
}

fn begin(models: Vec<Trained>, scene: &str, screen: Screen) -> Result<App, StageError> {
    let start = Start { maze: 0, agent: None, explores: true };
    let mut app = blind(Stage::load(scene)?.beginning(start), screen, models);
    // The first updates open the maze and the screen.
    (0..10).for_each(|_| app.update());
    Ok(app)
}

/// The 50th and the 95th, in milliseconds; zero of nothing.
fn percentiles(mut durations: Vec<Duration>) -> [f64; 2] {
    durations.sort_unstable();
    let at = |share: f64| {
        let index = (durations.len() as f64 * share) as usize;
        durations.get(index.min(durations.len().saturating_sub(1))).map_or(0.0, |duration| duration.as_secs_f64() * 1e3)
    };
    [at(0.5), at(0.95)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_sorted_times() {
        let times = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentiles(times), [51.0, 96.0]);
        assert_eq!(percentiles(Vec::new()), [0.0, 0.0]);
    }
}
