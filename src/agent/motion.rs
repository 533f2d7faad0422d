//! What an action does in a tick.

use std::f32::consts::{FRAC_PI_2, TAU};

use super::Pose;
use crate::maze::{Corner, Heading, Maze};

/// What the agent does in one tick. A move of one cell and a quarter turn take several ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Action {
    /// A part of the way into the next cell; against a wall, nothing.
    Forward = 0,
    /// A part of a quarter turn counter-clockwise.
    Left = 1,
    /// A part of a quarter turn clockwise.
    Right = 2,
}

impl Action {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 3] = [Self::Forward, Self::Left, Self::Right];

    /// The action behind a number as it stands in episode files.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|&action| action as u8 == code)
    }

    /// What a mirror shows: left and right swapped.
    pub fn mirrored(self) -> Self {
        match self {
            Self::Forward => Self::Forward,
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

impl Heading {
    /// The heading after an action is done.
    pub fn after(self, action: Action) -> Self {
        match action {
            Action::Forward => self,
            Action::Left => self.left(),
            Action::Right => self.right(),
        }
    }
}

/// How an agent walks, and where its way is undecided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gait {
    /// Ticks for one cell, at least 1.
    pub ticks_per_cell: u32,
    /// Ticks for a turn of 90°, at least 1; where turns slip, about so many.
    pub ticks_per_quarter: u32,
    /// Least and largest angle of one tick of a turn in degrees, where it is drawn; none where it is always the same.
    pub slip: Option<(f32, f32)>,
    /// Whether crossings are undecided, too, and not only corners.
    pub crossings: bool,
}

/// Degrees of a quarter turn, and how near to it a turn that slips may end.
const QUARTER: f32 = 90.0;
const NEARLY: f32 = 0.05;

impl Gait {
    /// Ticks of the longest turn of 90°.
    pub fn longest_turn(&self) -> u32 {
        self.slip.map_or(self.ticks_per_quarter, |(least, _)| (QUARTER / least).ceil() as u32)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Motion {
    /// In the middle of a cell, facing along the grid. `arrived`: walked in here and has not turned since.
    Standing { arrived: bool },
    /// So many ticks into the way to the next cell.
    Walking { ticks: u32 },
    /// So many ticks into a quarter turn; `degrees` of it are done where turns slip.
    Turning { to: Action, ticks: u32, degrees: f32 },
}

/// The agent in a maze: a small state that can be copied, so that one moment can have two futures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agent {
    x: i32,
    y: i32,
    heading: Heading,
    motion: Motion,
    gait: Gait,
}

impl Agent {
    /// An agent that stands in a cell.
    pub fn standing(x: i32, y: i32, heading: Heading, gait: Gait) -> Self {
        let motion = Motion::Standing { arrived: false };
        Self { x, y, heading, motion, gait }
    }

    /// An agent that has just walked into a corner.
    pub fn arrived_at(corner: Corner, gait: Gait) -> Self {
        let motion = Motion::Standing { arrived: true };
        Self { motion, ..Self::standing(corner.x, corner.y, corner.heading, gait) }
    }

    /// The cell that it stands in or walks out of.
    pub fn cell(&self) -> (i32, i32) {
        (self.x, self.y)
    }

    /// The way it faces, or turns away from.
    pub fn heading(&self) -> Heading {
        self.heading
    }

    /// The move under way, if any: until it is over no other can begin.
    pub fn under_way(&self) -> Option<Action> {
        match self.motion {
            Motion::Standing { .. } => None,
            Motion::Walking { .. } => Some(Action::Forward),
            Motion::Turning { to, .. } => Some(to),
        }
    }

    /// Whether it walked into this cell and has not turned since.
    pub fn has_arrived(&self) -> bool {
        self.motion == Motion::Standing { arrived: true }
    }

    /// The corner that it has just walked into, or the crossing, where those are undecided, too.
    pub fn corner(&self, maze: &Maze) -> Option<Corner> {
        let here = Corner { x: self.x, y: self.y, heading: self.heading };
        (self.has_arrived() && here.is_undecided_in(maze, self.gait.crossings)).then_some(here)
    }

    /// Whether it has just walked into a crossing, and those are undecided.
    pub fn is_at_crossing(&self, maze: &Maze) -> bool {
        let here = Corner { x: self.x, y: self.y, heading: self.heading };
        self.has_arrived() && self.gait.crossings && here.is_crossing_in(maze)
    }

    /// The same agent, to whom a tick is a whole cell or a whole quarter turn: a decision each. For one that stands.
    pub fn striding(self) -> Self {
        let gait = Gait { ticks_per_cell: 1, ticks_per_quarter: 1, slip: None, ..self.gait };
        Self { gait, ..self }
    }

    /// How it walks.
    pub fn gait(&self) -> Gait {
        self.gait
    }

    /// Least and largest angle of one tick of a turn in degrees, where it is drawn.
    pub fn slip(&self) -> Option<(f32, f32)> {
        self.gait.slip
    }

    /// Advances by one tick and returns what was done: the wish, or what was under way already. Where turns slip, by the
    /// middle of their interval.
    pub fn tick(&mut self, maze: &Maze, wish: Action) -> Action {
        self.tick_slipping(maze, wish, 0.5)
    }

    /// As [`Agent::tick`]; where turns slip, by an angle that lies at a share, 0 to 1, of their interval.
    pub fn tick_slipping(&mut self, maze: &Maze, wish: Action, share: f32) -> Action {
        let action = self.under_way().unwrap_or(wish);
        let (done, turned) = match self.motion {
            Motion::Standing { .. } => (0, 0.0),
            Motion::Walking { ticks } => (ticks, 0.0),
            Motion::Turning { ticks, degrees, .. } => (ticks, degrees),
        };
        match action {
            Action::Forward => {
                if maze.is_open_towards(self.x, self.y, self.heading) {
                    self.walk(done + 1);
                }
            }
            to => match self.gait.slip {
                None => self.turn(to, done + 1, 0.0, done + 1 >= self.gait.ticks_per_quarter),
                Some((least, most)) => {
                    let degrees = turned + least + share * (most - least);
                    // Whoever is this near has turned: so a replay, which reads angles off headings, ends where it did.
                    self.turn(to, done + 1, degrees, degrees >= QUARTER - NEARLY);
                }
            },
        }
        action
    }

    fn walk(&mut self, ticks: u32) {
        if ticks < self.gait.ticks_per_cell {
            self.motion = Motion::Walking { ticks };
            return;
        }
        let (dx, dy) = self.heading.step();
        self.x += dx;
        self.y += dy;
        self.motion = Motion::Standing { arrived: true };
    }

    fn turn(&mut self, to: Action, ticks: u32, degrees: f32, is_over: bool) {
        if !is_over {
            self.motion = Motion::Turning { to, ticks, degrees };
            return;
        }
        self.heading = self.heading.after(to);
        self.motion = Motion::Standing { arrived: false };
    }

    /// Where it is now, in between cells and headings too.
    pub fn pose(&self) -> Pose {
        let (mut x, mut y) = (self.x as f32 + 0.5, self.y as f32 + 0.5);
        let mut heading = self.heading as u8 as f32 * FRAC_PI_2;
        match self.motion {
            Motion::Standing { .. } => {}
            Motion::Walking { ticks } => {
                let (dx, dy) = self.heading.step();
                let part = ticks as f32 / self.gait.ticks_per_cell as f32;
                x += dx as f32 * part;
                y += dy as f32 * part;
            }
            Motion::Turning { to, ticks, degrees } => {
                let part = match self.gait.slip {
                    None => ticks as f32 / self.gait.ticks_per_quarter as f32 * FRAC_PI_2,
                    Some(_) => degrees / QUARTER * FRAC_PI_2,
                };
                heading += if to == Action::Left { part } else { -part };
            }
        }
        if heading < 0.0 {
            heading += TAU;
        }
        Pose { x, y, heading }
    }

    /// The poses that follow if it turns by a quarter to one side, or not at all, and then walks on: one a tick.
    ///
    /// Up to the next cell's middle that is what the game does after the same turn (where turns slip, one of the things
    /// that it may do); from there on, where the game decides anew, it goes straight ahead until a wall stops it.
    pub fn future(mut self, maze: &Maze, turn: Action, ticks: usize) -> Vec<Pose> {
        (0..ticks)
            .map(|tick| {
                self.tick(maze, if tick == 0 { turn } else { Action::Forward });
                self.pose()
            })
            .collect()
    }
}
