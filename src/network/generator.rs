//! The network that predicts a frame: a U-Net whose encoder runs once, and whose decoder runs once for each vector of
//! conditions: what the agent does next, where the model is told, and noise, where it takes any.
//!
//! Ronneberger et al., "U-Net" (2015), <https://arxiv.org/abs/1505.04597>. Built for a CPU: large maps are thin, skips
//! are convolved on the encoder's side so that all noises share the work, and the last step from half to full size is
//! a pixel shuffle (Shi et al. 2016, <https://arxiv.org/abs/1609.05158>).

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::patches::{Places, gathered, shuffled};
use super::size::{cropped, enlarged, padded, whole_side};
use super::{Conv, Film, GroupNorm, Init, Linear, LocalNoise, Moved, Moving, SLOPE};
use crate::kernel::{leaky_relu, tanh};

/// Size of a [`Generator`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratorSettings {
    /// Channels of the largest map, 4 to 128; smaller maps have two and four times as many.
    pub width: usize,
    /// Learned moves of each skip's map, 0 to 16.
    pub moves: usize,
    /// How steeply conditions say yes or no, 0 to 16: each, less a threshold that follows from the context, becomes its tanh at
    /// this slope, and chooses among moves alone. A choice of two then costs a network nothing: a Gaussian number is seldom
    /// undecided, cannot strew noise over textures, and thresholds are odds. At 0 conditions are as they are, and reach every
    /// stage (or one, if `local`).
    #[serde(default)]
    pub decisive: f32,
    /// What is one place to it. Of patches all maps have half the side, so that a step takes less time, and of a frame of 64 × 64
    /// pixels the largest map, too, is small enough for its places to be mixed with each other.
    #[serde(default, skip_serializing_if = "Places::is_pixels")]
    pub places: Places,
    /// Whether noise is another number in each square of the picture, and is said there alone, so that several who decide at once
    /// do so one by one: see [`LocalNoise`](super::LocalNoise). Otherwise it says the same everywhere, and all decide alike.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub local: bool,
    /// Whether a share of the last frame seen is kept at each pixel, which the network says beside what it paints over the rest:
    /// then it need not paint what stands still. The mask of Vondrick et al., "Generating Videos with Scene Dynamics" (2016),
    /// <https://arxiv.org/abs/1609.02612>.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keeps: bool,
}

impl GeneratorSettings {
    /// The usual one: of such a width and so many moves, without anything more.
    pub fn new(width: usize, moves: usize) -> Self {
        Self { width, moves, decisive: 0.0, places: Places::Pixels, local: false, keeps: false }
    }
}

/// Predicts the next frame from context frames and, if it was made with conditions, those.
#[derive(Module, Debug)]
pub struct Generator {
    down: Vec<Conv>,
    down_norms: Vec<GroupNorm>,
    laterals: Vec<Conv>,
    moving: Vec<Moving>,
    bottom: Option<Linear>,
    up: Vec<Conv>,
    up_norms: Vec<GroupNorm>,
    films: Vec<Linear>,
    /// Of noise that is another one at each place.
    local: Option<LocalNoise>,
    /// A frame and, where some of the last one is kept, how much.
    output: Conv,
    /// Where conditions decide.
    thresholds: Option<Linear>,
    decisive: f32,
    /// Pixels along a side of a place.
    side: usize,
    /// How likely each code of the noise is, where that is learned.
    odds: Option<Linear>,
}

/// What the encoder makes of the context, to be decoded once for each vector of conditions.
#[derive(Debug, Clone)]
pub struct Features {
    /// `[batch, 4 · width, height / 16, width / 16]`, rounded up; of patches half of these sides.
    bottom: Tensor<4>,
    /// From small to large, already convolved for the decoder.
    laterals: Vec<Lateral>,
    /// The last frame seen, `[batch, 3, height, width]`, where some of it is kept.
    last: Option<Tensor<4>>,
    /// Copies that are decoded of each sample.
    times: usize,
    /// Height and width of a frame.
    size: [usize; 2],
}

/// A skip's map.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "there are three at a time")]
enum Lateral {
    /// `[batch, channels, height, width]`.
    Still(Tensor<4>),
    Moved(Moved),
}

impl Features {
    /// All samples `times` over: sample i of copy k is at k · batch + i.
    pub fn repeat(self, times: usize) -> Self {
        Self { times: self.times * times, ..self }
    }
}

