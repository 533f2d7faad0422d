//! The real window, on a display of its own: what a person does with keys, and what they then see and have.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use crossroads::agent::Action;
use crossroads::episode::{Episode, check, read};
use crossroads::progress::Silent;
use crossroads::scene::Scene;
use crossroads::train::train;

use crate::display::{Display, Game};
use crate::helper::{GAN, Place, REGRESSION, SCENE, copy_folder, data, errors, refused, skipped};
use crate::{translate, walker, words};

/// Opens a display and the game on it, or says why the test is skipped.
macro_rules! game {
    ($display:ident, $place:expr, $arguments:expr) => {
        match Game::start(&$display, $place, $arguments) {
            Ok(game) => game,
            Err(why) => {
                return skipped(&why);
            }
        }
    };
}
macro_rules! display {
    ($width:expr, $height:expr) => {
        match Display::open($width, $height) {
            Ok(display) => display,
            Err(why) => {
                return skipped(&format!(
                    "{why}; Debian's packages xvfb, xdotool and mesa-vulkan-drivers bring what is missing"
                ));
            }
        }
    };
}

/// A display of Wayland alone, without XWayland.
macro_rules! wayland {
    ($width:expr, $height:expr) => {
        match Display::wayland($width, $height) {
            Ok(display) => display,
            Err(why) => {
                return skipped(&format!(
                    "{why}; Debian's packages sway, wtype and mesa-vulkan-drivers bring what is missing"
                ));
            }
        }
    };
}

fn assert_check_data(place: &Place, folder: &str) {
    let output = place.tools(&["check-data", folder]).output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
}

fn episodes_in(folder: &Path) -> usize {
    let manifest = std::fs::read_to_string(folder.join("manifest.ron"));
    manifest.map_or(0, |text| text.matches("crc32").count())
}

/// A maze where the agent begins in front of a straight way to a corner: its number, and the cells to the corner.
fn maze_with_a_way(scene: &Scene) -> (u64, usize) {
    (0..1000)
        .find_map(|number| {
            let maze = scene.maze(number);
            let (mut agent, _) = scene.spawn(&maze, number);
            for cells in 1..4 {
                for _ in 0..scene.agent.ticks_per_cell {
                    agent.tick(&maze, Action::Forward);
                }
                if agent.corner(&maze).is_some() {
                    return Some((number, cells));
                }
            }
            None
        })
        .expect("such a maze among a thousand")
}

#[test]
fn what_a_person_walks_is_recorded_key_by_key() {
    let display = display!(640, 360);
    let place = Place::new();
    let (scene, _) = Scene::load("brick").unwrap();
    let (maze, cells) = maze_with_a_way(&scene);
    let number = maze.to_string();
    let arguments = ["play", "brick", "--maze", &number, "--size", "640x360", "--out", "played"];
    let mut game = game!(display, &place, &arguments);
    game.key_and_wait("r", 500);
    for _ in 0..cells {
        game.key_and_wait("Up", 1500);
    }
    let at_corner = game.shot("corner");
    game.key_and_wait("Left", 1500);
    game.key_and_wait("w", 1500);
    game.key_and_wait("r", 300);
    let folder = place.path("played");
    game.until("save the episode", || episodes_in(&folder) == 1);
    game.close();

    assert_check_data(&place, "played");
    let (manifest, damages) = check(&folder).unwrap();
    assert!(damages.is_empty() && manifest.episodes[0].maze == maze, "{damages:?}");
    let episode = read(&std::fs::read(folder.join(&manifest.episodes[0].file)).unwrap()).unwrap();
    let moves = vec![Action::Forward; cells].into_iter().chain([Action::Left, Action::Forward]);
    let expected: Vec<Action> = moves.flat_map(|action| [action; 4]).collect();
    assert_eq!(episode.actions, expected);
    assert_eq!(episode.turns(), (1, 0));
    assert_eq!(at_corner.dimensions(), (640, 360));
    let colours: HashSet<[u8; 3]> = at_corner.pixels().map(|pixel| pixel.0).collect();
    assert!(colours.len() > 1000, "a maze has many colours, this has {}", colours.len());
}

