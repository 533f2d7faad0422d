//! Browse: recorded episodes, frame by frame.

mod leaf;
mod timeline;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use bevy::prelude::*;
use bevy::ui::RelativeCursorPosition;

use crate::agent::{Action, Agent};
use crate::camera::Frame;
use crate::episode::{DataSet, StoredEpisode, TEXTURES, replay};
use crate::game::window::doors::Doors;
use crate::game::window::keys::{Key, Keys};
use crate::game::window::library::Library;
use crate::game::window::maze::{Stage, Start, picture_of, ticks_a_second};
use crate::game::window::notice::Notices;
use crate::game::window::parts::theme::{ACCENT, CARD, DIM, TEXT, card, colour, column, cover, figures, row, words};
use crate::game::window::parts::{frame_of, image_of, show, smooth_image_of, spawn_hints};
use crate::game::window::screen::{FrameSet, Screen};
use crate::game::window::watch::CONTEXT;
use crate::maze::{Heading, Maze};
use leaf::{Leaf, Turn};
use timeline::draw_timeline;

/// Place for the frame, in the design's pixels.
const BOX: Vec2 = Vec2::new(800.0, 578.0);
/// Of the map, in the design's pixels.
const MAP: f32 = 272.0;
/// Seconds that a key is held until it goes on by itself, and from then on between two steps.
const PATIENCE: f32 = 0.4;
const REPEAT: f32 = 0.07;

/// The data set that is browsed.
#[derive(Resource)]
pub(super) struct Browsing {
    folder: PathBuf,
    shelf: Shelf,
    leaf: Leaf,
    /// What is shown.
    shown: Option<Leaf>,
    /// Whether the episode runs, and the part of a tick that has passed.
    runs: Option<f32>,
}

enum Shelf {
    Opening(Mutex<Receiver<Result<Box<Book>, String>>>),
    Open(Box<Book>),
    /// What is told in place of frames.
    Closed(String),
}

/// An opened data set.
struct Book {
    data: DataSet,
    stage: Stage,
    /// Frames of each episode.
    lengths: Vec<usize>,
    page: Option<Page>,
}

/// What is derived from one episode.
struct Page {
    episode: usize,
    maze: Maze,
    /// The agent at each frame, if that is known.
    agents: Option<Vec<Agent>>,
}

impl Browsing {
    /// Opens a data set on a thread of its own: its files are verified, which takes a while for a large one.
    pub fn open(folder: PathBuf) -> Self {
        let (tell, told) = sync_channel(1);
        let place = folder.clone();
        std::thread::spawn(move || {
            // Whoever asked may be gone.
            let _nobody = tell.send(Book::open(&place).map(Box::new));
        });
        Self { folder, shelf: Shelf::Opening(Mutex::new(told)), leaf: Leaf::default(), shown: None, runs: None }
    }

    fn book(&self) -> Option<&Book> {
        match &self.shelf {
            Shelf::Open(book) => Some(book),
            Shelf::Opening(_) | Shelf::Closed(_) => None,
        }
    }

    fn turn(&mut self, turn: Turn) {
        if let Some(lengths) = self.book().map(|book| book.lengths.as_slice()) {
            self.leaf = self.leaf.turned(turn, lengths);
        }
    }

    /// The maze and the agent as they were at the frame that is shown.
    fn stage(&self) -> Result<Stage, String> {
        let book = self.book().ok_or("no episode is open yet")?;
        let (page, Leaf { episode, frame }) = (book.page.as_ref(), self.leaf);
        let episode = &book.data.episodes[episode];
        let agent = page.and_then(|page| page.agents.as_ref()?.get(frame).copied());
        let agent = agent.ok_or_else(|| {
            format!("{}: its actions do not lead to its poses, so nobody can walk on from here", episode.entry.file)
        })?;
        let start = Start { maze: episode.entry.maze, agent: Some(agent), explores: false };
        let before = (frame.saturating_sub(CONTEXT)..frame).map(|frame| episode.frame(frame).to_vec()).collect();
        Ok(Stage { before, ..book.stage.clone().beginning(start) })
    }
}

