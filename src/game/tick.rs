//! A tick of the simulation: a schedule of its own, run by the recorder as fast as it goes and by the window's clock.

use std::sync::Arc;

use bevy::ecs::query::QueryData;
use bevy::ecs::schedule::ScheduleLabel;
use bevy::prelude::*;

use crate::agent::{Action, Agent, Policy, Pose, is_undecided, waits};
use crate::maze::Maze;
use crate::scene::Scene;

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

/// Who walks beside an agent, in scenes that have creatures: each with where it was before the last tick, and with who
/// decides for it.
#[derive(Component)]
pub(super) struct Creatures {
    pub agents: Vec<Agent>,
    pub before: Vec<Pose>,
    drivers: Vec<Box<dyn Policy>>,
}

impl Creatures {
    /// Those of a scene, if it has any.
    pub fn spawn(scene: &Scene, maze: &Maze, seed: u64) -> Option<Self> {
        scene.creatures.as_ref()?;
        let (agents, drivers): (Vec<Agent>, _) = scene.spawn_creatures(maze, seed).into_iter().unzip();
        Some(Self { before: agents.iter().map(Agent::pose).collect(), agents, drivers })
    }

    /// Lets each do what it wants. Whoever is at its corner stays there until all are at theirs and the agent turns.
    fn act(&mut self, maze: &Maze, all_turn: bool) {
        self.before = self.agents.iter().map(Agent::pose).collect();
        for (agent, driver) in self.agents.iter_mut().zip(&mut self.drivers) {
            if agent.corner(maze).is_none() || all_turn {
                let wish = driver.decide(agent, maze);
                agent.tick(maze, wish);
            }
        }
    }
}

/// An agent and who walks beside it, to be asked whether their way on is undecided.
#[derive(QueryData)]
pub(super) struct Undecided {
    pub maze: &'static InMaze,
    pub walker: &'static Walker,
    pub creatures: Option<&'static Creatures>,
}

impl UndecidedItem<'_, '_> {
    /// Whether it is.
    pub fn is(&self) -> bool {
        let creatures = self.creatures.map_or(&[][..], |creatures| &creatures.agents);
        is_undecided(&self.maze.0, &self.walker.agent, creatures)
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
pub(super) fn decide(mut walkers: Query<(&InMaze, &mut Walker, &mut Driver, Option<&Creatures>), Without<Steered>>) {
    for (maze, mut walker, mut driver, creatures) in &mut walkers {
        let waits = creatures.is_some_and(|creatures| waits(&maze.0, &walker.agent, &creatures.agents));
        // Into the wall ahead: that is how an agent waits at a corner.
        walker.wish = if waits { Action::Forward } else { driver.0.decide(&walker.agent, &maze.0) };
    }
}

/// Lets every agent do what it wants.
fn act(mut walkers: Query<(&InMaze, &mut Walker, Option<&mut Driver>, Option<&mut Creatures>)>) {
    for (maze, mut walker, driver, creatures) in &mut walkers {
        let wish = walker.wish;
        if let Some(mut creatures) = creatures {
            let all_turn = wish != Action::Forward && is_undecided(&maze.0, &walker.agent, &creatures.agents);
            creatures.act(&maze.0, all_turn);
        }
        let turns = walker.agent.under_way().unwrap_or(wish) != Action::Forward;
        let slips = turns && walker.agent.slip().is_some();
        let share = driver.filter(|_| slips).map_or(0.5, |mut driver| driver.0.slip());
        walker.done = walker.agent.tick_slipping(&maze.0, wish, share);
    }
}
