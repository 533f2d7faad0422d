//! Adversarial losses, on scores: large for what is held to be real.

use burn::tensor::Tensor;
use burn::tensor::activation::{log_sigmoid, relu};
use serde::{Deserialize, Serialize};

/// What discriminator and generator make small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum AdversarialLoss {
    /// Lim and Ye, "Geometric GAN" (2017), <https://arxiv.org/abs/1705.02894>.
    #[default]
    Hinge,
    /// The discriminator is a binary classifier; the generator wants its fakes to be held to be real. Goodfellow et
    /// al. (2014), <https://arxiv.org/abs/1406.2661>.
    NonSaturating,
    /// As [`Self::NonSaturating`], but the generator makes small what the discriminator makes large: the same paper's
    /// two-player game, whose gradient fades where fakes are told apart.
    Minimax,
    /// Mao et al., "Least Squares GAN" (2017), <https://arxiv.org/abs/1611.04076>.
    LeastSquares,
    /// A critic, whose difference of means is an earth mover's distance where its slope is bounded. Arjovsky et al.,
    /// "Wasserstein GAN" (2017), <https://arxiv.org/abs/1701.07875>.
    Wasserstein,
    /// As [`Self::NonSaturating`], but on differences of the scores of a real frame and a fake after the same context: a
    /// fake gains by being held for more real than what happened. Jolicoeur-Martineau (2018),
    /// <https://arxiv.org/abs/1807.00734>; in this form Huang et al., "The GAN is dead; long live the GAN!" (2025),
    /// <https://arxiv.org/abs/2501.05441>.
    Relativistic,
}

impl AdversarialLoss {
    /// The discriminator's, on real frames: `[1]`.
    pub fn real(self, scores: Tensor<4>) -> Tensor<1> {
        match self {
            Self::Hinge => relu(scores.neg() + 1.0).mean(),
            Self::NonSaturating | Self::Minimax | Self::Relativistic => log_sigmoid(scores).mean().neg(),
            Self::LeastSquares => (scores - 1.0).square().mean(),
            Self::Wasserstein => scores.mean().neg(),
        }
    }

    /// The discriminator's, on fakes: `[1]`.
    pub fn fake(self, scores: Tensor<4>) -> Tensor<1> {
        match self {
            Self::Hinge => relu(scores + 1.0).mean(),
            Self::NonSaturating | Self::Minimax | Self::Relativistic => log_sigmoid(scores.neg()).mean().neg(),
            Self::LeastSquares => scores.square().mean(),
            Self::Wasserstein => scores.mean(),
        }
    }

    /// The discriminator's, on real frames and as many fakes after the same contexts: `[1]`.
    pub fn discriminator(self, real: Tensor<4>, fake: Tensor<4>) -> Tensor<1> {
        match self {
            Self::Relativistic => self.real(real - fake),
            _ => self.real(real) + self.fake(fake),
        }
    }

    /// The generator's, on its fakes and, where those are asked for, on real frames after the same contexts: `[1]`.
    pub fn generator(self, scores: Tensor<4>, real: impl FnOnce() -> Tensor<4>) -> Tensor<1> {
        match self {
            Self::Relativistic => self.real(scores - real()),
            Self::Hinge | Self::Wasserstein => scores.mean().neg(),
            Self::NonSaturating => log_sigmoid(scores).mean().neg(),
            Self::Minimax => log_sigmoid(scores.neg()).mean(),
            Self::LeastSquares => (scores - 1.0).square().mean(),
        }
    }

    /// Whether a score means something by itself. Where only differences do, there is a real frame beside every fake.
    pub fn is_absolute(self) -> bool {
        !matches!(self, Self::Wasserstein | Self::Relativistic)
    }

    /// Whether scores are log odds of "real".
    pub fn is_classifier(self) -> bool {
        matches!(self, Self::NonSaturating | Self::Minimax)
    }
}

/// V(D, G) = mean log D(x) + mean log(1 − D(G(z))), where D = σ(score): 0 at most, −2 log 2 where nothing is told apart.
pub fn value(real: Tensor<4>, fake: Tensor<4>) -> Tensor<1> {
    log_sigmoid(real).mean() + log_sigmoid(fake.neg()).mean()
}

