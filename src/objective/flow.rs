//! Flow matching: a network learns which way a point between noise and the frame has to go; an answer is walked to from
//! noise, in a few straight steps. In one step it lands on the mean of all futures; from the second on, noise has decided
//! which of them is nearer.
//!
//! Lipman et al., "Flow Matching for Generative Modeling" (2023), <https://arxiv.org/abs/2210.02747>; Liu et al.,
//! "Rectified Flow" (2023), <https://arxiv.org/abs/2209.03003>.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::check::schedule;
use super::part::{Part, number};
use super::regression::squared_error;
use super::single::{Goal, Single};
use super::{Metrics, Objective, ObjectiveConfig, RecipeContext, Start, check};
use crate::network::{Generator, GeneratorSettings, Init};
use crate::predict::{Answering, NoiseSettings, conditions};
use crate::random::{Purpose, stream};
use crate::settings::{SettingsError, Source};

/// What a recipe says of a flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowSettings {
    /// The network: it sees the context, and the point on the way as one more frame.
    pub generator: GeneratorSettings,
    /// Steps from noise to an answer, 1 to 64.
    pub walk: usize,
    /// Other numbers of steps that are measured and shown beside it.
    #[serde(default)]
    pub also: Vec<usize>,
    /// Learning rate, above 0 to 0.1.
    pub rate: f64,
    /// Share of the training, at its end, over which the learning rate falls to zero, 0 to 1.
    pub cooling_share: f32,
    /// Adam's betas, each 0 to below 1.
    pub betas: (f32, f32),
    /// Share of the averaged weights that stays at each step, 0 to below 1.
    pub ema: f32,
}

impl ObjectiveConfig for FlowSettings {
    fn check(&self, source: &Source, recipe: &RecipeContext) -> Result<(), SettingsError> {
        check::generator(source, &self.generator, 0, recipe)?;
        let keeps = self.generator.keeps;
        let allowed = "false, since the last frame that it sees is the one that it walks from, not one that was seen";
        source.check(!keeps, "objective.generator.keeps", keeps, allowed)?;
        check::count(source, "walk", self.walk, 1, 64)?;
        self.also.iter().try_for_each(|&walk| check::count(source, "also", walk, 1, 64))?;
        schedule!(self).check(source)
    }

    fn start(&self, start: &Start) -> Box<dyn Objective> {
        let mut init = Init::new(start.seed, &start.compute.device);
        let inputs = TIME + start.condition.width();
        let network = Generator::new(&self.generator, start.context + 1, start.frame_size, inputs, &mut init);
        let (width, height) = (start.frame_size.0 as usize, start.frame_size.1 as usize);
        let network = FlowModel { network, width, height, walk: self.walk };
        let goal = Flow { noise: NoiseSettings::Gaussian(3 * width * height), also: self.also.clone() };
        Box::new(Single::new(goal, ("flow", network), schedule!(self), start))
    }
}

/// Numbers that say where on the way a point is.
const TIME: usize = 6;

/// cos(π k t) for k = 1 to [`TIME`], of times t in 0 to 1: `[batch, TIME]`.
fn time_features(times: &[f32], device: &Device) -> Tensor<2> {
    let features = |&time: &f32| (1..=TIME).map(move |k| libm::cosf(std::f32::consts::PI * k as f32 * time));
    let values: Vec<f32> = times.iter().flat_map(features).collect();
    Tensor::from_data(TensorData::new(values, [times.len(), TIME]), device)
}

/// The point at time t on the straight way from noise to a frame: (1 − t) · noise + t · frame.
///
/// # Shapes
/// - `times`: `[batch, 1, 1, 1]`
pub fn between(noise: Tensor<4>, frame: Tensor<4>, times: Tensor<4>) -> Tensor<4> {
    noise.clone() + (frame - noise) * times
}

/// One step from time `t` to `next`, at the speed that leads to `frame` at time 1: (frame − x) / (1 − t).
pub fn stepped(x: Tensor<4>, frame: Tensor<4>, (t, next): (f32, f32)) -> Tensor<4> {
    let share = (next - t) / (1.0 - t);
    x.clone() * (1.0 - share) + frame * share
}

/// The network, which says of a point where its way ends.
#[derive(Module, Debug)]
struct FlowModel {
    network: Generator,
    /// Of a frame.
    width: usize,
    /// Of a frame.
    height: usize,
    /// Steps from noise to an answer.
    walk: usize,
}

impl FlowModel {
    /// The frame that a point's way leads to, as a mean over all that it may be.
    fn ends(&self, context: Tensor<4>, condition: Option<Tensor<2>>, x: Tensor<4>, times: &[f32]) -> Tensor<4> {
        let time = time_features(times, &x.device());
        self.network.forward(Tensor::cat(vec![context, x], 1), conditions(condition, Some(time)))
    }

    fn with_walk(&self, walk: usize) -> Self {
        Self { walk, ..self.clone() }
    }
}

impl Answering for FlowModel {
    fn context(&self) -> usize {
        self.network.context() - 1
    }

