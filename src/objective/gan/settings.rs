//! What a recipe says of a GAN, and what of it is refused.

use serde::{Deserialize, Serialize};

use super::Gan;
use crate::network::{DiscriminatorSettings, GeneratorSettings, Places};
use crate::objective::adversary::{AdversarialLoss, AdversarySettings, Lipschitz};
use crate::objective::check::schedule;
use crate::objective::code_odds;
use crate::objective::{Clock, Need, Objective, ObjectiveConfig, RecipeContext, Start, check};
use crate::predict::NoiseSettings;
use crate::settings::{SettingsError, Source};

/// What a recipe says of a GAN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GanSettings {
    /// The network that predicts.
    pub generator: GeneratorSettings,
    /// What noise it takes.
    pub noise: NoiseSettings,
    /// The network that judges.
    pub discriminator: DiscriminatorSettings,
    /// What both networks make small.
    #[serde(default)]
    pub loss: AdversarialLoss,
    /// What bounds the discriminator's slope.
    #[serde(default)]
    pub lipschitz: Lipschitz,
    /// Whether the discriminator sees two futures at once: the answers of the first two codes, and, as real ones, both
    /// futures as the simulator draws them.
    #[serde(default)]
    pub packed: bool,
    /// Answers to each context in a step, 1 to 16, each with noise of its own; 1 where the noise has codes, each of which
    /// answers.
    #[serde(default = "check::one_sample")]
    pub samples: usize,
    /// Whether the generator learns how likely each code is after a context; otherwise all are equally likely.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub learned_odds: bool,
    /// Share of the training, at its start, over which codes that are seldom the nearest after a context are favoured, less
    /// and less, and differences are squared, 0 to 1; 0 unless odds are learned. Without it, one code takes the first of
    /// three futures, another what is between the others, and the third nothing.
    #[serde(default, skip_serializing_if = "check::is_nought")]
    pub balanced_share: f32,
    /// Weight of the reconstruction, 0 to 1000: mean absolute difference of the nearest answer.
    pub reconstruction: f32,
    /// Share of that weight that is kept after the warm start, 0 to 1.
    #[serde(default = "all")]
    pub reconstruction_kept: f32,
    /// Weight of mean matching, 0 to 1000: see [`mean_matching`](crate::objective::matching::mean_matching).
    #[serde(default)]
    pub mean_matching: f32,
    /// Weight of slope matching once the adversarial term is on, 0 to 1000: see
    /// [`slope_matching`](crate::objective::matching::slope_matching).
    #[serde(default, skip_serializing_if = "check::is_nought")]
    pub slope_matching: f32,
    /// Weight of the other codes' reconstruction against the nearest's, 0 to 1.
    #[serde(alias = "other_codes")]
    pub relaxation: f32,
    /// Share of the weight of differences that goes to where the picture changes, 0 to 1; the rest goes to all pixels alike.
    #[serde(default, skip_serializing_if = "check::is_nought")]
    pub change_share: f32,
    /// Whether each region of the picture, an eighth of its side, has a nearest answer of its own: for several who decide at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_region: bool,
    /// Shares of the training between which a discriminator whose places are patches comes to see more of a patch than its
    /// mean, each 0 to 1: nothing more before the first, all after the second. At (0, 0) it sees all from the start.
    ///
    /// As Karras et al. fade in their layers in "Progressive Growing of GANs" (2018), <https://arxiv.org/abs/1710.10196>.
    #[serde(default, skip_serializing_if = "is_from_the_start")]
    pub detail: (f32, f32),
    /// Weight of the adversarial term once it is on, 0 to 1000.
    pub adversarial: f32,
    /// Share of that weight that is left in the end, 0 to 1: it falls with the learning rates, so that what holds the mean
    /// smooths away the grain that the discriminator does not mind.
    #[serde(default = "all")]
    pub adversarial_kept: f32,
    /// Weight of wrong-context negatives in the discriminator's loss, 0 to 10.
    pub wrong_context: f32,
    /// Weight of wrong-action negatives (a real frame after its context, but told another action) and of the right
    /// actions beside them, 0 to 10; 0 unless the recipe is told.
    #[serde(default)]
    pub wrong_action: f32,
    /// Whether all noise is nought until the discriminator joins: a regression would teach the generator to ignore it.
    #[serde(default)]
    pub quiet_start: bool,
    /// Share of the training without discriminator, 0 to below 1.
    pub warm_share: f32,
    /// Generator's learning rate without discriminator, above 0 to 0.1.
    pub warm_rate: f64,
    /// Generator's learning rate with it, above 0 to 0.1.
    pub rate: f64,
    /// Discriminator's learning rate, above 0 to 0.1.
    pub discriminator_rate: f64,
    /// Share of the training, at its end, over which both learning rates fall to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
    /// Share of the steps done that the average remembers at most, 0 to 1; at 0 it is as long from the first step to the last.
    /// A long average would otherwise still show how the networks began when they are long past it, and in a training of
    /// fewer steps to the end.
    ///
    /// As a share of the training: Karras et al., "Analyzing and Improving the Training Dynamics of Diffusion Models" (2024),
    /// <https://arxiv.org/abs/2312.02696>.
    #[serde(default, skip_serializing_if = "check::is_nought")]
    pub ema_share: f32,
}

