//! Building blocks: one block a file. Nothing here knows what it is trained for.

mod conv;
mod discriminator;
mod generator;
mod init;
mod moving;
mod norm;
mod pixels;
mod spectral;

pub use conv::{Conv, Linear};
pub use discriminator::{Discriminator, DiscriminatorSettings};
pub use generator::{Features, Generator, GeneratorSettings};
pub use init::Init;
pub use moving::{Moved, Moving};
pub use norm::{Film, GroupNorm, SLOPE};
pub use pixels::{from_pixels, to_pixels};
pub use spectral::SpectralConv;
