//! What the person who steers wants: written by `steer`, read by whoever has to know.

use std::collections::VecDeque;

use bevy::prelude::*;

use crate::agent::Action;

/// Moves that may wait: a key that is pressed during a move counts, hammering does not pile up.
const WAITING: usize = 2;

/// What the person who steers wants.
#[derive(Resource, Default)]
pub(super) struct Intent {
    pub moves: VecDeque<Action>,
    /// Whether the key for walking is held down.
    pub is_walking: bool,
}

impl Intent {
    /// The move that comes next.
    pub fn next(&self) -> Option<Action> {
        self.moves.front().copied()
    }

    /// Forgets the moves that wait.
    pub fn clear(&mut self) {
        self.moves.clear();
    }

    /// Adds a move, unless too many wait.
    pub fn wish(&mut self, moves: &[Action]) {
        if self.moves.len() < WAITING {
            self.moves.extend(moves);
        }
    }
}
