//! A trained network as a predictor.

use std::ops::Range;

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;

use super::{Coarse, Condition, Example, Noise, NoiseSettings, Predictor, Question, Sampling, conditions};
use crate::agent::Action;
use crate::camera::Frames;
use crate::device;
use crate::network::{Features, Generator, from_pixels, to_pixels};
use crate::random::{Purpose, stream};

/// A network that gives frames: what it makes of a context it makes once, and decodes once for each noise.
pub trait Answering: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// Context frames that it takes.
    fn context(&self) -> usize;

    /// # Shapes
    /// - `context`: `[batch, 3 · frames, height, width]` in [−1, 1]
    /// - `condition`: `[copies · batch, width]`, where the network has one: copy k of sample i is at k · batch + i
    /// - `noise`: `[copies · batch, inputs]`, where it takes any
    /// - result: `[copies · batch, 3, height, width]` in [−1, 1]
    fn answer(
        &self,
        context: Tensor<4>,
        condition: Option<Tensor<2>>,
        noise: Option<Tensor<2>>,
        copies: usize,
    ) -> Tensor<4>;

    /// The same, to noise that `draw` draws by the odds of its codes after each context, where the network says any: a row of
    /// them for each sample.
    fn answer_drawn(
        &self,
        context: Tensor<4>,
        condition: Option<Tensor<2>>,
        draw: impl FnOnce(Option<Vec<f32>>) -> Option<Tensor<2>>,
        copies: usize,
    ) -> Tensor<4> {
        self.answer(context, condition, draw(None), copies)
    }

    /// See [`Predictor::coarse`].
    fn coarse(&self) -> Option<Coarse> {
        None
    }

    /// −log₂ p of frames `[batch, 3, height, width]` over the numbers in each, a mean; see
    /// [`Predictor::bits_per_dimension`].
    fn bits(&self, _context: Tensor<4>, _condition: Option<Tensor<2>>, _truth: Tensor<4>) -> Option<f64> {
        None
    }

    /// `count` frames for each sample, `[count · batch, 3, height, width]`; see [`Predictor::between`].
    fn between(&self, _context: Tensor<4>, _left: Tensor<4>, _right: Tensor<4>, _count: usize) -> Option<Tensor<4>> {
        None
    }
}

impl Answering for Generator {
    fn context(&self) -> usize {
        self.context()
    }

    fn answer(
        &self,
        context: Tensor<4>,
        condition: Option<Tensor<2>>,
        noise: Option<Tensor<2>>,
        copies: usize,
    ) -> Tensor<4> {
        self.decode(self.encode(context).repeat(copies), conditions(condition, noise))
    }

    fn answer_drawn(
        &self,
        context: Tensor<4>,
        condition: Option<Tensor<2>>,
        draw: impl FnOnce(Option<Vec<f32>>) -> Option<Tensor<2>>,
        copies: usize,
    ) -> Tensor<4> {
        let features = self.encode(context);
        let odds = self.odds(&features).map(|odds| softmax(odds, 1).into_data());
        let noise = draw(odds.map(|odds| odds.try_to_vec::<f32>().expect("networks compute in f32")));
        let conditions = conditions(condition, noise);
        // On a thread of the pool, where the processor computes.
        if copies > 1 && conditions.is_some() && rayon::current_thread_index().is_some() {
            return decoded_in_halves(self, &features, conditions, copies);
        }
        self.decode(features.repeat(copies), conditions)
    }
}

/// Decodes half of the copies on another thread: passes that are not divided among threads share the work, too.
fn decoded_in_halves(
    network: &Generator,
    features: &Features,
    conditions: Option<Tensor<2>>,
    copies: usize,
) -> Tensor<4> {
    let decode = |some: Range<usize>| {
        let conditions = conditions.clone().map(|all| {
            let batch = all.dims()[0] / copies;
            all.slice_dim(0, some.start * batch..some.end * batch)
        });
        network.decode(features.clone().repeat(some.len()), conditions)
    };
    let (first, second) = rayon::join(|| decode(0..copies / 2), || decode(copies / 2..copies));
    Tensor::cat(vec![first, second], 0)
}

/// Predicts with a network. Of contexts longer than it takes it looks at the last frames.
#[derive(Debug, Clone)]
pub struct NetworkPredictor<M> {
    name: String,
    network: M,
    condition: Condition,
    /// The condition's numbers, where they are the same for every question.
    given: Option<Vec<f32>>,
    noise: Option<NoiseSettings>,
    device: Device,
}

impl<M: Answering> NetworkPredictor<M> {
    /// `network` must not track gradients. It is given its condition, if it has one, and noise, if any is given.
    pub fn new(name: &str, network: M, condition: Condition, noise: Option<NoiseSettings>, device: Device) -> Self {
        Self { name: name.to_owned(), network, condition, given: None, noise, device }
    }

    /// Answers every question under the same condition, `numbers` of its width: a class, or a text as it is encoded.
    pub fn given(self, numbers: Vec<f32>) -> Self {
        Self { given: Some(numbers), ..self }
    }