impl Book {
    fn open(folder: &std::path::Path) -> Result<Self, String> {
        let data = DataSet::open_all(folder).map_err(|error| error.to_string())?;
        let textures = Some(folder.join(TEXTURES));
        let stage = Stage::new(data.manifest.scene.clone(), None, textures).map_err(|error| error.to_string())?;
        if data.episodes.is_empty() {
            return Err(match data.skipped.first() {
                Some(first) => format!("all {} episode files are damaged; the first: {first}", data.skipped.len()),
                None => format!("{}: holds no episode yet", folder.display()),
            });
        }
        let lengths = data.episodes.iter().map(|episode| episode.poses().len()).collect();
        let mut book = Self { data, stage, lengths, page: None };
        book.turn_to(0);
        Ok(book)
    }

    /// Derives what is shown of an episode, once.
    fn turn_to(&mut self, episode: usize) {
        if self.page.as_ref().is_none_or(|page| page.episode != episode) {
            let stored = &self.data.episodes[episode];
            let (scene, number) = (&self.data.manifest.scene, stored.entry.maze);
            let maze = scene.maze(number);
            let agents = replay(stored.poses(), stored.corners(), stored.actions(), &maze, scene.gait());
            self.page = Some(Page { episode, maze, agents });
        }
    }
}

/// The frame.
#[derive(Component)]
struct Large;

/// What stands in its place.
#[derive(Component)]
struct Message;

#[derive(Component)]
struct Map;

#[derive(Component)]
struct TimeLine;

/// The place in the time line.
#[derive(Component)]
struct Hand;

/// A line of what is known of the frame.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
enum Fact {
    Scene,
    Split,
    Maze,
    Episode,
    Frame,
    Action,
    Place,
    Heading,
    Corner,
}

const FACTS: [(Fact, &str); 9] = [
    (Fact::Scene, "scene"),
    (Fact::Split, "split"),
    (Fact::Maze, "maze"),
    (Fact::Episode, "episode"),
    (Fact::Frame, "frame"),
    (Fact::Action, "action"),
    (Fact::Place, "place"),
    (Fact::Heading, "heading"),
    (Fact::Corner, "corner"),
];

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Browse), enter).add_systems(
        Update,
        (
            (turn, point, jump).chain().in_set(FrameSet::Input),
            run.in_set(FrameSet::Advance),
            receive.in_set(FrameSet::Receive),
            (fit, show_frame, tell).chain().in_set(FrameSet::Show),
        )
            .run_if(in_state(Screen::Browse).and_then(resource_exists::<Browsing>)),
    );
}

