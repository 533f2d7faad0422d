//! What is shown of the dream and of what is real.

use bevy::prelude::*;

use super::column::{Figures, Inside, Meter, Slot};
use super::dreaming::Dreaming;
use super::meter::draw_meter;
use crate::game::window::maze::{Sight, Stage};
use crate::game::window::parts::theme::ACCENT;
use crate::game::window::parts::{Panel, Panels, frame_of, show};

pub(super) fn show_real(
    stage: Res<Stage>,
    agents: Query<Ref<Sight>>,
    slots: Query<(&Slot, &Panel)>,
    mut panels: Panels,
) {
    let Ok(sight) = agents.single() else { return };
    if !sight.is_changed() {
        return;
    }
    for (_, panel) in slots.iter().filter(|(slot, _)| **slot == Slot::Real) {
        panels.picture(panel, &frame_of(stage.camera.size(), sight.newest()));
    }
}

pub(super) fn show_dream(
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

pub(super) fn show_meter(
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
        || "M begins to dream; every move is a step".to_owned(),
        |drift| format!("sharpness {:.2}   distance to what is real {:.2}", drift.sharpness, drift.nearness),
    );
    for mut text in &mut lines {
        text.set_if_neq(Text(line.clone()));
    }
}
