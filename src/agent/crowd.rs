//! Several who walk one maze, and turn at the same tick: whoever has arrived at its corner waits there for the others.

use super::Agent;
use crate::maze::Maze;

/// Whether the way on is undecided: the agent has arrived where it is, and so has every creature beside it.
pub fn is_undecided(maze: &Maze, agent: &Agent, creatures: &[Agent]) -> bool {
    agent.corner(maze).is_some() && creatures.iter().all(|creature| creature.corner(maze).is_some())
}

/// Whether the agent has to wait for a creature that has not arrived yet.
pub fn waits(maze: &Maze, agent: &Agent, creatures: &[Agent]) -> bool {
    agent.corner(maze).is_some() && !is_undecided(maze, agent, creatures)
}
