//! The start screen without a renderer: keys and buttons lead to other screens and back.

use std::path::Path;

use bevy::prelude::*;

use super::SCREEN;
use super::cards::{Card, Push};
use super::verb::Verb;
use crate::game::window::blind::blind;
use crate::game::window::lab::Lab;
use crate::game::window::library::{Folders, Library};
use crate::game::window::maze::Stage;
use crate::game::window::testing::{press, record_brick, screen, texts, until};
use crate::game::window::{browse, play, training};
use crate::train::Run;

/// The start screen over a folder with one data set, once all of it is found.
fn app(root: &Path) -> App {
    record_brick(&root.join("data"), 6, 80, &["train"]);
    let mut app = blind(Stage::load("brick").unwrap(), SCREEN, Vec::new());
    let folders = vec![root.to_owned()];
    app.insert_resource(Folders { searched: folders.clone(), scenes: folders, runs: root.join("runs") });
    app.update();
    until(&mut app, |app| !app.world().resource::<Library>().is_looking());
    app
}

#[test]
fn keys_lead_to_what_is_chosen_and_esc_leads_back() {
    let root = tempfile::tempdir().unwrap();
    let mut app = app(root.path());
    press(&mut app, KeyCode::ArrowDown);
    press(&mut app, KeyCode::Enter);
    assert_eq!((screen(&app), app.world().resource::<Stage>().scene.name.as_str()), (play::SCREEN, "hedge-night"));
    press(&mut app, KeyCode::Escape);
    assert_eq!(screen(&app), SCREEN);
    press(&mut app, KeyCode::ArrowRight);
    press(&mut app, KeyCode::Enter);
    assert_eq!(screen(&app), browse::SCREEN);
    press(&mut app, KeyCode::Escape);
    assert_eq!(screen(&app), SCREEN);
}

#[test]
fn a_press_on_a_button_does_what_it_says() {
    let root = tempfile::tempdir().unwrap();
    let mut app = app(root.path());
    let mut buttons = app.world_mut().query::<(&Push, &mut Interaction)>();
    let mut pressed =
        buttons.iter_mut(app.world_mut()).find(|(push, _)| **push == Push(Card(0, 2), Verb::Play)).unwrap();
    *pressed.1 = Interaction::Pressed;
    app.update();
    app.update();
    assert_eq!((screen(&app), app.world().resource::<Stage>().scene.name.as_str()), (play::SCREEN, "arcade"));
}

#[test]
fn a_training_goes_on_behind_other_screens_until_it_is_stopped() {
    let root = tempfile::tempdir().unwrap();
    let mut app = app(root.path());
    press(&mut app, KeyCode::ArrowRight);
    press(&mut app, KeyCode::Space);
    assert_eq!(screen(&app), training::SCREEN);
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Escape);
    assert_eq!(screen(&app), SCREEN);
    let step = |app: &App| app.world().resource::<Lab>().training().map_or(0, |training| training.step);
    until(&mut app, |app| step(app) >= 3);
    press(&mut app, KeyCode::KeyT);
    assert_eq!(screen(&app), training::SCREEN);
    assert!(app.world().resource::<Lab>().training().unwrap().sheet.is_some());
    press(&mut app, KeyCode::KeyS);
    until(&mut app, |app| !app.world().resource::<Lab>().is_busy());
    assert!(texts(&app).contains("has stopped at step"), "{}", texts(&app));
    let run = Run::open(&root.path().join("runs/regression-1")).unwrap();
    assert_eq!(run.newest_step().unwrap(), Some(step(&app)));
    // It goes on from there, and quitting stops it again with a checkpoint.
    press(&mut app, KeyCode::Enter);
    let stopped = step(&app);
    until(&mut app, |app| step(app) >= stopped + 2);
    app.world_mut().write_message(AppExit::Success);
    app.update();
    assert_eq!(run.newest_step().unwrap(), Some(step(&app)));
}
