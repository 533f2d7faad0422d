//! Growing a maze: the recursive backtracker, then a share of extra openings.
//!
//! After Jamis Buck, "Mazes for Programmers" (2015), chapter 5, with the stack kept by hand. The backtracker alone
//! makes a tree, whose long corridors seldom meet head-on; each extra opening makes a loop, and more corners.

use rand::{RngExt, seq::SliceRandom};

use super::{Heading, Maze};
use crate::random::{self, Rng};

/// Grows a maze of `width` × `height` cells (odd, at least 5).
///
/// `openings` is the share, from 0 to 1, of the remaining inner walls between two corridors that are opened as well.
/// The same arguments give the same maze on every machine.
pub fn grow(width: i32, height: i32, openings: f32, seed: u64) -> Maze {
    let mut rng = random::world(seed);
    let mut maze = Maze::solid(width, height, seed);
    carve_tree(&mut maze, &mut rng);
    open_more(&mut maze, openings, &mut rng);
    maze
}

fn carve_tree(maze: &mut Maze, rng: &mut Rng) {
    let mut path = vec![(1, 1)];
    maze.carve(1, 1);
    while let Some(&(x, y)) = path.last() {
        let mut ways = Heading::ALL;
        ways.shuffle(rng);
        let fresh = ways.into_iter().map(Heading::step).find(|&(dx, dy)| {
            let (far_x, far_y) = (x + 2 * dx, y + 2 * dy);
            far_x > 0 && far_y > 0 && far_x < maze.width() && far_y < maze.height() && !maze.is_open(far_x, far_y)
        });
        match fresh {
            Some((dx, dy)) => {
                maze.carve(x + dx, y + dy);
                maze.carve(x + 2 * dx, y + 2 * dy);
                path.push((x + 2 * dx, y + 2 * dy));
            }
            None => {
                path.pop();
            }
        }
    }
}

fn open_more(maze: &mut Maze, share: f32, rng: &mut Rng) {
    for y in 1..maze.height() - 1 {
        for x in 1..maze.width() - 1 {
            let between = (x % 2 == 1) != (y % 2 == 1);
            if between && !maze.is_open(x, y) && rng.random::<f32>() < share {
                maze.carve(x, y);
            }
        }
    }
}