    /// The last frames of the questions' contexts: `[questions, 3 · frames, height, width]`.
    fn contexts(&self, questions: &[Question]) -> Tensor<4> {
        let seen = self.network.context();
        let contexts: Vec<Frames> = questions.iter().map(|question| question.context.last_few(seen)).collect();
        let pixels: Vec<u8> = contexts.iter().map(Frames::pixels).collect::<Vec<_>>().concat();
        from_pixels(&pixels, seen, questions[0].frame_size(), &self.device)
    }

    /// A frame of each question: `[questions, 3, height, width]`.
    fn frames<'a>(&self, questions: &'a [Question], frame: impl Fn(&'a Question) -> &'a [u8]) -> Tensor<4> {
        let pixels: Vec<u8> = questions.iter().map(frame).collect::<Vec<_>>().concat();
        from_pixels(&pixels, 1, questions[0].frame_size(), &self.device)
    }

    fn condition(&self, questions: &[Question]) -> Option<Tensor<2>> {
        if let Some(given) = &self.given {
            let row = Tensor::from_data(TensorData::new(given.clone(), [1, given.len()]), &self.device);
            return Some(row.repeat_dim(0, questions.len()));
        }
        let actions: Vec<Action> = questions.iter().map(|question| question.action).collect();
        self.condition.of_actions(&actions, &self.device)
    }

    /// Ranges of as many numbers below `count` as the device takes questions at once.
    fn few_at_once(&self, count: usize) -> impl Iterator<Item = Range<usize>> + use<M> {
        let few = device::questions_at_once(&self.device);
        (0..count).step_by(few).map(move |start| start..(start + few).min(count))
    }

    /// Answers the questions with these numbers.
    fn answer(&self, all: &[Question], numbers: Range<usize>, sampling: Sampling) -> Vec<Frames> {
        let questions = &all[numbers.clone()];
        let drawn = if self.noise.is_some() { sampling.samples } else { 1 };
        let draw = |odds: Option<Vec<f32>>| {
            let sampled = |settings| Noise::sampled(settings, numbers, sampling, odds.as_deref());
            self.noise.map(|settings| sampled(settings).to_tensor(&self.device))
        };
        let condition = self.condition(questions).map(|condition| condition.repeat_dim(0, drawn));
        let frames = to_pixels(self.network.answer_drawn(self.contexts(questions), condition, draw, drawn));
        let frames = Frames::from_pixels(questions[0].frame_size(), frames);
        let answers = |question| {
            let index = |sample: usize| sample % drawn * questions.len() + question;
            Frames::collect(frames.size(), (0..sampling.samples).map(|sample| &frames[index(sample)]))
        };
        (0..questions.len()).map(answers).collect()
    }
}

impl<M: Answering> Predictor for NetworkPredictor<M> {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_stochastic(&self) -> bool {
        self.noise.is_some()
    }

    fn is_action_conditioned(&self) -> bool {
        self.condition.is_action()
    }

    fn example(&self, count: usize, frame_size: (u32, u32)) -> Option<Example> {
        let mut rng = stream(0, Purpose::Example, &[]);
        let mut draw = |length: usize| (0..length).map(|_| rng.random_range(-1.0..=1.0)).collect::<Vec<f32>>();
        let (width, height) = (frame_size.0 as usize, frame_size.1 as usize);
        let channels = 3 * self.network.context();
        let actions = self.condition.width();
        let inputs = self.noise.map_or(0, NoiseSettings::inputs) + actions;
        let (context, conditions) = (draw(count * channels * height * width), draw(count * inputs));
        let tensor = |values: &[f32], shape: [usize; 4]| {
            Tensor::<4>::from_data(TensorData::new(values.to_vec(), shape), &self.device)
        };
        let input = tensor(&context, [count, channels, height, width]);
        let both = (inputs > 0).then(|| tensor(&conditions, [count, inputs, 1, 1]).reshape([count, inputs]));
        let some = |from: usize, length: usize| {
            both.clone().filter(|_| length > 0).map(|both: Tensor<2>| both.narrow(1, from, length))
        };
        let answer = self.network.answer(input, some(0, actions), some(actions, inputs - actions), 1).into_data();
        let frames = answer.try_to_vec::<f32>().expect("networks compute in f32");
        Some(Example { frame_size, context, conditions, frames })
    }

    fn coarse(&self) -> Option<Coarse> {
        self.network.coarse()
    }

    fn bits_per_dimension(&self, questions: &[Question]) -> Option<f64> {
        if questions.iter().any(|question| question.next.is_empty()) {
            return None;
        }
        let bits = self.few_at_once(questions.len()).map(|few| {
            let questions = &questions[few];
            let truth = self.frames(questions, |question| &question.next[0]);
            let bits = self.network.bits(self.contexts(questions), self.condition(questions), truth)?;
            Some(bits * questions.len() as f64)
        });
        let sum: f64 = bits.sum::<Option<f64>>()?;
        (!questions.is_empty()).then(|| sum / questions.len() as f64)
    }

