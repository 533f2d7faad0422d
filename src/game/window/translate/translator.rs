//! A thread that translates: the newest frame goes to it, and comes back as the other scene, with the truth beside it.
//!
//! Both channels hold one message, as those of Watch: the game never waits.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use image::imageops::{FilterType, resize};

use crate::agent::Pose;
use crate::camera::{Camera, Frame, Frames};
use crate::game::window::models::on_one_core;
use crate::game::window::parts::frame_of;
use crate::maze::Maze;
use crate::measure::ssim;
use crate::predict::Translation;
use crate::train::Translated;

/// Enlargement of the picture that lies over the maze.
const LARGE: u32 = 8;

/// What lies over the maze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::game::window) enum Lay {
    /// Nothing: the maze as it is.
    #[default]
    Nothing,
    /// What the network makes of it.
    Translation,
    /// What the other scene shows from the same pose.
    Truth,
}

/// A moment that is to be translated.
pub(super) struct Moment {
    /// Ticks of the agent.
    pub tick: u64,
    pub maze: Arc<Maze>,
    /// The agent's, and those of whoever walks beside it.
    pub pose: Pose,
    pub beside: Vec<Pose>,
    /// Width and height of a frame.
    pub size: (u32, u32),
    /// What was seen, `[height, width, 3]`.
    pub seen: Arc<Vec<u8>>,
    pub lay: Lay,
}

/// A moment that was translated.
pub(in crate::game::window) struct Shown {
    pub tick: u64,
    pub lay: Lay,
    /// What was translated.
    pub seen: Frame,
    pub translation: Frame,
    /// Translated, and then back.
    pub back: Option<Frame>,
    /// What the other scene shows from there, if that is known.
    pub truth: Option<Frame>,
    /// What lies over the maze, enlarged cleanly.
    pub large: Option<Frame>,
    /// SSIM to the truth, of the translation and of what was seen.
    pub to_truth: Option<(f64, f64)>,
    /// SSIM of what came back to what was seen.
    pub to_seen: Option<f64>,
}

/// The thread.
pub(super) struct Translator {
    to: SyncSender<Moment>,
    from: Mutex<Receiver<Shown>>,
}

impl Translator {
    /// Starts the thread, with a camera of the other scene where there is one; it ends when this is dropped.
    pub fn new(translated: Translated, other: Option<Arc<Camera>>) -> Self {
        let (to, moments) = sync_channel::<Moment>(1);
        let (tell, from) = sync_channel(1);
        std::thread::spawn(move || {
            on_one_core(move || {
                for moment in moments {
                    if tell.send(shown(&moment, &translated.translations, other.as_deref())).is_err() {
                        return;
                    }
                }
            });
        });
        Self { to, from: Mutex::new(from) }
    }

    /// Asks, unless it is busy: then ask again later, about what is seen then. Whether it was asked.
    pub fn ask(&self, moment: Moment) -> bool {
        self.to.try_send(moment).is_ok()
    }

    /// The newest answer that has arrived.
    pub fn hear(&mut self) -> Option<Shown> {
        self.from.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner).try_iter().last()
    }
}

fn shown(moment: &Moment, translations: &[Translation], other: Option<&Camera>) -> Shown {
    let size = moment.size;
    let width = size.0 as usize;
    let seen = Frames::collect(size, [moment.seen.as_slice()]);
    let there = translations[0].translate(&seen);
    let back = translations.get(1).map(|back| back.translate(&there));
    let truth = other.map(|camera| {
        let mut pixels = vec![0; camera.frame_bytes()];
        camera.draw_crowd(&moment.maze, moment.pose, &moment.beside, &mut pixels);
        frame_of(size, &pixels)
    });
    let translation = there.picture(0);
    let to_truth = truth.as_ref().map(|truth| (ssim(&there[0], truth, width), ssim(&seen[0], truth, width)));
    let laid = match moment.lay {
        Lay::Nothing => None,
        Lay::Translation => Some(&translation),
        Lay::Truth => truth.as_ref(),
    };
    let large = laid.map(|frame| resize(frame, size.0 * LARGE, size.1 * LARGE, FilterType::CatmullRom));
    Shown {
        tick: moment.tick,
        lay: moment.lay,
        seen: seen.picture(0),
        large,
        to_truth,
        to_seen: back.as_ref().map(|back| ssim(&back[0], &seen[0], width)),
        back: back.map(|back| back.picture(0)),
        translation,
        truth,
    }
}