fn enter(mut commands: Commands, mut browsing: ResMut<Browsing>, mut images: ResMut<Assets<Image>>) {
    browsing.shown = None;
    browsing.runs = None;
    let mut image = || images.add(image_of(&Frame::new(1, 1)));
    let (large, map) = (image(), image());
    let line = images.add(smooth_image_of(&draw_timeline(&[false], &[])));
    let node =
        Node { padding: UiRect::axes(px(32.0), px(16.0)), justify_content: JustifyContent::SpaceBetween, ..cover() };
    let node = Node { flex_direction: FlexDirection::Column, ..node };
    commands.spawn((Name::new("browse"), DespawnOnExit(Screen::Browse), node)).with_children(|screen| {
        screen.spawn(Node { column_gap: px(32.0), ..default() }).with_children(|top| {
            let centred = Node {
                width: px(BOX.x),
                height: px(BOX.y),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                border_radius: BorderRadius::all(px(8.0)),
                ..default()
            };
            top.spawn((centred, BackgroundColor(CARD))).with_children(|place| {
                place.spawn((Large, Node::default(), ImageNode::new(large)));
                place.spawn((Message, words("", 20.0, DIM)));
            });
            top.spawn(Node { flex_grow: 1.0, ..column(14.0) }).with_children(|side| {
                side.spawn(words(browsing.folder.display().to_string(), 22.0, ACCENT));
                side.spawn(card(column(4.0))).with_children(|facts| {
                    for (fact, label) in FACTS {
                        facts.spawn(row(0.0)).with_children(|line| {
                            line.spawn(Node { width: px(86.0), ..default() }).with_child(words(label, 15.0, DIM));
                            line.spawn((fact, figures("", 15.0, TEXT)));
                        });
                    }
                });
                side.spawn(card(Node { align_self: AlignSelf::Start, ..default() })).with_child((
                    Map,
                    Node { width: px(MAP), height: px(MAP), ..default() },
                    ImageNode::new(map),
                ));
            });
        });
        screen.spawn(column(2.0)).with_children(|bottom| {
            let node = Node { width: px(timeline::SIZE.0), height: px(timeline::SIZE.1), ..default() };
            let pointed = (Interaction::None, RelativeCursorPosition::default());
            bottom.spawn((TimeLine, Name::new("time line"), node, ImageNode::new(line), pointed)).with_children(
                |line| {
                    let hand = Node {
                        position_type: PositionType::Absolute,
                        width: px(4.0),
                        height: px(34.0),
                        top: px(2.0),
                        border_radius: BorderRadius::all(px(2.0)),
                        ..default()
                    };
                    line.spawn((Hand, hand, BackgroundColor(TEXT)));
                },
            );
            spawn_hints(
                bottom,
                &[
                    ("←→", "frame"),
                    ("↑↓", "episode"),
                    ("Space", "run"),
                    ("Enter", "walk on from here"),
                    ("M", "watch models from here"),
                    ("F1", "all keys"),
                    ("Esc", "back"),
                ],
            );
        });
    });
}

fn turn(keys: Keys, time: Res<Time>, mut browsing: ResMut<Browsing>, mut held: Local<f32>) {
    let steps = [
        (Key::FrameBack, Turn::Frames(-1)),
        (Key::FrameOn, Turn::Frames(1)),
        (Key::TenBack, Turn::Frames(-10)),
        (Key::TenOn, Turn::Frames(10)),
        (Key::EpisodeBack, Turn::Episodes(-1)),
        (Key::EpisodeOn, Turn::Episodes(1)),
        (Key::First, Turn::First),
        (Key::Last, Turn::Last),
    ];
    for (key, turn) in steps {
        let mut is_due = keys.pressed(key);
        if is_due {
            *held = -PATIENCE;
        } else if keys.held(key) {
            *held += time.delta_secs();
            is_due = *held >= 0.0;
            *held -= if is_due { REPEAT } else { 0.0 };
        }
        if is_due {
            browsing.runs = None;
            browsing.turn(turn);
        }
    }
    if keys.pressed(Key::Replay) {
        let length = browsing.book().map_or(0, |book| book.lengths[browsing.leaf.episode]);
        if browsing.runs.is_none() && browsing.leaf.frame + 1 == length {
            browsing.turn(Turn::First);
        }
        browsing.runs = if browsing.runs.is_some() { None } else { Some(0.0) };
    }
}

/// A press on the time line leads to its frame.
fn point(mut browsing: ResMut<Browsing>, lines: Query<(&Interaction, &RelativeCursorPosition), With<TimeLine>>) {
    for (interaction, cursor) in &lines {
        // From −0.5 at the left end to 0.5 at the right one.
        if let (Interaction::Pressed, Some(at)) = (interaction, cursor.normalized) {
            let share =
                ((at.x + 0.5) * timeline::SIZE.0 - timeline::INSET) / (timeline::SIZE.0 - 2.0 * timeline::INSET);
            browsing.runs = None;
            browsing.turn(Turn::Share(share));
        }
    }
}

