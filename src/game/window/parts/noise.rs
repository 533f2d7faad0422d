//! The noise that models are given: which, and how much of it; a key draws new noise, a slider scales it.

use bevy::prelude::*;
use bevy::ui::RelativeCursorPosition;

use super::theme::{ACCENT, DIM, LINE, TEXT, figures, row, words};
use crate::game::window::keys::{BindKeys, Key, Keys};
use crate::game::window::screen::{FrameSet, Screen};
use crate::predict::Sampling;

const NEW: Key = Key::label('n', KeyCode::KeyN, "draw new noise");
const LESS: Key = Key::label('[', KeyCode::BracketLeft, "less noise");
const MORE: Key = Key::label(']', KeyCode::BracketRight, "more noise");

/// Largest scale.
const MOST: f32 = 2.0;
/// What a key changes.
const STEP: f32 = 0.1;
/// Of the slider, in the design's pixels.
const WIDTH: f32 = 220.0;
const KNOB: f32 = 16.0;

/// Which noise, and how much of it.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub(in crate::game::window) struct NoiseDial {
    pub seed: u64,
    /// 0 is none, 1 as it was trained.
    pub temperature: f32,
}

impl Default for NoiseDial {
    fn default() -> Self {
        Self { seed: 1, temperature: 1.0 }
    }
}

impl NoiseDial {
    pub fn sampling(self, samples: usize) -> Sampling {
        Sampling { samples, temperature: self.temperature, seed: self.seed }
    }
}

#[derive(Component)]
struct Slider;

#[derive(Component)]
struct Knob;

#[derive(Component)]
struct Reading;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<NoiseDial>()
        .add_systems(Update, (turn, drag).chain().in_set(FrameSet::Input))
        .add_systems(Update, show.in_set(FrameSet::Show));
}

/// Gives a screen the keys of the noise.
pub(in crate::game::window) fn bind_noise(app: &mut App, screen: Screen) {
    app.bind(screen, &[NEW, LESS, MORE]);
}

/// Spawns the slider.
pub(in crate::game::window) fn spawn_slider(parent: &mut ChildSpawnerCommands) {
    parent.spawn(row(12.0)).with_children(|line| {
        line.spawn(words("noise", 15.0, TEXT));
        let node = Node { width: px(WIDTH), height: px(28.0), align_items: AlignItems::Center, ..default() };
        line.spawn((Slider, Name::new("noise slider"), node, Interaction::None, RelativeCursorPosition::default()))
            .with_children(|slider| {
                let rail = Node {
                    position_type: PositionType::Absolute,
                    width: percent(100.0),
                    height: px(4.0),
                    border_radius: BorderRadius::all(px(2.0)),
                    ..default()
                };
                slider.spawn((rail, BackgroundColor(LINE)));
                let knob = Node {
                    position_type: PositionType::Absolute,
                    width: px(KNOB),
                    height: px(KNOB),
                    border_radius: BorderRadius::all(px(KNOB / 2.0)),
                    ..default()
                };
                slider.spawn((Knob, knob, BackgroundColor(ACCENT)));
            });
        line.spawn((Reading, figures("", 15.0, TEXT)));
        line.spawn(words("N  new noise    [  ]  scale", 14.0, DIM));
    });
}

fn turn(keys: Keys, mut dial: ResMut<NoiseDial>) {
    if keys.pressed(&NEW) {
        dial.seed += 1;
    }
    let steps = f32::from(u8::from(keys.pressed(&MORE))) - f32::from(u8::from(keys.pressed(&LESS)));
    if steps != 0.0 {
        // To a whole number of steps, wherever the mouse had left it.
        dial.temperature = ((dial.temperature / STEP).round() + steps).clamp(0.0, MOST / STEP) * STEP;
    }
}

fn drag(mut dial: ResMut<NoiseDial>, sliders: Query<(&Interaction, &RelativeCursorPosition), With<Slider>>) {
    for (interaction, cursor) in &sliders {
        // From −0.5 at the left end to 0.5 at the right one.
        if let (Interaction::Pressed, Some(at)) = (interaction, cursor.normalized) {
            let temperature = (at.x + 0.5).clamp(0.0, 1.0) * MOST;
            if dial.temperature != temperature {
                dial.temperature = temperature;
            }
        }
    }
}

fn show(dial: Res<NoiseDial>, mut knobs: Query<&mut Node, With<Knob>>, mut readings: Query<&mut Text, With<Reading>>) {
    for mut knob in &mut knobs {
        let left = px(dial.temperature / MOST * (WIDTH - KNOB));
        if knob.left != left {
            knob.left = left;
        }
    }
    for mut reading in &mut readings {
        reading.set_if_neq(Text(format!("{:.2}", dial.temperature)));
    }
}
