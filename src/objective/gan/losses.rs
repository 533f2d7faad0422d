//! The losses of one part of a batch, and their gradients.

use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use super::settings::GanSettings;
use crate::network::Generator;
use crate::objective::adversary::Judge;
use crate::objective::best_of_n::{Weighing, best_of_n};
use crate::objective::change::change_weights;
use crate::objective::code_odds::{answers_and_odds, handicaps, with_odds};
use crate::objective::matching::{mean_matching, slope_matching};
use crate::objective::part::{Part, number};
use crate::objective::{Clock, Metrics};

/// What one part of a batch gives.
pub(super) struct Gradients {
    pub generator: GradientsParams,
    pub discriminator: Option<GradientsParams>,
    /// What was measured.
    pub metrics: Metrics,
}

/// One part and the networks, on the device that tracks gradients.
pub(super) struct Losses<'a> {
    pub settings: &'a GanSettings,
    pub generator: Generator,
    /// None where it has no say, as before it joins. A fork of a network that is not moved leaves its trace in the network's graph,
    /// and every step would search all of them.
    pub judge: Option<Judge<'a>>,
    /// What is measured then.
    pub unjudged: Metrics,
    pub part: &'a Part,
}

impl Losses<'_> {
    /// What the reconstruction is multiplied by: less and less, the more of what is seen was made up since the last true
    /// frame, where the truth is one of many that would do, and drawing to it only blurs.
    fn certainty(&self) -> f32 {
        (1.0 + 0.5 * self.part.fed_back as f32).recip()
    }

    /// The answers of every code, or of every draw, `[copies · batch, 3, height, width]`, and what is said of the codes' odds.
    pub fn answers(&self) -> (Tensor<4>, Option<Tensor<2>>) {
        answers_and_odds(&self.generator, self.part, self.settings.copies())
    }

    /// Both networks' gradients, each scaled by the part's share of the batch; `adversarial` is the weight of the adversarial
    /// term, none before the warm start is over.
    pub fn run(self, clock: Clock, adversarial: Option<f32>) -> Gradients {
        let (settings, share) = (self.settings, self.part.share);
        let (answers, odds) = self.answers();
        let copies = settings.copies();
        let handicaps = odds.as_ref().and_then(|odds| handicaps(odds, settings.balance(clock)));
        let truth = self.part.truth.clone();
        let pixels = change_weights(self.part, settings.change_share);
        let weighing = Weighing {
            others: settings.relaxation,
            handicaps: handicaps.as_deref(),
            pixels,
            by_region: settings.by_region,
        };
        let found = best_of_n(answers.clone(), truth, copies, weighing);
        let kept = adversarial.map_or(1.0, |_| settings.reconstruction_kept);
        let metrics = Metrics::default().with("reconstruction", found.distance).with("code_0_nearest", found.first);
        let loss = found.loss * (settings.reconstruction * kept * self.certainty() * share);
        let (mut loss, mut metrics) = with_odds((loss, metrics), odds, (&found.nearest, &self.part.counts), share);
        if settings.mean_matching > 0.0 {
            let matching = mean_matching(answers.clone(), self.part.truth.clone(), copies);
            metrics = metrics.with("mean_matching", number(&matching));
            loss = loss + matching * (settings.mean_matching * share);
        }
        if settings.slope_matching > 0.0 {
            // A regression is not to wear the slopes that it has to blur.
            let matching = adversarial.map(|_| slope_matching(answers.clone(), self.part.truth.clone(), copies));
            metrics = metrics.with("slope_matching", matching.as_ref().map_or(0.0, number));
            if let Some(matching) = matching {
                loss = loss + matching * (settings.slope_matching * share);
            }
        }
        let (mut judged, mut discriminator) = (self.unjudged, None);
        let weight = adversarial.unwrap_or(0.0);
        if let Some(judge) = self.judge.as_ref().filter(|_| weight > 0.0) {
            let step = judge.step(&answers, clock);
            loss = loss + step.term * (weight * share);
            (judged, discriminator) = (step.metrics, Some(step.discriminator));
        }
        Gradients {
            generator: GradientsParams::from_grads(loss.backward(), &self.generator),
            discriminator,
            metrics: metrics.and(judged),
        }
    }
}
