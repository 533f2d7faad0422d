//! Training: a recipe is chosen, then its curves and its growing sample sheet are watched.

mod chart;
mod curve;
mod lab;

use std::path::Path;
use std::time::{Duration, Instant};

use bevy::prelude::*;

pub(super) use lab::{Lab, free_folder};

use crate::camera::Frame;
use crate::episode::{TEXTURES, read_manifest};
use crate::film::Style;
use crate::film::palette::{self, Colour};
use crate::game::window::doors::Doors;
use crate::game::window::keys::{Key, Keys};
use crate::game::window::maze::{Stage, Start};
use crate::game::window::parts::theme::{ACCENT, ALARM, CARD, DIM, LINE, TEXT, column, cover, figures, row, words};
use crate::game::window::parts::{Selected, image_of, show, smooth_image_of, spawn_button, spawn_hints};
use crate::game::window::screen::{FrameSet, Screen};
use crate::train::{RECIPES, Recipe, TrainJob};
use chart::{Line, draw_chart};
use lab::{Standing, Training};

/// Of the charts' column and of the sample sheet's, in the design's pixels.
const CHARTS: f32 = 600.0;
const SHEET: (f32, f32) = (592.0, 436.0);
/// Height of both charts and the gap between them.
const TALL: f32 = 484.0;
const GAP: f32 = 12.0;
const BAR: f32 = 1216.0;
/// Between two drawings of the charts.
const REDRAW: Duration = Duration::from_millis(700);

/// Colours of the curves in one chart.
const COLOURS: [Colour; 3] = [palette::ACCENT, palette::RIGHT, palette::LEFT];

/// What the screen shows at the moment; another one is laid out anew.
#[derive(Debug, Clone, PartialEq)]
enum Face {
    Recipes,
    Training(Standing),
    Nothing,
}

impl Face {
    fn of(lab: &Lab) -> Self {
        match (&lab.asked, lab.training()) {
            (Some(_), _) => Self::Recipes,
            (None, Some(training)) => Self::Training(training.standing.clone()),
            (None, None) => Self::Nothing,
        }
    }

    /// What can be chosen.
    fn options(&self) -> Vec<(Verb, &'static str)> {
        match self {
            Self::Recipes => (0..RECIPES.len()).map(|index| (Verb::Recipe(index), RECIPES[index].0)).collect(),
            Self::Training(Standing::Running) => vec![(Verb::Stop, "Stop"), (Verb::Watch, "Watch so far")],
            Self::Training(Standing::Stopping) | Self::Nothing => Vec::new(),
            Self::Training(Standing::Stopped) => {
                vec![(Verb::GoOn, "Go on"), (Verb::Watch, "Watch"), (Verb::Dream, "Dream")]
            }
            Self::Training(Standing::Done) => vec![(Verb::Watch, "Watch"), (Verb::Dream, "Dream")],
            Self::Training(Standing::Failed(_)) => vec![(Verb::Again, "Choose another recipe")],
        }
    }
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Recipe(usize),
    Stop,
    GoOn,
    Watch,
    Dream,
    Again,
}

/// What is laid out, and which of its options the keys have chosen.
#[derive(Resource)]
struct Desk {
    face: Option<Face>,
    picked: usize,
    charts: [Handle<Image>; 2],
    sheet: Handle<Image>,
    /// When the charts were drawn last.
    drawn: Option<Instant>,
    /// Step of the sheet that is shown.
    shown: Option<u64>,
}

/// All that is laid out.
#[derive(Component)]
struct Body;

/// One of the options.
#[derive(Component, Clone, Copy)]
struct Pick(usize);

#[derive(Component)]
struct Fill;

#[derive(Component, Clone, Copy, PartialEq)]
enum Words {
    Pace,
    Sheet,
    Said,
}

#[derive(Component)]
struct SheetPicture;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(lab::plugin)
        .add_systems(OnEnter(Screen::Training), enter)
        .add_systems(OnExit(Screen::Training), |mut commands: Commands| commands.remove_resource::<Desk>())
        .add_systems(
            Update,
            (act.in_set(FrameSet::Input), (lay_out, mark, tell, draw).chain().in_set(FrameSet::Show))
                .run_if(resource_exists::<Desk>),
        );
}

fn enter(mut commands: Commands, mut images: ResMut<Assets<Image>>) {
    let mut empty = || images.add(smooth_image_of(&Frame::new(1, 1)));
    let charts = [empty(), empty()];
    let sheet = images.add(image_of(&Frame::new(1, 1)));
    commands.insert_resource(Desk { face: None, picked: 0, charts, sheet, drawn: None, shown: None });
    let node = Node { padding: UiRect::axes(px(32.0), px(18.0)), flex_direction: FlexDirection::Column, ..cover() };
    commands.spawn((Name::new("training"), Body, DespawnOnExit(Screen::Training), Node { row_gap: px(12.0), ..node }));
}

