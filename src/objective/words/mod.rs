//! Words to frames: a caption and Gaussian noise in, a frame out, and a discriminator that sees the frame and the caption.
//!
//! GAN-CLS of Reed et al., "Generative Adversarial Text to Image Synthesis" (2016), <https://arxiv.org/abs/1605.05396>: the
//! discriminator learns from three kinds of pairs, real frames with captions that fit, painted frames with those captions,
//! and real frames with captions that do not fit. With D its score and the hinge loss (Lim and Ye 2017,
//! <https://arxiv.org/abs/1705.02894>), w the share of mismatched pairs:
//!
//! L_D = max(0, 1 − D(x, c)) + (1 − w) max(0, 1 + D(G(z, c), c)) + w max(0, 1 + D(x, c'))
//!
//! L_G = −D(G(z, c), c)
//!
//! With `packed`, x and G are two frames of the caption c each, seen at once. Simplified on purpose: sentences of a small
//! grammar, whose encoders learn with the networks that they are in; no interpolated captions. Otherwise than in the paper, caption and frame meet in an inner product ([`CaptionJudge`]), and a
//! caption that does not fit differs in one thing.

mod classifier;
mod pairs;
mod settings;
#[cfg(test)]
mod tests;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

pub use classifier::{StateClassifier, learn_states};
pub use settings::WordsSettings;

use self::pairs::Pairs;
use super::adversary::AdversarialLoss;
use super::learner::{EmaLearner, Learner, Network};
use super::part::number;
use super::{Batches, Clock, Compute, Metrics, Objective, Start};
use crate::camera::Frame;
use crate::episode::DataSet;
use crate::network::{CaptionJudge, CaptionPainter, Init, Texts, from_pixels};
use crate::predict::{Illustrator, Models, Question, caption_sheet};
use crate::random::{Purpose, stream};
use crate::words::{Caption, Said, Sentence, State, phrasings, vocabulary};

/// Painter and discriminator.
struct Words {
    settings: WordsSettings,
    /// States that are learned.
    states: Vec<State>,
    said: Option<Said>,
    painter: EmaLearner<CaptionPainter>,
    judge: Learner<CaptionJudge>,
    frame_size: (u32, u32),
    compute: Compute,
}

impl Words {
    fn new(settings: &WordsSettings, start: &Start) -> Self {
        let mut init = Init::new(start.seed, &start.compute.device);
        let (text, size) = ((&settings.text, vocabulary().len()), start.frame_size);
        let painter = CaptionPainter::new(text, (&settings.painter, size, settings.latent), &mut init);
        let judge =
            CaptionJudge::new(text, (settings.discriminator_width, size, settings.frames_of_a_caption()), &mut init);
        Self {
            states: settings.learned(),
            settings: settings.clone(),
            said: None,
            painter: EmaLearner::new("painter", painter, settings.betas, settings.ema),
            judge: Learner::new("discriminator", judge, settings.betas),
            frame_size: size,
            compute: start.compute.clone(),
        }
    }

    fn illustrator(&self, name: &str) -> Illustrator {
        let (network, device) = (self.painter.average.clone(), self.compute.device.clone());
        Illustrator::new(name, network, self.frame_size, self.settings.held_out.clone(), device)
    }

    /// What a part of a batch teaches painter and discriminator.
    fn learn(&self, pairs: &Pairs, said: &Said, share: f32) -> (GradientsParams, GradientsParams, Metrics) {
        let device = self.compute.tracking();
        let painter = self.painter.learner.model.clone().fork(&device);
        let judge = self.judge.model.clone().fork(&device);
        let texts = |sentences: &[Sentence]| {
            Texts::new(sentences.iter().map(|one| one.words.as_slice()), vocabulary().len(), &device)
        };
        let (fitting, other) = (texts(&pairs.fitting), texts(&pairs.other));
        let real = from_pixels(pairs.frames(said).pixels(), 1, self.frame_size, &device);
        let of_each = self.settings.frames_of_a_caption();
        let asked: Vec<Sentence> =
            pairs.fitting.iter().flat_map(|one| std::iter::repeat_n(one.clone(), of_each)).collect();
        let painted = painter.forward(&texts(&asked), pairs.noise.to_tensor(&device));

        let (adversarial, gradient) = at_painted(&judge, &painted, &fitting);
        let norm = number(&gradient.clone().square().sum().sqrt());
        let term = (painted.clone() * gradient.detach()).sum();
        let for_painter = GradientsParams::from_grads((term * share).backward(), &painter);

        let (loss, [real, fake, wrong]) =
            judgement(&judge, (real, painted.detach()), (&fitting, &other), self.settings.mismatched);
        let metrics = Metrics::default()
            .with("discriminator", number(&loss))
            .with("adversarial", adversarial)
            .with("adversarial_gradient", norm)
            .with("score_real", real)
            .with("score_fake", fake)
            .with("score_wrong", wrong);
        let for_judge = GradientsParams::from_grads((loss * share).backward(), &judge);
        (for_painter, for_judge, metrics)
    }
}

