//! The window without a renderer: keys go in, and the world is looked at.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bevy::input::ButtonState;
use bevy::input::keyboard::KeyboardFocusLost;
use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;
use burn::tensor::Device;

use super::blind::blind;
use super::dream::{self, Dreaming};
use super::maze::{Clock, Guide, Led, PlayedFolder, Sight, Stage, Start, Tape};
use super::parts::Panel;
use super::play;
use super::screen::Screen;
use super::testing::{self, key, screen, texts, type_key, until};
use super::watch::{self, Watched};
use crate::agent::{Action, Agent, Policy};
use crate::camera::Frames;
use crate::episode::{Episode, check, read};
use crate::game::tick::{Steered, Walker};
use crate::maze::{Corner, Heading};
use crate::network::{Init, WalkNet};
use crate::predict::{CopyLast, Predictor, Question, Sampling, Simulator, WalkModel};
use crate::random::{Purpose, stream};
use crate::scene::{MazeSettings, Scene};
use crate::train::{Learned, Recipe, RunInfo, Trained};

/// A corridor to the east that ends at a corner, with ways to the north and to the south.
const FORK: [&str; 7] = ["#########", "#####...#", "#####.###", "#.....###", "#####.###", "#####...#", "#########"];

/// Of an update: a third of a tick.
const FRAME: Duration = Duration::from_millis(28);

fn scene() -> Scene {
    let (mut scene, _) = Scene::load("brick").unwrap();
    scene.maze = MazeSettings::Drawn { rows: FORK.map(str::to_owned).to_vec() };
    scene
}

/// An app in the maze of the fork, the agent at the corridor's western end, facing east.
fn app(screen: Screen, models: Vec<Trained>) -> App {
    app_of(Stage::new(scene(), None, None).unwrap(), screen, models)
}

fn app_of(stage: Stage, screen: Screen, models: Vec<Trained>) -> App {
    let agent = Agent::standing(1, 3, Heading::East, stage.scene.gait());
    let stage = stage.beginning(Start { maze: 0, agent: Some(agent), explores: false });
    let mut app = blind(stage, screen, models);
    app.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
    (0..3).for_each(|_| app.update());
    app
}

/// Presses and releases a key, then lets the move that it asks for end.
fn press(app: &mut App, code: KeyCode) {
    testing::press(app, code);
    (0..16).for_each(|_| app.update());
}

fn agent(app: &mut App) -> Agent {
    app.world_mut().query::<&Walker>().single(app.world()).unwrap().agent
}

/// Data of which the model learned nothing.
fn learned() -> Learned {
    Learned {
        scene: "brick".into(),
        scene_digest: String::new(),
        unseen_below: 1.0,
        seed: 1,
        episodes: 0,
        part: None,
        manifest_digest: String::new(),
    }
}

/// A predictor as if it had been trained on frames of a size.
fn model(predictor: impl Predictor + 'static, size: (u32, u32)) -> Trained {
    let recipe = Recipe::load("gan").unwrap();
    let name = predictor.name().to_owned();
    let info = RunInfo { format: 3, recipe, scene: "brick".into(), frame_size: size, learned: vec![learned()] };
    Trained { info, predictor: Box::new(predictor), variants: Vec::new(), step: 1, name }
}

/// Is told the action: answers, after a while, with the newest frame, every byte of it larger by 1 for a step ahead, by 10
/// for a left and by 100 for a right turn.
struct Obedient {
    after: Duration,
}

const AT_ONCE: Obedient = Obedient { after: Duration::ZERO };

impl Predictor for Obedient {
    fn name(&self) -> &str {
        "obedient"
    }

    fn is_stochastic(&self) -> bool {
        false
    }

    fn is_action_conditioned(&self) -> bool {
        true
    }

    fn predict(&self, questions: &[Question], _: Sampling) -> Vec<Frames> {
        std::thread::sleep(self.after);
        let answer = |question: &Question| {
            let newest = question.context.last().unwrap().iter();
            let frame: Vec<u8> = newest.map(|byte| byte.wrapping_add(larger_by(question.action))).collect();
            Frames::collect(question.frame_size(), [frame])
        };
        questions.iter().map(answer).collect()
    }
}

fn larger_by(action: Action) -> u8 {
    match action {
        Action::Forward => 1,
        Action::Left => 10,
        Action::Right => 100,
    }
}

/// The first byte of what the camera sees now.
fn seen(app: &mut App) -> u8 {
    app.world_mut().query::<&Sight>().single(app.world()).unwrap().newest()[0]
}