/// Does what a button, or the key for it, says.
fn act(
    keys: Keys,
    mut desk: ResMut<Desk>,
    mut doors: Doors,
    picks: Query<(&Interaction, &Pick), Changed<Interaction>>,
) {
    let face = Face::of(&doors.lab);
    let options = face.options();
    let last = options.len().saturating_sub(1);
    if keys.pressed(Key::Previous) {
        desk.picked = desk.picked.saturating_sub(1);
    }
    if keys.pressed(Key::Next) {
        desk.picked = (desk.picked + 1).min(last);
    }
    // The mouse chooses by lying over something, and does it by a press.
    if let Some((_, pick)) = picks.iter().find(|(interaction, _)| **interaction == Interaction::Hovered) {
        desk.picked = pick.0;
    }
    let pressed = picks.iter().find(|(interaction, _)| **interaction == Interaction::Pressed);
    let chosen = match pressed {
        Some((_, pick)) => Some(pick.0),
        None if keys.pressed(Key::Choose) => Some(desk.picked),
        None => None,
    };
    let verb = chosen.and_then(|index| options.get(index)).map(|(verb, _)| *verb);
    let stops = keys.pressed(Key::Stop) && face == Face::Training(Standing::Running);
    let Some(verb) = verb.or(stops.then_some(Verb::Stop)) else { return };
    if let Err(error) = go(verb, &mut doors) {
        doors.notices.error(error);
    }
}

fn go(verb: Verb, doors: &mut Doors) -> Result<(), String> {
    if let (Verb::Recipe(index), Some(data)) = (verb, doors.lab.asked.clone()) {
        let recipe = Recipe::load(RECIPES[index].0).map_err(|error| error.to_string())?;
        doors.begin(recipe, &data);
        return Ok(());
    }
    let job = doors.lab.training().map(|training| training.job.clone()).ok_or("there is no training")?;
    let model = job.out.display().to_string();
    match verb {
        Verb::Stop => doors.lab.stop(),
        Verb::GoOn => doors.lab.begin(TrainJob { resume: true, ..job }),
        Verb::Watch => doors.watch(stage_of(&job.data, true)?, &[model]),
        Verb::Dream => doors.dream(stage_of(&job.data, false)?, &model),
        Verb::Again | Verb::Recipe(_) => doors.lab.asked = Some(job.data),
    }
    Ok(())
}

/// The world that a data set was recorded in.
fn stage_of(data: &Path, explores: bool) -> Result<Stage, String> {
    let (manifest, _) = read_manifest(data).map_err(|error| error.to_string())?;
    let stage = Stage::new(manifest.scene, None, Some(data.join(TEXTURES))).map_err(|error| error.to_string())?;
    Ok(stage.beginning(Start { maze: 0, agent: None, explores }))
}

/// Lays the screen out when there is something else to show.
fn lay_out(mut commands: Commands, lab: Res<Lab>, mut desk: ResMut<Desk>, body: Query<Entity, With<Body>>) {
    let face = Face::of(&lab);
    let Ok(body) = body.single() else { return };
    if desk.face.as_ref() == Some(&face) {
        return;
    }
    (desk.picked, desk.drawn, desk.shown) = (0, None, None);
    commands.entity(body).despawn_related::<Children>().with_children(|screen| match (&face, lab.training()) {
        (Face::Training(_), Some(training)) => spawn_training(screen, training, &face, &desk),
        _ => spawn_recipes(screen, lab.asked.as_deref(), &face),
    });
    desk.face = Some(face);
}

fn spawn_recipes(screen: &mut ChildSpawnerCommands, data: Option<&Path>, face: &Face) {
    let title = data
        .map_or_else(|| "Nothing is being trained".to_owned(), |data| format!("Train a model on {}", data.display()));
    screen.spawn(words(title, 28.0, ACCENT));
    let line = "Choose a recipe. The run goes into out/runs; you can play on while it trains.";
    screen.spawn(words(
        if data.is_some() { line } else { "Choose Train on a recording of the first screen." },
        17.0,
        DIM,
    ));
    for (index, (_, name)) in face.options().into_iter().enumerate() {
        let node = Node {
            padding: UiRect::axes(px(18.0), px(12.0)),
            border: UiRect::all(px(1.0)),
            border_radius: BorderRadius::all(px(8.0)),
            ..column(4.0)
        };
        let looks = (BackgroundColor(CARD), BorderColor::all(LINE));
        screen.spawn((Button, Pick(index), Name::new(name), node, looks)).with_children(|card| {
            card.spawn(row(14.0)).with_children(|line| {
                line.spawn(words(name, 20.0, TEXT));
                let steps = Recipe::load(name).map_or_else(
                    |_| String::new(),
                    |recipe| format!("{} steps of {} windows", recipe.steps, recipe.batch),
                );
                line.spawn(figures(steps, 14.0, DIM));
            });
            card.spawn(words(comment_of(RECIPES[index].1), 15.0, DIM));
        });
    }
    screen.spawn(Node { flex_grow: 1.0, ..default() });
    spawn_hints(screen, &[("↑↓", "choose"), ("Enter", "begin"), ("F1", "all keys"), ("Esc", "back")]);
}

