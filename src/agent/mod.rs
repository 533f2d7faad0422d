//! The agent: where it is, what it does in a tick, and who decides that.

mod motion;
mod policy;
mod pose;

pub use motion::{Action, Agent, Gait};
pub use policy::{Explorer, Policy, Replay};
pub use pose::Pose;