fn fair() -> Simulator {
    Simulator
}

#[test]
fn time_stands_still_until_a_key_asks_for_a_move() {
    let mut app = app(play::SCREEN, Vec::new());
    let ticks = |app: &mut App| app.world_mut().query::<&Sight>().single(app.world()).unwrap().ticks;
    (0..50).for_each(|_| app.update());
    assert_eq!(ticks(&mut app), 0);
    press(&mut app, KeyCode::ArrowUp);
    assert_eq!((agent(&mut app).cell(), ticks(&mut app)), ((2, 3), 4), "a cell for a press");
    press(&mut app, KeyCode::KeyS);
    (0..16).for_each(|_| app.update());
    assert_eq!((agent(&mut app).heading(), ticks(&mut app)), (Heading::West, 12), "two quarter turns");
    press(&mut app, KeyCode::KeyA);
    press(&mut app, KeyCode::ArrowUp);
    assert_eq!((agent(&mut app).cell(), ticks(&mut app)), ((2, 3), 16), "against a wall no time passes");
}

#[test]
fn messages_are_on_the_screen() {
    let mut app = app(play::SCREEN, Vec::new());
    press(&mut app, KeyCode::Tab);
    let mut lines = app.world_mut().query::<(&Node, &Children)>();
    let shown: Vec<Entity> = lines
        .iter(app.world())
        .filter(|(node, _)| node.display == Display::Flex)
        .flat_map(|(_, children)| children.iter())
        .collect();
    let texts: Vec<&str> = shown.iter().filter_map(|&line| Some(app.world().get::<Text>(line)?.0.as_str())).collect();
    assert!(texts.iter().any(|text| text.contains("the explorer walks; ")), "{texts:?}");
}

#[test]
fn a_held_key_walks_on_until_the_wall() {
    let mut app = app(play::SCREEN, Vec::new());
    key(&mut app, KeyCode::ArrowUp, ButtonState::Pressed);
    (0..120).for_each(|_| app.update());
    let agent = agent(&mut app);
    assert_eq!(agent.cell(), (5, 3));
    let stage = app.world().resource::<Stage>().scene.maze(0);
    assert_eq!(agent.corner(&stage), Some(Corner { x: 5, y: 3, heading: Heading::East }));
}

#[test]
fn a_key_held_while_another_window_takes_the_keyboard_does_not_stay_held() {
    let mut app = app(play::SCREEN, Vec::new());
    key(&mut app, KeyCode::ArrowUp, ButtonState::Pressed);
    app.world_mut().write_message(KeyboardFocusLost);
    (0..60).for_each(|_| app.update());
    assert_eq!(agent(&mut app).cell(), (2, 3), "the cell that was begun, and no other");
}

#[test]
fn the_keys_of_another_layout_walk_by_place_and_name_themselves() {
    let mut app = app(play::SCREEN, Vec::new());
    // AZERTY: Z stands where W does, and M is another key.
    type_key(&mut app, KeyCode::KeyW, "Z");
    (0..16).for_each(|_| app.update());
    assert_eq!(agent(&mut app).cell(), (2, 3));
    testing::press(&mut app, KeyCode::F1);
    let shown: Vec<String> = app.world_mut().query::<&Text>().iter(app.world()).map(|text| text.0.clone()).collect();
    assert!(shown.contains(&"↑  Z".into()) && !shown.contains(&"↑  W".into()), "{shown:?}");
}

#[test]
fn pause_holds_time_and_a_step_is_one_tick() {
    let mut app = app(play::SCREEN, Vec::new());
    press(&mut app, KeyCode::KeyP);
    press(&mut app, KeyCode::ArrowUp);
    let ticks = |app: &mut App| app.world_mut().query::<&Sight>().single(app.world()).unwrap().ticks;
    assert_eq!(ticks(&mut app), 0);
    press(&mut app, KeyCode::Period);
    press(&mut app, KeyCode::Period);
    assert_eq!(ticks(&mut app), 2);
    press(&mut app, KeyCode::KeyP);
    assert_eq!((agent(&mut app).cell(), ticks(&mut app)), ((2, 3), 4));
}

#[test]
fn tab_hands_over_to_the_explorer_and_a_turn_takes_back() {
    let mut app = app(play::SCREEN, Vec::new());
    let steered =
        |app: &mut App| app.world_mut().query_filtered::<Has<Steered>, With<Walker>>().single(app.world()).unwrap();
    assert!(steered(&mut app));
    press(&mut app, KeyCode::Tab);
    assert!(!steered(&mut app));
    (0..60).for_each(|_| app.update());
    assert_ne!(agent(&mut app).cell(), (1, 3), "the explorer walks");
    press(&mut app, KeyCode::ArrowLeft);
    assert!(steered(&mut app));
}

