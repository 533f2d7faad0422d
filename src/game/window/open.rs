//! Opens the window, or says why there can be none.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bevy::app::PanicHandlerPlugin;
use bevy::ecs::schedule::{ScheduleLabel, SingleThreadedExecutor};
use bevy::log::{BoxedFmtLayer, LogPlugin, tracing_subscriber};
use bevy::prelude::*;
use bevy::window::{ExitCondition, PresentMode, WindowResolution};
use bevy::winit::WinitSettings;

use super::browse::Browsing;
use super::doors::ComputeDevice;
use super::lost::Unsaved;
use super::maze::{Guide, PlayedFolder, Stage, StageError, Start, drawing_plugin};
use super::models::Chosen;
use super::say::Saying;
use super::screen::Screen;
use super::{
    back, browse, display, dream, fit, help, lab, library, lost, maze, notice, parts, photo, play, say, screen, start,
    strokes, training, translate, watch,
};
use crate::device::{self, DeviceError};
use crate::episode::{DataError, read_manifest};
use crate::game::render::{RenderError, driver};
use crate::game::tick::{self, Tick};
use crate::predict::Skill;
use crate::train::{TrainError, Trained, Translated};

/// What the window opens with.
#[derive(Debug, Clone)]
pub enum Opening {
    /// The screen to choose from.
    Start,
    /// A maze to walk.
    Play {
        /// A scene's file or name.
        scene: PathBuf,
        /// Number of the maze.
        maze: u64,
        /// Folder of a run that learned to walk, to which a key hands over.
        walker: Option<PathBuf>,
    },
    /// A maze with models beside it; with one that translates, the maze as that shows it.
    Watch {
        /// Folders of runs, or names of weights that come with Crossroads.
        models: Vec<PathBuf>,
        /// A scene's file or name; that of the first model unless given.
        scene: Option<PathBuf>,
        /// Number of the maze.
        maze: u64,
    },
    /// Recorded episodes.
    Browse {
        /// Folder of a data set.
        data: PathBuf,
    },
    /// A model to say captions to.
    Say {
        /// Folder of a run.
        model: PathBuf,
    },
    /// A maze with a model to walk inside.
    Dream {
        /// Folder of a run, or name of weights that come with Crossroads.
        model: PathBuf,
        /// A scene's file or name; the model's unless given.
        scene: Option<PathBuf>,
        /// Number of the maze.
        maze: u64,
    },
}

