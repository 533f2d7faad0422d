//! What each fuzz target does with bytes that may be anything: it reads them as Crossroads would, and uses what was
//! accepted. Shared by the targets of `cargo fuzz` and by `tests/fuzz.rs`, which runs them over the corpus.

use std::path::Path;

use crossroads::camera::{Camera, Texture};
use crossroads::cli::one_line;
use crossroads::episode::{self, MANIFEST};
use crossroads::maze::{Maze, choices};
use crossroads::scene::Scene;
use crossroads::settings::{Source, to_text};
use crossroads::train::{Recipe, Run, Weights, rows_until};

/// One kind of file.
pub struct Target {
    /// Of the target, and of its folder in the corpus.
    pub name: &'static str,
    body: fn(&[u8], &Path),
    /// Bytes on the heap beside eight times the file.
    spare: usize,
}

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// Scenes.
pub const SCENE: Target = Target { name: "scene", body: scene, spare: 8 * MIB };
/// Recipes.
pub const RECIPE: Target = Target { name: "recipe", body: recipe, spare: 256 * KIB };
/// Manifests of data sets.
pub const MANIFEST_FILE: Target = Target { name: "manifest", body: manifest, spare: 8 * MIB };
/// Descriptions of runs.
pub const RUN: Target = Target { name: "run", body: run_info, spare: 256 * KIB };
/// Episodes.
pub const EPISODE: Target = Target { name: "episode", body: episode, spare: 256 * KIB };
/// Weights.
pub const WEIGHTS: Target = Target { name: "weights", body: weights, spare: 256 * KIB };
/// Maps that are drawn in a scene.
pub const MAP: Target = Target { name: "map", body: map, spare: 4 * MIB };
/// Metrics of a training.
pub const METRICS: Target = Target { name: "metrics", body: metrics, spare: 256 * KIB };
/// Textures.
pub const TEXTURE: Target = Target { name: "texture", body: texture, spare: 8 * MIB };

/// All of them.
pub const TARGETS: [&Target; 9] = [&SCENE, &RECIPE, &MANIFEST_FILE, &RUN, &EPISODE, &WEIGHTS, &MAP, &METRICS, &TEXTURE];

/// Runs a target on one input.
///
/// # Panics
/// If Crossroads does, if what it accepts does not hold, or if it takes more memory than the input is worth.
pub fn run(target: &Target, bytes: &[u8]) {
    thread_local! {
        /// For what is read by its file's name.
        static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("the folder for temporary files can be written");
    }
    let most = FOLDER.with(|folder| super::heap::most_during(|| (target.body)(bytes, folder.path())));
    let bound = 8 * bytes.len() + target.spare;
    assert!(most <= bound, "{most} bytes on the heap for a file of {}; at most {bound}", bytes.len());
}

/// What was accepted; of what was refused, that it is said on one line.
fn accepted<T, E: std::error::Error + Send + Sync + 'static>(read: Result<T, E>) -> Option<T> {
    let error = match read {
        Ok(value) => return Some(value),
        Err(error) => anyhow::Error::from(error),
    };
    let said = one_line(&error);
    assert!(!said.is_empty() && !said.chars().any(char::is_control), "{said:?}");
    None
}

/// Text as if it were read from a file.
fn source(bytes: &[u8]) -> Option<Source> {
    Some(Source { file: "a.ron".into(), text: std::str::from_utf8(bytes).ok()?.to_owned() })
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).expect("the folder for temporary files can be written");
}

fn scene(bytes: &[u8], _folder: &Path) {
    let Some(scene) = source(bytes).and_then(|source| accepted(Scene::from_source(&source))) else { return };
    let text = to_text(&scene).expect("a scene can be written");
    let again = Scene::from_source(&Source { file: "b.ron".into(), text }).expect("what was written is read");
    assert_eq!(again, scene);
    play(&scene);
}

/// Walks, looks and asks what may follow.
fn play(scene: &Scene) {
    let maze = scene.maze(u64::MAX);
    let (mut agent, mut policy) = scene.spawn(&maze, 1);
    for _ in 0..40 {
        agent.tick_slipping(&maze, policy.decide(&agent, &maze), policy.slip());
        let (x, y) = agent.cell();
        assert!(maze.is_open(x, y), "({x}, {y}) is a wall");
    }
    let settings = &scene.camera;
    let samples = settings.width * settings.height * settings.supersampling.pow(2);
    // Large pictures take the same code, a hundred times as long.
    if samples > 64 * 64 {
        return;
    }
    let Some(camera) = accepted(Camera::new(scene, None)) else { return };
    camera.frame(&maze, agent.pose());
    if let Some(&corner) = choices(&maze, scene.gait().crossings).first() {
        let agent = crossroads::agent::Agent::arrived_at(corner, scene.gait());
        let futures = camera.futures(&maze, agent, &scene.turns(&maze, &agent), 1);
        let odds: f64 = futures.odds().iter().sum();
        assert!((odds - 1.0).abs() < 1e-3, "odds sum up to {odds}");
    }
}

