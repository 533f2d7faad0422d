//! Walks drawn by a policy, and how good each of their decisions turned out to be.

use super::world::{Walk, World};
use crate::agent::{Action, Agent};
use crate::network::PlainWalkNet;
use crate::predict::drawn;
use crate::random::Rng;

/// Someone under way.
#[derive(Debug, Clone)]
struct Walking {
    agent: Agent,
    state: Vec<f32>,
    done: usize,
    last: Option<Action>,
}

/// Draws walks by a network.
pub(super) struct Drawing<'a> {
    pub world: &'a World,
    pub network: &'a PlainWalkNet,
    /// Decisions of a walk.
    pub length: usize,
}

impl Drawing<'_> {
    /// A walk from where another one begins.
    pub fn walk(&self, from: &Walk, rng: &mut Rng) -> Walk {
        self.with_places(from, rng).0
    }

    /// A walk, and for each number of its decisions before the last, `completions` walks that begin with them and go on by
    /// themselves.
    pub fn with_completions(&self, from: &Walk, completions: usize, rng: &mut Rng) -> (Walk, Vec<Vec<Walk>>) {
        let (walk, places) = self.with_places(from, rng);
        let complete = |(done, place): (usize, &Walking)| {
            let one = |_| {
                let mut walking = place.clone();
                let mut actions = walk.actions[..done].to_vec();
                actions.extend((done..self.length).map(|_| self.decide(walk.maze, &mut walking, rng)));
                Walk { actions, ..walk.clone() }
            };
            (0..completions).map(one).collect()
        };
        let all = places.iter().enumerate().map(complete).collect();
        (walk, all)
    }

    /// A walk, and who was under way before each of its decisions.
    fn with_places(&self, from: &Walk, rng: &mut Rng) -> (Walk, Vec<Walking>) {
        let mut walking = Walking { agent: from.start, state: self.network.blank(), done: 0, last: None };
        let mut places = Vec::with_capacity(self.length);
        let mut actions = Vec::with_capacity(self.length);
        for _ in 0..self.length {
            places.push(walking.clone());
            actions.push(self.decide(from.maze, &mut walking, rng));
        }
        (Walk { maze: from.maze, start: from.start, actions, mirrored: false }, places)
    }

    fn decide(&self, maze: usize, walking: &mut Walking, rng: &mut Rng) -> Action {
        let known = self.world.maze(maze);
        let seen = self.world.sight().at(known, &walking.agent, walking.done, walking.last, false);
        let action = drawn(self.network.odds(&seen, &mut walking.state), rng);
        walking.agent.tick(known, action);
        walking.done += 1;
        walking.last = Some(action);
        action
    }
}

/// How much better each decision turned out than what was to be expected before it: the mean reward of walks that go on
/// after it, less that of walks that go on before it.
///
/// `before` has, for each number of decisions done, the rewards of walks that began with them; `whole` is the reward of the
/// walk itself. The baseline is drawn without looking at the decision, so that the policy gradient stays unbiased.
pub(super) fn advantages(before: &[Vec<f32>], whole: f32) -> Vec<f32> {
    let mean = |rewards: &Vec<f32>| rewards.iter().sum::<f32>() / rewards.len().max(1) as f32;
    let mut values: Vec<f32> = before.iter().map(mean).collect();
    values.push(whole);
    values.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advantage_is_what_a_decision_changed_and_all_of_them_sum_up() {
        let before = [vec![0.5, 0.3], vec![0.8, 0.8], vec![0.1, 0.3]];
        let found = advantages(&before, 0.25);
        for (found, expected) in found.iter().zip([0.4, -0.6, 0.05]) {
            assert!((found - expected).abs() < 1e-6, "{found}");
        }
        assert!((found.iter().sum::<f32>() - (0.25 - 0.4)).abs() < 1e-6);
    }
}
