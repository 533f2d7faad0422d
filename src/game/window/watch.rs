//! Watch: the game with models beside it, live.

use std::time::{Duration, Instant};

use bevy::platform::cell::SyncCell;
use bevy::prelude::*;

use super::answers::{About, Answers, Asker, Moment};
use super::clock::Clock;
use super::eye::Stand;
use super::fan::{self, colour_of};
use super::keys::{Key, Keys};
use super::noise::{NoiseDial, spawn_slider};
use super::notice::Notices;
use super::panel::{COLUMN, Panel, Panels, fitted, spawn_panel};
use super::picture::{frame_of, show, smooth_image_of};
use super::screen::{FrameSet, Screen};
use super::stage::{Sight, Stage};
use super::theme::{self, ACCENT, BACKGROUND, DIM, LEFT, LINE, RIGHT, TEXT, column, figures, row, words};
use crate::agent::Action;
use crate::camera::Frame;
use crate::game::tick::{InMaze, Tick, TickSet, Walker};
use crate::maze::Corner;
use crate::predict::Question;
use crate::train::Trained;

/// Context that is handed on: models look at as many of the last frames as they need.
pub(super) const CONTEXT: usize = 16;

/// A prediction that is older than this is marked with its age.
const LATE: Duration = Duration::from_millis(250);

/// Models to be watched from the next opening of the screen on; those that do not fit the scene are left out.
#[derive(Resource)]
pub(super) struct Chosen(SyncCell<Vec<Trained>>);

impl Chosen {
    pub fn new(models: Vec<Trained>) -> Self {
        Self(SyncCell::new(models))
    }

    pub fn take(&mut self) -> Vec<Trained> {
        std::mem::take(self.0.get())
    }
}

/// The models that are watched.
#[derive(Resource)]
pub(super) struct Watched {
    asker: Asker,
    asked: Option<(u64, NoiseDial)>,
    answers: Option<Answers>,
    tallies: Vec<Tally>,
    /// Whether the agent is held at corners.
    holds: bool,
    /// Answers that were shown, and how old each was then, for timing.
    pub ages: Vec<Duration>,
}

impl Watched {
    /// Panels of predictions.
    pub fn panels(&self) -> usize {
        self.asker.models.iter().map(|model| model.labels().len()).sum()
    }

    /// What is told of a model's answers at corners.
    #[cfg(test)]
    pub fn tally(&self, model: usize) -> String {
        self.tallies[model].line()
    }
}

/// What one model said at corners so far.
#[derive(Debug, Clone, Default, PartialEq)]
struct Tally {
    left: u32,
    right: u32,
    neither: u32,
    nearness: f64,
}

impl Tally {
    fn line(&self) -> String {
        let total = self.left + self.right + self.neither;
        if total == 0 {
            return "no corner yet".into();
        }
        let share = |count: u32| f64::from(count) * 100.0 / f64::from(total);
        format!(
            "left {}  right {}  neither {}  committed {:.0} %  near {:.2}",
            self.left,
            self.right,
            self.neither,
            share(self.left + self.right),
            self.nearness / f64::from(total)
        )
    }
}

/// What a panel shows.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
enum Slot {
    Seen,
    TrueLeft,
    TrueRight,
    Model { model: usize, place: usize },
}

/// The line of a model's tally.
#[derive(Component)]
struct TallyLine(usize);

/// What is fanned out of a model.
#[derive(Component)]
struct FanOut(usize);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Watch), enter)
        .add_systems(OnExit(Screen::Watch), |mut commands: Commands| commands.remove_resource::<Watched>())
        .add_systems(Tick, hold.in_set(TickSet::Save).run_if(resource_exists::<Watched>))
        .add_systems(
            Update,
            (
                switch_hold.in_set(FrameSet::Input),
                (receive, ask).chain().in_set(FrameSet::Receive),
                (show_truth, show_answers, show_tallies, show_fans).in_set(FrameSet::Show),
            )
                .run_if(resource_exists::<Watched>),
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
    let models = fitting(chosen.take(), &stage, &mut notices);
    if models.is_empty() {
        notices.error("no model to watch fits this scene; `crossroads train` makes one");
    }
    let asker = Asker::new(models);
    stand.right = COLUMN;
    spawn(&mut commands, &mut images, &asker.models, stage.camera.size());
    let tallies = vec![Tally::default(); asker.models.len()];
    commands.insert_resource(Watched { asker, asked: None, answers: None, tallies, holds: false, ages: Vec::new() });
}

/// Leaves out models of another frame size than the scene's, and says so.
pub(super) fn fitting(models: Vec<Trained>, stage: &Stage, notices: &mut Notices) -> Vec<Trained> {
    let scene = std::path::Path::new(&stage.scene.name);
    models
        .into_iter()
        .filter(|model| match model.check_size(stage.camera.size(), scene) {
            Ok(()) => true,
            Err(error) => {
                notices.error(format!("`{}` is left out: {error}", model.name));
                false
            }
        })
        .collect()
}

