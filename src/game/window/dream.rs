//! Dream: walk inside a model.

use bevy::prelude::*;
use rand::SeedableRng;
use rand::seq::IteratorRandom;

use super::clock::Clock;
use super::dreamer::{AHEAD, Dreamer, Dreamt, Drift, Word};
use super::eye::Stand;
use super::keys::{Key, Keys};
use super::meter::{self, draw_meter};
use super::noise::{NoiseDial, spawn_slider};
use super::notice::Notices;
use super::panel::{COLUMN, Panel, Panels, fitted, spawn_panel};
use super::picture::{frame_of, show, smooth_image_of};
use super::screen::{FrameSet, Screen};
use super::stage::{OpenMaze, Sight, Stage};
use super::theme::{ACCENT, BACKGROUND, DIM, LINE, TEXT, column, figures, row, words};
use super::watch::{CONTEXT, Chosen, fitting};
use crate::agent::Pose;
use crate::camera::Frame;
use crate::game::tick::{InMaze, Tick, TickSet, Walker};
use crate::maze::{Maze, Rng};

/// Frames of other places that the distance to the true frame is held against.
const ELSEWHERE: usize = 8;

/// Longer side of both pictures in the column, in the design's pixels.
const SIDE: f32 = 255.0;

/// The model that is walked in.
#[derive(Resource)]
pub(super) struct Dreaming {
    dreamer: Dreamer,
    /// Whether every frame comes from the model now.
    is_on: bool,
    newest: Option<Dreamt>,
    drifts: Vec<Drift>,
}

impl Dreaming {
    /// Steps of the dream so far.
    pub fn steps(&self) -> usize {
        self.drifts.len()
    }

    #[cfg(test)]
    pub fn newest_drift(&self) -> Option<Drift> {
        self.drifts.last().copied()
    }
}

/// What a panel shows.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
enum Slot {
    Real,
    Dreamed,
}

/// The picture that is walked in.
#[derive(Component)]
struct Inside;

/// The curves, and the line of figures over them.
#[derive(Component)]
struct Meter;

#[derive(Component)]
struct Figures;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Dream), enter)
        .add_systems(OnExit(Screen::Dream), |mut commands: Commands| commands.remove_resource::<Dreaming>())
        .add_observer(wake_up)
        .add_systems(Tick, tell.in_set(TickSet::Save).run_if(resource_exists::<Dreaming>))
        .add_systems(
            Update,
            ((hear, swap).chain().in_set(FrameSet::Input), (show_real, show_dream, show_meter).in_set(FrameSet::Show))
                .run_if(resource_exists::<Dreaming>),
        );
}

fn enter(
    mut commands: Commands,
    stage: Res<Stage>,
    mut chosen: ResMut<Chosen>,
    mut stand: ResMut<Stand>,
    mut notices: ResMut<Notices>,
    mut images: ResMut<Assets<Image>>,
) {
    stand.right = COLUMN;
    let models = fitting(chosen.take(), &stage, &mut notices);
    let Some(model) = models.into_iter().next() else {
        notices.error("no model to dream with fits this scene; Esc leads back");
        return;
    };
    let dreamer = Dreamer::new(model);
    if !dreamer.model.is_told {
        notices.say(format!("`{}` is not told what you do: it turns where it likes", dreamer.model.name));
    }
    spawn(&mut commands, &mut images, &dreamer, stage.camera.size());
    commands.insert_resource(Dreaming { dreamer, is_on: false, newest: None, drifts: Vec::new() });
}

fn spawn(commands: &mut Commands, images: &mut Assets<Image>, dreamer: &Dreamer, frame: (u32, u32)) {
    let size = fitted(SIDE, frame);
    let node = Node {
        position_type: PositionType::Absolute,
        right: px(0.0),
        top: px(0.0),
        bottom: px(0.0),
        width: px(COLUMN),
        padding: UiRect::axes(px(18.0), px(16.0)),
        border: UiRect::left(px(1.0)),
        ..column(14.0)
    };
    commands
        .spawn((
            Name::new("dream panels"),
            DespawnOnExit(Screen::Dream),
            node,
            BackgroundColor(BACKGROUND),
            BorderColor::all(LINE),
        ))
        .with_children(|list| {
            list.spawn(row(14.0)).with_children(|line| {
                line.spawn(words(dreamer.model.name.clone(), 20.0, ACCENT));
                line.spawn(words(format!("{} steps trained", dreamer.model.step), 15.0, DIM));
            });
            list.spawn(row(14.0)).with_children(|line| {
                spawn_panel(line, images, "really seen", size, Slot::Real);
                spawn_panel(line, images, "dreamed, from its own dreams", size, Slot::Dreamed);
            });
            list.spawn((Figures, figures("", 15.0, TEXT)));
            let image = images.add(smooth_image_of(&draw_meter(&[])));
            let node = Node { width: px(meter::SIZE.0), height: px(meter::SIZE.1), ..default() };
            list.spawn((Meter, node, ImageNode::new(image)));
            spawn_slider(list);
            list.spawn(words("M walks inside the model and back,  C dreams anew", 14.0, DIM));
        });
    let node = Node {
        position_type: PositionType::Absolute,
        left: px(0.0),
        right: px(COLUMN),
        top: px(0.0),
        bottom: px(0.0),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..default()
    };
    let image = images.add(smooth_image_of(&Frame::new(1, 1)));
    // Under the status line and the map, which are drawn over it.
    commands.spawn((Name::new("inside the model"), DespawnOnExit(Screen::Dream), ZIndex(-1), node)).with_child((
        Inside,
        Node { width: percent(100.0), aspect_ratio: Some(size.x / size.y), max_height: percent(100.0), ..default() },
        ImageNode::new(image),
        Visibility::Hidden,
    ));
}

