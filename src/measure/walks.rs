//! Walks judged against recorded ones from the same places.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::agent::{Action, Policy, is_legal};
use crate::episode::RecordedWalk;
use crate::maze::{Corner, Maze};

/// Actions in a row that are counted: four, a corner with what led to it and what followed.
pub const NGRAM: usize = 4;

/// What was found of one walker.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WalkRow {
    /// Who walked.
    pub name: String,
    /// Walks.
    pub walks: usize,
    /// Share of the walks of which every decision is legal, 0 to 1.
    pub legal: f64,
    /// Share of all decisions that are legal, 0 to 1.
    pub legal_decisions: f64,
    /// Jensen-Shannon divergence of the walks' n-grams of actions from those of the recorded walks, in bits, 0 to 1.
    pub divergence: f64,
    /// Corners at which it turned.
    pub corners: usize,
    /// Share of them at which it turned left; none, if there are no such corners.
    pub left_share: Option<f64>,
    /// Different walks over all walks from a place, a mean over the places, above 0 to 1.
    pub distinct: f64,
}

/// What was found of several.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WalkReport {
    /// Decisions of a walk.
    pub length: usize,
    /// Actions in an n-gram.
    pub ngram: usize,
    /// Places in mazes that no model learned, from each of which one walk was recorded.
    pub places: usize,
    /// Walks from each of them.
    pub samples: usize,
    /// The probability of a left turn at a corner in the scene.
    pub left_odds: f32,
    /// A row for each walker.
    pub rows: Vec<WalkRow>,
}

/// A walk from where a recorded one begins, by a policy.
pub fn walked(maze: &Maze, from: &RecordedWalk, policy: &mut dyn Policy) -> Vec<Action> {
    let mut agent = from.start;
    let mut decide = |_| {
        let wish = policy.decide(&agent, maze);
        agent.tick(maze, wish)
    };
    (0..from.actions.len()).map(&mut decide).collect()
}

/// What is counted of a walk's decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    decisions: usize,
    legal: usize,
    lefts: usize,
    rights: usize,
}

fn count(maze: &Maze, from: &RecordedWalk, actions: &[Action]) -> Counts {
    let (mut agent, mut counts) = (from.start, Counts::default());
    for &action in actions {
        counts.decisions += 1;
        counts.legal += usize::from(is_legal(maze, &agent, action));
        let ((x, y), heading) = (agent.cell(), agent.heading());
        if agent.has_arrived() && (Corner { x, y, heading }).is_in(maze) {
            counts.lefts += usize::from(action == Action::Left);
            counts.rights += usize::from(action == Action::Right);
        }
        agent.tick(maze, action);
    }
    counts
}

/// Judges the walks from each place, `[places, samples]`, beside the one that was recorded there. `maze` gives the maze of a
/// recorded walk.
pub fn judge_walks(
    name: &str,
    recorded: &[RecordedWalk],
    walks: &[Vec<Vec<Action>>],
    maze: impl Fn(&RecordedWalk) -> Maze,
) -> WalkRow {
    let (mut legal, mut all, mut total, mut distinct) = (0, 0, Counts::default(), 0.0);
    for (from, walks) in recorded.iter().zip(walks) {
        let maze = maze(from);
        for actions in walks {
            let counts = count(&maze, from, actions);
            legal += usize::from(counts.legal == counts.decisions);
            total.decisions += counts.decisions;
            total.legal += counts.legal;
            total.lefts += counts.lefts;
            total.rights += counts.rights;
        }
        all += walks.len();
        let different: BTreeSet<Vec<u8>> = walks.iter().map(|walk| codes(walk)).collect();
        distinct += different.len() as f64 / walks.len().max(1) as f64;
    }
    let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
    let corners = total.lefts + total.rights;
    WalkRow {
        name: name.to_owned(),
        walks: all,
        legal: share(legal, all),
        legal_decisions: share(total.legal, total.decisions),
        divergence: divergence(
            recorded.iter().map(|walk| walk.actions.as_slice()),
            walks.iter().flatten().map(Vec::as_slice),
            NGRAM,
        ),
        corners,
        left_share: (corners > 0).then(|| share(total.lefts, corners)),
        distinct: distinct / recorded.len().max(1) as f64,
    }
}

fn codes(actions: &[Action]) -> Vec<u8> {
    actions.iter().map(|&action| action as u8).collect()
}

