//! A tick of the simulation: a schedule of its own, run by the recorder as fast as it goes and by the window's clock.

use std::sync::Arc;

use bevy::ecs::schedule::ScheduleLabel;
use bevy::prelude::*;

use crate::agent::{Action, Agent, Policy};
use crate::maze::Maze;

/// The schedule that advances all agents by one tick.
#[derive(ScheduleLabel, Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Tick;

/// What happens in a tick, in this order.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum TickSet {
    /// New mazes open, each with an agent.
    Spawn,
    /// Every agent's policy, or whoever steers it, says what it wants.
    Decide,
    /// Every agent does it.
    Act,
    /// The camera draws what is seen now, and it is recorded.
    Observe,
    /// Whole episodes go to disk and their mazes close.
    Save,
}

/// The maze that an entity walks.
#[derive(Component)]
pub(super) struct InMaze(pub Arc<Maze>);

/// The agent, and what it did last.
#[derive(Component)]
pub(super) struct Walker {
    pub agent: Agent,
    pub wish: Action,
    pub done: Action,
}

impl Walker {
    pub fn new(agent: Agent) -> Self {
        Self { agent, wish: Action::Forward, done: Action::Forward }
    }
}

/// Who decides for an agent.
#[derive(Component)]
pub(super) struct Driver(pub Box<dyn Policy>);

/// Marks an agent whose wish is set by a person, not by its [`Driver`].
#[derive(Component)]
pub(super) struct Steered;

pub(super) fn plugin(app: &mut App) {
    app.init_schedule(Tick)
        .configure_sets(Tick, (TickSet::Spawn, TickSet::Decide, TickSet::Act, TickSet::Observe, TickSet::Save).chain())
        .add_systems(Tick, (decide.in_set(TickSet::Decide), act.in_set(TickSet::Act)));
}

/// Asks every agent's policy.
pub(super) fn decide(mut walkers: Query<(&InMaze, &mut Walker, &mut Driver), Without<Steered>>) {
    for (maze, mut walker, mut driver) in &mut walkers {
        walker.wish = driver.0.decide(&walker.agent, &maze.0);
    }
}

/// Lets every agent do what it wants.
fn act(mut walkers: Query<(&InMaze, &mut Walker)>) {
    for (maze, mut walker) in &mut walkers {
        let wish = walker.wish;
        walker.done = walker.agent.tick(&maze.0, wish);
    }
}