fn recipe(bytes: &[u8], _folder: &Path) {
    let Some(recipe) = source(bytes).and_then(|source| accepted(Recipe::from_source(&source))) else { return };
    let text = to_text(&recipe).expect("a recipe can be written");
    let again = Recipe::from_source(&Source { file: "b.ron".into(), text }).expect("what was written is read");
    assert_eq!(again, recipe);
    assert!(!recipe.objective.config().needs().is_empty());
}

fn manifest(bytes: &[u8], folder: &Path) {
    write(folder, MANIFEST, bytes);
    let Some((manifest, _)) = accepted(episode::read_manifest(folder)) else { return };
    let unseen = manifest.unseen_below();
    assert!((0.0..=1.0).contains(&unseen), "unseen below {unseen}");
    manifest.digest().expect("a manifest can be written");
}

fn run_info(bytes: &[u8], folder: &Path) {
    write(folder, "run.ron", bytes);
    let Some(run) = accepted(Run::open(folder)) else { return };
    let text = to_text(&run.info).expect("a description can be written");
    write(folder, "run.ron", text.as_bytes());
    assert_eq!(Run::open(folder).expect("what was written is read").info.recipe, run.info.recipe);
    let maze = Maze::draw(&["#####", "#...#", "##.##", "#####"].map(str::to_owned), 0).expect("a map");
    run.info.may_have_learned(&maze);
}

fn episode(bytes: &[u8], _folder: &Path) {
    let Some(episode) = accepted(episode::read(bytes)) else { return };
    let written = episode::to_bytes(&episode).expect("an episode can be written");
    let again = episode::read(&written).expect("what was written is read");
    assert!(episode::to_bytes(&again).expect("an episode can be written") == written, "it became another");
}

fn weights(bytes: &[u8], _folder: &Path) {
    let Some(weights) = accepted(Weights::from_bytes(bytes, Path::new("a.safetensors"))) else { return };
    for numbers in &weights.numbers {
        assert_eq!(numbers.shape.iter().product::<usize>(), numbers.values.len(), "{}", numbers.path);
    }
}

fn map(bytes: &[u8], _folder: &Path) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let rows: Vec<String> = text.lines().map(str::to_owned).collect();
    let Some(maze) = accepted(Maze::draw(&rows, 1)) else { return };
    assert!((0.0..1.0).contains(&maze.split_number()));
    for choice in choices(&maze, true) {
        assert!(maze.is_open(choice.x, choice.y) && choice.is_undecided_in(&maze, true), "{choice:?}");
    }
}

fn metrics(bytes: &[u8], _folder: &Path) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for step in [0, 2, u64::MAX] {
        let rows = rows_until(text, step);
        let head = text.lines().next().unwrap_or_default();
        let written: String = std::iter::once(&head).chain(&rows).map(|row| format!("{row}\n")).collect();
        assert_eq!(rows_until(&written, step), rows, "what was kept is kept");
    }
}

fn texture(bytes: &[u8], folder: &Path) {
    const NAME: &str = "texture.png";
    write(folder, NAME, &with_sums(bytes));
    let Some(texture) = accepted(Texture::load(NAME, Some(folder))) else { return };
    assert!(texture.side().is_power_of_two() && texture.side() <= 256, "a side of {}", texture.side());
}

/// A PNG whose chunks have the right sums: a wrong one would keep nearly every change from being looked at.
fn with_sums(bytes: &[u8]) -> Vec<u8> {
    const SIGNATURE: usize = 8;
    let mut bytes = bytes.to_vec();
    let mut at = SIGNATURE;
    while let Some(length) = bytes.get(at..at + 4).and_then(|length| length.first_chunk::<4>()) {
        let end = at + 8 + u32::from_be_bytes(*length) as usize;
        if end + 4 > bytes.len() {
            break;
        }
        let sum = crc32fast::hash(&bytes[at + 4..end]);
        bytes[end..end + 4].copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
    bytes
}
