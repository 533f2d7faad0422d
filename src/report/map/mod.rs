//! One map of all systems: what goes in, what comes out, what is random, who judges, which recipe, and what was measured.
//!
//! There is one table, which the slide and the page are made of. Tests hold it against the recipes that come with
//! Crossroads, and each figure against the page that it is from.

mod page;
mod slide;
mod systems;

pub use page::table;
pub use slide::slide;
pub use systems::{Measured, SYSTEMS, System};