    fn between(&self, questions: &[Question], count: usize) -> Option<Vec<Frames>> {
        if questions.iter().any(|question| question.futures.len() < 2) {
            return None;
        }
        let rows = self.few_at_once(questions.len()).map(|few| {
            let questions = &questions[few];
            let one = self.frames(questions, |question| &question.futures.all[0].frames[0]);
            let other = self.frames(questions, |question| &question.futures.all[1].frames[0]);
            let frames = to_pixels(self.network.between(self.contexts(questions), one, other, count)?);
            let frames = Frames::from_pixels(questions[0].frame_size(), frames);
            let row = |question: usize| {
                Frames::collect(frames.size(), (0..count).map(|step| &frames[step * questions.len() + question]))
            };
            Some((0..questions.len()).map(row).collect::<Vec<Frames>>())
        });
        Some(rows.collect::<Option<Vec<_>>>()?.concat())
    }

    fn predict(&self, questions: &[Question], sampling: Sampling) -> Vec<Frames> {
        let answers =
            || self.few_at_once(questions.len()).flat_map(|few| self.answer(questions, few, sampling)).collect();
        device::within(&self.device, answers)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Tolerance;

    use super::*;
    use crate::maze::{Corner, Heading};
    use crate::network::{GeneratorSettings, Init};

    /// Of two codes the first is answered by black, the second by white; the brighter the context, the likelier is white.
    #[derive(Debug, Clone)]
    struct BlackOrWhite;

    impl Answering for BlackOrWhite {
        fn context(&self) -> usize {
            1
        }

        fn answer(&self, _: Tensor<4>, _: Option<Tensor<2>>, noise: Option<Tensor<2>>, _: usize) -> Tensor<4> {
            let white = noise.expect("it takes noise").narrow(1, 1, 1); // [copies · batch, 1]
            let samples = white.dims()[0];
            (white * 2.0 - 1.0).reshape([samples, 1, 1, 1]).expand([samples, 3, 16, 16])
        }

        fn answer_drawn(
            &self,
            context: Tensor<4>,
            condition: Option<Tensor<2>>,
            draw: impl FnOnce(Option<Vec<f32>>) -> Option<Tensor<2>>,
            copies: usize,
        ) -> Tensor<4> {
            assert!(rayon::current_thread_index().is_some(), "a thread of the pool, where passes wake none");
            let levels = context.clone().mean_dims(&[1, 2, 3]).into_data().try_to_vec::<f32>().unwrap();
            let odds = levels.iter().flat_map(|level| [0.5 - 0.5 * level, 0.5 + 0.5 * level]).collect();
            self.answer(context, condition, draw(Some(odds)), copies)
        }
    }

    #[test]
    fn codes_are_drawn_by_the_odds_that_the_network_says() {
        let asked = |level: u8| {
            let context = Frames::from_pixels((16, 16), vec![level; 16 * 16 * 3]);
            Question::new(context, Action::Forward, (0, Corner { x: 1, y: 1, heading: Heading::North }))
        };
        let noise = Some(NoiseSettings::Code(2));
        let model = NetworkPredictor::new("two", BlackOrWhite, Condition::Nothing, noise, Device::flex());
        // As many questions as take several runs of the network.
        let levels: Vec<u8> = [0, 255, 204].into_iter().cycle().take(99).collect();
        let questions: Vec<Question> = levels.iter().map(|&level| asked(level)).collect();
        let white = |frames: &Frames| frames.iter().filter(|frame| frame[0] == 255).count();
        let found: Vec<usize> = model.predict(&questions, Sampling::new(50, 1)).iter().map(white).collect();
        for (level, found) in levels.iter().zip(&found) {
            let holds = match level {
                0 => *found == 0,
                255 => *found == 50,
                _ => (28..50).contains(found),
            };
            assert!(holds, "{found} of 50 are white after grey level {level}");
        }
        let share = found.iter().skip(2).step_by(3).sum::<usize>() as f32 / (33.0 * 50.0);
        assert!((share - 0.8).abs() < 0.03, "{share}");
    }

    #[test]
    fn answers_in_two_halves_are_those_of_the_whole() {
        let device = Device::flex();
        let (generator, mut init) = (
            Generator::new(&GeneratorSettings::new(4, 2), 1, (16, 16), 3, &mut Init::new(1, &device)),
            Init::new(2, &device),
        );
        let context = init.uniform([2, 3 * 16 * 16], 1.0).val().reshape([2, 3, 16, 16]);
        for copies in [1, 2, 5] {
            let noise = init.uniform([2 * copies, 3], 1.0).val();
            let whole = generator.answer(context.clone(), None, Some(noise.clone()), copies);
            let halves = || generator.answer_drawn(context.clone(), None, |_| Some(noise), copies);
            let halves = device::within(&device, halves);
            halves.into_data().assert_approx_eq::<f32>(&whole.into_data(), Tolerance::absolute(1e-5));
        }
    }
}