/// A walker as it is before any training.
fn walk_model() -> WalkModel {
    let sight = crate::predict::Sight { reach: 2, every: 3 };
    let net = WalkNet::new(sight.inputs(), 8, &mut Init::new(4, &Device::flex()));
    WalkModel { name: "novice".into(), network: Arc::new(net.plain()), sight }
}

#[test]
fn a_trained_walker_decides_until_it_is_taken_over_from_and_the_explorer_is_there_again() {
    let mut app = app(play::SCREEN, Vec::new());
    press(&mut app, KeyCode::KeyL);
    assert!(texts(&app).contains("there is no trained walker") && texts(&app).contains("--walker RUN"));
    let model = walk_model();
    app.insert_resource(Guide::new(model.clone()));
    press(&mut app, KeyCode::ArrowUp);
    press(&mut app, KeyCode::KeyP);
    press(&mut app, KeyCode::KeyL);
    assert!(texts(&app).contains("`novice` walks"), "{}", texts(&app));
    // What it does follows from the maze and from how long was walked.
    let maze = scene().maze(0);
    let (mut twin, mut policy) = (agent(&mut app), model.walker(stream(0, Purpose::Walks, &[4])));
    let mut turned = false;
    for tick in 0..80 {
        let wish = policy.decide(&twin, &maze);
        twin.tick(&maze, wish);
        turned |= wish != Action::Forward;
        testing::press(&mut app, KeyCode::Period);
        assert_eq!(agent(&mut app).pose(), twin.pose(), "tick {tick}");
    }
    assert!(turned, "it does not merely go ahead");
    let drives = |app: &mut App| {
        app.world_mut().query_filtered::<(Has<Led>, Has<Steered>), With<Walker>>().single(app.world()).unwrap()
    };
    assert_eq!(drives(&mut app), (true, false));
    press(&mut app, KeyCode::ArrowLeft);
    assert_eq!(drives(&mut app), (false, true), "a turn takes over");
    press(&mut app, KeyCode::KeyL);
    press(&mut app, KeyCode::KeyL);
    assert_eq!(drives(&mut app), (false, true), "L again takes over, too");
    press(&mut app, KeyCode::KeyL);
    press(&mut app, KeyCode::Tab);
    press(&mut app, KeyCode::Tab);
    assert_eq!(drives(&mut app), (false, false));
    let mut texts = app.world_mut().query::<&Text>();
    assert!(texts.iter(app.world()).any(|text| text.0.contains("the explorer walks") && text.0.contains("brick")));
}

/// Walks to the corner, turns left there and walks on, all of it recorded.
fn walk_the_fork(app: &mut App) -> Vec<Action> {
    press(app, KeyCode::KeyR);
    (0..4).for_each(|_| press(app, KeyCode::ArrowUp));
    press(app, KeyCode::ArrowLeft);
    press(app, KeyCode::ArrowUp);
    let moves = [Action::Forward; 4].into_iter().chain([Action::Left, Action::Forward]);
    moves.flat_map(|action| [action; 4]).collect()
}

fn only_episode(folder: &Path) -> Episode {
    let (manifest, damages) = check(folder).unwrap();
    assert!(damages.is_empty(), "{damages:?}");
    assert_eq!(manifest.episodes.len(), 1);
    assert_eq!(manifest.scene, scene());
    read(&std::fs::read(folder.join(&manifest.episodes[0].file)).unwrap()).unwrap()
}

#[test]
fn what_is_played_is_recorded_action_by_action() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("played");
    let mut app = app(play::SCREEN, Vec::new());
    app.insert_resource(PlayedFolder(Some(folder.clone())));
    let actions = walk_the_fork(&mut app);
    let (frames, corners) = app.world().resource::<Tape>().reel().counts();
    assert_eq!((frames, corners), (25, 1));
    press(&mut app, KeyCode::KeyR);
    press(&mut app, KeyCode::ArrowUp);
    let episode = only_episode(&folder);
    assert_eq!(episode.actions, actions);
    assert_eq!(episode.turns(), (1, 0));
    let stage = app.world().resource::<Stage>();
    let last = stage.camera.frame(&stage.scene.maze(0), episode.poses[24]);
    assert_eq!(&episode.frames[24 * stage.camera.frame_bytes()..], last.as_raw(), "frames are the software camera's");
}