/// To the maze as it was at this frame, alone or with models.
fn jump(keys: Keys, library: Res<Library>, mut browsing: ResMut<Browsing>, mut doors: Doors) {
    let (plays, watches) = (keys.pressed(Key::PlayFromHere), keys.pressed(Key::WatchFromHere));
    if !plays && !watches {
        return;
    }
    browsing.runs = None;
    let stage = match browsing.stage() {
        Ok(stage) => stage,
        Err(error) => return doors.notices.error(error),
    };
    if plays {
        return doors.play(stage);
    }
    let models = library.fitting(stage.camera.size());
    if models.is_empty() {
        let looking = if library.is_looking() { "; still looking for some" } else { "" };
        doors.notices.error(format!("no model for frames of this size was found{looking}"));
    } else {
        doors.watch(stage, &models);
    }
}

fn run(time: Res<Time>, mut browsing: ResMut<Browsing>) {
    let (Some(part), Some(book)) = (browsing.runs, browsing.book()) else { return };
    let part = part + time.delta_secs() * ticks_a_second(&book.data.manifest.scene);
    let last = book.lengths[browsing.leaf.episode].saturating_sub(1);
    browsing.turn(Turn::Frames(part as isize));
    browsing.runs = (browsing.leaf.frame < last).then_some(part.fract());
}

fn receive(mut browsing: ResMut<Browsing>, mut notices: ResMut<Notices>) {
    let Shelf::Opening(opening) = &mut browsing.bypass_change_detection().shelf else { return };
    let told = match opening.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner).try_recv() {
        Ok(told) => told,
        Err(TryRecvError::Empty) => return,
        Err(TryRecvError::Disconnected) => Err("the thread that opens data sets has panicked".into()),
    };
    browsing.shelf = match told {
        Ok(book) => {
            if let Some(first) = book.data.skipped.first() {
                let count = book.data.skipped.len();
                notices.error(format!("{count} damaged episode files are left out; the first: {first}"));
            }
            Shelf::Open(book)
        }
        Err(error) => {
            notices.error(error.clone());
            Shelf::Closed(error)
        }
    };
}

/// Enlarges the frame by a whole number of the screen's pixels.
fn fit(
    browsing: Res<Browsing>,
    window: Query<&Window>,
    scale: Res<UiScale>,
    mut frames: Query<&mut Node, With<Large>>,
) {
    let (Some(book), Ok(window)) = (browsing.book(), window.single()) else { return };
    let (width, height) = book.data.camera.size();
    let pixels = scale.0 * window.scale_factor();
    let times = enlargement((width, height), BOX * pixels);
    let side = |length: u32| px(length as f32 * times / pixels);
    for mut node in &mut frames {
        if (node.width, node.height) != (side(width), side(height)) {
            (node.width, node.height) = (side(width), side(height));
        }
    }
}

/// The largest whole number by which a frame fits into a box, or, where it does not, what shrinks it into the box.
fn enlargement((width, height): (u32, u32), place: Vec2) -> f32 {
    let times = (place / Vec2::new(width as f32, height as f32)).min_element();
    if times >= 1.0 { times.floor() } else { times }
}

