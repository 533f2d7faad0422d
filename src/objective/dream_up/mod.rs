//! Generation from nothing: frames from noise alone, without a context. Here is what the ways to learn it share.

mod gan;
#[cfg(test)]
mod tests;
mod vae;

pub use gan::DreamUpSettings;
pub use vae::DreamUpVaeSettings;

use burn::tensor::{Device, Tensor};

use super::part::Part;
use super::{Batches, Clock, Compute, Need, RecipeContext, Takes, check};
use crate::episode::Batch;
use crate::network::{FrameDecoder, FrameDecoderSettings, from_pixels};
use crate::predict::{Condition, Noise, NoiseSettings, Painting};
use crate::random::{Purpose, stream};
use crate::settings::{SettingsError, Source};

/// Single frames from anywhere on the walks.
const NEED: Need = Need { name: "data", takes: Takes::Frames, corners: false, ..Need::WINDOWS };

impl Painting for FrameDecoder {
    fn latent(&self) -> usize {
        self.latent()
    }

    fn paint(&self, latents: Tensor<2>) -> Tensor<4> {
        self.forward(latents)
    }
}

/// Refuses sizes out of range, and a context, which nothing would look at.
fn check_painter(
    source: &Source,
    recipe: &RecipeContext,
    (painter, latent): (&FrameDecoderSettings, usize),
) -> Result<(), SettingsError> {
    let allowed = "1, since a frame is made from nothing, and nothing is seen before it";
    source.check(recipe.context == 1, "windows.context", recipe.context, allowed)?;
    let allowed = "Nothing, since a frame from nothing has no context to be conditioned beside";
    source.check(recipe.condition == Condition::Nothing, "condition", recipe.condition, allowed)?;
    check::count(source, "painter.width", painter.width, 4, 128)?;
    check::count(source, "latent", latent, 1, 512)
}

/// Frames and latents of a part of a batch, before they are on a device.
struct Job {
    frames: Batch,
    latents: Noise,
    share: f32,
}

/// A job for each part that is computed at once, with `samples` latents for each frame.
fn jobs(batches: &Batches, clock: Clock, compute: &Compute, (latent, samples): (usize, usize)) -> Vec<Job> {
    let batch = batches.get(NEED.name);
    let mut rng = stream(clock.seed, Purpose::Step, &[]);
    let job = |frames: Batch| {
        let latents = Noise::copies(NoiseSettings::Gaussian(latent), frames.size, samples, &mut rng);
        Job { share: frames.size as f32 / batch.size as f32, frames, latents }
    };
    batch.split(compute.parts()).into_iter().map(job).collect()
}

impl Job {
    /// The part on a device: its frames are what is true, and stand where a context would, which nobody looks at.
    fn on(self, device: &Device) -> Part {
        let truth = from_pixels(&self.frames.futures, 1, self.frames.frame_size, device);
        Part {
            context: truth.clone(),
            // Where two frames are judged at once, another one of the part stands beside each.
            twin: Some(truth.clone().roll(&[1], &[0])),
            truth,
            condition: None,
            noise: Some(self.latents.to_tensor(device)),
            share: self.share,
            fed_back: 0,
            counts: self.frames.counts,
        }
    }
}
