//! A trained walker that may drive the agent: a key hands over to it, and back.

use std::path::Path;

use bevy::prelude::*;

use super::in_maze;
use super::intent::Intent;
use super::sight::Sight;
use super::steer;
use crate::agent::Policy;
use crate::game::tick::{Creatures, Driver, Steered};
use crate::game::window::keys::{Key, Keys};
use crate::game::window::notice::Notices;
use crate::game::window::screen::FrameSet;
use crate::predict::WalkModel;
use crate::random::{Purpose, stream};
use crate::train::{TrainError, Trained};

pub(super) const WALKER: Key = Key::label('l', KeyCode::KeyL, "let a trained walker walk, or take over");

/// The trained walker of this window, if one was opened.
#[derive(Resource, Default)]
pub(in crate::game::window) struct Guide(Option<WalkModel>);

impl Guide {
    /// One that is open.
    #[cfg(test)]
    pub fn new(model: WalkModel) -> Self {
        Self(Some(model))
    }

    /// The one of a run.
    pub fn open(run: &Path) -> Result<Self, TrainError> {
        let device = crate::device::find("flex")?;
        let (_, walkers) = Trained::walkers(run, &device)?;
        Ok(Self(walkers.into_iter().next()))
    }
}

/// Marks an agent that a trained walker drives, and holds who drove it before.
#[derive(Component)]
pub(in crate::game::window) struct Led {
    before: Box<dyn Policy>,
    pub name: String,
}

/// An agent, whoever drives it, and whether a trained walker does and creatures walk beside it.
type Driven = (Entity, &'static Sight, &'static mut Driver, Has<Led>, Has<Creatures>);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Guide>().add_systems(
        Update,
        (hand_over.before(steer::read_keys), give_back.after(steer::hand_over)).in_set(FrameSet::Input).run_if(in_maze),
    );
}

fn hand_over(
    mut commands: Commands,
    keys: Keys,
    guide: Res<Guide>,
    mut intent: ResMut<Intent>,
    mut notices: ResMut<Notices>,
    mut agents: Query<Driven>,
) {
    if !keys.pressed(&WALKER) {
        return;
    }
    intent.clear();
    for (entity, sight, mut driver, is_led, in_crowd) in &mut agents {
        if is_led {
            commands.entity(entity).insert(Steered);
            notices.say("you steer now; L lets the trained walker go on");
            continue;
        }
        let Some(model) = &guide.0 else {
            notices.error(
                "there is no trained walker: give `crossroads play --walker RUN` one, or open its card on the first screen; \
                 `crossroads train walker` makes one",
            );
            continue;
        };
        if in_crowd {
            notices.error(format!("`{}` does not wait for creatures; play another scene with it", model.name));
            continue;
        }
        // Whoever hands over again at the same place sees another walk only where time has passed.
        let rng = stream(sight.maze, Purpose::Walks, &[sight.ticks]);
        let before = std::mem::replace(&mut driver.0, Box::new(model.walker(rng)));
        commands.entity(entity).insert(Led { before, name: model.name.clone() }).remove::<Steered>();
        notices.say(format!("`{}` walks; L or a turn takes over", model.name));
    }
}

/// Whoever takes over finds the explorer waiting, as before the walker came.
fn give_back(mut commands: Commands, mut led: Query<(Entity, &mut Led, &mut Driver), With<Steered>>) {
    for (entity, mut led, mut driver) in &mut led {
        std::mem::swap(&mut driver.0, &mut led.before);
        commands.entity(entity).remove::<Led>();
    }
}