/// The column on the right: a row of the truth, and a row a model.
fn spawn(commands: &mut Commands, images: &mut Assets<Image>, models: &[About], frame: (u32, u32)) {
    let rows = models.len() as f32 + 1.0;
    // Of the design's 720 pixels, labels, captions, tallies and the slider take what pictures cannot have.
    let side = ((theme::DESIGN.y - 60.0) / rows - 62.0).clamp(40.0, 164.0);
    let size = fitted(side, frame);
    let node = Node {
        position_type: PositionType::Absolute,
        right: px(0.0),
        top: px(0.0),
        bottom: px(0.0),
        width: px(COLUMN),
        padding: UiRect::axes(px(18.0), px(12.0)),
        border: UiRect::left(px(1.0)),
        justify_content: JustifyContent::SpaceBetween,
        ..column(4.0)
    };
    commands
        .spawn((
            Name::new("panels"),
            DespawnOnExit(Screen::Watch),
            node,
            BackgroundColor(BACKGROUND),
            BorderColor::all(LINE),
        ))
        .with_children(|list| {
            list.spawn(column(2.0)).with_children(|block| {
                block.spawn(words("what is true", 17.0, TEXT));
                block.spawn(row(14.0)).with_children(|line| {
                    spawn_panel(line, images, "seen now", size, Slot::Seen);
                    spawn_panel(line, images, "next, if it turns left", size, Slot::TrueLeft);
                    spawn_panel(line, images, "next, if it turns right", size, Slot::TrueRight);
                });
            });
            for (model, about) in models.iter().enumerate() {
                list.spawn(column(2.0)).with_children(|block| {
                    block.spawn(row(14.0)).with_children(|line| {
                        line.spawn(words(about.name.clone(), 17.0, ACCENT));
                        line.spawn((TallyLine(model), figures("", 12.0, DIM)));
                    });
                    block.spawn(row(14.0)).with_children(|line| {
                        for (place, label) in about.labels().iter().enumerate() {
                            spawn_panel(line, images, label, size, Slot::Model { model, place });
                        }
                    });
                });
            }
            spawn_slider(list);
        });
    let node = Node {
        position_type: PositionType::Absolute,
        left: px(0.0),
        right: px(COLUMN),
        top: px(0.0),
        bottom: px(0.0),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..column(16.0)
    };
    commands.spawn((Name::new("fans"), DespawnOnExit(Screen::Watch), node)).with_children(|list| {
        for (model, _) in models.iter().enumerate().filter(|(_, about)| about.is_stochastic && !about.is_told) {
            let image = images.add(smooth_image_of(&Frame::new(1, 1)));
            let node = Node { width: px(fan::SIZE.0), height: px(fan::SIZE.1), ..default() };
            list.spawn((FanOut(model), node, ImageNode::new(image), Visibility::Hidden));
        }
    });
}

fn switch_hold(keys: Keys, mut watched: ResMut<Watched>, mut clock: ResMut<Clock>, mut notices: ResMut<Notices>) {
    if !keys.pressed(Key::Hold) {
        return;
    }
    watched.holds = !watched.holds;
    clock.held &= watched.holds;
    notices.say(if watched.holds {
        "corners hold the agent; ← or → goes on"
    } else {
        "corners no longer hold the agent"
    });
}

/// At a corner time stands still, if that was asked for.
fn hold(watched: Res<Watched>, mut clock: ResMut<Clock>, agents: Query<(&InMaze, &Walker)>) {
    clock.held = watched.holds && agents.iter().any(|(maze, walker)| walker.agent.corner(&maze.0).is_some());
}

/// The moment in which an agent is: what it saw, and what follows either turn.
pub(super) fn question(stage: &Stage, maze: &InMaze, walker: &Walker, sight: &Sight) -> Question {
    let ((x, y), heading) = (walker.agent.cell(), walker.agent.heading());
    Question {
        context: sight.context(CONTEXT),
        frame_size: stage.camera.size(),
        action: walker.agent.under_way().unwrap_or(Action::Forward),
        futures: stage.camera.futures(&maze.0, walker.agent, 1),
        went_left: false,
        place: (sight.maze, Corner { x, y, heading }),
    }
}