/// A frame is halved four times, beside what patches do.
const HALVED: usize = 16;

/// The decoder's stage that noise may reach at each place by itself: of a frame of 64 × 64 pixels and patches its map has 8 × 8.
const LOCAL: usize = 1;

/// Decoder stages whose norm the conditions scale and shift.
const FILMS: usize = 2;

impl Generator {
    /// A network for `context` RGB frames of a fixed size and so many numbers of conditions (0 for none).
    pub fn new(
        settings: &GeneratorSettings,
        context: usize,
        (frame_width, frame_height): (u32, u32),
        conditions: usize,
        init: &mut Init,
    ) -> Self {
        let (width, places) = (settings.width, settings.places);
        let map = |stage: usize, channels: usize| {
            let shrunk = |side: u32| (whole_side(side as usize, HALVED * places.side()) / places.side()) >> (3 - stage);
            [channels, shrunk(frame_height), shrunk(frame_width)]
        };
        let sizes = [width, 2 * width, 4 * width, 4 * width];
        let inputs = [3 * context * places.numbers(), sizes[0], sizes[1], sizes[2]];
        let down: Vec<_> = (0..4).map(|i| Conv::half([inputs[i], sizes[i]], init)).collect();
        // The first stage has no norm: it would wash out how bright the picture is.
        let down_norms = (1..4).map(|i| GroupNorm::new(sizes[i], init)).collect();
        let outputs = [sizes[2], sizes[1], sizes[0]];
        let ups = [[sizes[3], outputs[0]], [outputs[0], outputs[1]], [outputs[1], outputs[2]]];
        let decide = conditions > 0 && settings.decisive > 0.0;
        let reach_all = conditions > 0 && !decide && !settings.local;
        Self {
            down,
            down_norms,
            laterals: (0..3).map(|i| Conv::same([sizes[2 - i], outputs[i]], init)).collect(),
            moving: (0..3)
                .filter(|_| settings.moves > 0)
                .map(|i| {
                    Moving::new(
                        settings.moves,
                        map(i, outputs[i]),
                        [sizes[3], conditions],
                        settings.decisive > 0.0,
                        init,
                    )
                })
                .collect(),
            bottom: reach_all.then(|| Linear::new([conditions, sizes[3]], init)),
            up: ups.iter().map(|&channels| Conv::same(channels, init)).collect(),
            up_norms: outputs.iter().map(|&channels| GroupNorm::new(channels, init)).collect(),
            films: outputs[..FILMS]
                .iter()
                .filter(|_| reach_all)
                .map(|&channels| Linear::new([conditions, 2 * channels], init))
                .collect(),
            local: (settings.local && conditions > 0).then(|| LocalNoise::new(outputs[LOCAL], init)),
            output: Conv::same([sizes[0], 4 * places.numbers() * if settings.keeps { 4 } else { 3 }], init),
            thresholds: decide.then(|| Linear::spread([sizes[3], conditions], 0.0, init)),
            decisive: settings.decisive,
            side: places.side(),
            odds: None,
        }
    }

    /// The same, saying how likely each of so many codes is: see [`Generator::odds`]. To begin with, all are equally likely.
    pub fn with_odds(self, codes: usize, init: &mut Init) -> Self {
        let summary = self.down[3].outputs();
        Self { odds: Some(Linear::nought([summary, codes], init)), ..self }
    }

    /// Context frames that it takes.
    pub fn context(&self) -> usize {
        self.down[0].inputs() / (3 * self.side * self.side)
    }

    /// # Shapes
    /// - `context`: `[batch, 3 · frames, height, width]` in [−1, 1]
    pub fn encode(&self, context: Tensor<4>) -> Features {
        let [_, channels, height, width] = context.dims();
        let size = [height, width];
        let last = self.keeps().then(|| context.clone().narrow(1, channels - 3, 3));
        let context = padded(context, HALVED * self.side);
        let context = if self.side == 2 { gathered(context, 1.0) } else { context };
        let first = leaky_relu(self.down[0].forward(context), SLOPE); // [batch, w, h/2, w/2] of places
        let mut maps = vec![first];
        for (conv, norm) in self.down[1..].iter().zip(&self.down_norms) {
            let x = conv.forward(maps[maps.len() - 1].clone());
            maps.push(norm.activate(x, None));
        }
        let bottom = maps.remove(3);
        let summary = summary(&bottom);
        let laterals = self.laterals.iter().zip(maps.into_iter().rev()).enumerate().map(|(stage, (conv, map))| {
            let map = conv.forward(map);
            match self.moving.get(stage) {
                None => Lateral::Still(map),
                Some(moving) => Lateral::Moved(moving.moved(map, summary.clone())),
            }
        });
        Features { laterals: laterals.collect(), bottom, last, times: 1, size }
    }

