//! What a scene file says, part by part. Ranges are in [`super::check`].

use serde::{Deserialize, Serialize};

/// How mazes come to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum MazeSettings {
    /// Grown by the recursive backtracker, one maze a seed.
    Grown {
        /// Cells from west to east, border included: odd, 5 to 101.
        width: u32,
        /// Cells from north to south, border included: odd, 5 to 101.
        height: u32,
        /// Share of the inner walls that are opened on top, 0 to 1.
        openings: f32,
        /// First and last seed.
        seeds: (u64, u64),
    },
    /// One maze, drawn: `#` is a wall, `.` is open.
    Drawn {
        /// Its rows from north to south.
        rows: Vec<String>,
    },
}

/// How a maze looks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// File names of wall textures, 1 to 8 of them; each district of the maze has one.
    pub walls: Vec<String>,
    /// Side of a district in cells, 1 to 101.
    pub district: u32,
    /// File name of the floor's texture.
    pub floor: String,
    /// File name of the ceiling's texture (not seen from above).
    pub ceiling: String,
    /// File name of the agent's picture, facing east, seen from above only.
    #[serde(default)]
    pub sprite: Option<String>,
    /// Brightness of walls that face north or south, against 1 for those that face east or west: 0 to 1.
    pub face_shade: f32,
    /// What far things fade into.
    pub fog: Fog,
}

/// What far things fade into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fog {
    /// Red, green, blue.
    pub colour: (u8, u8, u8),
    /// Cells after which 63 % of the light is the fog's: 0.5 to 1000.
    pub distance: f32,
}

/// How a maze is seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraSettings {
    /// From where.
    pub view: View,
    /// Pixels, 8 to 512.
    pub width: u32,
    /// Pixels, 8 to 512.
    pub height: u32,
    /// Samples a pixel in each direction, 1 to 4.
    pub supersampling: u32,
}

/// From where a maze is seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum View {
    /// Through the agent's eyes.
    FirstPerson {
        /// Horizontal angle in degrees, 30 to 120.
        field_of_view: f32,
        /// How far the eye stands back from the agent's axis, in cells, 0 to 0.45: it still is in the agent's cell,
        /// and sees both ways at a corner.
        setback: f32,
    },
    /// From straight above, north up, the agent a sprite.
    TopDown {
        /// Cells across the picture's width, 3 to 101; where the maze is larger, the picture follows the agent.
        cells: f32,
    },
}

/// How a maze is walked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentSettings {
    /// Ticks for one cell, 1 to 64.
    pub ticks_per_cell: u32,
    /// Ticks for a quarter turn, 1 to 64.
    pub ticks_per_quarter: u32,
    /// Turn odds: the probability of a left turn at a corner, 0 to 1.
    pub left_odds: f32,
    /// Where crossings (all ways open) are undecided, too: the probabilities of going left, straight on and right there,
    /// which sum up to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crossing_odds: Option<(f32, f32, f32)>,
    /// Where a turn slips: least and largest angle of one of its ticks in degrees, 1 to 90, drawn evenly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<(f32, f32)>,
    /// Probability, 0 to 1, that the explorer does anything at random where it may choose and no corner asks for a
    /// turn: it then walks into walls, turns to them, and turns back.
    #[serde(default)]
    pub wander: f32,
}

/// Creatures that walk beside the agent, seen from above only. All wait at their corners for one another, and turn at the
/// same tick.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Creatures {
    /// How many, 1 to 4.
    pub count: u32,
    /// File name of their picture, facing east.
    pub sprite: String,
}