#[test]
fn quitting_while_recording_loses_nothing() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("played");
    let mut app = app(play::SCREEN, Vec::new());
    app.insert_resource(PlayedFolder(Some(folder.clone())));
    let actions = walk_the_fork(&mut app);
    app.world_mut().write_message(AppExit::Success);
    app.update();
    assert_eq!(only_episode(&folder).actions, actions);
}

#[test]
fn leaving_the_screen_while_recording_loses_nothing() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("played");
    let mut app = app(play::SCREEN, Vec::new());
    app.insert_resource(PlayedFolder(Some(folder.clone())));
    let actions = walk_the_fork(&mut app);
    press(&mut app, KeyCode::Escape);
    assert_eq!(screen(&app), Screen::FIRST);
    assert_eq!(only_episode(&folder).actions, actions);
}

#[test]
fn a_folder_that_cannot_be_written_is_told_and_the_game_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("a file");
    std::fs::write(&file, "not a folder").unwrap();
    let mut app = app(play::SCREEN, Vec::new());
    app.insert_resource(PlayedFolder(Some(file.join("played"))));
    press(&mut app, KeyCode::KeyR);
    until(&mut app, |app| !app.world().resource::<Tape>().reel().is_running());
    assert!(texts(&app).contains("cannot be written"), "{}", texts(&app));
    press(&mut app, KeyCode::ArrowUp);
    assert_eq!(agent(&mut app).cell(), (2, 3));
}

#[test]
fn a_scene_that_breaks_leaves_the_last_good_one_on() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("own.ron");
    let write = |scene: &str| {
        // File systems tell times apart that are some milliseconds apart.
        std::thread::sleep(Duration::from_millis(20));
        std::fs::write(&file, scene).unwrap();
    };
    let text = crate::settings::to_text(&scene()).unwrap();
    write(&text);
    let stage = Stage::load(&file).unwrap();
    let mut app = app_of(stage, play::SCREEN, Vec::new());
    let look = |app: &mut App| (0..40).for_each(|_| app.update());
    look(&mut app);
    write(&text.replace("left_odds: 0.5", "left_odds: 5.0"));
    look(&mut app);
    assert!(texts(&app).contains("left_odds") && texts(&app).contains("own.ron"), "{}", texts(&app));
    assert_eq!(app.world().resource::<Stage>().scene, scene());
    press(&mut app, KeyCode::ArrowUp);
    assert_eq!(agent(&mut app).cell(), (2, 3), "the game goes on");
    write(&text.replace("left_odds: 0.5", "left_odds: 0.75"));
    look(&mut app);
    assert!(!texts(&app).contains("own.ron:"), "{}", texts(&app));
    assert_eq!(app.world().resource::<Stage>().scene.agent.left_odds, 0.75);
}

#[test]
fn watched_models_answer_at_corners_and_are_tallied() {
    let mut app = app(watch::SCREEN, vec![model(fair(), (64, 64)), model(CopyLast, (64, 64))]);
    press(&mut app, KeyCode::KeyH);
    for _ in 0..4 {
        press(&mut app, KeyCode::ArrowUp);
    }
    assert!(app.world().resource::<Clock>().held, "the corner holds the agent");
    until(&mut app, |app| app.world().resource::<Watched>().tally(1).contains("neither"));
    let watched = app.world().resource::<Watched>();
    let (simulator, copy) = (watched.tally(0), watched.tally(1));
    assert!(simulator.contains("committed 100 %") && simulator.contains("near 0.00"), "{simulator}");
    assert!(copy.contains("committed 0 %"), "{copy}");
    // Other noise brings other answers, but the corner was counted.
    let answers = |app: &App| app.world().resource::<Watched>().ages.len();
    let before = answers(&app);
    press(&mut app, KeyCode::KeyN);
    until(&mut app, |app| answers(app) > before);
    assert_eq!(app.world().resource::<Watched>().tally(1), copy);
    press(&mut app, KeyCode::ArrowRight);
    assert_eq!(agent(&mut app).heading(), Heading::South, "a key chooses the turn, and the game goes on");
}