/// The only episode that was played.
fn only_episode(folder: &Path) -> Episode {
    let (manifest, damages) = check(folder).unwrap();
    assert!(damages.is_empty() && manifest.episodes.len() == 1, "{damages:?}");
    read(&std::fs::read(folder.join(&manifest.episodes[0].file)).unwrap()).unwrap()
}

#[test]
fn on_a_dvorak_keyboard_letters_count_by_what_they_say_and_walking_by_place() {
    let display = display!(640, 360);
    display.layout("us(dvorak)");
    let place = Place::new();
    let mut game = game!(display, &place, &["play", "brick", "--maze", "1", "--size", "640x360", "--out", "played"]);
    let before = game.shot("before-dvorak-keys");
    game.key_and_wait("F1", 300);
    game.shot_unlike(&before, "dvorak-keys");
    game.key_and_wait("F1", 300);
    // R is where O is in the US; A and E are where A and D are there; O stands where S does.
    game.key_and_wait("r", 500);
    for (key, wait) in [("a", 1500), ("e", 1500), ("o", 2500)] {
        game.key_and_wait(key, wait);
    }
    game.key_and_wait("r", 300);
    let folder = place.path("played");
    game.until("save the episode", || episodes_in(&folder) == 1);
    game.close();
    let turns = [[Action::Left; 4], [Action::Right; 4], [Action::Left; 4], [Action::Left; 4]].concat();
    assert_eq!(only_episode(&folder).actions, turns);
}

#[test]
fn a_window_that_the_display_enlarges_stays_on_the_screen() {
    let display = display!(800, 450);
    let place = Place::new();
    let variables = [("WINIT_X11_SCALE_FACTOR", "2.5")];
    let game = match Game::start_with(&display, &place, &["play", "brick", "--size", "640x360"], &variables) {
        Ok(game) => game,
        Err(why) => return skipped(&why),
    };
    assert_eq!(game.shot("scale-factor-2.5").dimensions(), (800, 450));
    game.close();
}

/// Records a turn on a display, takes that away, and sees one line, exit code 2 and the episode.
fn dies_and_takes_nothing_but_the_window(display: Display) {
    let place = Place::new();
    let game = game!(display, &place, &["play", "brick", "--size", "320x180", "--out", "played"]);
    game.key_and_wait("r", 500);
    game.key_and_wait("Left", 1500);
    display.die();
    let (code, said) = game.ended();
    assert!(code == Some(2) && said.contains("the display is gone") && !said.contains("panicked"), "{code:?}: {said}");
    assert_eq!(only_episode(&place.path("played")).actions, [Action::Left; 4]);
}

#[test]
fn a_display_that_dies_takes_nothing_but_the_window() {
    dies_and_takes_nothing_but_the_window(display!(320, 180));
}

#[test]
fn a_compositor_that_dies_takes_nothing_but_the_window() {
    dies_and_takes_nothing_but_the_window(wayland!(640, 360));
}

#[test]
fn on_wayland_alone_the_window_opens_takes_keys_and_closes_in_order() {
    let display = wayland!(1280, 720);
    let place = Place::new();
    let game = game!(display, &place, &["play", "brick", "--out", "played"]);
    let before = game.shot("wayland");
    game.key("F1");
    game.shot_unlike(&before, "wayland-keys");
    game.key("Escape");
    game.key_and_wait("r", 500);
    game.key_and_wait("Left", 1500);
    game.close();
    assert_eq!(only_episode(&place.path("played")).actions, [Action::Left; 4]);
}

#[test]
fn of_two_kinds_of_display_the_one_that_is_there_is_taken_and_x11_first() {
    let place = Place::new();
    let display = display!(640, 360);
    let arguments = ["play", "brick", "--size", "320x180"];
    let gone = [("WAYLAND_DISPLAY", "wayland-4711")];
    match Game::start_with(&display, &place, &arguments, &gone) {
        Ok(game) => game.close(),
        Err(why) => return skipped(&why),
    }
    let display = wayland!(640, 360);
    Game::start_with(&display, &place, &arguments, &[("DISPLAY", ":4711")]).unwrap().close();
}

