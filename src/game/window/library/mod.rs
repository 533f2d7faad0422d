//! What there is to play, watch and train on: found by a thread of its own, each with a picture.

mod search;
mod thumbnail;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

use bevy::prelude::*;
use burn::tensor::Device;

use crate::camera::Frame;
use crate::device;
use crate::episode::{Entry, read_manifest};
use crate::files::{Shown, folder_of};
use crate::game::window::doors::ComputeDevice;
use crate::game::window::maze::Stage;
use crate::game::window::notice::Notices;
use crate::game::window::parts::smooth_image_of;
use crate::game::window::screen::{FrameSet, Screen};
use crate::predict::Skill;
use crate::scene::{SCENES, Scene, View};
use crate::train::{BOXED, Run, TrainError, Trained};
use search::{Place, scene_files, search};

/// Models that are watched at once.
const AT_ONCE: usize = 3;

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Scene,
    Data,
    Run,
    /// Weights that come with Crossroads.
    Boxed,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub kind: Kind,
    /// File, folder or name, as the command line takes it.
    pub place: PathBuf,
    pub title: String,
    /// What is worth knowing, on two lines.
    pub lines: [String; 2],
    /// Name of its scene.
    pub scene: String,
    pub frame_size: (u32, u32),
    /// What it is good for, if it is a model.
    pub skill: Option<Skill>,
    pub picture: Frame,
}

/// Where things are looked for, and where runs go.
#[derive(Resource, Clone)]
pub(super) struct Folders {
    /// Of data sets and runs.
    pub searched: Vec<PathBuf>,
    /// Of scene files.
    pub scenes: Vec<PathBuf>,
    pub runs: PathBuf,
}

impl Default for Folders {
    fn default() -> Self {
        let folders = |names: [&str; 2]| names.map(PathBuf::from).to_vec();
        Self { searched: folders(["out", "."]), scenes: folders(["scenes", "."]), runs: "out/runs".into() }
    }
}

/// All of it.
#[derive(Resource, Default)]
pub(super) struct Library {
    pub found: Vec<(Found, Handle<Image>)>,
    search: Option<Mutex<Receiver<Told>>>,
    /// What the search that is under way has found.
    fresh: Vec<Found>,
    /// Whether a search has come to its end before: from then on, a new one shows only once it has, too.
    is_known: bool,
}

enum Told {
    Found(Box<Found>),
    Wrong(String),
}

impl Library {
    /// Whether there may be more than is shown.
    pub fn is_looking(&self) -> bool {
        self.search.is_some()
    }

    fn look(&mut self, folders: &Folders, device: &str) {
        if self.search.is_some() {
            return;
        }
        let (tell, told) = sync_channel(8);
        let (folders, device) = (folders.clone(), device.to_owned());
        std::thread::spawn(move || look(&folders, &device, &tell));
        self.fresh.clear();
        self.search = Some(Mutex::new(told));
    }

    /// Models that predict frames of a size, as the command line takes them: those that come with Crossroads; if none of them
    /// fits, runs.
    pub fn fitting(&self, size: (u32, u32)) -> Vec<PathBuf> {
        let of = |kind: Kind| {
            let all = self.found.iter().map(|(found, _)| found);
            all.filter(move |found| {
                found.kind == kind && found.frame_size == size && found.skill == Some(Skill::Predict)
            })
            .map(|found| found.place.clone())
        };
        let boxed: Vec<PathBuf> = of(Kind::Boxed).take(AT_ONCE).collect();
        if boxed.is_empty() { of(Kind::Run).take(AT_ONCE).collect() } else { boxed }
    }

    /// The first run that learned to walk.
    pub fn walker(&self) -> Option<PathBuf> {
        let all = self.found.iter().map(|(found, _)| found);
        all.filter(|found| found.skill == Some(Skill::Walk)).map(|found| found.place.clone()).next()
    }

