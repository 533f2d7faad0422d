//! The screen without a renderer: what is seen is translated, and held against what the other scene shows.

use bevy::prelude::*;
use burn::tensor::Device;

use super::translating::Translating;
use super::translator::Lay;
use super::{Opened, SCREEN};
use crate::agent::Agent;
use crate::camera::Frames;
use crate::game::tick::Walker;
use crate::game::window::blind::blind;
use crate::game::window::maze::{Sight, Stage, Stand, Start};
use crate::game::window::testing::{press, texts, until};
use crate::measure::ssim;
use crate::network::{Init, Translator, TranslatorSettings};
use crate::predict::Translation;
use crate::train::{Learned, Recipe, RunInfo, Translated, scene_digest};

fn translation(name: &str, seed: u64) -> Translation {
    let settings = TranslatorSettings { width: 4, blocks: 1 };
    let network = Translator::new(&settings, &mut Init::new(seed, &Device::flex()));
    Translation::new(name, network, Device::flex())
}

fn learned(stage: &Stage) -> Learned {
    Learned {
        scene: stage.scene.name.clone(),
        scene_digest: scene_digest(&stage.scene).unwrap(),
        unseen_below: 1.0,
        seed: 1,
        episodes: 0,
        part: None,
        manifest_digest: String::new(),
    }
}

fn other() -> Stage {
    Stage::load("hedge-night").unwrap()
}

/// The screen in a maze of `brick`, with a network that knows the way there and back, as if it had learned two scenes.
fn app(change: impl FnOnce(&mut RunInfo)) -> App {
    let stage = Stage::load("brick").unwrap().beginning(Start { maze: 3, agent: None, explores: true });
    let mut info = RunInfo {
        format: 3,
        recipe: Recipe::load("cycle").unwrap(),
        scene: "brick".into(),
        frame_size: (64, 64),
        learned: vec![learned(&stage), learned(&other())],
    };
    change(&mut info);
    let translated = Translated { info, translations: vec![translation("there", 1), translation("back", 2)], step: 7 };
    let mut app = blind(stage, SCREEN, Vec::new());
    app.insert_resource(Opened::new(translated));
    app.update();
    app
}

fn agent(app: &mut App) -> (Agent, Vec<u8>, u64) {
    let (walker, sight) = app.world_mut().query::<(&Walker, &Sight)>().single(app.world()).unwrap();
    (walker.agent, sight.newest().to_vec(), sight.ticks)
}

fn is_shown(app: &App, tick: u64, lay: Lay) -> bool {
    let newest = app.world().resource::<Translating>().newest();
    newest.is_some_and(|shown| shown.tick == tick && shown.lay == lay)
}

#[test]
fn what_is_seen_is_translated_beside_what_the_other_scene_shows_from_the_same_pose() {
    let mut app = app(|_| {});
    press(&mut app, KeyCode::KeyP);
    let (_, _, first) = agent(&mut app);
    for _ in 0..2 {
        let (agent, seen, tick) = agent(&mut app);
        until(&mut app, |app| is_shown(app, tick, Lay::Nothing));
        let there = translation("there", 1).translate(&Frames::collect((64, 64), [&seen]));
        let back = translation("back", 2).translate(&there);
        let truth = other().camera.frame(&app.world().resource::<Stage>().scene.maze(3), agent.pose());
        let shown = app.world().resource::<Translating>().newest().unwrap();
        assert_eq!(shown.translation.as_raw(), &there[0]);
        assert_eq!(shown.back.as_ref().unwrap().as_raw(), &back[0]);
        assert!(shown.truth.as_ref() == Some(&truth) && truth.as_raw() != &seen);
        assert_eq!(shown.to_truth, Some((ssim(&there[0], &truth, 64), ssim(&seen, &truth, 64))));
        assert_eq!(shown.to_seen, Some(ssim(&back[0], &seen, 64)));
        (0..3).for_each(|_| press(&mut app, KeyCode::Period));
    }
    let (_, _, ticks) = agent(&mut app);
    assert_eq!(ticks, first + 6, "the explorer walks, also here");
}

#[test]
fn a_key_lays_the_translation_over_the_maze_then_the_truth_then_nothing() {
    let mut app = app(|_| {});
    press(&mut app, KeyCode::KeyP);
    let (_, _, tick) = agent(&mut app);
    let covered = |app: &App| app.world().resource::<Stand>().cover.clone();
    for (lay, cover) in [(Lay::Translation, "translated into hedge-night"), (Lay::Truth, "true hedge-night")] {
        press(&mut app, KeyCode::KeyX);
        until(&mut app, |app| is_shown(app, tick, lay));
        assert_eq!(covered(&app).as_deref(), Some(cover));
        let shown = app.world().resource::<Translating>().newest().unwrap();
        let large = shown.large.as_ref().unwrap();
        let laid = if lay == Lay::Truth { shown.truth.as_ref().unwrap() } else { &shown.translation };
        let means = [laid.as_raw(), large.as_raw()]
            .map(|pixels| pixels.iter().map(|&value| f64::from(value)).sum::<f64>() / pixels.len() as f64);
        assert!(large.width() == 512 && (means[0] - means[1]).abs() < 2.0, "{means:?}");
    }
    press(&mut app, KeyCode::KeyX);
    until(&mut app, |app| is_shown(app, tick, Lay::Nothing));
    assert_eq!(covered(&app), None);
}

#[test]
fn a_scene_that_is_no_longer_as_it_was_learned_is_not_called_the_truth() {
    let mut app = app(|info| info.learned[1].scene_digest = "another".into());
    assert!(texts(&app).contains("no longer as it was learned"), "{}", texts(&app));
    press(&mut app, KeyCode::KeyP);
    let (_, _, tick) = agent(&mut app);
    press(&mut app, KeyCode::KeyX);
    until(&mut app, |app| is_shown(app, tick, Lay::Translation));
    assert!(app.world().resource::<Translating>().newest().unwrap().truth.is_none());
    press(&mut app, KeyCode::KeyX);
    assert_eq!(app.world().resource::<Stand>().cover, None, "there is no truth to lay over it");
}

#[test]
fn frames_of_another_size_are_refused_with_a_word() {
    let app = app(|info| info.frame_size = (32, 32));
    assert!(texts(&app).contains("32x32") && !app.world().contains_resource::<Translating>(), "{}", texts(&app));
}