#[test]
fn a_game_that_is_killed_while_recording_loses_the_episode_in_flight_at_most() {
    let display = display!(320, 180);
    let place = Place::new();
    let mut game = game!(display, &place, &["play", "brick", "--size", "320x180", "--out", "played"]);
    for key in ["plus", "plus", "plus", "Tab", "r"] {
        game.key_and_wait(key, 300);
    }
    let folder = place.path("played");
    game.until("save two episodes", || episodes_in(&folder) >= 2);
    game.kill();
    assert_check_data(&place, "played");

    // What is recorded afterwards joins it; a window that is closed meanwhile loses nothing.
    let before = episodes_in(&folder);
    let game = game!(display, &place, &["play", "brick", "--size", "320x180", "--out", "played"]);
    game.key_and_wait("r", 500);
    game.key_and_wait("Tab", 2500);
    game.close();
    assert_check_data(&place, "played");
    assert!(episodes_in(&folder) > before);
}

#[test]
fn every_screen_shows_itself() {
    let display = display!(1280, 720);
    let place = Place::new();
    let scene = place.file("small.ron", SCENE);
    let data = data().to_string_lossy().into_owned();
    for (name, recipe) in [("regression", REGRESSION), ("gan", GAN)] {
        let recipe = place.file(&format!("{name}.ron"), recipe);
        place.succeed(&["train", &recipe.to_string_lossy(), "--data", &data, "--out", &format!("out/{name}")]);
    }
    let game = game!(display, &place, &["play", "brick"]);
    let first_person = game.shot("play");
    game.key("v");
    let above = game.shot_unlike(&first_person, "play-from-above");
    game.key("F1");
    game.shot_unlike(&above, "keys");
    game.key("Escape");
    // Almost nothing, and back.
    game.resize(24, 16);
    std::thread::sleep(Duration::from_millis(700));
    game.resize(1280, 720);
    std::thread::sleep(Duration::from_millis(700));
    game.key("Escape");
    game.shot_unlike(&above, "start-after-play");
    game.close();

    let scene = scene.to_string_lossy();
    let game = game!(display, &place, &["watch", "out/regression", "out/gan", "--scene", &scene]);
    game.key("h");
    std::thread::sleep(Duration::from_secs(6));
    game.shot("watch");
    game.close();

    let game = game!(display, &place, &["dream", "out/gan", "--scene", &scene]);
    let real = game.shot("dream-real");
    game.key_and_wait("m", 300);
    game.key_and_wait("Tab", 3000);
    game.shot_unlike(&real, "dream");
    game.close();
}

#[test]
fn recordings_are_browsed_and_trained_on_in_the_window() {
    let display = display!(1280, 720);
    let place = Place::new();
    std::fs::create_dir(place.path("out")).unwrap();
    copy_folder(data(), &place.path("out/data"));

    let game = game!(display, &place, &["browse", "out/data"]);
    std::thread::sleep(Duration::from_secs(1));
    let first = game.shot("browse");
    game.key_and_wait("Next", 500);
    game.shot_unlike(&first, "browse-ten-frames-on");
    game.key_and_wait("Return", 500);
    game.shot_unlike(&first, "play-from-a-recording");
    game.close();

    let mut game = game!(display, &place, &[]);
    std::thread::sleep(Duration::from_secs(2));
    game.shot("start");
    game.key_and_wait("Right", 300);
    game.key_and_wait("space", 500);
    let choice = game.shot("training-choice");
    game.key("Return");
    let runs = place.path("out/runs");
    let checkpoints = || {
        let runs = runs.read_dir().into_iter().flatten().flatten();
        let inside = runs.flat_map(|run| run.path().read_dir().into_iter().flatten().flatten());
        inside.filter(|entry| entry.file_name().to_string_lossy().starts_with("checkpoint-")).count()
    };
    game.until("begin the training", || checkpoints() == 1);
    std::thread::sleep(Duration::from_secs(4));
    game.shot_unlike(&choice, "training");
    game.key("s");
    game.until("stop after a checkpoint", || checkpoints() == 2);
    game.close();
}

