//! Pixel by pixel: the likelihood of the next frame's coarse picture is made large, so nothing has to be averaged: after
//! the first pixels the turn is known.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::check::schedule;
use super::part::{Part, number};
use super::single::{Goal, Single};
use super::{Metrics, Objective, ObjectiveConfig, RecipeContext, Start, check};
use crate::episode::Batch;
use crate::network::{self, Init, PixelRnn, from_pixels, to_byte};
use crate::predict::{Answering, Coarse, Condition, NoiseSettings};
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

impl ObjectiveConfig for PixelRnnSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check::count(source, "network.width", self.network.width, 4, 128)?;
        check::count(source, "network.hidden", self.network.hidden, 8, 512)?;
        check::count(source, "network.moves", self.network.moves, 1, 16)?;
        let colours = self.network.colours;
        let allowed = "2 to 64: odds are given for every colour of the palette, at every pixel";
        source.check((2..=64).contains(&colours), "objective.network.colours", colours, allowed)?;
        let allowed = "Nothing: it draws coarse pictures, which it was not trained to see as frames";
        source.check(recipe.condition == Condition::Nothing, "condition", recipe.condition, allowed)?;
        schedule!(self).check(source)
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        let mut init = Init::new(start.seed, &start.compute.device);
        let network = PixelRnn::new(&self.network, start.context, start.frame_size, &mut init);
        let (columns, rows) = PixelRnn::grid(start.frame_size);
        let goal = Pixels { noise: NoiseSettings::Uniform(columns * rows) };
        Box::new(Single::new(goal, ("pixel_rnn", Drawn { network, columns, rows }), schedule!(self), start))
    }
}

/// The network, and the size of the pictures that it draws.
#[derive(Module, Debug)]
struct Drawn {
    network: PixelRnn,
    columns: usize,
    rows: usize,
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

    fn coarse(&self) -> Option<Coarse> {
        let palette = self.network.colours().into_iter().map(|colour| colour.map(to_byte)).collect();
        Some(Coarse { side: network::SHRINK as u32, palette })
    }

    /// A colour stands for three numbers.
    fn bits(&self, context: Tensor<4>, _: Option<Tensor<2>>, truth: Tensor<4>) -> Option<f64> {
        let tokens = self.network.tokens(&truth);
        Some(f64::from(number(&self.network.bits_a_pixel(context, &tokens))) / 3.0)
    }
}

struct Pixels {
    noise: NoiseSettings,
}

impl Goal for Pixels {
    type Network = Drawn;

    fn noise(&self) -> Option<NoiseSettings> {
        Some(self.noise)
    }

    fn loss(&self, network: &Drawn, part: &Part, _: u64) -> (Tensor<1>, Metrics) {
        let tokens = network.network.tokens(&part.truth);
        let loss = network.network.bits_a_pixel(part.context.clone(), &tokens);
        let value = number(&loss);
        (loss, Metrics::default().with("bits_a_pixel", value))
    }

    /// Its palette is that of the windows' contexts.
    fn prepared(&self, network: Drawn, windows: &Batch, device: &Device) -> Drawn {
        let frames = from_pixels(&windows.contexts, 1, windows.frame_size, device);
        Drawn { network: network.network.with_palette_of(&frames), ..network }
    }
}