/// How the window opens.
#[derive(Debug, Clone)]
pub struct WindowJob {
    /// With what.
    pub opening: Opening,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Where played episodes go; `out/played/SCENE` unless given.
    pub out: Option<PathBuf>,
    /// Name of the device that models compute on.
    pub device: String,
    /// Close by itself after so long, and tell how many frames a second were drawn.
    pub lasts: Option<Duration>,
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// Nowhere to show it.
    #[error(
        "there is no display to open a window on ({why}); start it from a desktop, or install one (Debian: `xvfb`, then `xvfb-run crossroads`), or run `crossroads demo`, which needs none"
    )]
    NoDisplay {
        /// What is missing.
        why: String,
    },
    /// It went away.
    #[error("the display is gone, and the window with it; what was recorded and trained until then is saved")]
    DisplayLost,
    /// What draws it has failed.
    #[error(
        "the graphics driver has failed ({how}), and the window with it; what was recorded and trained until then is saved"
    )]
    DriverFailed {
        /// What it said.
        how: String,
    },
    /// Whatever else.
    #[error("the window has ended by itself, as is told above; what was recorded and trained until then is saved")]
    Ended,
    /// Nothing to draw it with.
    #[error(transparent)]
    Driver(#[from] RenderError),
    /// The scene.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// A model.
    #[error(transparent)]
    Model(#[from] TrainError),
    /// A data set.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// Opens the window, and returns when it is closed.
pub fn open(job: &WindowJob) -> Result<(), WindowError> {
    let began = Instant::now();
    display::prefer_x11();
    let prepared = Prepared::of(job)?;
    let reached = display::reach()?;
    driver()?;
    let mut app = visible(job)?;
    // Not earlier: a virtual display may start over when the last who are connected to it leave.
    drop(reached);
    app.add_plugins(everything).insert_resource(PlayedFolder(job.out.clone()));
    app.insert_resource(ComputeDevice(job.device.clone()));
    if let Some(time) = job.lasts {
        app.insert_resource(photo::Lasts { time, began });
    }
    prepared.put_into(&mut app);
    let unsaved = Unsaved::of(app.world());
    let ended = catch_unwind(AssertUnwindSafe(|| app.run()));
    // Mostly nothing: a window that is closed in order has saved all by now.
    unsaved.save();
    let exit = ended.unwrap_or_else(|panic| resume_unwind(panic));
    match exit {
        _ if lost::display_is_lost() => Err(WindowError::DisplayLost),
        AppExit::Success => Ok(()),
        AppExit::Error(_) if display::is_gone() => Err(WindowError::DisplayLost),
        AppExit::Error(_) => Err(WindowError::Ended),
    }
}

/// What an opening needs, read and checked before there is a window.
struct Prepared {
    screen: Screen,
    stage: Option<Stage>,
    models: Vec<Trained>,
    translated: Option<Translated>,
    guide: Option<Guide>,
    browsing: Option<Browsing>,
    saying: Option<Saying>,
}

impl Prepared {
    fn of(job: &WindowJob) -> Result<Self, WindowError> {
        let device = device::find(&job.device)?;
        let begin = |scene: &Path, maze: u64, explores: bool| -> Result<Stage, WindowError> {
            Ok(Stage::load(scene)?.beginning(Start { maze, agent: None, explores }))
        };
        let watched =
            |screen, names: &[PathBuf], scene: &Option<PathBuf>, maze, explores| -> Result<Self, WindowError> {
                let models = Trained::open_all(names, &device)?;
                let own = || models.first().map_or_else(|| "brick".into(), |model| model.info.scene.clone().into());
                let stage = begin(&scene.clone().unwrap_or_else(own), maze, explores)?;
                Ok(Self { models, ..Self::on(screen, Some(stage)) })
            };
        match &job.opening {
            Opening::Start => Ok(Self::on(start::SCREEN, None)),
            Opening::Play { scene, maze, walker } => {
                let guide = walker.as_deref().map(Guide::open).transpose()?;
                Ok(Self { guide, ..Self::on(play::SCREEN, Some(begin(scene, *maze, false)?)) })
            }
            Opening::Browse { data } => {
                // What is wrong with the whole of it is told at once; its files are verified later.
                read_manifest(data)?;
                Ok(Self { browsing: Some(Browsing::open(data.clone())), ..Self::on(browse::SCREEN, None) })
            }
            Opening::Watch { models, scene, maze } if translates(models)? => {
                let translated = Translated::open(&models[0], &device, &Trained::infos(models)?[0].recipe.name)?;
                let own = || translated.info.scene.clone().into();
                let stage = begin(&scene.clone().unwrap_or_else(own), *maze, true)?;
                Ok(Self { translated: Some(translated), ..Self::on(translate::SCREEN, Some(stage)) })
            }
            Opening::Say { model } => {
                let model = Trained::open_illustrators(std::slice::from_ref(model), &device)?.pop();
                Ok(Self { saying: model.map(Saying::new), ..Self::on(say::SCREEN, None) })
            }
            Opening::Watch { models, scene, maze } => watched(watch::SCREEN, models, scene, *maze, true),
            Opening::Dream { model, scene, maze } => {
                watched(dream::SCREEN, std::slice::from_ref(model), scene, *maze, false)
            }
        }
    }

    fn on(screen: Screen, stage: Option<Stage>) -> Self {
        Self { screen, stage, models: Vec::new(), translated: None, guide: None, browsing: None, saying: None }
    }

    fn put_into(self, app: &mut App) {
        if let Some(stage) = self.stage {
            app.insert_resource(stage);
        }
        if let Some(browsing) = self.browsing {
            app.insert_resource(browsing);
        }
        if let Some(translated) = self.translated {
            app.insert_resource(translate::Opened::new(translated));
        }
        if let Some(guide) = self.guide {
            app.insert_resource(guide);
        }
        if let Some(saying) = self.saying {
            app.insert_resource(saying);
        }
        app.insert_resource(Chosen::new(self.models)).insert_state(self.screen);
    }
}

/// Whether a single model is given, and translates.
fn translates(models: &[PathBuf]) -> Result<bool, TrainError> {
    let infos = Trained::infos(models)?;
    Ok(matches!(&infos[..], [info] if info.recipe.skill() == Skill::Translate))
}

/// The plugins of the window, with or without a renderer.
pub(super) fn everything(app: &mut App) {
    // Many systems that take microseconds: handing them to other threads, which models want, costs more than it brings.
    for schedule in [Update.intern(), Tick.intern()] {
        app.edit_schedule(schedule, |schedule| {
            schedule.set_executor(SingleThreadedExecutor::new());
        });
    }
    app.add_plugins((
        tick::plugin,
        (screen::plugin, strokes::plugin),
        (help::plugin, photo::plugin, back::plugin),
        (parts::plugin, notice::plugin, maze::plugin, library::plugin, lab::plugin),
        // The screens, a line each.
        start::plugin,
        play::plugin,
        watch::plugin,
        dream::plugin,
        translate::plugin,
        browse::plugin,
        say::plugin,
        training::plugin,
    ));
}

/// As Bevy writes its log, but without a panic where standard error cannot be written.
fn lines_on_stderr(_: &mut App) -> Option<BoxedFmtLayer> {
    let layer = tracing_subscriber::fmt::Layer::default().with_writer(std::io::stderr);
    Some(Box::new(layer.log_internal_errors(false)))
}

/// Bevy with a window and a renderer, and what only makes sense with them.
fn visible(job: &WindowJob) -> Result<App, WindowError> {
    let window = Window {
        title: "Crossroads".into(),
        resolution: WindowResolution::new(job.size.0, job.size.1),
        present_mode: PresentMode::AutoVsync,
        ..default()
    };
    let plugins = DefaultPlugins
        .set(WindowPlugin { primary_window: Some(window), exit_condition: ExitCondition::OnAllClosed, ..default() })
        .set(LogPlugin { filter: "error,crossroads=info".into(), fmt_layer: lines_on_stderr, ..default() })
        .disable::<PanicHandlerPlugin>();
    // Bevy panics where libraries of the window system are missing.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let built = catch_unwind(AssertUnwindSafe(|| {
        let mut app = App::new();
        app.add_plugins(plugins);
        app
    }));
    std::panic::set_hook(hook);
    let mut app = built.map_err(|panic| WindowError::NoDisplay { why: text_of(&*panic) })?;
    app.insert_resource(WinitSettings::continuous()).add_plugins((
        drawing_plugin,
        fit::plugin,
        lost::plugin,
        help::asking_plugin,
    ));
    Ok(app)
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    text.unwrap_or("the window system cannot be reached").split_whitespace().collect::<Vec<_>>().join(" ")
}
