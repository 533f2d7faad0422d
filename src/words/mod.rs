//! Words for what is seen: the state of a maze before the agent's eyes, captions that say it, the grammar that they are
//! written in, and the frames of recordings that can be said.
//!
//! The grammar is small and closed, so that it is known of every sentence what it says, and of every frame which sentences
//! fit it: what other data sets of pictures with captions leave to a judge.

mod caption;
mod grammar;
mod said;
mod state;

pub use caption::{Caption, Wall};
pub use grammar::{LONGEST, Sentence, WordsError, next_words, parse, phrasings, vocabulary};
pub use said::{Said, View};
pub use state::{Light, Material, Situation, State, StateError, check_scene, state_at};
