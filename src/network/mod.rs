//! Building blocks: one block a file. Nothing here knows what it is trained for.

mod coarse;
mod conv;
mod discriminator;
mod encoder;
mod frame_decoder;
mod generator;
mod gru;
mod init;
mod moving;
mod norm;
mod palette;
mod pixel_rnn;
mod pixels;
mod plain;
mod raster;
mod size;
mod spectral;
mod walk_judge;
mod walk_net;

pub use coarse::SHRINK;
pub use conv::{Conv, Linear};
pub use discriminator::{Discriminator, DiscriminatorSettings};
pub use encoder::{Encoder, EncoderSettings, Gaussian};
pub use frame_decoder::{FrameDecoder, FrameDecoderSettings};
pub use generator::{Features, Generator, GeneratorSettings};
pub use gru::Gru;
pub use init::Init;
pub use moving::{Moved, Moving};
pub use norm::{Film, GroupNorm, SLOPE};
pub use palette::{nearest_colour, palette};
pub use pixel_rnn::{PixelRnn, PixelRnnSettings};
pub use pixels::{from_pixels, to_byte, to_pixels};
pub use plain::PlainLinear;
pub use spectral::SpectralConv;
pub use walk_judge::WalkJudge;
pub use walk_net::{PlainWalkNet, WalkNet};