fn is_from_the_start(detail: &(f32, f32)) -> bool {
    detail.1 == 0.0
}

fn all() -> f32 {
    1.0
}

impl GanSettings {
    /// Answers to each context in a step.
    pub(super) fn copies(&self) -> usize {
        self.noise.answers(self.samples)
    }

    /// Weight of the adversarial term at a step; none before the warm start is over.
    pub(super) fn adversarial_weight(&self, clock: Clock) -> Option<f32> {
        let cooling = 1.0 - clock.learning_rate_factor(self.cooling_share) as f32;
        let weight = self.adversarial * (1.0 - cooling * (1.0 - self.adversarial_kept));
        (clock.share() >= self.warm_share).then_some(weight)
    }

    /// How much codes that are seldom the nearest are favoured at a step: from 1 down to 0.
    pub(super) fn balance(&self, clock: Clock) -> f32 {
        if self.balanced_share > 0.0 { (1.0 - clock.share() / self.balanced_share).max(0.0) } else { 0.0 }
    }

    /// How much of a patch the discriminator sees beyond its mean at a step, 0 to 1.
    pub(super) fn detail(&self, clock: Clock) -> f32 {
        let (from, to) = self.detail;
        if clock.share() >= to { 1.0 } else { ((clock.share() - from) / (to - from)).max(0.0) }
    }

    /// Share of the averaged weights that stays at a step.
    pub(super) fn decay(&self, clock: Clock) -> f32 {
        if self.ema_share == 0.0 {
            return self.ema;
        }
        let remembered = self.ema_share * (clock.step + 1) as f32;
        self.ema.min(1.0 - remembered.max(1.0).recip())
    }

    pub(super) fn adversary(&self) -> AdversarySettings {
        AdversarySettings {
            discriminator: self.discriminator.clone(),
            loss: self.loss,
            lipschitz: self.lipschitz,
            wrong_context: self.wrong_context,
            wrong_action: self.wrong_action,
            packed: self.packed,
        }
    }
}

impl ObjectiveConfig for GanSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check::noise(source, self.noise, "without noise a GAN has one answer to a context")?;
        check::generator(source, &self.generator, self.noise.inputs(), recipe)?;
        self.adversary().check(source, recipe)?;
        let holds = !self.packed || self.noise.codes() >= 2;
        let allowed = "at least 2 codes, since the recipe is `packed` and two answers are judged at once";
        source.check(holds, "objective.noise", self.noise, allowed)?;
        check::samples(source, self.samples, self.noise)?;
        code_odds::check(source, self.learned_odds, self.noise)?;
        check::within(source, "balanced_share", self.balanced_share, 1.0)?;
        let holds = self.balanced_share == 0.0 || self.learned_odds;
        let allowed = "0, since codes are favoured by their odds, which are not learned (`learned_odds`)";
        source.check(holds, "objective.balanced_share", self.balanced_share, allowed)?;
        let (from, to) = self.detail;
        let holds = (0.0..=to).contains(&from) && to <= 1.0;
        source.check(holds, "objective.detail", self.detail, "two shares, 0 to 1, the smaller one first")?;
        let holds = to == 0.0 || self.discriminator.places == Places::Patches;
        let allowed = "(0, 0), since single pixels have no detail (`discriminator.places` is not Patches)";
        source.check(holds, "objective.detail", self.detail, allowed)?;
        check::within(source, "reconstruction", self.reconstruction, 1000.0)?;
        check::within(source, "reconstruction_kept", self.reconstruction_kept, 1.0)?;
        check::within(source, "mean_matching", self.mean_matching, 1000.0)?;
        check::within(source, "slope_matching", self.slope_matching, 1000.0)?;
        for (field, weight) in [("mean_matching", self.mean_matching), ("slope_matching", self.slope_matching)] {
            let allowed = "0, since it needs at least two answers to a context (`samples`)";
            source.check(weight == 0.0 || self.copies() >= 2, &format!("objective.{field}"), weight, allowed)?;
        }
        check::within(source, "relaxation", self.relaxation, 1.0)?;
        check::within(source, "change_share", self.change_share, 1.0)?;
        let holds = !self.by_region || self.copies() >= 2;
        let allowed = "false, since there is one answer to a context (`samples`), which is the nearest everywhere";
        source.check(holds, "objective.by_region", self.by_region, allowed)?;
        check::within(source, "adversarial", self.adversarial, 1000.0)?;
        check::within(source, "adversarial_kept", self.adversarial_kept, 1.0)?;
        let holds = !self.quiet_start || self.noise.codes() == 0;
        let allowed = "false, since the noise has codes, each of which answers";
        source.check(holds, "objective.quiet_start", self.quiet_start, allowed)?;
        check::below_one(source, "warm_share", self.warm_share)?;
        check::rate(source, "warm_rate", self.warm_rate)?;
        check::rate(source, "discriminator_rate", self.discriminator_rate)?;
        check::within(source, "ema_share", self.ema_share, 1.0)?;
        schedule!(self).check(source)
    }

    fn warm_share(&self) -> f32 {
        self.warm_share
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        Box::new(Gan::new(self, start))
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need { both_futures: self.packed, learned_odds: self.learned_odds, ..Need::WINDOWS }]
    }
}