fn show_frame(
    mut browsing: ResMut<Browsing>,
    mut images: ResMut<Assets<Image>>,
    large: Query<&ImageNode, With<Large>>,
    map: Query<(&ImageNode, Entity), With<Map>>,
    line: Query<&ImageNode, With<TimeLine>>,
    mut nodes: Query<&mut Node>,
    hand: Query<Entity, With<Hand>>,
) {
    let Browsing { shelf: Shelf::Open(book), leaf, shown, .. } = browsing.bypass_change_detection() else { return };
    if *shown == Some(*leaf) {
        return;
    }
    let is_other = shown.is_none_or(|shown| shown.episode != leaf.episode);
    *shown = Some(*leaf);
    book.turn_to(leaf.episode);
    let (episode, Some(page)) = (&book.data.episodes[leaf.episode], &book.page) else { return };
    for large in &large {
        show(&mut images, &large.image, &frame_of(book.data.camera.size(), episode.frame(leaf.frame)));
    }
    for (map, entity) in &map {
        let picture = map_of(page, episode, leaf.frame);
        let scale = MAP / picture.width().max(picture.height()) as f32;
        if let Ok(mut node) = nodes.get_mut(entity) {
            (node.width, node.height) = (px(picture.width() as f32 * scale), px(picture.height() as f32 * scale));
        }
        show(&mut images, &map.image, &picture);
    }
    if let (true, Ok(line)) = (is_other, line.single()) {
        show(&mut images, &line.image, &draw_timeline(episode.corners(), episode.actions()));
    }
    if let Some(mut node) = hand.single().ok().and_then(|hand| nodes.get_mut(hand).ok()) {
        let way = timeline::SIZE.0 - 2.0 * timeline::INSET;
        node.left = px(timeline::INSET + leaf.share(episode.poses().len()) * way - 2.0);
    }
}

/// The maze with the way that was walked up to a frame.
fn map_of(page: &Page, episode: &StoredEpisode, frame: usize) -> Frame {
    let cells = episode.poses()[..=frame].iter().map(|pose| (pose.x as i32, pose.y as i32));
    let mut path: Vec<(i32, i32)> = cells.collect();
    path.dedup();
    let cell = path.last().copied().unwrap_or_default();
    let quarter = (episode.poses()[frame].heading / std::f32::consts::FRAC_PI_2).round() as usize;
    picture_of(&page.maze, &path, cell, Heading::ALL[quarter % 4])
}

fn tell(
    browsing: Res<Browsing>,
    mut facts: Query<(&Fact, &mut Text, &mut TextColor), Without<Message>>,
    mut messages: Query<&mut Text, With<Message>>,
) {
    let text = match &browsing.shelf {
        Shelf::Opening(_) => format!("opening {} …", browsing.folder.display()),
        Shelf::Closed(error) => error.clone(),
        Shelf::Open(_) => String::new(),
    };
    for mut message in &mut messages {
        message.set_if_neq(Text(text.clone()));
    }
    let Some(book) = browsing.book() else { return };
    for (fact, mut text, mut shade) in &mut facts {
        let (line, tint) = fact.of(book, browsing.leaf);
        text.set_if_neq(Text(line));
        shade.set_if_neq(TextColor(tint));
    }
}