/// M swaps the real maze and the model; C begins the dream anew.
fn swap(
    keys: Keys,
    stage: Res<Stage>,
    mut dreaming: ResMut<Dreaming>,
    mut clock: ResMut<Clock>,
    mut stand: ResMut<Stand>,
    mut notices: ResMut<Notices>,
    agents: Query<(&InMaze, &Sight)>,
) {
    clock.waiting = dreaming.is_on && dreaming.dreamer.behind >= AHEAD;
    let swaps = keys.pressed(Key::Swap);
    let resets = keys.pressed(Key::Reset) && dreaming.is_on;
    if !swaps && !resets {
        return;
    }
    let Ok((maze, sight)) = agents.single() else { return };
    if swaps && dreaming.is_on {
        dreaming.is_on = false;
        dreaming.drifts.clear();
        stand.is_covered = false;
        notices.say("back in the real maze");
        return;
    }
    let word = Word::Begin {
        context: sight.context(CONTEXT),
        elsewhere: elsewhere(&stage, &maze.0),
        size: stage.camera.size(),
    };
    if dreaming.dreamer.tell(word) {
        dreaming.is_on = true;
        dreaming.drifts.clear();
        let frame = frame_of(stage.camera.size(), sight.newest());
        let large = frame.clone();
        dreaming.newest = Some(Dreamt { step: 0, frame, large, drift: Drift { sharpness: 1.0, nearness: 0.0 } });
        stand.is_covered = true;
        notices.say("from here on, every frame comes from the model");
    }
}

/// What is seen at other places of the maze.
fn elsewhere(stage: &Stage, maze: &Maze) -> Vec<Vec<u8>> {
    let mut rng = Rng::seed_from_u64(maze.seed());
    let cells = maze.open_cells().sample(&mut rng, ELSEWHERE);
    cells
        .into_iter()
        .enumerate()
        .map(|(index, (x, y))| {
            let heading = (index % 4) as f32 * std::f32::consts::FRAC_PI_2;
            let pose = Pose { x: x as f32 + 0.5, y: y as f32 + 0.5, heading };
            stage.camera.frame(maze, pose).into_raw()
        })
        .collect()
}

/// Another maze ends the dream.
fn wake_up(_: On<OpenMaze>, dreaming: Option<ResMut<Dreaming>>, mut stand: ResMut<Stand>) {
    if let Some(mut dreaming) = dreaming {
        dreaming.is_on = false;
        stand.is_covered = false;
    }
}

fn tell(
    dial: Res<NoiseDial>,
    mut dreaming: ResMut<Dreaming>,
    mut clock: ResMut<Clock>,
    agents: Query<(&Walker, &Sight)>,
) {
    let Ok((walker, sight)) = agents.single() else { return };
    if !dreaming.is_on {
        return;
    }
    let word = Word::Step { action: walker.done, truth: sight.newest().clone(), dial: *dial };
    dreaming.dreamer.tell(word);
    clock.waiting = dreaming.dreamer.behind >= AHEAD;
}

fn hear(mut dreaming: ResMut<Dreaming>) {
    if dreaming.dreamer.behind == 0 {
        return;
    }
    let heard = dreaming.dreamer.hear();
    for dreamt in heard {
        // What was dreamed before a new beginning no longer counts.
        if dreaming.is_on && dreamt.step == dreaming.drifts.len() as u64 + 1 {
            dreaming.drifts.push(dreamt.drift);
            dreaming.newest = Some(dreamt);
        }
    }
}

fn show_real(stage: Res<Stage>, agents: Query<Ref<Sight>>, slots: Query<(&Slot, &Panel)>, mut panels: Panels) {
    let Ok(sight) = agents.single() else { return };
    if !sight.is_changed() {
        return;
    }
    for (_, panel) in slots.iter().filter(|(slot, _)| **slot == Slot::Real) {
        panels.picture(panel, &frame_of(stage.camera.size(), sight.newest()));
    }
}

fn show_dream(
    dreaming: Res<Dreaming>,
    slots: Query<(&Slot, &Panel)>,
    mut panels: Panels,
    mut inside: Query<(&ImageNode, &mut Visibility), With<Inside>>,
) {
    if !dreaming.is_changed() {
        return;
    }
    for (image, mut visibility) in &mut inside {
        visibility.set_if_neq(if dreaming.is_on { Visibility::Inherited } else { Visibility::Hidden });
        if let Some(newest) = dreaming.newest.as_ref().filter(|_| dreaming.is_on) {
            panels.image(&image.image, &newest.large);
        }
    }
    for (_, panel) in slots.iter().filter(|(slot, _)| **slot == Slot::Dreamed) {
        match &dreaming.newest {
            Some(newest) => {
                panels.picture(panel, &newest.frame);
                panels.caption(panel, &format!("step {}", newest.step), dreaming.is_on.then_some(ACCENT));
            }
            None => panels.caption(panel, "M begins", None),
        }
    }
}

fn show_meter(
    dreaming: Res<Dreaming>,
    mut images: ResMut<Assets<Image>>,
    meters: Query<&ImageNode, With<Meter>>,
    mut lines: Query<&mut Text, With<Figures>>,
    mut drawn: Local<usize>,
) {
    if *drawn == dreaming.drifts.len() && !dreaming.is_added() {
        return;
    }
    *drawn = dreaming.drifts.len();
    for meter in &meters {
        show(&mut images, &meter.image, &draw_meter(&dreaming.drifts));
    }
    let line = dreaming.drifts.last().map_or_else(
        || "not dreaming yet".to_owned(),
        |drift| format!("sharpness {:.2}   distance to what is real {:.2}", drift.sharpness, drift.nearness),
    );
    for mut text in &mut lines {
        text.set_if_neq(Text(line.clone()));
    }
}