/// What a recipe's file says of itself before it begins.
fn comment_of(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//"));
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

fn spawn_training(screen: &mut ChildSpawnerCommands, training: &Training, face: &Face, desk: &Desk) {
    let job = &training.job;
    screen.spawn(row(16.0)).with_children(|head| {
        head.spawn(words(job.recipe.name.clone(), 28.0, ACCENT));
        let way = format!("learns from {}, into {}", job.data.display(), job.out.display());
        head.spawn((
            words(Style::words(17.0, [0; 3]).elided(&way, 900), 17.0, DIM),
            TextLayout::linebreak(LineBreak::NoWrap),
        ));
    });
    screen.spawn(column(6.0)).with_children(|progress| {
        let rail = Node { width: px(BAR), height: px(10.0), border_radius: BorderRadius::all(px(5.0)), ..default() };
        progress.spawn((rail.clone(), BackgroundColor(CARD))).with_child((
            Fill,
            Node { width: px(0.0), ..rail },
            BackgroundColor(ACCENT),
        ));
        progress.spawn((Words::Pace, figures("", 15.0, TEXT)));
    });
    screen.spawn(Node { column_gap: px(24.0), ..default() }).with_children(|pictures| {
        pictures.spawn(column(GAP)).with_children(|charts| {
            for (place, image) in desk.charts.iter().enumerate() {
                charts.spawn((Name::new(format!("chart {place}")), Node::default(), ImageNode::new(image.clone())));
            }
        });
        pictures.spawn(column(8.0)).with_children(|right| {
            right.spawn((Words::Sheet, words("", 16.0, DIM)));
            right.spawn((SheetPicture, Node::default(), ImageNode::new(desk.sheet.clone())));
        });
    });
    screen.spawn(Node { flex_grow: 1.0, ..default() });
    screen.spawn((Words::Said, words("", 13.0, DIM), TextLayout::linebreak(LineBreak::NoWrap)));
    screen.spawn(Node { justify_content: JustifyContent::SpaceBetween, ..row(20.0) }).with_children(|foot| {
        spawn_hints(
            foot,
            &[("←→", "choose"), ("Enter", "do it"), ("S", "stop"), ("F1", "all keys"), ("Esc", "back, it goes on")],
        );
        foot.spawn(row(10.0)).with_children(|buttons| {
            for (index, (_, label)) in face.options().into_iter().enumerate() {
                spawn_button(buttons, label, Pick(index));
            }
        });
    });
}

/// Marks what the keys have chosen.
fn mark(
    mut commands: Commands,
    desk: Res<Desk>,
    picks: Query<(Entity, &Pick, Has<Selected>)>,
    mut cards: Query<(&Pick, &mut BorderColor)>,
) {
    for (entity, pick, is_selected) in &picks {
        let is_picked = pick.0 == desk.picked;
        if is_picked && !is_selected {
            commands.entity(entity).insert(Selected);
        } else if !is_picked && is_selected {
            commands.entity(entity).remove::<Selected>();
        }
    }
    for (pick, mut border) in &mut cards {
        let is_lit = pick.0 == desk.picked;
        border.set_if_neq(BorderColor::all(if is_lit { ACCENT } else { LINE }));
    }
}

fn tell(lab: Res<Lab>, mut fills: Query<&mut Node, With<Fill>>, mut texts: Query<(&Words, &mut Text, &mut TextColor)>) {
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
            Words::Sheet => (sheet_line(training), DIM),
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

fn sheet_line(training: &Training) -> String {
    match &training.sheet {
        Some((step, _)) => format!("after step {step}: what was seen, both futures, and what the model says"),
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

/// Draws the charts now and then, and the sheet when there is a new one.
fn draw(
    lab: Res<Lab>,
    mut desk: ResMut<Desk>,
    mut images: ResMut<Assets<Image>>,
    mut nodes: Query<(&mut Node, &ImageNode, Has<SheetPicture>)>,
) {
    let Some(training) = lab.training() else { return };
    if let Some((step, picture)) = training.sheet.as_ref().filter(|(step, _)| desk.shown != Some(*step)) {
        desk.shown = Some(*step);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_says_what_it_is() {
        for (name, text) in RECIPES {
            assert!(comment_of(text).len() > 20, "{name}");
        }
        assert_eq!(comment_of("// One.\n// Two.\n(\n // three\n)"), "One. Two.");
    }

    #[test]
    fn what_can_be_done_follows_from_how_the_training_stands() {
        let verbs =
            |standing| -> Vec<Verb> { Face::Training(standing).options().into_iter().map(|(verb, _)| verb).collect() };
        assert_eq!(verbs(Standing::Running), [Verb::Stop, Verb::Watch]);
        assert_eq!(verbs(Standing::Stopped)[0], Verb::GoOn);
        assert_eq!(verbs(Standing::Done), [Verb::Watch, Verb::Dream]);
        assert_eq!(verbs(Standing::Failed("disk".into())), [Verb::Again]);
        assert_eq!(Face::Recipes.options().len(), RECIPES.len());
    }

    #[test]
    fn times_are_told_in_words() {
        let words = [5.4, 89.0, 100.0, 3600.0, 7260.0].map(span);
        assert_eq!(words, ["5 s", "89 s", "2 min", "60 min", "2 h 1 min"]);
    }
}