/// The painter's loss, and its gradient at painted frames.
fn at_painted(judge: &CaptionJudge, painted: &Tensor<4>, fitting: &Texts) -> (f32, Tensor<4>) {
    let judge = judge.clone().no_grad();
    let leaf = painted.clone().detach().require_grad();
    let scores = judge.look(leaf.clone()).with(judge.read(fitting));
    let loss = AdversarialLoss::Hinge.generator(scores, || unreachable!("a hinge looks at fakes alone"));
    let value = number(&loss);
    let gradients = loss.backward();
    (value, leaf.grad(&gradients).expect("the discriminator depends on what it judges"))
}

/// The discriminator's loss `[1]` on as many real and painted frames, `[frames, 3, height, width]`, with captions that fit and
/// captions that do not, one for those that it sees together, and its mean scores of real, painted and mismatched pairs.
fn judgement(
    judge: &CaptionJudge,
    (real, painted): (Tensor<4>, Tensor<4>),
    (fitting, other): (&Texts, &Texts),
    mismatched: f32,
) -> (Tensor<1>, [f32; 3]) {
    let captions = fitting.len();
    let looked = judge.look(Tensor::cat(vec![real, painted], 0));
    let (fits, does_not) = (judge.read(fitting), judge.read(other));
    let real = looked.some(0, captions).with(fits.clone());
    let fake = looked.some(captions, captions).with(fits);
    let wrong = looked.some(0, captions).with(does_not);
    let means = [&real, &fake, &wrong].map(|scores| number(&scores.clone().mean()));
    (pair_loss(real, fake, wrong, mismatched), means)
}

/// L_D of scores of real, painted and mismatched pairs: see [`self`].
fn pair_loss(real: Tensor<4>, fake: Tensor<4>, wrong: Tensor<4>, mismatched: f32) -> Tensor<1> {
    let hinge = AdversarialLoss::Hinge;
    let loss = hinge.real(real) + hinge.fake(fake) * (1.0 - mismatched);
    if mismatched > 0.0 { loss + hinge.fake(wrong) * mismatched } else { loss }
}

impl Objective for Words {
    fn read(&mut self, data: &[&DataSet]) {
        self.said = Some(Said::of(data));
    }

    fn step(&mut self, batches: &Batches, clock: Clock) -> Metrics {
        self.judge.model = self.judge.model.clone().iterated();
        let size = batches.get("day").size;
        let mut rng = stream(clock.seed, Purpose::Step, &[]);
        let parts = self.compute.parts();
        let said = self.said.as_ref().expect("data sets are read before the first step");
        let draw = |part: usize| {
            let count = (part + 1) * size / parts - part * size / parts;
            let counts = (count, self.settings.frames_of_a_caption());
            (Pairs::draw(said, &self.states, counts, self.settings.latent, &mut rng), count as f32 / size as f32)
        };
        let jobs: Vec<_> = (0..parts).map(draw).collect();
        let views = jobs.iter().flat_map(|(pairs, _)| &pairs.views);
        assert!(
            views.map(|view| view.state).all(|state| !self.settings.is_held_out(state)),
            "what is held out is never learned"
        );
        let results = self.compute.map(jobs, |_, (pairs, share)| (self.learn(&pairs, said, share), share));
        let (mut for_painter, mut for_judge, mut metrics) = (Vec::new(), Vec::new(), Vec::new());
        for ((painter, judge, measured), share) in results {
            for_painter.push(painter);
            for_judge.push(judge);
            metrics.push((measured, share));
        }
        let factor = clock.learning_rate_factor(self.settings.cooling_share);
        self.painter.step(self.settings.rate * factor, for_painter);
        self.judge.step(self.settings.discriminator_rate * factor, for_judge);
        Metrics::mean(metrics)
    }

    fn networks(&self) -> Vec<&dyn Network> {
        vec![&self.painter, &self.judge]
    }

    fn networks_mut(&mut self) -> Vec<&mut dyn Network> {
        vec![&mut self.painter, &mut self.judge]
    }

    fn models(&self, name: &str) -> Models {
        Models::Illustrator(Box::new(self.illustrator(name)))
    }

    fn exhibit(&self, name: &str, _: &[Question]) -> Option<Frame> {
        let illustrator = self.illustrator(name);
        Some(caption_sheet(&illustrator, &shown(&self.settings)))
    }
}

/// What the sheets of a run show: some captions of states that are learned, then of such that are held out.
fn shown(settings: &WordsSettings) -> Vec<Sentence> {
    let say = |state: State| phrasings(Caption::whole(state)).swap_remove(0);
    // Eleven is prime to the number of states, so that every kind turns up.
    let spread = (0..State::COUNT).map(|index| State::all().nth(index * 11 % State::COUNT).expect("below the count"));
    let (held_out, learned): (Vec<_>, Vec<_>) = spread.partition(|state| settings.is_held_out(*state));
    learned.into_iter().take(7).chain(held_out.into_iter().take(3)).map(say).collect()
}