    /// # Shapes
    /// - `conditions`: `[copies · batch, conditions]`, where the network has any; see [`Features::repeat`]
    /// - result: `[copies · batch, 3, height, width]` in [−1, 1]
    pub fn decode(&self, features: Features, conditions: Option<Tensor<2>>) -> Tensor<4> {
        let (times, size) = (features.times, features.size);
        let conditions = conditions.map(|conditions| match &self.thresholds {
            None => conditions,
            Some(thresholds) => {
                let thresholds = thresholds.forward(summary(&features.bottom)).repeat_dim(0, times);
                ((conditions - thresholds) * self.decisive).tanh()
            }
        });
        let mut x = repeated(features.bottom, times);
        if let (Some(linear), Some(conditions)) = (&self.bottom, &conditions) {
            let added = linear.forward(conditions.clone());
            let [batch, channels] = added.dims();
            x = x + added.reshape([batch, channels, 1, 1]);
        }
        for (stage, lateral) in features.laterals.into_iter().enumerate() {
            x = self.up[stage].forward(doubled(x));
            x = match (lateral, self.moving.get(stage)) {
                (Lateral::Moved(moved), Some(moving)) => {
                    let lateral = moving.choose(moved, times, conditions.as_ref());
                    let shape = x.dims();
                    x + lateral.reshape(shape)
                }
                (Lateral::Still(map), _) => x + repeated(map, times),
                (Lateral::Moved(_), None) => unreachable!("a map is moved by a stage that has moves"),
            };
            if let (Some(local), Some(noise), LOCAL) = (&self.local, &conditions, stage) {
                let [_, _, height, width] = x.dims();
                x = x + local.forward(noise.clone(), [height, width]);
            }
            let film = self.films.get(stage).zip(conditions.as_ref()).map(|(linear, conditions)| {
                let both = linear.forward(conditions.clone()).chunk(2, 1);
                Film { scale: both[0].clone(), shift: both[1].clone() }
            });
            x = self.up_norms[stage].activate(x, film);
        }
        let frame = shuffled(self.output.forward(x));
        let frame = cropped(tanh(if self.side == 2 { shuffled(frame) } else { frame }), size);
        match features.last {
            None => frame,
            Some(last) => {
                let kept = (frame.clone().narrow(1, 3, 1) + 1.0) / 2.0;
                let painted = frame.narrow(1, 0, 3);
                painted.clone() + (repeated(last, times) - painted) * kept
            }
        }
    }

    /// Whether it says how much of the last frame is kept.
    fn keeps(&self) -> bool {
        self.output.outputs() == 16 * self.side * self.side
    }

    /// How likely each code is after a context, as far as that is learned: the logarithms of odds, `[batch, codes]`.
    ///
    /// A linear layer over what the encoder says of the whole picture, which it takes as it is: learning odds moves no answer.
    pub fn odds(&self, features: &Features) -> Option<Tensor<2>> {
        self.odds.as_ref().map(|odds| odds.forward(summary(&features.bottom).detach()))
    }

    /// Encodes and decodes.
    pub fn forward(&self, context: Tensor<4>, conditions: Option<Tensor<2>>) -> Tensor<4> {
        self.decode(self.encode(context), conditions)
    }
}

/// The mean of each channel: `[batch, channels]`.
fn summary(map: &Tensor<4>) -> Tensor<2> {
    let [batch, channels, height, width] = map.dims();
    map.clone().reshape([batch, channels, height * width]).mean_dim(2).reshape([batch, channels])
}

/// All samples so many times over.
fn repeated(x: Tensor<4>, times: usize) -> Tensor<4> {
    if times == 1 { x } else { x.repeat_dim(0, times) }
}

