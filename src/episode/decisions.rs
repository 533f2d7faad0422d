//! What an agent decided in a recorded episode: a move of a whole cell, or a quarter turn, at a time.

use super::{DataSet, replay};
use crate::agent::{Action, Agent};

/// A recorded walk, one action a decision, from where the agent has just walked into a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedWalk {
    /// Number of the maze in the scene.
    pub maze: u64,
    /// Where it begins: each tick of this agent is a whole decision.
    pub start: Agent,
    /// What was decided there and after.
    pub actions: Vec<Action>,
}

/// All walks of `length` decisions in some recorded episodes, from every place where one can begin; with `apart`, only those
/// that share no decision. Episodes whose actions do not lead to their poses have none.
pub fn recorded_walks(data: &DataSet, length: usize, apart: bool) -> Vec<RecordedWalk> {
    let scene = &data.manifest.scene;
    let mut all = Vec::new();
    for episode in &data.episodes {
        let maze = scene.maze(episode.entry.maze);
        let agents = replay(episode.poses(), episode.corners(), episode.actions(), &maze, scene.gait());
        let decisions = decisions(&agents.unwrap_or_default(), episode.actions());
        let mut first = 0;
        while first + length <= decisions.len() {
            let (start, _) = decisions[first];
            if !start.has_arrived() {
                first += 1;
                continue;
            }
            let actions = decisions[first..first + length].iter().map(|&(_, action)| action).collect();
            all.push(RecordedWalk { maze: episode.entry.maze, start, actions });
            first += if apart { length } else { 1 };
        }
    }
    all
}

/// Where an agent stood, and what it then did, for each decision of an episode.
fn decisions(agents: &[Agent], actions: &[Action]) -> Vec<(Agent, Action)> {
    let standing = agents.iter().zip(actions).filter(|(agent, _)| agent.under_way().is_none());
    standing.map(|(agent, &action)| (agent.striding(), action)).collect()
}
