//! A discrete code without a discriminator: of all codes' answers the nearest is drawn to what happened, the others a
//! little.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::learner::{Network, Shown};
use super::nearest::nearest;
use super::part::{jobs, summed};
use super::{Around, Clock, Method, Objective, Start, Workers, check};
use crate::episode::Batch;
use crate::network::{Generator, GeneratorSettings, Init};
use crate::predict::{ACTIONS, Answering, NetworkPredictor, NoiseSettings, Predictor};
use crate::settings::{SettingsError, Source};

/// What a recipe says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BestOfCodesSettings {
    /// The network.
    pub generator: GeneratorSettings,
    /// What noise it takes: at least two codes.
    pub noise: NoiseSettings,
    /// Weight of the other codes' reconstruction against the nearest's, 0 to 1.
    pub other_codes: f32,
    /// Learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Share of the training, at its end, over which the learning rate falls to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl Method for BestOfCodesSettings {
    fn check(&self, source: &Source, _: &Around) -> Result<(), SettingsError> {
        check::generator(source, &self.generator)?;
        check::noise(source, self.noise, "codes are what it picks from")?;
        let holds = self.noise.codes() >= 2;
        source.check(holds, "objective.noise", self.noise, "at least 2 codes, of which the nearest is picked")?;
        check::within(source, "other_codes", self.other_codes, 1.0)?;
        check::rate(source, "rate", self.rate)?;
        check::cooling(source, self.cooling_share)?;
        check::betas(source, self.betas)?;
        check::below_one(source, "ema", self.ema)
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        let mut init = Init::new(start.seed, &start.device);
        let conditions = self.noise.inputs() + if start.told { ACTIONS } else { 0 };
        let generator = Generator::new(&self.generator, start.context, start.frame_size, conditions, &mut init);
        Box::new(BestOfCodes {
            settings: self.clone(),
            generator: Shown::new("generator", generator, self.betas, self.ema),
            told: start.told,
            device: start.device.clone(),
        })
    }
}

struct BestOfCodes {
    settings: BestOfCodesSettings,
    generator: Shown<Generator>,
    told: bool,
    device: Device,
}

impl Objective for BestOfCodes {
    fn step(&mut self, batch: &Batch, clock: Clock, workers: &Workers) -> Vec<f32> {
        let device = self.device.clone().autodiff();
        let settings = &self.settings;
        let copies = settings.noise.copies();
        let asked = (&self.generator.average, Some(settings.noise), self.told);
        let jobs = jobs(batch, clock, workers, asked, &self.device);
        let model = &self.generator.learner.model;
        let results = workers.map(jobs, |_, job| {
            let part = job.on(&device);
            let model = model.clone().fork(&device);
            let told = part.told.map(|told| told.repeat_dim(0, copies));
            let answers = model.answer(part.context, told, part.noise, copies);
            let found = nearest(answers, part.truth, copies, settings.other_codes);
            let gradients = (found.loss * part.share).backward();
            let metrics = [found.distance * part.share, found.first * part.share];
            (GradientsParams::from_grads(gradients, &model), metrics)
        });
        let (gradients, metrics): (Vec<_>, Vec<_>) = results.into_iter().unzip();
        self.generator.step(self.settings.rate * clock.heat(self.settings.cooling_share), gradients);
        summed(metrics)
    }

    fn metrics(&self) -> &'static [&'static str] {
        &["reconstruction", "code_0_nearest"]
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.generator]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.generator]
    }

    fn predictors(&self, name: &str) -> Vec<Box<dyn Predictor>> {
        let (generator, noise) = (self.generator.average.clone(), Some(self.settings.noise));
        vec![Box::new(NetworkPredictor::new(name, generator, self.told, noise, self.device.clone()))]
    }
}
