//! The agent: where it is, what it does in a tick, and who decides that.

mod crowd;
mod motion;
mod policy;
mod pose;

pub use crowd::{is_undecided, waits};
pub use motion::{Action, Agent, Gait};
pub use policy::{Explorer, Policy, Replay};
pub use pose::Pose;