    fn answer(
        &self,
        context: Tensor<4>,
        condition: Option<Tensor<2>>,
        noise: Option<Tensor<2>>,
        copies: usize,
    ) -> Tensor<4> {
        let context = context.repeat_dim(0, copies);
        let samples = context.dims()[0];
        let shape = [samples, 3, self.height, self.width];
        let mut x = match noise {
            Some(noise) => noise.reshape(shape),
            None => Tensor::zeros(shape, &context.device()),
        };
        for step in 0..self.walk {
            let time = |step: usize| step as f32 / self.walk as f32;
            let end = self.ends(context.clone(), condition.clone(), x.clone(), &vec![time(step); samples]);
            x = stepped(x, end, (time(step), time(step + 1)));
        }
        x
    }
}

struct Flow {
    noise: NoiseSettings,
    /// Other numbers of steps in which answers are drawn.
    also: Vec<usize>,
}

impl Goal for Flow {
    type Network = FlowModel;

    fn noise(&self) -> Option<NoiseSettings> {
        Some(self.noise)
    }

    fn loss(&self, network: &FlowModel, part: &Part, seed: u64) -> (Tensor<1>, Metrics) {
        let mut rng = stream(seed, Purpose::Part, &[]);
        // Spread evenly, so that every step sees early and late times.
        let count = part.batch();
        let times: Vec<f32> = (0..count).map(|sample| (sample as f32 + rng.random::<f32>()) / count as f32).collect();
        let truth = part.truth.clone();
        let noise = part.noise.clone().expect("noise is asked for").reshape(truth.dims());
        let at = Tensor::<4>::from_data(TensorData::new(times.clone(), [count, 1, 1, 1]), &truth.device());
        let x = between(noise, truth.clone(), at);
        let loss = squared_error(network.ends(part.context.clone(), part.condition.clone(), x, &times), truth);
        let value = number(&loss);
        (loss, Metrics::default().with("squared_error", value))
    }

    fn ways(&self, name: &str, network: &FlowModel) -> Vec<(String, FlowModel)> {
        let also = self.also.iter().map(|&walk| {
            let steps = if walk == 1 { "step" } else { "steps" };
            (format!("{name}, {walk} {steps}"), network.with_walk(walk))
        });
        std::iter::once((name.to_owned(), network.clone())).chain(also).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::Compute;
    use crate::predict::Condition;
    use crate::predict::Models;

    fn flat(level: f32) -> Tensor<4> {
        Tensor::full([1, 3, 2, 2], level, &Device::flex())
    }

    fn level(x: Tensor<4>) -> f32 {
        x.mean().into_scalar::<f32>()
    }

    #[test]
    fn the_way_is_straight_and_steps_stay_on_it() {
        let at = |time: f32| level(between(flat(2.0), flat(-1.0), Tensor::full([1, 1, 1, 1], time, &Device::flex())));
        assert_eq!((at(0.0), at(0.5), at(1.0)), (2.0, 0.5, -1.0));
        let next = level(stepped(flat(0.5), flat(-1.0), (0.5, 0.75)));
        assert!((next - at(0.75)).abs() < 1e-6, "{next}");
        assert_eq!(level(stepped(flat(0.5), flat(-1.0), (0.5, 1.0))), -1.0, "the last step ends at the frame");
    }

    fn settings() -> FlowSettings {
        FlowSettings {
            generator: GeneratorSettings::new(4, 1),
            walk: 1,
            also: vec![3],
            rate: 1e-3,
            cooling_share: 0.0,
            betas: (0.5, 0.99),
            ema: 0.9,
        }
    }

    #[test]
    fn other_walks_have_names_of_their_own() {
        let start = Start {
            context: 2,
            condition: Condition::Nothing,
            frame_size: (32, 32),
            seed: 1,
            compute: Compute::whole(&Device::flex()),
        };
        let objective = settings().start(&start);
        let Models::Predictors(all) = objective.models("flow") else { panic!("a flow predicts") };
        let names: Vec<&str> = all.iter().map(|predictor| predictor.name()).collect();
        assert_eq!(names, ["flow", "flow, 3 steps"]);
    }

    #[test]
    fn a_walk_asks_the_network_at_every_step_from_where_it_stands() {
        let device = Device::flex();
        let mut init = Init::new(1, &device);
        let network = Generator::new(&settings().generator, 3, (32, 32), TIME, &mut init);
        let model = FlowModel { network, width: 32, height: 32, walk: 1 };
        let context = init.uniform([1, 6, 32, 32], 1.0).val();
        let noise = init.uniform([1, 3, 32, 32], 1.0).val();
        let answer =
            |walk| model.with_walk(walk).answer(context.clone(), None, Some(noise.clone().reshape([1, -1])), 1);
        let same = |a: Tensor<4>, b: Tensor<4>| (a - b).abs().max().into_scalar::<f32>() < 1e-6;
        let first = model.ends(context.clone(), None, noise.clone(), &[0.0]);
        assert!(same(answer(1), first.clone()), "one step ends where the network says");
        let half = stepped(noise.clone(), first, (0.0, 0.5));
        let second = model.ends(context.clone(), None, half, &[0.5]);
        assert!(same(answer(2), second.clone()) && !same(answer(1), second));
    }
}
