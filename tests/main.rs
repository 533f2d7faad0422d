//! Everything that is tested through the library's public face and through the two binaries: one binary, so that Bevy
//! and burn are linked once.

#![expect(clippy::disallowed_methods, reason = "a path of a test that fails is shown as it comes")]

mod camera;
mod changed;
mod choices;
mod command_line;
mod damage;
mod demo;
mod display;
mod dream_up;
mod driver;
mod episode;
mod families;
mod futures;
mod fuzz;
mod helper;
mod hostile;
mod killed;
mod long;
mod maze;
mod measure;
mod names;
mod outputs;
mod parity;
mod parts;
mod processors;
mod programs;
mod provenance;
mod recipe;
mod record;
mod redraw;
mod report;
mod scene;
mod sizes;
mod speed;
mod told;
mod tools;
mod training;
mod translate;
mod walker;
mod window;
mod words;
