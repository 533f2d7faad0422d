//! The start screen: scenes, recordings and models, each with a picture and what can be done with it.

mod shelf;

use std::path::PathBuf;

use bevy::input::mouse::{MouseScrollUnit, MouseWheel};
use bevy::prelude::*;

use crate::film::Style;
use crate::game::window::doors::Doors;
use crate::game::window::keys::{Key, Keys};
use crate::game::window::library::{Found, Kind, Library};
use crate::game::window::maze::{Stage, Start};
use crate::game::window::parts::theme::{ACCENT, CARD, DIM, LINE, TEXT, column, figures, row, words};
use crate::game::window::parts::{spawn_button, spawn_hints};
use crate::game::window::screen::{FrameSet, Screen};
use crate::game::window::training::Lab;
use shelf::{Choice, STEP, scrolled_to};

/// Sections, and what they show.
const SECTIONS: [(&str, &[Kind], &str); 3] = [
    ("Worlds", &[Kind::Scene], ""),
    (
        "Recordings",
        &[Kind::Data],
        "None yet. Press R while you play, or run `crossroads record brick --episodes 500 --out out/data`.",
    ),
    ("Models", &[Kind::Boxed, Kind::Run], "None yet. Train one on a recording, or run `crossroads demo`."),
];

/// Of a card, in the design's pixels.
const CARD_WIDTH: f32 = 392.0;
const PICTURE: (f32, f32) = (136.0, 102.0);
const WORDS: u32 = 208;

/// A column of cards that can be scrolled.
#[derive(Component)]
struct Column(usize);

/// Where a column is, in what it holds.
#[derive(Component)]
struct Thumb(usize);

/// A card: its section, and its place there.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
struct Card(usize, usize);

/// A card's button.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
struct Push(Card, Verb);

/// The button that leads to the training under way.
#[derive(Component)]
struct ToTraining;

#[derive(Component)]
struct ToTrainingText;

/// What can be done with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Play,
    Watch,
    Dream,
    Browse,
    Train,
}

