//! The clock: when the next tick is due, and how far the picture is between two of them.

use bevy::prelude::*;

use super::in_maze;
use super::intent::Intent;
use crate::game::tick::{Creatures, InMaze, Steered, Tick, Walker};
use crate::game::window::keys::{Key, Keys, Press};
use crate::game::window::notice::Notices;
use crate::game::window::screen::FrameSet;
use crate::scene::Scene;

/// Cells a second at speed 1.
const PACE: f32 = 3.0;

/// Speeds that the keys step through.
const SPEEDS: [f32; 7] = [0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];

/// Ticks in one frame of the window at most: a slow machine walks slowly rather than in leaps.
const AT_ONCE: u32 = 2;

pub(super) const PAUSE: Key = Key::label('p', KeyCode::KeyP, "pause");
pub(super) const STEP: Key = Key::label('.', KeyCode::Period, "one tick, also while paused");
pub(super) const SLOWER: Key = Key::label('-', KeyCode::Minus, "slower");
pub(super) const FASTER: Key = Key::label('+', KeyCode::Equal, "faster").or(Press::Label('=', KeyCode::Equal));

/// When ticks are due.
#[derive(Resource)]
pub(in crate::game::window) struct Clock {
    pub paused: bool,
    /// Whether the agent is held at a corner until a turn is chosen.
    pub held: bool,
    /// Whether something else, such as a dream, must catch up first.
    pub waiting: bool,
    /// How far the picture is from the last tick but one (0) to the last (1).
    pub part: f32,
    speed: usize,
    ticks_a_second: f32,
}

impl Default for Clock {
    fn default() -> Self {
        Self { paused: false, held: false, waiting: false, part: 1.0, speed: 3, ticks_a_second: 12.0 }
    }
}

impl Clock {
    /// Begins with a scene.
    pub fn begin(&mut self, scene: &Scene) {
        *self = Self { speed: self.speed, ticks_a_second: ticks_a_second(scene), ..Self::default() };
    }

    /// As fast as it goes.
    pub fn hurry(&mut self) {
        self.speed = SPEEDS.len() - 1;
    }

    /// How much faster than usual.
    pub fn speed(&self) -> f32 {
        SPEEDS[self.speed]
    }
}

/// Ticks a second at speed 1.
pub(in crate::game::window) fn ticks_a_second(scene: &Scene) -> f32 {
    PACE * scene.agent.ticks_per_cell as f32
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Clock>()
        .add_systems(Update, read_keys.in_set(FrameSet::Input).run_if(in_maze))
        .add_systems(Update, advance.in_set(FrameSet::Advance).run_if(in_maze));
}

fn read_keys(keys: Keys, mut clock: ResMut<Clock>, mut notices: ResMut<Notices>) {
    if keys.pressed(&PAUSE) {
        clock.paused = !clock.paused;
    }
    let (slower, faster) = (keys.pressed(&SLOWER), keys.pressed(&FASTER));
    if slower || faster {
        let step = if faster { clock.speed + 1 } else { clock.speed.saturating_sub(1) };
        clock.speed = step.min(SPEEDS.len() - 1);
        notices.say(format!("speed ×{}", clock.speed()));
    }
}

/// Whether the agent has anything to do: without a wish of the person who steers it, time stands still.
fn has_wish((walker, maze, steered, in_crowd): (&Walker, &InMaze, bool, bool), intent: &Intent, clock: &Clock) -> bool {
    let agent = &walker.agent;
    if agent.under_way().is_some() || intent.next().is_some() {
        return true;
    }
    if clock.held {
        return false;
    }
    let (x, y) = agent.cell();
    // At a wall, who walks on waits for the others.
    !steered || (intent.is_walking && (in_crowd || maze.0.is_open_towards(x, y, agent.heading())))
}

fn advance(world: &mut World) {
    let passed = world.resource::<Time>().delta_secs().min(0.25);
    let step = world.run_system_cached(can_step).unwrap_or(false);
    if step {
        tick(world);
        world.resource_mut::<Clock>().part = 1.0;
        return;
    }
    let clock = world.resource::<Clock>();
    if clock.paused {
        return;
    }
    let mut part = clock.part + passed * clock.ticks_a_second * clock.speed();
    for _ in 0..AT_ONCE {
        if part < 1.0 || !world.run_system_cached(is_due).unwrap_or(false) {
            break;
        }
        tick(world);
        part -= 1.0;
    }
    world.resource_mut::<Clock>().part = part.min(1.0);
}

/// Whether a single tick is asked for, and something would happen in it.
fn can_step(keys: Keys, intent: Res<Intent>, agents: Query<(&Walker, &InMaze, Has<Steered>)>) -> bool {
    let moves = |(walker, maze, steered): (&Walker, &InMaze, bool)| {
        let ((x, y), ahead) = (walker.agent.cell(), walker.agent.heading());
        let can_walk = maze.0.is_open_towards(x, y, ahead);
        walker.agent.under_way().is_some() || intent.next().is_some() || !steered || can_walk
    };
    keys.pressed(&STEP) && agents.iter().any(moves)
}

fn is_due(
    clock: Res<Clock>,
    intent: Res<Intent>,
    agents: Query<(&Walker, &InMaze, Has<Steered>, Has<Creatures>)>,
) -> bool {
    !clock.waiting && agents.iter().any(|agent| has_wish(agent, &intent, &clock))
}

fn tick(world: &mut World) {
    world.resource_mut::<Clock>().held = false;
    world.run_schedule(Tick);
}
