//! The agent: where it is, what it does in a tick, and who decides that.

mod crowd;
mod legal;
mod motion;
mod policy;
mod pose;

pub use crowd::{is_undecided, waits};
pub use legal::{is_legal, open_ways};
pub use motion::{Action, Agent, Gait};
pub use policy::{Explorer, Policy, Replay};
pub use pose::Pose;
