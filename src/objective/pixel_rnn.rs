//! Pixel by pixel: the likelihood of the next frame's coarse picture is made large, so nothing has to be averaged: after
//! the first pixels the turn is known.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::learner::{Network, Shown};
use super::part::{jobs, number, summed};
use super::{Around, Clock, Method, Objective, Start, Workers, check};
use crate::episode::Batch;
use crate::network::{self, Init, PixelRnn, from_pixels};
use crate::predict::{Answering, NetworkPredictor, NoiseSettings, Predictor};
use crate::settings::{SettingsError, Source};

/// What a recipe says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PixelRnnSettings {
    /// The network.
    pub network: network::PixelRnnSettings,
    /// Learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Share of the training, at its end, over which the learning rate falls to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl Method for PixelRnnSettings {
    fn check(&self, source: &Source, around: &Around) -> Result<(), SettingsError> {
        check::count(source, "network.width", self.network.width, 4, 128)?;
        check::count(source, "network.hidden", self.network.hidden, 8, 512)?;
        let colours = self.network.colours;
        let allowed = "2 to 64: odds are given for every colour of the palette, at every pixel";
        source.check((2..=64).contains(&colours), "objective.network.colours", colours, allowed)?;
        let allowed = "false: it draws coarse pictures, which cannot be fed back as frames";
        source.check(!around.told, "told", around.told, allowed)?;
        check::rate(source, "rate", self.rate)?;
        check::cooling(source, self.cooling_share)?;
        check::betas(source, self.betas)?;
        check::below_one(source, "ema", self.ema)
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        let mut init = Init::new(start.seed, &start.device);
        let model = PixelRnn::new(&self.network, start.context, &mut init);
        let (columns, rows) = coarse(start.frame_size);
        Box::new(Pixels {
            settings: self.clone(),
            model: Shown::new("pixel_rnn", Drawn { network: model, columns, rows }, self.betas, self.ema),
            device: start.device.clone(),
        })
    }
}

/// Columns and rows of the coarse picture of a frame.
fn coarse((width, height): (u32, u32)) -> (usize, usize) {
    (width as usize / 4, height as usize / 4)
}

/// The network, and the size of the pictures that it draws.
#[derive(Module, Debug)]
struct Drawn {
    network: PixelRnn,
    columns: usize,
    rows: usize,
}

impl Drawn {
    fn noise(&self) -> NoiseSettings {
        NoiseSettings::Uniform(self.columns * self.rows)
    }
}

impl Answering for Drawn {
    fn context(&self) -> usize {
        self.network.context()
    }

    fn answer(&self, context: Tensor<4>, _: Option<Tensor<2>>, noise: Option<Tensor<2>>, copies: usize) -> Tensor<4> {
        let pictures = copies * context.dims()[0];
        let noise = noise.unwrap_or_else(|| Tensor::zeros([pictures, self.columns * self.rows], &context.device()));
        self.network.draw(context, noise, copies)
    }

    fn grid(&self) -> Option<(u32, u32)> {
        Some((self.columns as u32, self.rows as u32))
    }

    /// A colour stands for three numbers.
    fn bits(&self, context: Tensor<4>, _: Option<Tensor<2>>, truth: Tensor<4>) -> Option<f64> {
        let tokens = self.network.tokens(&truth);
        Some(f64::from(number(&self.network.bits_a_pixel(context, &tokens))) / 3.0)
    }
}

struct Pixels {
    settings: PixelRnnSettings,
    model: Shown<Drawn>,
    device: Device,
}

impl Objective for Pixels {
    fn prepare(&mut self, windows: &Batch) {
        let frames = from_pixels(&windows.contexts, 1, windows.frame_size, &self.device);
        let with_palette = |model: Drawn| Drawn { network: model.network.with_palette_of(&frames), ..model };
        self.model.learner.model = with_palette(self.model.learner.model.clone());
        self.model.average = with_palette(self.model.average.clone());
    }

    fn step(&mut self, batch: &Batch, clock: Clock, workers: &Workers) -> Vec<f32> {
        let device = self.device.clone().autodiff();
        let asked = (&self.model.average, None, false);
        let jobs = jobs(batch, clock, workers, asked, &self.device);
        let model = &self.model.learner.model;
        let results = workers.map(jobs, |_, job| {
            let part = job.on(&device);
            let tokens = model.network.tokens(&part.truth);
            let model = model.clone().fork(&device);
            let loss = model.network.bits_a_pixel(part.context, &tokens) * part.share;
            let value = number(&loss);
            (GradientsParams::from_grads(loss.backward(), &model), [value])
        });
        let (gradients, metrics): (Vec<_>, Vec<_>) = results.into_iter().unzip();
        self.model.step(self.settings.rate * clock.heat(self.settings.cooling_share), gradients);
        summed(metrics)
    }

    fn metrics(&self) -> &'static [&'static str] {
        &["bits_a_pixel"]
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.model]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.model]
    }

    fn predictors(&self, name: &str) -> Vec<Box<dyn Predictor>> {
        let model = self.model.average.clone();
        let noise = Some(model.noise());
        vec![Box::new(NetworkPredictor::new(name, model, false, noise, self.device.clone()))]
    }
}