/// The Jensen–Shannon divergence in nats that V would be the measure of if the discriminator were the best possible:
/// (V + 2 log 2) / 2. Any other discriminator's is below it.
pub fn jensen_shannon(value: f32) -> f32 {
    value / 2.0 + std::f32::consts::LN_2
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn scores() -> Tensor<4> {
        Tensor::from_data([[[[-2.0, 0.0, 0.5, 3.0]]]], &Device::flex())
    }

    /// The loss of fakes that nothing real stands beside.
    fn generator(loss: AdversarialLoss, fakes: Tensor<4>) -> Tensor<1> {
        loss.generator(fakes, || unreachable!("only what is relative looks at real frames"))
    }

    fn near(found: Tensor<1>, expected: f32) {
        let found = found.into_scalar::<f32>();
        assert!((found - expected).abs() < 1e-5, "{found}, expected {expected}");
    }

    #[test]
    fn hinge_losses_end_at_the_margin() {
        // (3 + 1 + 0.5 + 0) / 4 and (0 + 1 + 1.5 + 4) / 4
        near(AdversarialLoss::Hinge.real(scores()), 1.125);
        near(AdversarialLoss::Hinge.fake(scores()), 1.625);
        near(generator(AdversarialLoss::Hinge, scores()), -0.375);
    }

    #[test]
    fn a_classifiers_losses_are_its_cross_entropies() {
        // Means of ln(1 + exp(-s)) and of ln(1 + exp(s)), by Python's `math.log1p` and `math.exp`.
        for loss in [AdversarialLoss::NonSaturating, AdversarialLoss::Minimax] {
            near(loss.real(scores()), 0.835_685);
            near(loss.fake(scores()), 1.210_685);
        }
        near(generator(AdversarialLoss::NonSaturating, scores()), 0.835_685);
        near(generator(AdversarialLoss::Minimax, scores()), -1.210_685);
    }

    #[test]
    fn far_scores_stay_finite() {
        let far = || Tensor::<4>::from_data([[[[-200.0, 200.0]]]], &Device::flex());
        near(AdversarialLoss::NonSaturating.real(far()), 100.0);
        near(generator(AdversarialLoss::Minimax, far()), -100.0);
    }

    #[test]
    fn least_squares_are_distances_from_one_and_nought() {
        // (9 + 1 + 0.25 + 4) / 4 and (4 + 0 + 0.25 + 9) / 4
        near(AdversarialLoss::LeastSquares.real(scores()), 3.5625);
        near(AdversarialLoss::LeastSquares.fake(scores()), 3.3125);
        near(generator(AdversarialLoss::LeastSquares, scores()), 3.5625);
    }

    #[test]
    fn a_critic_is_linear() {
        near(AdversarialLoss::Wasserstein.real(scores()), -0.375);
        near(AdversarialLoss::Wasserstein.fake(scores()), 0.375);
        near(generator(AdversarialLoss::Wasserstein, scores()), -0.375);
    }

    #[test]
    fn a_relative_loss_sees_differences_alone() {
        let (real, fake) = ([[[[1.0, 0.0]]]], [[[[-1.0, 0.0]]]]);
        let [real, fake] = [real, fake].map(|scores| Tensor::<4>::from_data(scores, &Device::flex()));
        let loss = AdversarialLoss::Relativistic;
        // (ln(1 + exp(-2)) + ln 2) / 2 and (ln(1 + exp(2)) + ln 2) / 2, by Python's `math.log1p` and `math.exp`.
        near(loss.discriminator(real.clone(), fake.clone()), 0.410_037_6);
        near(loss.discriminator(real.clone() + 5.0, fake.clone() + 5.0), 0.410_037_6);
        near(loss.generator(fake, || real), 1.410_037_6);
    }

    #[test]
    fn the_divergence_is_none_at_even_odds_and_log_two_where_all_is_told_apart() {
        let flat = |score: f32| Tensor::<4>::full([1, 1, 2, 2], score, &Device::flex());
        let divergence = |real, fake| jensen_shannon(value(flat(real), flat(fake)).into_scalar::<f32>());
        assert!(divergence(0.0, 0.0).abs() < 1e-6);
        assert!((divergence(30.0, -30.0) - std::f32::consts::LN_2).abs() < 1e-6);
        assert!(divergence(-1.0, 1.0) < 0.0, "a bad classifier says less than nothing");
    }
}
