//! Crossroads: a maze game and a laboratory for predicting the next frame at a corner where the agent may turn either
//! way. `ARCHITECTURE.md` has the map.

pub mod agent;
pub mod camera;
pub mod episode;
pub mod files;
pub mod game;
pub mod maze;
pub mod progress;
pub mod scene;
pub mod settings;
