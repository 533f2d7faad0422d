//! What is told of a training: how far it is, how fast, and what it said last.

use bevy::prelude::*;

use super::layout::{BAR, Desk, Fill, Words};
use crate::draw::Style;
use crate::game::window::lab::{Lab, Standing, Training};
use crate::game::window::parts::theme::{ACCENT, ALARM, DIM, TEXT};
use crate::predict::Skill;

pub(super) fn tell(
    lab: Res<Lab>,
    desk: Res<Desk>,
    mut fills: Query<&mut Node, With<Fill>>,
    mut texts: Query<(&Words, &mut Text, &mut TextColor)>,
) {
    let Some(training) = lab.training() else { return };
    let width = px(BAR * (training.step as f32 / training.steps.max(1) as f32).min(1.0));
    for mut fill in &mut fills {
        if fill.width != width {
            fill.width = width;
        }
    }
    for (what, mut text, mut colour) in &mut texts {
        let (line, tint) = match what {
            Words::Pace => pace_line(training),
            Words::Sheet => (sheet_line(training, desk.is_course), DIM),
            Words::Said => (Style::words(13.0, [0; 3]).elided(&training.said, BAR as u32), DIM),
        };
        text.set_if_neq(Text(line));
        colour.set_if_neq(TextColor(tint));
    }
}

fn pace_line(training: &Training) -> (String, Color) {
    let steps = format!("step {} of {}", training.step, training.steps);
    match &training.standing {
        Standing::Running if training.curves.is_empty() => ("opening the data set …".into(), DIM),
        Standing::Running => {
            let pace = training
                .seconds_a_step()
                .map_or_else(String::new, |seconds| format!("   {:.0} ms a step", seconds * 1e3));
            let left = training.seconds_left().map_or_else(String::new, |seconds| format!("   {} left", span(seconds)));
            (format!("{steps}{pace}{left}"), TEXT)
        }
        Standing::Stopping => (format!("{steps}   stopping, and writing a checkpoint …"), TEXT),
        Standing::Stopped => (format!("{steps}   stopped; it can go on from here"), TEXT),
        Standing::Done => (format!("{steps}   done"), ACCENT),
        Standing::Failed(error) => (error.clone(), ALARM),
    }
}

fn sheet_line(training: &Training, is_course: bool) -> String {
    let steps = training.course.steps();
    if is_course && !steps.is_empty() {
        let steps: Vec<String> = steps.iter().map(u64::to_string).collect();
        return format!("one corner, after step {}", steps.join(", "));
    }
    match &training.sheet {
        Some((step, _)) => {
            let shows = match training.job.recipe.skill() {
                Skill::Predict => "what was seen, both futures, and what the model says",
                Skill::Translate => "what was seen, its translation, what is true there, and the way back",
                Skill::Walk => "walks by likelihood only, and those of the walker",
                Skill::Paint => "what it paints, always from the same noise",
                Skill::Illustrate => "what it paints of some captions, always from the same noise",
            };
            format!("after step {step}: {shows}")
        }
        None => "samples appear here after the first step".into(),
    }
}

/// A time in words.
fn span(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round() as u64;
    match minutes {
        _ if seconds < 90.0 => format!("{seconds:.0} s"),
        0..=89 => format!("{minutes} min"),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_words() {
        let words = [5.4, 89.0, 100.0, 3600.0, 7260.0].map(span);
        assert_eq!(words, ["5 s", "89 s", "2 min", "60 min", "2 h 1 min"]);
    }
}