/// Asks about every moment once, and again when the noise is another.
fn ask(
    stage: Res<Stage>,
    dial: Res<NoiseDial>,
    mut watched: ResMut<Watched>,
    agents: Query<(&InMaze, &Walker, &Sight)>,
) {
    let Ok((maze, walker, sight)) = agents.single() else { return };
    let key = (sight.ticks, *dial);
    if watched.asked == Some(key) || watched.asker.models.is_empty() {
        return;
    }
    let moment = Moment {
        tick: sight.ticks,
        seen: Instant::now(),
        question: question(&stage, maze, walker, sight),
        is_corner: walker.agent.corner(&maze.0).is_some(),
        dial: *dial,
    };
    if watched.asker.ask(moment) {
        watched.asked = Some(key);
    }
}

fn receive(mut watched: ResMut<Watched>) {
    let Some(answers) = watched.asker.answers() else { return };
    watched.ages.push(answers.seen.elapsed());
    for (tally, model) in watched.tallies.iter_mut().zip(&answers.models) {
        for verdict in &model.verdicts {
            match (verdict.is_committed(), verdict.is_left) {
                (true, true) => tally.left += 1,
                (true, false) => tally.right += 1,
                (false, _) => tally.neither += 1,
            }
            tally.nearness += verdict.nearness;
        }
    }
    watched.answers = Some(answers);
}

fn show_truth(
    stage: Res<Stage>,
    agents: Query<(&InMaze, &Walker, Ref<Sight>)>,
    slots: Query<(&Slot, &Panel)>,
    mut panels: Panels,
) {
    let Ok((maze, walker, sight)) = agents.single() else { return };
    if !sight.is_changed() {
        return;
    }
    let futures = stage.camera.futures(&maze.0, walker.agent, 1);
    let is_corner = walker.agent.corner(&maze.0).is_some();
    for (slot, panel) in &slots {
        match slot {
            Slot::Seen => {
                panels.picture(panel, &frame_of(stage.camera.size(), sight.newest()));
                panels.caption(panel, if is_corner { "at a corner" } else { "" }, is_corner.then_some(ACCENT));
            }
            Slot::TrueLeft => {
                panels.picture(panel, &futures.left[0]);
                panels.caption(panel, "", is_corner.then_some(LEFT));
            }
            Slot::TrueRight => {
                panels.picture(panel, &futures.right[0]);
                panels.caption(panel, "", is_corner.then_some(RIGHT));
            }
            Slot::Model { .. } => {}
        }
    }
}

fn show_answers(
    watched: Res<Watched>,
    agents: Query<&Sight>,
    slots: Query<(&Slot, &Panel)>,
    mut panels: Panels,
    mut shown: Local<Option<(u64, Instant)>>,
) {
    let (Some(answers), Ok(sight)) = (&watched.answers, agents.single()) else { return };
    let is_new = *shown != Some((answers.tick, answers.seen));
    *shown = Some((answers.tick, answers.seen));
    let age = answers.seen.elapsed();
    let is_late = answers.tick != sight.ticks && age > LATE;
    for (slot, panel) in &slots {
        let Slot::Model { model, place } = *slot else { continue };
        let Some(answer) = answers.models.get(model) else { continue };
        if is_new && let Some(frame) = answer.frames.get(place) {
            panels.picture(panel, frame);
        }
        let (mut text, mut colour) = match answer.verdicts.get(place) {
            Some(verdict) => {
                let text = format!("near {:.2}  margin {:.2}", verdict.nearness, verdict.margin);
                (text, Some(theme::colour(colour_of(verdict))))
            }
            None => (String::new(), None),
        };
        if is_late {
            (text, colour) = (format!("{:.1} s old", age.as_secs_f64()), Some(DIM));
        }
        panels.caption(panel, &text, colour);
    }
}

fn show_tallies(watched: Res<Watched>, mut lines: Query<(&TallyLine, &mut Text)>) {
    for (line, mut text) in &mut lines {
        if let Some(tally) = watched.tallies.get(line.0) {
            text.set_if_neq(Text(tally.line()));
        }
    }
}

fn show_fans(
    watched: Res<Watched>,
    clock: Res<Clock>,
    agents: Query<&Sight>,
    mut images: ResMut<Assets<Image>>,
    mut fans: Query<(&FanOut, &ImageNode, &mut Visibility)>,
    mut shown: Local<Option<Instant>>,
) {
    let Ok(sight) = agents.single() else { return };
    let answers =
        watched.answers.as_ref().filter(|answers| clock.held && answers.is_corner && answers.tick == sight.ticks);
    let is_new = answers.is_some_and(|answers| shown.replace(answers.seen) != Some(answers.seen));
    for (fan, image, mut visibility) in &mut fans {
        let picture = answers.and_then(|answers| answers.models.get(fan.0)?.fan.as_ref());
        visibility.set_if_neq(if picture.is_some() { Visibility::Inherited } else { Visibility::Hidden });
        if let Some(picture) = picture.filter(|_| is_new) {
            show(&mut images, &image.image, picture);
        }
    }
}
