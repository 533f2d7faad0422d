//! Crossroads: a maze game and a laboratory for predicting the next frame at a corner where the agent may turn either
//! way. `ARCHITECTURE.md` has the map.

#![deny(missing_docs)]

pub mod agent;
pub mod camera;
pub mod cli;
pub mod device;
pub mod draw;
pub mod episode;
pub mod files;
pub mod film;
pub mod game;
pub mod kernel;
pub mod maze;
pub mod measure;
pub mod memory;
pub mod network;
pub mod objective;
pub mod part;
pub mod predict;
pub mod progress;
pub mod random;
pub mod report;
pub mod scene;
pub mod seal;
pub mod settings;
pub mod task;
pub mod train;
