//! What is known of a frame, line by line.

use bevy::prelude::*;

use super::book::Book;
use super::leaf::Leaf;
use super::timeline;
use crate::agent::Action;
use crate::game::window::parts::theme::{ACCENT, DIM, TEXT, colour};

/// A line of what is known of the frame.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
pub(super) enum Fact {
    Scene,
    Split,
    Maze,
    Episode,
    Frame,
    Action,
    Place,
    Heading,
    Corner,
}

pub(super) const FACTS: [(Fact, &str); 9] = [
    (Fact::Scene, "scene"),
    (Fact::Split, "split"),
    (Fact::Maze, "maze"),
    (Fact::Episode, "episode"),
    (Fact::Frame, "frame"),
    (Fact::Action, "action"),
    (Fact::Place, "place"),
    (Fact::Heading, "heading"),
    (Fact::Corner, "corner"),
];

impl Fact {
    /// The line and its colour.
    pub fn of(self, book: &Book, leaf: Leaf) -> (String, Color) {
        let (manifest, episode) = (&book.data.manifest, &book.data.episodes[leaf.episode]);
        let (pose, action) = (episode.poses()[leaf.frame], episode.actions().get(leaf.frame).copied());
        let tint = |turn| colour(timeline::colour_of(turn));
        match self {
            Self::Scene => (manifest.scene.name.clone(), TEXT),
            Self::Split => (episode.entry.split.clone(), TEXT),
            Self::Maze => (episode.entry.maze.to_string(), TEXT),
            Self::Episode => (format!("{} of {}", leaf.episode + 1, book.lengths.len()), TEXT),
            Self::Frame => (format!("{} of {}", leaf.frame, episode.poses().len() - 1), TEXT),
            Self::Action => match action {
                Some(Action::Forward) => ("forward".into(), TEXT),
                Some(Action::Left) => ("left".into(), tint(action)),
                Some(Action::Right) => ("right".into(), tint(action)),
                None => ("none: the episode ends".into(), DIM),
            },
            Self::Place => (format!("{:.2} east, {:.2} south", pose.x, pose.y), TEXT),
            Self::Heading => (format!("{:.1}°", pose.heading.to_degrees()), TEXT),
            Self::Corner => match (episode.corners()[leaf.frame], action) {
                (false, _) => ("no".into(), DIM),
                (true, Some(Action::Left)) => ("here: it turns left".into(), tint(action)),
                (true, Some(Action::Right)) => ("here: it turns right".into(), tint(action)),
                (true, Some(Action::Forward)) if manifest.scene.gait().crossings => {
                    ("here: straight on".into(), ACCENT)
                }
                (true, _) => ("here".into(), ACCENT),
            },
        }
    }
}