/// Jensen-Shannon divergence in bits, 0 to 1, of the shares of n-grams in some sequences and in others: ½ KL(p ‖ m) +
/// ½ KL(q ‖ m) with m = ½ (p + q). Lin (1991), <https://doi.org/10.1109/18.61115>. 0 where either has no n-gram.
pub fn divergence<'a>(
    one: impl Iterator<Item = &'a [Action]>,
    other: impl Iterator<Item = &'a [Action]>,
    ngram: usize,
) -> f64 {
    let mut counts: BTreeMap<Vec<u8>, [f64; 2]> = BTreeMap::new();
    let mut totals = [0.0; 2];
    let mut add = |side: usize, actions: &[Action]| {
        for window in actions.windows(ngram) {
            counts.entry(codes(window)).or_default()[side] += 1.0;
            totals[side] += 1.0;
        }
    };
    one.for_each(|actions| add(0, actions));
    other.for_each(|actions| add(1, actions));
    if totals.contains(&0.0) {
        return 0.0;
    }
    let term = |share: f64, mean: f64| if share > 0.0 { share * (share / mean).log2() } else { 0.0 };
    let divergence = |[one, other]: &[f64; 2]| {
        let (p, q) = (one / totals[0], other / totals[1]);
        let mean = (p + q) / 2.0;
        (term(p, mean) + term(q, mean)) / 2.0
    };
    counts.values().map(divergence).sum::<f64>().max(0.0)
}

/// The report as a Markdown table.
pub fn walk_table(report: &WalkReport) -> String {
    let mut lines = vec![
        "| walker | legal walks | legal decisions | divergence | left | distinct |".to_owned(),
        "| ------ | ----------: | --------------: | ---------: | ---: | -------: |".to_owned(),
    ];
    lines.extend(report.rows.iter().map(|row| {
        let left = row.left_share.map_or("-".into(), |share| format!("{share:.3}"));
        let WalkRow { name, legal, legal_decisions, divergence, distinct, .. } = row;
        format!("| {name} | {legal:.3} | {legal_decisions:.4} | {divergence:.4} | {left} | {distinct:.3} |")
    }));
    let WalkReport { length, ngram, places, samples, left_odds, .. } = report;
    lines.push(format!(
        "{places} places in mazes never trained on, {samples} walks of {length} decisions from each. Divergence: Jensen-Shannon, \
         in bits, of {ngram}-grams of actions from the recorded walks. The scene's odds of a left turn are {left_odds}."
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::{Agent, Gait, Replay};
    use crate::maze::Heading;

    fn actions(letters: &str) -> Vec<Action> {
        let action = |letter| match letter {
            'F' => Action::Forward,
            'L' => Action::Left,
            _ => Action::Right,
        };
        letters.chars().map(action).collect()
    }

    fn maze() -> Maze {
        let rows = ["#######", "#.....#", "###.###", "###.###", "#######"].map(str::to_owned);
        Maze::draw(&rows, 0).unwrap()
    }

    /// From the foot of the T's stem, up to the corner.
    fn from(letters: &str) -> RecordedWalk {
        let gait = Gait { ticks_per_cell: 1, ticks_per_quarter: 1, slip: None, crossings: false };
        let start = Agent::arrived_at(Corner { x: 3, y: 3, heading: Heading::North }, gait);
        RecordedWalk { maze: 0, start, actions: actions(letters) }
    }

    #[test]
    fn divergence_is_that_of_the_formula() {
        let of = |one: &[&str], other: &[&str], ngram| {
            let [one, other] = [one, other].map(|walks| walks.iter().map(|walk| actions(walk)).collect::<Vec<_>>());
            divergence(one.iter().map(Vec::as_slice), other.iter().map(Vec::as_slice), ngram)
        };
        assert_eq!(of(&["FFLF"], &["FFLF", "FFLF"], 2), 0.0);
        assert_eq!(of(&["FFFF"], &["LLLL"], 4), 1.0, "nothing in common");
        // p = (1, 0), q = (1/2, 1/2): ½ log₂(4/3) + ½ (½ log₂(2/3) + ½ log₂ 2), by Python's `math`.
        assert!((of(&["FF"], &["FL"], 1) - 0.311_278).abs() < 1e-6);
        assert_eq!(of(&["F"], &["LLLL"], 4), 0.0, "too short for any");
    }

    #[test]
    fn a_row_counts_legal_walks_turns_and_different_walks() {
        let recorded = [from("FFLFF")];
        let walks = ["FFLFF", "FFRFF", "FFRFF", "FFFLF"].map(actions);
        let row = judge_walks("some", &recorded, &[walks.to_vec()], |_| maze());
        assert_eq!((row.walks, row.legal, row.distinct), (4, 0.75, 0.75));
        assert_eq!(row.legal_decisions, 19.0 / 20.0);
        // The wall was hit at the corner first; the turn after it is one at a corner, too.
        assert_eq!((row.corners, row.left_share), (4, Some(0.5)));
    }

    #[test]
    fn a_policy_walks_a_decision_at_a_time() {
        let walk = from("FFLFF");
        let mut policy = Replay::new(walk.actions.clone());
        assert_eq!(walked(&maze(), &walk, &mut policy), walk.actions);
    }
}