#[test]
fn captions_are_said_to_a_model_from_its_card() {
    let display = display!(1280, 720);
    let place = words::place();
    let recipe = words::narrow(&place, "words", 4);
    words::train(&place, &recipe, "out/words", &[]);
    let game = game!(display, &place, &[]);
    std::thread::sleep(Duration::from_secs(2));
    let start = game.shot("start-with-words");
    // Past the three models that come with Crossroads.
    for key in ["Right", "Right", "Down", "Down", "Down", "Return"] {
        game.key_and_wait(key, 300);
    }
    let empty = game.shot_unlike(&start, "say");
    for key in ["a", "space", "f", "o", "r", "k"] {
        game.key_and_wait(key, 100);
    }
    game.shot_unlike(&empty, "say-a-fork");
    game.close();
}

#[test]
fn without_a_display_one_line_says_what_to_do() {
    let place = Place::new();
    for arguments in [&[][..], &["play"][..]] {
        let mut command = place.crossroads(arguments);
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        refused(command, &["no display", "xvfb", "crossroads demo"]);
        let mut command = place.crossroads(arguments);
        command.env("DISPLAY", ":4711").env_remove("WAYLAND_DISPLAY");
        refused(command, &["no display", "crossroads demo"]);
        let mut command = place.crossroads(arguments);
        command.env_remove("DISPLAY").env("WAYLAND_DISPLAY", "wayland-4711").env("XDG_RUNTIME_DIR", place.path(""));
        refused(command, &["no display", "Wayland", "crossroads demo"]);
    }
}

#[test]
fn what_the_window_cannot_open_is_refused_before_there_is_one() {
    let place = Place::new();
    place.refuse(&["play", "atlantis"], &["no scene `atlantis`", "brick"]);
    place.refuse(&["watch", "atlantis"], &["atlantis"]);
    place.refuse(&["dream", "out", "--device", "abacus"], &["abacus", "flex"]);
    for (option, value, allowed) in [("--size", "1280", "1280x720"), ("--for", "0", "above 0")] {
        let output = place.crossroads(&["play", option, value]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(errors(&output).contains(option) && errors(&output).contains(allowed), "{}", errors(&output));
    }
}

#[test]
fn a_translation_lies_over_the_maze_that_is_played_then_the_truth() {
    let display = display!(640, 360);
    let place = Place::new();
    translate::record(&place);
    let recipe = translate::narrow(&place, "cycle", 4);
    translate::train(&place, &recipe, "cycle", &[]);
    let game = game!(display, &place, &["watch", "cycle", "--scene", "day.ron", "--size", "640x360"]);
    game.key_and_wait("p", 500);
    let mut before = game.shot("translate-maze");
    for name in ["translate-laid", "translate-truth", "translate-nothing"] {
        game.key("x");
        before = game.shot_unlike(&before, name);
    }
    game.close();
}

#[test]
fn a_walker_takes_the_agent_and_what_it_walks_can_be_recorded() {
    let display = display!(640, 360);
    let place = Place::new();
    train(&walker::job(&place, "run"), &mut Silent).unwrap();
    let arguments = ["play", "brick", "--walker", "run", "--size", "640x360", "--out", "played"];
    let mut game = game!(display, &place, &arguments);
    let steered = game.shot("walker-steered");
    game.key_and_wait("r", 500);
    game.key("l");
    game.shot_unlike(&steered, "walker-walks");
    std::thread::sleep(Duration::from_secs(4));
    game.key_and_wait("r", 300);
    let folder = place.path("played");
    game.until("save the episode", || episodes_in(&folder) == 1);
    game.close();
    assert!(!only_episode(&folder).actions.is_empty(), "nobody pressed a key to walk: time passes because it does");
}