impl Fact {
    fn of(self, book: &Book, leaf: Leaf) -> (String, Color) {
        let (manifest, episode) = (&book.data.manifest, &book.data.episodes[leaf.episode]);
        let (pose, action) = (episode.poses()[leaf.frame], episode.actions().get(leaf.frame).copied());
        let tint = |turn| colour(timeline::colour_of(turn));
        match self {
            Self::Scene => (manifest.scene.name.clone(), TEXT),
            Self::Split => (episode.entry.split.clone(), TEXT),
            Self::Maze => (episode.entry.maze.to_string(), TEXT),
            Self::Episode => (format!("{} of {}", leaf.episode + 1, book.lengths.len()), TEXT),
            Self::Frame => (format!("{} of {}", leaf.frame, episode.poses().len() - 1), TEXT),
            Self::Action => match action {
                Some(Action::Forward) => ("forward".into(), TEXT),
                Some(Action::Left) => ("left".into(), tint(action)),
                Some(Action::Right) => ("right".into(), tint(action)),
                None => ("none: the episode ends".into(), DIM),
            },
            Self::Place => (format!("{:.2} east, {:.2} south", pose.x, pose.y), TEXT),
            Self::Heading => (format!("{:.1}°", pose.heading.to_degrees()), TEXT),
            Self::Corner => match (episode.corners()[leaf.frame], action) {
                (false, _) => ("no".into(), DIM),
                (true, Some(Action::Left)) => ("here: it turns left".into(), tint(action)),
                (true, Some(Action::Right)) => ("here: it turns right".into(), tint(action)),
                (true, _) => ("here".into(), ACCENT),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use bevy::input::ButtonState;

    use super::*;
    use crate::game::window::open::{blind, send_key};

    use crate::episode::Split;
    use crate::game::tick::InMaze;
    use crate::game::{RecordJob, record};
    use crate::progress::Silent;
    use crate::scene::Scene;

    fn recorded(folder: &std::path::Path) {
        let (scene, _) = Scene::load("brick").unwrap();
        let splits = [("train", 0.5), ("test", 0.5)].map(|(name, share)| Split { name: name.into(), share }).to_vec();
        let (out, textures) = (folder.to_owned(), None);
        let job = RecordJob { scene, textures, episodes: 4, ticks: 60, seed: 1, out, splits, threads: 1 };
        record(job, Box::new(Silent)).unwrap();
    }

    fn browsing(folder: &std::path::Path) -> App {
        let mut app = blind(Stage::load("arcade").unwrap(), Screen::Browse, Vec::new());
        app.insert_resource(Browsing::open(folder.to_owned()));
        let began = Instant::now();
        while matches!(app.world().get_resource::<Browsing>().unwrap().shelf, Shelf::Opening(_)) {
            assert!(began.elapsed() < Duration::from_secs(20), "it does not open");
            app.update();
        }
        app
    }

    fn press(app: &mut App, code: KeyCode) {
        for state in [ButtonState::Pressed, ButtonState::Released] {
            send_key(app, code, state);
            app.update();
        }
    }

    #[test]
    fn every_frame_can_be_walked_on_from_and_esc_leads_back_to_it() {
        let folder = tempfile::tempdir().unwrap();
        recorded(folder.path());
        let mut app = browsing(folder.path());
        press(&mut app, KeyCode::ArrowDown);
        press(&mut app, KeyCode::PageDown);
        press(&mut app, KeyCode::ArrowRight);
        let here = Leaf { episode: 1, frame: 11 };
        assert_eq!(app.world().resource::<Browsing>().leaf, here);
        press(&mut app, KeyCode::Enter);
        assert_eq!(*app.world().resource::<State<Screen>>().get(), Screen::Play);
        // A move that was under way goes on, so the beginning is looked at.
        let pose = app.world().resource::<Stage>().start.agent.unwrap().pose();
        let maze = app.world_mut().query::<&InMaze>().single(app.world()).unwrap().0.clone();
        let data = DataSet::open_all(folder.path()).unwrap();
        assert_eq!(pose, data.episodes[1].poses()[11]);
        assert_eq!(*maze, data.manifest.scene.maze(data.episodes[1].entry.maze));
        press(&mut app, KeyCode::Escape);
        assert_eq!(*app.world().resource::<State<Screen>>().get(), Screen::Browse);
        assert_eq!(app.world().resource::<Browsing>().leaf, here);
    }

    #[test]
    fn damaged_files_are_left_out_and_told() {
        let folder = tempfile::tempdir().unwrap();
        recorded(folder.path());
        std::fs::write(folder.path().join("episode-0000002.safetensors"), "no").unwrap();
        let mut app = browsing(folder.path());
        assert_eq!(app.world().resource::<Browsing>().book().unwrap().lengths, [61; 3]);
        assert!(
            app.world()
                .resource::<Notices>()
                .texts()
                .any(|text| text.contains("1 damaged") && text.contains("0000002"))
        );
        (0..5).for_each(|_| press(&mut app, KeyCode::ArrowDown));
        assert_eq!(app.world().resource::<Browsing>().leaf.episode, 2);
    }

    #[test]
    fn frames_are_enlarged_by_whole_numbers() {
        assert_eq!(enlargement((64, 64), Vec2::new(800.0, 578.0)), 9.0);
        assert_eq!(enlargement((512, 256), Vec2::new(256.0, 578.0)), 0.5);
    }
}
