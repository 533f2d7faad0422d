//! What a step learns from: windows of one or several data sets, by name.

use crate::episode::Batch;

/// What an objective asks of one of its data sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// What the objective calls it.
    pub name: &'static str,
    /// Whether windows at corners are asked for, so that data without any is refused.
    pub corners: bool,
    /// Whether another future of each corner is asked for, beside the one that was recorded ([`Batch::twins`]).
    pub both_futures: bool,
}

impl Need {
    /// Windows, most of them at corners.
    pub const WINDOWS: Self = Self { name: "data", corners: true, both_futures: false };
}

/// A batch of each data set, by the names of an objective's needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Batches(Vec<(&'static str, Batch)>);

impl Batches {
    /// One for each need, in their order.
    pub fn new(batches: Vec<(&'static str, Batch)>) -> Self {
        Self(batches)
    }

    /// Of a single data set.
    pub fn of(batch: Batch) -> Self {
        Self(vec![(Need::WINDOWS.name, batch)])
    }

    /// The batch of a name.
    ///
    /// # Panics
    /// If the objective did not ask for it.
    pub fn get(&self, name: &str) -> &Batch {
        let found = self.0.iter().find(|(known, _)| *known == name);
        &found.unwrap_or_else(|| panic!("an objective asks for `{name}` before it uses it")).1
    }
}
