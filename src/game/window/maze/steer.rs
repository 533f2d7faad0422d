//! A person steers: keys become wishes.

use bevy::prelude::*;

use super::clock::Clock;
use super::in_maze;
use super::intent::Intent;
use crate::agent::Action;
use crate::game::tick::{InMaze, Steered, Tick, TickSet, Walker};
use crate::game::window::keys::{Key, Keys, Press};
use crate::game::window::notice::Notices;
use crate::game::window::screen::FrameSet;

const FORWARD: Key =
    Key::named(KeyCode::ArrowUp, "↑", "walk on, for as long as it is held").or(Press::Place(KeyCode::KeyW, 'w'));
const LEFT: Key = Key::named(KeyCode::ArrowLeft, "←", "turn left").or(Press::Place(KeyCode::KeyA, 'a'));
const RIGHT: Key = Key::named(KeyCode::ArrowRight, "→", "turn right").or(Press::Place(KeyCode::KeyD, 'd'));
const AROUND: Key = Key::named(KeyCode::ArrowDown, "↓", "turn around").or(Press::Place(KeyCode::KeyS, 's'));
const EXPLORER: Key = Key::named(KeyCode::Tab, "Tab", "let the explorer walk, or take over");

/// The keys to steer with.
pub(super) const KEYS: [Key; 5] = [FORWARD, LEFT, RIGHT, AROUND, EXPLORER];

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Intent>()
        .add_systems(Update, (read_keys, hand_over).chain().in_set(FrameSet::Input).run_if(in_maze))
        .add_systems(Tick, steer.in_set(TickSet::Decide).after(crate::game::tick::decide));
}

pub(super) fn read_keys(
    mut commands: Commands,
    keys: Keys,
    clock: Res<Clock>,
    mut intent: ResMut<Intent>,
    mut notices: ResMut<Notices>,
    agents: Query<(Entity, &Walker, &InMaze, Has<Steered>)>,
) {
    let moves: [(&Key, &[Action]); 4] = [
        (&FORWARD, &[Action::Forward]),
        (&LEFT, &[Action::Left]),
        (&RIGHT, &[Action::Right]),
        (&AROUND, &[Action::Left, Action::Left]),
    ];
    let mut asked = false;
    for (key, wishes) in moves {
        if keys.pressed(key) {
            asked = true;
            intent.wish(wishes);
        }
    }
    intent.is_walking = keys.held(&FORWARD);
    for (entity, walker, maze, steered) in &agents {
        // Where the explorer is held at a corner, a key only chooses the turn.
        if asked && !steered && !clock.held {
            commands.entity(entity).insert(Steered);
            notices.say("you steer now; Tab lets the explorer go on");
        }
        // A wall ahead is no reason for time to pass.
        let (x, y) = walker.agent.cell();
        let is_blocked = !maze.0.is_open_towards(x, y, walker.agent.heading());
        if is_blocked && walker.agent.under_way().is_none() {
            while intent.moves.front() == Some(&Action::Forward) {
                intent.moves.pop_front();
            }
        }
    }
}

pub(super) fn hand_over(
    mut commands: Commands,
    keys: Keys,
    mut intent: ResMut<Intent>,
    mut notices: ResMut<Notices>,
    agents: Query<(Entity, Has<Steered>), With<Walker>>,
) {
    if !keys.pressed(&EXPLORER) {
        return;
    }
    intent.clear();
    for (entity, steered) in &agents {
        if steered {
            commands.entity(entity).remove::<Steered>();
            notices.say("the explorer walks; Tab or a turn takes over");
        } else {
            commands.entity(entity).insert(Steered);
            notices.say("you steer now; Tab lets the explorer go on");
        }
    }
}

/// A wish for the next move counts before what the explorer wants.
fn steer(mut intent: ResMut<Intent>, mut walkers: Query<(&mut Walker, Has<Steered>)>) {
    for (mut walker, steered) in &mut walkers {
        if walker.agent.under_way().is_some() {
            continue;
        }
        match intent.moves.pop_front() {
            Some(wish) => walker.wish = wish,
            None if steered => walker.wish = Action::Forward,
            None => {}
        }
    }
}
