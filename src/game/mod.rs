//! The Bevy side. Only this folder knows Bevy; what it plays with, the world below does without.

mod headless;
mod render;
mod tick;
mod window;

pub use headless::{RecordJob, RecordSummary, record};
pub use render::{RenderError, other_view, photograph};
pub use window::{Opening, StageError, WatchTiming, WindowError, WindowJob, open, time_dreaming, time_watching};

pub use crate::episode::RecordError;