/// Twice the size, each pixel four times.
pub(super) fn doubled(x: Tensor<4>) -> Tensor<4> {
    let [_, _, height, width] = x.dims();
    enlarged(x, [2 * height, 2 * width])
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData, Tolerance};

    use super::*;

    const SIZE: (u32, u32) = (32, 32);

    /// Answers to one context with each of these numbers as the only condition.
    fn answers(decisive: f32, numbers: &[f32]) -> Vec<Vec<f32>> {
        let device = Device::flex();
        let settings = GeneratorSettings { decisive, ..GeneratorSettings::new(4, 2) };
        let generator = Generator::new(&settings, 1, SIZE, 1, &mut Init::new(1, &device));
        let context = Init::new(2, &device).uniform([3, 32 * 32], 1.0).val().reshape([1, 3, 32, 32]);
        let answer = |&number: &f32| {
            let condition = Tensor::<2>::full([1, 1], number, &device);
            generator.forward(context.clone(), Some(condition)).into_data().try_to_vec::<f32>().expect("f32")
        };
        numbers.iter().map(answer).collect()
    }

    #[test]
    fn a_decisive_condition_says_yes_or_no_and_not_how_much() {
        let furthest = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        let found = answers(4.0, &[1.5, 3.0, -1.5]);
        let (same_side, other_side) = (furthest(&found[0], &found[1]), furthest(&found[0], &found[2]));
        assert!(same_side < 1e-4 && other_side > 0.01, "{same_side}, {other_side}");
        let plain = answers(0.0, &[1.5, 3.0]);
        assert!(furthest(&plain[0], &plain[1]) > 0.01, "otherwise it says how much, too");
    }

    #[test]
    fn local_noise_changes_an_answer_near_its_own_place_the_most() {
        const SIDE: usize = 64;
        let device = Device::flex();
        let settings = GeneratorSettings { local: true, ..GeneratorSettings::new(4, 0) };
        let generator = Generator::new(&settings, 1, (64, 64), 16, &mut Init::new(1, &device));
        let context = Init::new(2, &device).uniform([3, SIDE * SIDE], 1.0).val().reshape([1, 3, SIDE, SIDE]);
        let answer = |first: f32| {
            let mut noise = vec![1.0; 16];
            noise[0] = first;
            let noise = Tensor::from_data(TensorData::new(noise, [1, 16]), &device);
            let answer = generator.forward(context.clone(), Some(noise));
            answer.into_data().try_to_vec::<f32>().unwrap()
        };
        // The first number is of the square of 16 × 16 pixels in the upper left.
        let (before, after) = (answer(1.0), answer(-1.0));
        let changed = |square: std::ops::Range<usize>| {
            let within = |index: &usize| square.contains(&(index / SIDE % SIDE)) && square.contains(&(index % SIDE));
            let changes = (0..before.len()).filter(within).map(|index| (before[index] - after[index]).abs());
            changes.sum::<f32>() / square.len().pow(2) as f32
        };
        let (there, elsewhere) = (changed(0..16), changed(32..64));
        assert!(there > 5.0 * elsewhere, "{there}, {elsewhere}");
    }

    #[test]
    fn a_mask_keeps_a_share_of_the_last_frame_at_each_pixel() {
        let device = Device::flex();
        let settings = GeneratorSettings { keeps: true, ..GeneratorSettings::new(4, 0) };
        let generator = Generator::new(&settings, 2, SIZE, 0, &mut Init::new(1, &device));
        let context = Init::new(2, &device).uniform([6, 32 * 32], 1.0).val().reshape([1, 6, 32, 32]);
        let features = generator.encode(context.clone());
        let last = context.narrow(1, 3, 3);
        features.last.clone().expect("one is kept").into_data().assert_eq(&last.clone().into_data(), true);
        let over = |last: Tensor<4>| generator.decode(Features { last: Some(last), ..features.clone() }, None);
        let painted = over(last.zeros_like());
        let kept = over(last.ones_like()) - painted.clone();
        let shares = kept.clone().into_data().try_to_vec::<f32>().unwrap();
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
        let (least, most) = shares.iter().fold((1.0_f32, 0.0_f32), |(least, most), &x| (least.min(x), most.max(x)));
        assert!(most - least > 0.1, "each place has a share of its own: {least} to {most}");
        let expected = (painted + kept * last.clone()).into_data();
        over(last).into_data().assert_approx_eq::<f32>(&expected, Tolerance::absolute(1e-5));
    }
}
