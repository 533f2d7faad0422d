//! How the screen is laid out: recipes, or a training with its bar, its charts and its sample sheet.

use std::time::Instant;

use bevy::prelude::*;

use super::SCREEN;
use super::draw::GAP;
use super::face::{Face, Pair};
use super::recipes::spawn_recipes;
use crate::camera::Frame;
use crate::draw::Style;
use crate::files::Shown;
use crate::game::window::lab::{Lab, Training};
use crate::game::window::parts::theme::{ACCENT, CARD, DIM, LINE, TEXT, column, cover, figures, row, words};
use crate::game::window::parts::{Selected, image_of, smooth_image_of, spawn_button, spawn_hints};

/// Width of the bar, in the design's pixels.
pub(super) const BAR: f32 = 1216.0;

/// What is laid out, and which of its options the keys have chosen.
#[derive(Resource)]
pub(super) struct Desk {
    face: Option<Face>,
    pub picked: usize,
    /// A recipe that was chosen and waits for a second recording.
    pub pair: Option<Pair>,
    pub charts: [Handle<Image>; 2],
    pub sheet: Handle<Image>,
    /// When the charts were drawn last.
    pub drawn: Option<Instant>,
    /// Step of the sheet that is shown.
    pub shown: Option<u64>,
    /// Whether one corner is shown through the training, in place of all corners now.
    pub is_course: bool,
}

/// All that is laid out.
#[derive(Component)]
pub(super) struct Body;

/// One of the options.
#[derive(Component, Clone, Copy)]
pub(super) struct Pick(pub usize);

#[derive(Component)]
pub(super) struct Fill;

#[derive(Component, Clone, Copy, PartialEq)]
pub(super) enum Words {
    Pace,
    Sheet,
    Said,
}

#[derive(Component)]
pub(super) struct SheetPicture;

pub(super) fn enter(mut commands: Commands, mut images: ResMut<Assets<Image>>) {
    let mut empty = || images.add(smooth_image_of(&Frame::new(1, 1)));
    let charts = [empty(), empty()];
    let sheet = images.add(image_of(&Frame::new(1, 1)));
    commands.insert_resource(Desk {
        face: None,
        picked: 0,
        pair: None,
        charts,
        sheet,
        drawn: None,
        shown: None,
        is_course: false,
    });
    let node = Node { padding: UiRect::axes(px(32.0), px(18.0)), flex_direction: FlexDirection::Column, ..cover() };
    commands.spawn((Name::new("training"), Body, DespawnOnExit(SCREEN), Node { row_gap: px(12.0), ..node }));
}

/// Lays the screen out when there is something else to show.
pub(super) fn lay_out(mut commands: Commands, lab: Res<Lab>, mut desk: ResMut<Desk>, body: Query<Entity, With<Body>>) {
    let face = Face::of(&lab, &desk);
    let Ok(body) = body.single() else { return };
    if desk.face.as_ref() == Some(&face) {
        return;
    }
    (desk.picked, desk.drawn, desk.shown) = (0, None, None);
    commands.entity(body).despawn_related::<Children>().with_children(|screen| match (&face, lab.training()) {
        (Face::Training(..), Some(training)) => spawn_training(screen, training, &face, &desk),
        _ => spawn_recipes(screen, lab.asked.as_deref(), &face),
    });
    desk.face = Some(face);
}

fn spawn_training(screen: &mut ChildSpawnerCommands, training: &Training, face: &Face, desk: &Desk) {
    let job = &training.job;
    screen.spawn(row(16.0)).with_children(|head| {
        head.spawn(words(job.recipe.name.clone(), 28.0, ACCENT));
        let way = format!("learns from {}, into {}", job.data.shown(), job.out.shown());
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
            &[
                ("←→", "choose"),
                ("Enter", "do it"),
                ("S", "stop"),
                ("C", "one corner so far"),
                ("F1", "all keys"),
                ("Esc", "back, it goes on"),
            ],
        );
        foot.spawn(row(10.0)).with_children(|buttons| {
            for (index, (_, label)) in face.options().into_iter().enumerate() {
                spawn_button(buttons, &label, Pick(index));
            }
        });
    });
}

/// Marks what the keys have chosen.
pub(super) fn mark(
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