#[test]
fn panels_of_futures_that_a_moment_does_not_have_are_hidden() {
    let mut scene = scene();
    scene.agent.crossing_odds = Some((0.3, 0.4, 0.3));
    let stage = Stage::new(scene, None, None).unwrap();
    let mut app = app_of(stage, watch::SCREEN, vec![model(CopyLast, (64, 64))]);
    until(&mut app, |app| !app.world().resource::<Watched>().ages.is_empty());
    (0..3).for_each(|_| app.update());
    let mut panels = app.world_mut().query_filtered::<&Visibility, With<Panel>>();
    let hidden = panels.iter(app.world()).filter(|visibility| **visibility == Visibility::Hidden).count();
    assert_eq!(hidden, 1, "of left, right and straight on, a corridor's next moment has the first two");
}

#[test]
fn a_corner_holds_the_explorer_until_a_key_chooses_the_turn() {
    let mut app = app(watch::SCREEN, vec![model(CopyLast, (64, 64))]);
    press(&mut app, KeyCode::KeyH);
    press(&mut app, KeyCode::Tab);
    (0..200).for_each(|_| app.update());
    assert_eq!((agent(&mut app).cell(), agent(&mut app).heading()), ((5, 3), Heading::East));
    press(&mut app, KeyCode::ArrowLeft);
    assert_eq!(agent(&mut app).heading(), Heading::North);
    (0..60).for_each(|_| app.update());
    assert_ne!(agent(&mut app).cell(), (5, 3), "the explorer goes on");
}

#[test]
fn a_model_of_another_frame_size_is_left_out_and_told() {
    let mut app = app(watch::SCREEN, vec![model(fair(), (32, 32)), model(CopyLast, (64, 64))]);
    assert!(texts(&app).contains("32x32") && texts(&app).contains("64x64"), "{}", texts(&app));
    press(&mut app, KeyCode::ArrowUp);
    assert_eq!(agent(&mut app).cell(), (2, 3), "the game goes on");
}

#[test]
fn a_told_model_is_asked_about_both_turns() {
    let mut app = app(watch::SCREEN, vec![model(AT_ONCE, (64, 64))]);
    let byte = seen(&mut app);
    until(&mut app, |app| app.world().resource::<Watched>().first_bytes().len() == 2);
    let expected = [Action::Left, Action::Right].map(|turn| byte.wrapping_add(larger_by(turn)));
    assert_eq!(app.world().resource::<Watched>().first_bytes(), expected);
}

#[test]
fn a_dream_is_fed_with_its_own_frames_and_the_players_actions() {
    let mut app = app(dream::SCREEN, vec![model(AT_ONCE, (64, 64))]);
    let byte = seen(&mut app);
    press(&mut app, KeyCode::KeyM);
    press(&mut app, KeyCode::ArrowUp);
    press(&mut app, KeyCode::ArrowLeft);
    until(&mut app, |app| app.world().resource::<Dreaming>().steps() == 8);
    let expected = byte.wrapping_add(4 * larger_by(Action::Forward)).wrapping_add(4 * larger_by(Action::Left));
    assert_eq!(app.world().resource::<Dreaming>().first_byte(), Some(expected));
}

#[test]
fn the_game_waits_for_a_slow_dream() {
    let mut app = app(dream::SCREEN, vec![model(Obedient { after: Duration::from_millis(100) }, (64, 64))]);
    let byte = seen(&mut app);
    press(&mut app, KeyCode::KeyM);
    key(&mut app, KeyCode::ArrowUp, ButtonState::Pressed);
    // No step is lost on the way to the corner, four cells of four ticks ahead.
    until(&mut app, |app| app.world().resource::<Dreaming>().steps() == 16);
    let expected = byte.wrapping_add(16 * larger_by(Action::Forward));
    assert_eq!(app.world().resource::<Dreaming>().first_byte(), Some(expected));
}

#[test]
fn a_dream_drifts_begins_anew_and_ends_by_keys() {
    let mut app = app(dream::SCREEN, vec![model(CopyLast, (64, 64))]);
    assert!(texts(&app).contains("not told"), "{}", texts(&app));
    press(&mut app, KeyCode::KeyM);
    press(&mut app, KeyCode::ArrowUp);
    until(&mut app, |app| app.world().resource::<Dreaming>().steps() == 4);
    let drift = app.world().resource::<Dreaming>().newest_drift().unwrap();
    assert!(drift.nearness > 0.05, "one who copies stays behind: {drift:?}");
    press(&mut app, KeyCode::KeyC);
    assert_eq!(app.world().resource::<Dreaming>().steps(), 0, "anew");
    press(&mut app, KeyCode::KeyM);
    press(&mut app, KeyCode::ArrowUp);
    assert_eq!(app.world().resource::<Dreaming>().steps(), 0, "back in the real maze");
    assert_eq!(agent(&mut app).cell(), (3, 3));
}