impl Verb {
    /// The buttons of a kind, the one for Enter first.
    fn of(kind: Kind) -> [(Self, &'static str); 2] {
        match kind {
            Kind::Scene => [(Self::Play, "Play"), (Self::Watch, "Watch models")],
            Kind::Data => [(Self::Browse, "Browse"), (Self::Train, "Train a model")],
            Kind::Run | Kind::Boxed => [(Self::Watch, "Watch"), (Self::Dream, "Dream")],
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Choice>().add_systems(OnEnter(Screen::Start), enter).add_systems(
        Update,
        (
            ((choose, point), act, wheel).chain().in_set(FrameSet::Input),
            (fill, (select, scroll, tell_training)).chain().in_set(FrameSet::Show),
        )
            .run_if(in_state(Screen::Start)),
    );
}

/// Cards of a section, in order.
fn cards(library: &Library, section: usize) -> impl Iterator<Item = &(Found, Handle<Image>)> {
    let mut order: Vec<_> =
        library.found.iter().filter(|(found, _)| SECTIONS[section].1.contains(&found.kind)).collect();
    // As the section says; those of a kind as they were found.
    order.sort_by_key(|(found, _)| SECTIONS[section].1.iter().position(|kind| *kind == found.kind));
    order.into_iter()
}

fn enter(mut commands: Commands, mut library: ResMut<Library>) {
    // The cards are to be shown anew.
    library.set_changed();
    let node = Node { padding: UiRect::axes(px(32.0), px(18.0)), ..column(14.0) };
    let node = Node { width: percent(100.0), height: percent(100.0), position_type: PositionType::Absolute, ..node };
    commands.spawn((Name::new("start"), DespawnOnExit(Screen::Start), node)).with_children(|screen| {
        screen.spawn(Node { justify_content: JustifyContent::SpaceBetween, ..row(20.0) }).with_children(|head| {
            head.spawn(column(2.0)).with_children(|title| {
                title.spawn(words("Crossroads", 36.0, ACCENT));
                let line = "Walk a maze where a corner may be turned either way, record it, and watch models predict what comes next.";
                title.spawn(words(line, 17.0, DIM));
            });
            let node = Node {
                padding: UiRect::axes(px(14.0), px(8.0)),
                border: UiRect::all(px(1.0)),
                border_radius: BorderRadius::all(px(8.0)),
                flex_shrink: 0.0,
                display: Display::None,
                ..row(10.0)
            };
            head.spawn((Button, ToTraining, node, BackgroundColor(CARD), BorderColor::all(ACCENT))).with_children(|pill| {
                pill.spawn(figures("T", 15.0, ACCENT));
                pill.spawn((ToTrainingText, words("", 15.0, TEXT)));
            });
        });
        let columns = Node { column_gap: px(20.0), flex_grow: 1.0, min_height: px(0.0), ..default() };
        screen.spawn(columns).with_children(|columns| {
            for (section, (title, ..)) in SECTIONS.iter().enumerate() {
                columns.spawn(Node { width: px(CARD_WIDTH), min_height: px(0.0), ..column(8.0) }).with_children(|list| {
                    list.spawn(words(*title, 20.0, TEXT));
                    let view = Node { overflow: Overflow::scroll_y(), flex_grow: 1.0, min_height: px(0.0), ..column(10.0) };
                    list.spawn((Column(section), Name::new(*title), view, ScrollPosition::default(), Interaction::None));
                    let thumb = Node {
                        position_type: PositionType::Absolute,
                        right: px(-9.0),
                        width: px(4.0),
                        border_radius: BorderRadius::all(px(2.0)),
                        ..default()
                    };
                    list.spawn((Thumb(section), thumb, BackgroundColor(LINE), Visibility::Hidden));
                });
            }
        });
        spawn_hints(
            screen,
            &[("↑↓←→", "choose"), ("Enter", "first button"), ("Space", "second button"), ("F1", "all keys"), ("Esc", "quit")],
        );
    });
}

/// Shows what the library holds.
fn fill(mut commands: Commands, library: Res<Library>, mut choice: ResMut<Choice>, columns: Query<(Entity, &Column)>) {
    if !library.is_changed() {
        return;
    }
    choice.fit([0, 1, 2].map(|section| cards(&library, section).count()));
    // The marks of what is chosen are set anew.
    choice.set_changed();
    for (entity, &Column(section)) in &columns {
        commands.entity(entity).despawn_related::<Children>().with_children(|list| {
            for (index, (found, picture)) in cards(&library, section).enumerate() {
                spawn_card(list, Card(section, index), found, picture.clone());
            }
            if cards(&library, section).next().is_none() {
                let text = if library.is_looking() { "looking …" } else { SECTIONS[section].2 };
                list.spawn((Node { max_width: px(CARD_WIDTH), ..default() }, words(text, 16.0, DIM)));
            }
        });
    }
}

fn spawn_card(list: &mut ChildSpawnerCommands, card: Card, found: &Found, picture: Handle<Image>) {
    let node = Node {
        width: percent(100.0),
        height: px(STEP - 10.0),
        flex_shrink: 0.0,
        padding: UiRect::all(px(9.0)),
        border: UiRect::all(px(1.0)),
        border_radius: BorderRadius::all(px(8.0)),
        ..row(12.0)
    };
    let looks = (BackgroundColor(CARD), BorderColor::all(CARD));
    list.spawn((card, Name::new(found.title.clone()), node, looks, Interaction::None)).with_children(|row_of| {
        let node = Node { width: px(PICTURE.0), height: px(PICTURE.1), flex_shrink: 0.0, ..default() };
        row_of.spawn((node, ImageNode::new(picture)));
        let node = Node { height: percent(100.0), justify_content: JustifyContent::SpaceBetween, ..column(0.0) };
        row_of.spawn(node).with_children(|right| {
            right.spawn(column(2.0)).with_children(|text| {
                let line = |text: &str, size: f32, tint: Color| {
                    let kept = Style::words(size, [0; 3]).elided(text, WORDS);
                    (words(kept, size, tint), TextLayout::linebreak(LineBreak::NoWrap))
                };
                text.spawn(line(&found.title, 18.0, TEXT));
                for about in &found.lines {
                    text.spawn(line(about, 13.0, DIM));
                }
            });
            right.spawn(row(8.0)).with_children(|buttons| {
                for (verb, label) in Verb::of(found.kind) {
                    spawn_button(buttons, label, Push(card, verb));
                }
            });
        });
    });
}

/// Arrow keys move from card to card.
fn choose(keys: Keys, mut choice: ResMut<Choice>) {
    let moves = [(Key::ColumnBefore, -1, 0), (Key::ColumnAfter, 1, 0), (Key::Previous, 0, -1), (Key::Next, 0, 1)];
    for (key, sections, places) in moves {
        if keys.pressed(key) {
            choice.go(sections, places);
        }
    }
}

/// A press on a card chooses it.
fn point(mut choice: ResMut<Choice>, cards: Query<(&Interaction, &Card), Changed<Interaction>>) {
    for (_, &Card(section, place)) in cards.iter().filter(|(interaction, _)| **interaction == Interaction::Pressed) {
        choice.set(section, place);
    }
}

/// Does what a button, or the key for it, says.
fn act(
    keys: Keys,
    library: Res<Library>,
    mut choice: ResMut<Choice>,
    mut doors: Doors,
    pushes: Query<(&Interaction, &Push), Changed<Interaction>>,
    trainings: Query<&Interaction, (With<ToTraining>, Changed<Interaction>)>,
) {
    let is_pressed = |interaction: &Interaction| *interaction == Interaction::Pressed;
    if doors.lab.training().is_some() && (keys.pressed(Key::ToTraining) || trainings.iter().any(is_pressed)) {
        doors.training();
        return;
    }
    let button = [Key::Choose, Key::Other].into_iter().position(|key| keys.pressed(key));
    let (section, place) = choice.place();
    let by_key = button.and_then(|button| {
        let (found, _) = cards(&library, section).nth(place)?;
        Some((found, Verb::of(found.kind)[button].0))
    });
    let by_mouse = pushes.iter().find(|(interaction, _)| is_pressed(interaction)).and_then(|(_, push)| {
        let Push(Card(section, place), verb) = *push;
        choice.set(section, place);
        Some((&cards(&library, section).nth(place)?.0, verb))
    });
    let Some((found, verb)) = by_key.or(by_mouse) else { return };
    if let Err(error) = go(found, verb, &library, &mut doors) {
        doors.notices.error(error);
    }
}

fn go(found: &Found, verb: Verb, library: &Library, doors: &mut Doors) -> Result<(), String> {
    let begin = |explores| move |stage: Stage| stage.beginning(Start { maze: 0, agent: None, explores });
    let stage = |explores| match found.kind {
        Kind::Scene => Stage::load(&found.place).map_err(|error| error.to_string()).map(begin(explores)),
        Kind::Data | Kind::Run | Kind::Boxed => library.stage(&found.scene).map(begin(explores)),
    };
    match (verb, found.kind) {
        (Verb::Play, _) => doors.play(stage(false)?),
        (Verb::Watch, Kind::Scene) => {
            let models = library.fitting(found.frame_size);
            if models.is_empty() {
                let (width, height) = found.frame_size;
                return Err(format!(
                    "no model for frames of {width}×{height} pixels is there yet: record this world and train one"
                ));
            }
            doors.watch(stage(true)?, &models);
        }
        (Verb::Watch, _) => doors.watch(stage(true)?, std::slice::from_ref(&found.place)),
        (Verb::Dream, _) => doors.dream(stage(false)?, &found.place),
        (Verb::Browse, _) => doors.browse(PathBuf::from(&found.place)),
        (Verb::Train, _) => doors.train(PathBuf::from(&found.place)),
    }
    Ok(())
}

/// The wheel scrolls the column under the mouse.
fn wheel(
    mut wheel: MessageReader<MouseWheel>,
    window: Query<&Window>,
    scale: Res<UiScale>,
    mut columns: Query<(&Column, &mut ScrollPosition, &ComputedNode)>,
) {
    let lines = |event: &MouseWheel| match event.unit {
        MouseScrollUnit::Line => event.y * 44.0,
        MouseScrollUnit::Pixel => event.y / scale.0.max(0.01),
    };
    let by: f32 = wheel.read().map(lines).sum();
    let cursor = window.single().ok().and_then(|window| Some(window.cursor_position()?.x / window.width()));
    let (Some(at), true) = (cursor, by != 0.0) else { return };
    for (column, mut position, node) in &mut columns {
        if column.0 == ((at * 3.0) as usize).min(2) {
            let most = ((node.content_size.y - node.size.y) * node.inverse_scale_factor).max(0.0);
            position.y = (position.y - by).clamp(0.0, most);
        }
    }
}

/// Marks the chosen card, and brings it into view.
fn select(
    choice: Res<Choice>,
    mut cards: Query<(&Card, &Interaction, &mut BorderColor)>,
    mut columns: Query<(&Column, &mut ScrollPosition, &ComputedNode)>,
) {
    let (section, place) = choice.place();
    for (card, interaction, mut border) in &mut cards {
        let colour = match interaction {
            _ if *card == Card(section, place) => ACCENT,
            Interaction::None => CARD,
            Interaction::Hovered | Interaction::Pressed => LINE,
        };
        border.set_if_neq(BorderColor::all(colour));
    }
    if !choice.is_changed() {
        return;
    }
    for (column, mut position, node) in &mut columns {
        if column.0 == section {
            position.y = scrolled_to(place, position.y, node.size.y * node.inverse_scale_factor);
        }
    }
}

/// Shows how far a column is scrolled, where not all of it is seen.
fn scroll(
    columns: Query<(&Column, &ScrollPosition, &ComputedNode)>,
    mut thumbs: Query<(&Thumb, &mut Node, &mut Visibility)>,
) {
    for (column, position, node) in &columns {
        let (whole, seen) = (node.content_size.y * node.inverse_scale_factor, node.size.y * node.inverse_scale_factor);
        for (_, mut thumb, mut visibility) in thumbs.iter_mut().filter(|(thumb, ..)| thumb.0 == column.0) {
            let is_cut = whole > seen + 1.0;
            visibility.set_if_neq(if is_cut { Visibility::Inherited } else { Visibility::Hidden });
            // Under the section's title.
            let place = (px(32.0 + position.y / whole.max(1.0) * seen), px(seen / whole.max(1.0) * seen));
            if is_cut && (thumb.top, thumb.height) != place {
                (thumb.top, thumb.height) = place;
            }
        }
    }
}

fn tell_training(
    lab: Res<Lab>,
    mut pills: Query<&mut Node, With<ToTraining>>,
    mut texts: Query<&mut Text, With<ToTrainingText>>,
) {
    let display = if lab.training().is_some() { Display::Flex } else { Display::None };
    for mut pill in &mut pills {
        if pill.display != display {
            pill.display = display;
        }
    }
    if let (Some(training), Ok(mut text)) = (lab.training(), texts.single_mut()) {
        text.set_if_neq(Text(training.headline()));
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use bevy::input::ButtonState;

    use super::*;
    use crate::game::window::library::Folders;
    use crate::game::window::notice::Notices;
    use crate::game::window::open::{blind, send_key};

    use crate::episode::Split;
    use crate::game::{RecordJob, record};
    use crate::progress::Silent;
    use crate::scene::Scene;
    use crate::train::Run;

    /// The start screen over a folder with one data set, once all of it is found.
    fn app(root: &std::path::Path) -> App {
        let (scene, _) = Scene::load("brick").unwrap();
        let splits = vec![Split { name: "train".into(), share: 1.0 }];
        let (out, textures) = (root.join("data"), None);
        record(
            RecordJob { scene, textures, episodes: 6, ticks: 80, seed: 1, out, splits, threads: 1 },
            Box::new(Silent),
        )
        .unwrap();
        let mut app = blind(Stage::load("brick").unwrap(), Screen::Start, Vec::new());
        let folders = vec![root.to_owned()];
        app.insert_resource(Folders { searched: folders.clone(), scenes: folders, runs: root.join("runs") });
        app.update();
        until(&mut app, |app| !app.world().resource::<Library>().is_looking());
        app
    }

    fn until(app: &mut App, holds: impl Fn(&App) -> bool) {
        let began = Instant::now();
        while !holds(app) {
            assert!(began.elapsed() < Duration::from_secs(60), "waited in vain");
            std::thread::sleep(Duration::from_millis(2));
            app.update();
        }
    }

    fn press(app: &mut App, code: KeyCode) {
        for state in [ButtonState::Pressed, ButtonState::Released] {
            send_key(app, code, state);
            app.update();
        }
    }

    fn screen(app: &App) -> Screen {
        *app.world().resource::<State<Screen>>().get()
    }

    fn texts(app: &App) -> String {
        app.world().resource::<Notices>().texts().collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn keys_lead_to_what_is_chosen_and_esc_leads_back() {
        let root = tempfile::tempdir().unwrap();
        let mut app = app(root.path());
        press(&mut app, KeyCode::ArrowDown);
        press(&mut app, KeyCode::Enter);
        assert_eq!((screen(&app), app.world().resource::<Stage>().scene.name.as_str()), (Screen::Play, "hedge-night"));
        press(&mut app, KeyCode::Escape);
        assert_eq!(screen(&app), Screen::Start);
        press(&mut app, KeyCode::ArrowRight);
        press(&mut app, KeyCode::Enter);
        assert_eq!(screen(&app), Screen::Browse);
        press(&mut app, KeyCode::Escape);
        assert_eq!(screen(&app), Screen::Start);
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
        assert_eq!((screen(&app), app.world().resource::<Stage>().scene.name.as_str()), (Screen::Play, "arcade"));
    }

    #[test]
    fn a_training_goes_on_behind_other_screens_until_it_is_stopped() {
        let root = tempfile::tempdir().unwrap();
        let mut app = app(root.path());
        press(&mut app, KeyCode::ArrowRight);
        press(&mut app, KeyCode::Space);
        assert_eq!(screen(&app), Screen::Training);
        press(&mut app, KeyCode::Enter);
        press(&mut app, KeyCode::Escape);
        assert_eq!(screen(&app), Screen::Start);
        let step = |app: &App| app.world().resource::<Lab>().training().map_or(0, |training| training.step);
        until(&mut app, |app| step(app) >= 3);
        press(&mut app, KeyCode::KeyT);
        assert_eq!(screen(&app), Screen::Training);
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
}