    /// Recordings beside one of them, of the same frame size: what else a recipe may learn from.
    pub fn recordings_beside(&self, data: &Path) -> Vec<PathBuf> {
        let all = || self.found.iter().map(|(found, _)| found).filter(|found| found.kind == Kind::Data);
        let size = all().find(|found| found.place == data).map(|found| found.frame_size);
        let fits = |found: &&Found| found.place != data && size.is_none_or(|size| size == found.frame_size);
        all().filter(fits).map(|found| found.place.clone()).collect()
    }

    /// The scene of a name: one that comes with Crossroads or was found, or that of a data set.
    pub fn stage(&self, scene: &str) -> Result<Stage, String> {
        let found = |kind: Kind| {
            self.found.iter().map(|(found, _)| found).find(|found| found.kind == kind && found.scene == scene)
        };
        if let Some(found) = found(Kind::Scene) {
            return Stage::load(&found.place).map_err(|error| error.to_string());
        }
        if let Some(found) = found(Kind::Data) {
            return Stage::of_data(&found.place).map_err(|error| error.to_string());
        }
        Stage::load(scene).map_err(|error| error.to_string())
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Library>().init_resource::<Folders>().add_systems(Update, receive.in_set(FrameSet::Receive));
}

/// Whoever enters a screen finds what there is now.
pub(super) fn look_on(app: &mut App, screen: Screen) {
    app.add_systems(OnEnter(screen), look_again);
}

fn look_again(mut library: ResMut<Library>, folders: Res<Folders>, device: Res<ComputeDevice>) {
    library.bypass_change_detection().look(&folders, &device.0);
}

fn receive(mut library: ResMut<Library>, mut images: ResMut<Assets<Image>>, mut notices: ResMut<Notices>) {
    let Library { found, search, fresh, is_known } = library.bypass_change_detection();
    let Some(told) = search else { return };
    let told = told.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
    let is_over = loop {
        match told.try_recv() {
            Ok(Told::Found(found)) => fresh.push(*found),
            Ok(Told::Wrong(text)) => notices.error(text),
            Err(error) => break error == TryRecvError::Disconnected,
        }
    };
    let is_same = fresh.iter().eq(found.iter().map(|(found, _)| found));
    let is_shown = !is_same && (is_over || !*is_known);
    if is_shown {
        let mut old = std::mem::take(found);
        *found = fresh
            .iter()
            .map(|fresh| match old.iter().position(|(old, _)| old == fresh) {
                Some(index) => old.swap_remove(index),
                None => (fresh.clone(), images.add(smooth_image_of(&fresh.picture))),
            })
            .collect();
    }
    if is_over {
        (*search, *is_known) = (None, true);
    }
    if is_shown || is_over {
        library.set_changed();
    }
}

/// Looks everywhere, and tells of everything as soon as it is known.
fn look(folders: &Folders, device: &str, tell: &SyncSender<Told>) {
    // Whoever asked may be gone; then nothing is told to nobody.
    let found = |found: Found| drop(tell.send(Told::Found(Box::new(found))));
    let wrong = |text: String| drop(tell.send(Told::Wrong(text)));
    for (name, _) in SCENES {
        if let Ok((scene, _)) = Scene::load(name) {
            found(of_scene(&scene, Path::new(name), None));
        }
    }
    for file in scene_files(&folders.scenes) {
        // Other RON files lie around; a scene that comes with Crossroads may lie there as a file.
        let Ok((scene, _)) = Scene::load(&file) else { continue };
        if !SCENES.iter().any(|(name, _)| Scene::load(name).is_ok_and(|(known, _)| known == scene)) {
            found(of_scene(&scene, &file, Some(folder_of(&file))));
        }
    }
    let device = device::find(device);
    if let Ok(device) = &device {
        for (name, _) in BOXED {
            match of_boxed(name, device) {
                Ok(model) => found(model),
                Err(error) => wrong(error.to_string()),
            }
        }
    }
    let mut unreadable = Vec::new();
    search(&folders.searched, &mut |place| match place {
        Place::Data(folder) => match of_data(&folder) {
            Ok(data) => found(data),
            Err(error) => wrong(error),
        },
        Place::Run(folder) => match of_run(&folder, device.as_ref().ok()) {
            Ok(run) => found(run),
            Err(error) => wrong(error.to_string()),
        },
        Place::Unreadable(folder, error) => unreadable.push((folder, error)),
    });
    if let Some((folder, error)) = unreadable.first() {
        let others = match unreadable.len() - 1 {
            0 => String::new(),
            count => format!(", and {count} others"),
        };
        wrong(format!("{} cannot be read ({error}){others}: what is in there is not shown", folder.shown()));
    }
}

fn of_scene(scene: &Scene, place: &Path, textures: Option<&Path>) -> Found {
    let view = match scene.camera.view {
        View::FirstPerson { .. } => "first person",
        View::TopDown { .. } => "from above",
    };
    let (width, height) = (scene.camera.width, scene.camera.height);
    let about = match scene.maze_count() {
        1 => "one maze".to_owned(),
        count if count < 100_000 => format!("{count} mazes"),
        _ => "endless mazes".to_owned(),
    };
    Found {
        kind: Kind::Scene,
        place: place.to_owned(),
        title: scene.name.clone(),
        lines: [
            if textures.is_none() { "comes with Crossroads".to_owned() } else { place.shown() },
            format!("{view}, {width}×{height}, {about}"),
        ],
        scene: scene.name.clone(),
        frame_size: (width, height),
        skill: None,
        picture: thumbnail::of_scene(scene, textures).unwrap_or_else(|| thumbnail::without("no picture")),
    }
}

fn of_data(folder: &Path) -> Result<Found, String> {
    let (manifest, camera) = read_manifest(folder).map_err(|error| error.to_string())?;
    let sum = |field: fn(&Entry) -> u32| manifest.episodes.iter().map(|entry| u64::from(field(entry))).sum::<u64>();
    Ok(Found {
        kind: Kind::Data,
        title: folder.shown(),
        place: folder.to_owned(),
        lines: [
            format!("{}, {} episodes", manifest.scene.name, manifest.episodes.len()),
            format!("{} frames, {} corners", sum(|entry| entry.frames), sum(|entry| entry.corners)),
        ],
        scene: manifest.scene.name.clone(),
        frame_size: camera.size(),
        skill: None,
        picture: thumbnail::of_data(folder, &manifest).unwrap_or_else(|| thumbnail::without("no episode yet")),
    })
}

fn of_run(folder: &Path, device: Option<&Device>) -> Result<Found, TrainError> {
    let run = Run::open(folder)?;
    let (step, recipe) = (run.newest_step()?, &run.info.recipe);
    // A run that is too young for a sheet is asked itself.
    let ask = || {
        let (scene, _) = Scene::load(&run.info.scene).ok()?;
        thumbnail::of_model(&Trained::open(folder, device.filter(|_| step > Some(0))?).ok()?, &scene)
    };
    let picture = thumbnail::of_run(&run).or_else(ask).unwrap_or_else(|| thumbnail::without("no samples yet"));
    Ok(Found {
        kind: Kind::Run,
        title: recipe.name.clone(),
        lines: [folder.shown(), format!("{}, {} of {} steps", run.info.scene, step.unwrap_or(0), recipe.steps)],
        place: folder.to_owned(),
        scene: run.info.scene.clone(),
        frame_size: run.info.frame_size,
        skill: Some(recipe.skill()),
        picture,
    })
}

fn of_boxed(name: &str, device: &Device) -> Result<Found, TrainError> {
    let model = Trained::open(name, device)?;
    let scene = Scene::load(&model.info.scene).map(|(scene, _)| scene).ok();
    let picture = scene.and_then(|scene| thumbnail::of_model(&model, &scene));
    Ok(Found {
        kind: Kind::Boxed,
        place: name.into(),
        title: name.to_owned(),
        lines: ["comes with Crossroads".to_owned(), format!("{}, {} steps", model.info.scene, model.step)],
        scene: model.info.scene.clone(),
        frame_size: model.info.frame_size,
        skill: Some(Skill::Predict),
        picture: picture.unwrap_or_else(|| thumbnail::without("no picture")),
    })
}
