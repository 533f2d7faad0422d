//! Crossroads: a maze game and a laboratory for predicting the next frame at a corner where the agent may turn either
//! way. `ARCHITECTURE.md` has the map.
//!
//! Without features, the world alone: neither burn nor Bevy is built. `train` and `game` put networks and windows on it.

#![deny(missing_docs)]

pub mod agent;
pub mod camera;
#[cfg(feature = "game")]
pub mod cli;
#[cfg(feature = "train")]
pub mod device;
pub mod draw;
pub mod episode;
pub mod files;
#[cfg(feature = "train")]
pub mod film;
#[cfg(feature = "game")]
pub mod game;
#[cfg(feature = "train")]
pub mod kernel;
pub mod maze;
pub mod measure;
#[cfg(feature = "train")]
pub mod memory;
#[cfg(feature = "train")]
pub mod network;
#[cfg(feature = "train")]
pub mod objective;
pub mod part;
pub mod predict;
pub mod progress;
pub mod random;
#[cfg(feature = "train")]
pub mod report;
pub mod scene;
pub mod seal;
pub mod settings;
#[cfg(feature = "train")]
pub mod task;
#[cfg(feature = "train")]
pub mod train;
pub mod words;
