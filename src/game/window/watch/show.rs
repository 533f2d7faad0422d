//! What is shown of the truth, of the models' answers and of their tallies.

use std::time::{Duration, Instant};

use bevy::prelude::*;

use super::column::{FanOut, PAGE, Slot, TallyLine};
use super::watched::Watched;
use crate::draw::palette::{of_future, of_pick};
use crate::game::tick::Undecided;
use crate::game::window::maze::{Clock, Sight, Stage};
use crate::game::window::parts::theme::{self, ACCENT, DIM};
use crate::game::window::parts::{Panel, Panels, frame_of, show};

/// A prediction that is older than this is marked with its age.
const LATE: Duration = Duration::from_millis(250);

pub(super) fn show_seen(
    stage: Res<Stage>,
    agents: Query<(Undecided, Ref<Sight>)>,
    slots: Query<(&Slot, &Panel)>,
    mut panels: Panels,
) {
    let Ok((one, sight)) = agents.single() else { return };
    if !sight.is_changed() {
        return;
    }
    let is_corner = one.is();
    for (_, panel) in slots.iter().filter(|(slot, _)| **slot == Slot::Seen) {
        panels.picture(panel, &frame_of(stage.camera.size(), sight.newest()));
        panels.caption(panel, if is_corner { "at a corner" } else { "" }, is_corner.then_some(ACCENT));
    }
}

pub(super) fn show_futures(
    watched: Res<Watched>,
    mut slots: Query<(&Slot, &Panel, &mut Visibility)>,
    mut panels: Panels,
    mut shown: Local<Option<(Instant, usize)>>,
) {
    let Some(answers) = &watched.answers else { return };
    let now = (answers.seen, watched.page);
    if shown.replace(now) == Some(now) {
        return;
    }
    let first = watched.page % answers.futures.len().div_ceil(PAGE).max(1) * PAGE;
    for (slot, panel, mut visibility) in &mut slots {
        let Slot::Future(place) = *slot else { continue };
        let number = first + place;
        // A moment may have fewer futures than there are panels.
        let future = answers.futures.all.get(number);
        visibility.set_if_neq(if future.is_some() { Visibility::Inherited } else { Visibility::Hidden });
        if let Some(future) = future {
            panels.picture(panel, &future.frames.picture(0));
            panels.caption(panel, &future.name, answers.is_corner.then_some(theme::colour(of_future(number))));
        }
    }
}

pub(super) fn show_answers(
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
                (text, Some(theme::colour(of_pick(verdict.pick()))))
            }
            None => (String::new(), None),
        };
        if is_late {
            (text, colour) = (format!("{:.1} s old", age.as_secs_f64()), Some(DIM));
        }
        panels.caption(panel, &text, colour);
    }
}

pub(super) fn show_tallies(watched: Res<Watched>, mut lines: Query<(&TallyLine, &mut Text)>) {
    for (line, mut text) in &mut lines {
        if let Some(tally) = watched.tallies.get(line.0) {
            text.set_if_neq(Text(tally.line()));
        }
    }
}

pub(super) fn show_fans(
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
