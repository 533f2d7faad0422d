//! Browse without a renderer: keys go in, and the book is looked at.

use std::path::Path;

use bevy::prelude::*;

use super::SCREEN;
use super::book::{Browsing, Shelf};
use super::leaf::Leaf;
use crate::episode::DataSet;
use crate::game::tick::InMaze;
use crate::game::window::blind::blind;
use crate::game::window::maze::Stage;
use crate::game::window::play;
use crate::game::window::testing::{press, record_brick, screen, texts, until};

/// The screen over a data set that is open.
fn browsing(folder: &Path) -> App {
    let mut app = blind(Stage::load("arcade").unwrap(), SCREEN, Vec::new());
    app.insert_resource(Browsing::open(folder.to_owned()));
    until(&mut app, |app| !matches!(app.world().resource::<Browsing>().shelf, Shelf::Opening(_)));
    app
}

#[test]
fn every_frame_can_be_walked_on_from_and_esc_leads_back_to_it() {
    let folder = tempfile::tempdir().unwrap();
    record_brick(folder.path(), 4, 60, &["train", "test"]);
    let mut app = browsing(folder.path());
    press(&mut app, KeyCode::ArrowDown);
    press(&mut app, KeyCode::PageDown);
    press(&mut app, KeyCode::ArrowRight);
    let here = Leaf { episode: 1, frame: 11 };
    assert_eq!(app.world().resource::<Browsing>().leaf, here);
    press(&mut app, KeyCode::Enter);
    assert_eq!(screen(&app), play::SCREEN);
    // A move that was under way goes on, so the beginning is looked at.
    let pose = app.world().resource::<Stage>().start.agent.unwrap().pose();
    let maze = app.world_mut().query::<&InMaze>().single(app.world()).unwrap().0.clone();
    let data = DataSet::open_all(folder.path()).unwrap();
    assert_eq!(pose, data.episodes[1].poses()[11]);
    assert_eq!(*maze, data.manifest.scene.maze(data.episodes[1].entry.maze));
    press(&mut app, KeyCode::Escape);
    assert_eq!(screen(&app), SCREEN);
    assert_eq!(app.world().resource::<Browsing>().leaf, here);
}

#[test]
fn damaged_files_are_left_out_and_told() {
    let folder = tempfile::tempdir().unwrap();
    record_brick(folder.path(), 4, 60, &["train", "test"]);
    std::fs::write(folder.path().join("episode-0000002.safetensors"), "no").unwrap();
    let mut app = browsing(folder.path());
    assert_eq!(app.world().resource::<Browsing>().book().unwrap().lengths, [61; 3]);
    let told = texts(&app);
    assert!(told.lines().any(|text| text.contains("1 damaged") && text.contains("0000002")), "{told}");
    (0..5).for_each(|_| press(&mut app, KeyCode::ArrowDown));
    assert_eq!(app.world().resource::<Browsing>().leaf.episode, 2);
}
