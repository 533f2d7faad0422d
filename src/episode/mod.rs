//! What was recorded: episodes, the files that hold them, the manifest, and the windows that models learn from.

mod collection;
mod dataset;
mod decisions;
mod folder;
mod manifest;
mod merge;
mod recording;
mod redraw;
mod replay;
mod store;
mod stored;
mod window;

pub use collection::{Collection, PLAYED};
pub use dataset::{DataError, DataSet, check, read_manifest};
pub use decisions::{RecordedWalk, recorded_walks};
pub use folder::{RecordError, check_free, copy_textures, episode_file, write_episode};
pub use manifest::{Entry, FORMAT, MANIFEST, MOST_TICKS, Manifest, Split, TEST, TEXTURES, TRAIN, WalkedBy};
pub use merge::{MergeError, merge};
pub use recording::Episode;
pub use redraw::Redrawn;
pub use replay::replay;
pub use store::{StoreError, read, to_bytes};
pub use stored::{Damage, StoredEpisode};
pub use window::{Batch, Place, WindowSettings, Windows};
