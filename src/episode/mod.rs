//! What was recorded: episodes, the files that hold them, the manifest, and the windows that models learn from.

mod dataset;
mod manifest;
mod recording;
mod store;
mod window;

pub use dataset::{Damage, DataError, DataSet, StoredEpisode, check};
pub use manifest::{Entry, MANIFEST, Manifest, Split, TEXTURES};
pub use recording::Episode;
pub use store::{StoreError, read, to_bytes};
pub use window::{Batch, Place, WindowSettings, Windows};
