//! Which decisions are legal: what a walk may do where it stands.

use super::{Action, Agent};
use crate::maze::Maze;

/// Whether the ways ahead, to the left and to the right of a standing agent are open, in the order of [`Action::ALL`].
pub fn open_ways(maze: &Maze, agent: &Agent) -> [bool; 3] {
    let ((x, y), heading) = (agent.cell(), agent.heading());
    Action::ALL.map(|action| maze.is_open_towards(x, y, heading.after(action)))
}

/// Whether a decision of a standing agent is legal: it goes on, or turns to a way that is open, and having turned to an
/// open way it goes there.
///
/// So a walk that goes into a wall, or turns to one, is illegal, and so is one that turns back where another way is open.
/// At a dead end there is none: a turn to either side is legal there, and then the next one to the same side.
pub fn is_legal(maze: &Maze, agent: &Agent, action: Action) -> bool {
    let open = open_ways(maze, agent);
    if open == [false; 3] {
        return action != Action::Forward;
    }
    // Having turned to an open way.
    if !agent.has_arrived() && open[0] {
        return action == Action::Forward;
    }
    open[action as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Gait;
    use crate::maze::{Corner, Heading};

    const GAIT: Gait = Gait { ticks_per_cell: 1, ticks_per_quarter: 1, slip: None, crossings: false };

    /// Which of a walk's decisions are legal, from the west end of the bar of a T.
    fn legal(walk: &str) -> Vec<bool> {
        let rows = ["#######", "#.....#", "###.###", "###.###", "#######"].map(str::to_owned);
        let maze = Maze::draw(&rows, 0).unwrap();
        let mut agent = Agent::arrived_at(Corner { x: 1, y: 1, heading: Heading::East }, GAIT);
        let action = |letter| match letter {
            'F' => Action::Forward,
            'L' => Action::Left,
            _ => Action::Right,
        };
        let mut decide = |action| {
            let is_legal = is_legal(&maze, &agent, action);
            agent.tick(&maze, action);
            is_legal
        };
        walk.chars().map(|letter| decide(action(letter))).collect()
    }

    #[test]
    fn walls_and_turns_back_are_illegal_but_at_dead_ends() {
        assert_eq!(legal("FFRFF"), [true; 5], "down the stem");
        assert_eq!(legal("FFFF"), [true; 4], "past it");
        assert_eq!(legal("FFL"), [true, true, false], "to a wall");
        assert_eq!(legal("FFRR"), [true, true, true, false], "back, once turned to an open way");
        assert_eq!(legal("FFRL"), [true, true, true, false], "and so is the turn undone");
        assert_eq!(legal("R"), [false], "to a wall beside an open way");
        assert_eq!(legal("FFFFFRRF"), [true, true, true, true, false, true, true, true], "into the wall of a dead end");
        assert_eq!(legal("FFFFLLF"), [true; 7], "back from it");
        assert_eq!(legal("FFFFLR"), [true, true, true, true, true, false], "not to and fro in it");
    }
}
