//! Building blocks: one block a file. Nothing here knows what it is trained for.

mod coarse;
mod conv;
mod discriminator;
mod encoder;
mod generator;
mod gru;
mod init;
mod moving;
mod norm;
mod palette;
mod pixel_rnn;
mod pixels;
mod raster;
mod size;
mod spectral;
mod translator;

pub use coarse::SHRINK;
pub use conv::{Conv, Linear};
pub use discriminator::{Discriminator, DiscriminatorSettings};
pub use encoder::{Encoder, EncoderSettings, Gaussian};
pub use generator::{Features, Generator, GeneratorSettings};
pub use gru::Gru;
pub use init::Init;
pub use moving::{Moved, Moving};
pub use norm::{Film, GroupNorm, SLOPE};
pub use palette::{nearest_colour, palette};
pub use pixel_rnn::{PixelRnn, PixelRnnSettings};
pub use pixels::{from_pixels, to_byte, to_pixels};
pub use spectral::SpectralConv;
pub use translator::{Translator, TranslatorSettings};
