//! Translation between two scenes with the answer given: each frame beside what the same pose shows in the other scene.
//!
//! Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", pix2pix (2017),
//! <https://arxiv.org/abs/1611.07004>, with the network of [`super::cycle`] in place of a U-Net, and no noise.

use burn::module::Module;
use burn::optim::GradientsParams;
use serde::{Deserialize, Serialize};

use super::adversary::{AdversarialLoss, Adversary, AdversarySettings, Lipschitz};
use super::check::schedule;
use super::cycle::absolute_error;
use super::learner::{EmaLearner, Network};
use super::part::{Part, number};
use super::{Batches, Clock, Compute, Metrics, Need, Objective, ObjectiveConfig, RecipeContext, Start, Takes, check};
use crate::network::{DiscriminatorSettings, Init, Translator, TranslatorSettings, from_pixels};
use crate::predict::{Condition, Models, Skill, Translation};
use crate::settings::{SettingsError, Source};

/// Names of the data sets; of the second only the scene is used.
const NAMES: [&str; 2] = ["day", "night"];

/// What a recipe says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairedSettings {
    /// The network that translates.
    pub translator: TranslatorSettings,
    /// Channels of the largest map of the network that judges pairs, 4 to 128.
    pub discriminator_width: usize,
    /// What both networks make small.
    pub loss: AdversarialLoss,
    /// Weight of the mean absolute difference to the truth, 0 to 1000.
    pub reconstruction: f32,
    /// Weight of the adversarial term, 0 to 1000; without one at 0.
    pub adversarial: f32,
    /// Translator's learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Discriminator's learning rate, above 0 to 0.1.
    pub discriminator_rate: f64,
    /// Share of the training, at its end, over which both learning rates fall to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl PairedSettings {
    fn adversary(&self) -> AdversarySettings {
        AdversarySettings {
            discriminator: DiscriminatorSettings::new(self.discriminator_width, 1),
            loss: self.loss,
            lipschitz: Lipschitz::Spectral,
            wrong_context: 0.0,
            wrong_action: 0.0,
            packed: false,
        }
    }
}

impl ObjectiveConfig for PairedSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check::translation(source, &self.translator, recipe)?;
        check::count(source, "discriminator_width", self.discriminator_width, 4, 128)?;
        self.adversary().check(source, recipe)?;
        check::within(source, "reconstruction", self.reconstruction, 1000.0)?;
        check::within(source, "adversarial", self.adversarial, 1000.0)?;
        check::rate(source, "discriminator_rate", self.discriminator_rate)?;
        schedule!(self).check(source)
    }

    fn takes(&self, condition: Condition) -> bool {
        condition == Condition::Nothing
    }

    fn skill(&self) -> Skill {
        Skill::Translate
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        let init = |number| Init::numbered(start.seed, number, &start.compute.device);
        let network = Translator::new(&self.translator, &mut init(0));
        Box::new(Paired {
            settings: self.clone(),
            translator: EmaLearner::new("day-to-night", network, self.betas, self.ema),
            adversary: Adversary::new(self.adversary(), start.condition, self.betas, &mut init(1)),
            compute: start.compute.clone(),
        })
    }

    fn needs(&self) -> Vec<Need> {
        let frames = |name, paired| Need { name, takes: Takes::Frames, corners: false, paired, ..Need::WINDOWS };
        vec![frames(NAMES[0], true), frames(NAMES[1], false)]
    }
}

struct Paired {
    settings: PairedSettings,
    translator: EmaLearner<Translator>,
    adversary: Adversary,
    compute: Compute,
}

impl Objective for Paired {
    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics {
        let settings = &self.settings;
        let is_judged = settings.adversarial > 0.0;
        if is_judged {
            self.adversary.iterate();
        }
        let device = self.compute.tracking();
        let (model, adversary) = (&self.translator.learner.model, &self.adversary);
        let whole = batches.get(NAMES[0]);
        let parts = whole.split(self.compute.parts());
        let results = self.compute.map(parts, |_, batch| {
            let frames = |pixels: &[u8]| from_pixels(pixels, 1, batch.frame_size, &device);
            let part = Part {
                context: frames(&batch.futures),
                truth: frames(batch.pairs.as_deref().expect("pairs are asked for")),
                twin: None,
                condition: None,
                noise: None,
                share: batch.size as f32 / whole.size as f32,
                fed_back: 0,
                counts: batch.counts.clone(),
            };
            let model = model.clone().fork(&device);
            let answers = model.forward(part.context.clone());
            let error = absolute_error(answers.clone(), part.truth.clone());
            let metrics = Metrics::default().with("reconstruction", number(&error));
            let mut loss = error * settings.reconstruction;
            let (mut discriminator, mut judged) = (None, adversary.unjudged());
            if is_judged {
                let step = adversary.judge(&part).step(&answers, clock);
                loss = loss + step.term * settings.adversarial;
                (discriminator, judged) = (Some(step.discriminator), step.metrics);
            }
            let gradients = GradientsParams::from_grads((loss * part.share).backward(), &model);
            (gradients, discriminator, (metrics.and(judged), part.share))
        });
        let (mut moves, mut for_discriminator, mut metrics) = (Vec::new(), Vec::new(), Vec::new());
        for (gradients, discriminator, measured) in results {
            moves.push(gradients);
            for_discriminator.extend(discriminator);
            metrics.push(measured);
        }
        let factor = clock.learning_rate_factor(settings.cooling_share);
        let (rate, discriminator_rate) = (settings.rate * factor, settings.discriminator_rate * factor);
        self.translator.step(rate, moves);
        self.adversary.step(discriminator_rate, for_discriminator);
        Metrics::mean(metrics)
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.translator, &self.adversary.learner]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.translator, &mut self.adversary.learner]
    }

    fn models(&self, name: &str) -> Models {
        let network = self.translator.average.clone();
        Models::Translations(vec![Translation::new(name, network, self.compute.device.clone())])
    }
}
