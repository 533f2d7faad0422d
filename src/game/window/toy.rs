//! A screen for tests alone, in one file: what a newcomer writes, and the line that the list of plugins would have.

use bevy::prelude::*;

use super::blind::blind;
use super::doors::Doors;
use super::keys::{BindKeys, Key, Keys};
use super::maze::{self, Stage};
use super::parts::theme::{TEXT, words};
use super::screen::{FrameSet, Screen};
use super::testing::{press, screen};
use crate::game::tick::Walker;

const SCREEN: Screen = Screen::new("toy");

const COUNT: Key = Key::label('q', KeyCode::KeyQ, "count one more");

/// Asks for the toy.
#[derive(Event)]
struct ToToy(Stage);

#[derive(Resource, Default)]
struct Counted(u32);

fn plugin(app: &mut App) {
    maze::add_to(app, SCREEN);
    app.bind(SCREEN, &[COUNT])
        .init_resource::<Counted>()
        .add_observer(|asked: On<ToToy>, mut doors: Doors| doors.go_in(asked.0.clone(), SCREEN))
        .add_systems(OnEnter(SCREEN), enter)
        .add_systems(Update, count.in_set(FrameSet::Input));
}

fn enter(mut commands: Commands) {
    commands.spawn((Name::new("toy"), DespawnOnExit(SCREEN), words("a toy", 20.0, TEXT)));
}

fn count(keys: Keys, mut counted: ResMut<Counted>) {
    counted.0 += u32::from(keys.pressed(&COUNT));
}

fn texts(app: &mut App) -> Vec<String> {
    app.world_mut().query::<&Text>().iter(app.world()).map(|text| text.0.clone()).collect()
}

#[test]
fn a_screen_is_a_file_and_a_line() {
    let brick = || Stage::load("brick").unwrap();
    let mut app = blind(brick(), Screen::FIRST, Vec::new());
    // The line.
    plugin(&mut app);
    app.update();
    press(&mut app, KeyCode::KeyQ);
    assert_eq!(app.world().resource::<Counted>().0, 0, "another screen does not have the key");
    app.world_mut().trigger(ToToy(brick()));
    (0..2).for_each(|_| app.update());
    assert_eq!(screen(&app), SCREEN);
    press(&mut app, KeyCode::KeyQ);
    assert_eq!(app.world().resource::<Counted>().0, 1);
    assert_eq!(app.world_mut().query::<&Walker>().iter(app.world()).count(), 1, "an agent in a maze");
    press(&mut app, KeyCode::F1);
    let shown = texts(&mut app);
    let place = |text: &str| shown.iter().position(|shown| shown == text);
    let [turn, count, back] = ["turn left", "count one more", "this list"].map(place);
    assert!(turn.is_some() && turn < count && count < back, "the maze's keys, its own, those of all: {shown:?}");
    press(&mut app, KeyCode::Escape);
    assert_eq!((screen(&app), texts(&mut app).contains(&"turn left".into())), (SCREEN, false), "the list closes first");
    press(&mut app, KeyCode::Escape);
    app.update();
    assert_eq!(screen(&app), Screen::FIRST);
    assert!(!texts(&mut app).contains(&"a toy".into()));
}
