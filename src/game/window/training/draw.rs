//! The charts of a training and its newest sample sheet.

use std::time::{Duration, Instant};

use bevy::prelude::*;

use super::chart::{Line, draw_chart};
use super::layout::{Desk, SheetPicture};
use crate::draw::palette::{self, Colour};
use crate::game::window::lab::{Lab, Training};
use crate::game::window::parts::show;

/// Of the charts' column and of the sample sheet's, in the design's pixels.
const CHARTS: f32 = 600.0;
const SHEET: (f32, f32) = (592.0, 436.0);
/// Height of both charts and the gap between them.
const TALL: f32 = 484.0;
pub(super) const GAP: f32 = 12.0;
/// Between two drawings of the charts.
const REDRAW: Duration = Duration::from_millis(700);

/// Colours of the curves in one chart.
const COLOURS: [Colour; 3] = [palette::ACCENT, palette::RIGHT, palette::LEFT];

/// Draws the charts now and then, and the sheet when there is a new one.
pub(super) fn draw(
    lab: Res<Lab>,
    mut desk: ResMut<Desk>,
    mut images: ResMut<Assets<Image>>,
    mut nodes: Query<(&mut Node, &ImageNode, Has<SheetPicture>)>,
) {
    let Some(training) = lab.training() else { return };
    if let Some((step, sheet)) = training.sheet.as_ref().filter(|(step, _)| desk.shown != Some(*step)) {
        desk.shown = Some(*step);
        let course = training.course.picture().filter(|_| desk.is_course);
        let picture = course.as_ref().unwrap_or(sheet);
        show(&mut images, &desk.sheet, picture);
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let scale = (SHEET.0 / width).min(SHEET.1 / height);
        for (mut node, ..) in nodes.iter_mut().filter(|(_, _, is_sheet)| *is_sheet) {
            (node.width, node.height) = (px(width * scale), px(height * scale));
        }
    }
    let is_fresh = desk.drawn.is_none();
    let is_due = lab.is_changed() && desk.drawn.is_some_and(|drawn| drawn.elapsed() >= REDRAW);
    if !is_fresh && !is_due {
        return;
    }
    desk.drawn = Some(Instant::now());
    let charts = charts_of(training);
    let height = (TALL - GAP * (charts.len() as f32 - 1.0)) / charts.len() as f32;
    for (place, image) in desk.charts.iter().enumerate() {
        let size = if place < charts.len() { (CHARTS, height) } else { (0.0, 0.0) };
        for (mut node, ..) in nodes.iter_mut().filter(|(_, node, _)| node.image == *image) {
            if (node.width, node.height) != (px(size.0), px(size.1)) {
                (node.width, node.height) = (px(size.0), px(size.1));
            }
        }
        if let Some((title, lines)) = charts.get(place) {
            show(&mut images, image, &draw_chart(title, lines, (2 * CHARTS as u32, 2 * height as u32)));
        }
    }
}

/// The first metric, and, if there are any, the discriminator's scores.
fn charts_of(training: &Training) -> Vec<(String, Vec<Line<'_>>)> {
    const SCORE: &str = "score_";
    let mut charts = Vec::new();
    let first = training.curves.first();
    let title = first.map_or_else(|| "no step yet".to_owned(), |(name, _)| name.replace('_', " "));
    charts.push((title, first.iter().map(|(_, curve)| Line { name: "", colour: COLOURS[0], curve }).collect()));
    let scores: Vec<_> =
        training.curves.iter().filter_map(|(name, curve)| Some((name.strip_prefix(SCORE)?, curve))).collect();
    // Before it joins in there is nothing to see.
    let is_waiting = scores.iter().all(|(_, curve)| curve.points().iter().all(|&(_, score)| score == 0.0));
    if is_waiting && !scores.is_empty() {
        charts.push(("the discriminator has not joined in yet".to_owned(), Vec::new()));
    } else if !scores.is_empty() {
        let lines =
            scores.into_iter().zip(COLOURS).map(|((name, curve), colour)| Line { name, colour, curve }).collect();
        charts.push(("the discriminator's scores".to_owned(), lines));
    }
    charts
}
