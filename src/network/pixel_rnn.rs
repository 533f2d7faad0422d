//! A picture pixel by pixel: a recurrent network walks over a coarse picture in raster order; at each pixel it knows the
//! colours so far and what is seen at this place of the context, and gives odds for a palette of colours.
//!
//! After van den Oord et al., "Pixel Recurrent Neural Networks" (2016), <https://arxiv.org/abs/1601.06759>.

use burn::module::{Module, Param};
use burn::tensor::activation::log_softmax;
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::SeedableRng;
use serde::{Deserialize, Serialize};

use super::moving::{mixed_places, move_matrices, moved_maps};
use super::{Conv, GroupNorm, Gru, Init, Linear, SLOPE, nearest_colour, palette};
use crate::kernel::leaky_relu;
use crate::maze::Rng;

/// Size of a [`PixelRnn`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PixelRnnSettings {
    /// Channels of the largest map of the context, 4 to 128.
    pub width: usize,
    /// Numbers of the recurrent state, 8 to 512.
    pub hidden: usize,
    /// Colours of the palette, 2 to 64.
    pub colours: usize,
    /// Learned moves of what was seen, all of which every pixel knows, 1 to 16: a turn takes what is seen further than
    /// convolutions reach.
    pub moves: usize,
}

/// A quarter of the frame's sides, so that 64 × 64 pixels become 16 × 16.
const SHRINK: usize = 4;

/// Neighbours whose colours are looked at: left, above left, above, above right.
const NEIGHBOURS: [(i32, i32); 4] = [(-1, 0), (-1, -1), (0, -1), (1, -1)];

/// The network, and the palette.
#[derive(Module, Debug)]
pub struct PixelRnn {
    down: Vec<Conv>,
    norms: Vec<GroupNorm>,
    /// From the map at the picture's own size, and from those at a half and a quarter of it.
    seen: Vec<Conv>,
    /// `[places, moves · places]`, see [`move_matrices`].
    moves: Param<Tensor<2>>,
    /// From the map at the picture's own size in all its moves.
    moved: Conv,
    neighbours: Linear,
    gru: Gru,
    output: Linear,
    /// `[colours, 3]` in [−1, 1]: not trained by gradients.
    palette: Param<Tensor<2>>,
    context: usize,
    hidden: usize,
}

impl PixelRnn {
    /// For `context` RGB frames of a fixed size.
    pub fn new(
        settings: &PixelRnnSettings,
        context: usize,
        (frame_width, frame_height): (u32, u32),
        init: &mut Init,
    ) -> Self {
        let PixelRnnSettings { width, hidden, colours, moves } = *settings;
        let mixed = mixed_places(frame_height as usize / SHRINK, frame_width as usize / SHRINK);
        let sizes = [3 * context, width, 2 * width, 4 * width, 4 * width];
        let gates = 3 * hidden;
        Self {
            down: (0..4).map(|i| Conv::half([sizes[i], sizes[i + 1]], init)).collect(),
            norms: (1..4).map(|i| GroupNorm::new(sizes[i + 1], init)).collect(),
            seen: (1..4).map(|i| Conv::same([sizes[i + 1], gates], init)).collect(),
            moves: move_matrices(moves, mixed, init),
            moved: Conv::point([sizes[2] * (moves + 1), gates], init),
            neighbours: Linear::new([4 * NEIGHBOURS.len(), gates], init),
            gru: Gru::new(hidden, init),
            output: Linear::new([hidden, colours], init),
            palette: init.uniform([colours, 3], 1.0).set_require_grad(false),
            context,
            hidden,
        }
    }

    /// Context frames that it takes.
    pub fn context(&self) -> usize {
        self.context
    }

    /// With the palette of some frames, `[batch, 3, height, width]`.
    pub fn with_palette_of(mut self, frames: &Tensor<4>) -> Self {
        let count = self.palette.dims()[0];
        let found = palette(&coarse_colours(frames), count, &mut Rng::seed_from_u64(1)).concat();
        let replace = |old: Tensor<2>| Tensor::from_data(TensorData::new(found, [count, 3]), &old.device());
        self.palette = self.palette.map(replace).set_require_grad(false);
        self
    }

    fn colours(&self) -> Vec<[f32; 3]> {
        let values = self.palette.val().into_data().try_to_vec::<f32>().expect("networks compute in f32");
        values.as_chunks::<3>().0.to_vec()
    }

    /// The palette's colour for every pixel of the coarse pictures of frames, row by row: `batch · pixels` numbers.
    pub fn tokens(&self, frames: &Tensor<4>) -> Vec<usize> {
        let palette = self.colours();
        coarse_colours(frames).iter().map(|colour| nearest_colour(&palette, colour)).collect()
    }

    /// What the context adds to the gates at every pixel: `[batch, rows, columns, 3 · hidden]`.
    fn context_gates(&self, context: Tensor<4>) -> Tensor<4> {
        let [_, _, height, width] = context.dims();
        let size = [height / SHRINK, width / SHRINK];
        let mut maps = vec![leaky_relu(self.down[0].forward(context), SLOPE)];
        for (conv, norm) in self.down[1..].iter().zip(&self.norms) {
            maps.push(norm.activate(conv.forward(maps[maps.len() - 1].clone()), None));
        }
        let [batch, _, rows, columns] = maps[1].dims();
        let moved = moved_maps(maps[1].clone(), self.moves.val(), mixed_places(rows, columns));
        let moved = self.moved.forward(moved.reshape([batch as i32, -1, rows as i32, columns as i32]));
        let seen = self.seen.iter().zip(&maps[1..]).map(|(conv, map)| {
            let options = InterpolateOptions::new(InterpolateMode::Nearest).with_output_size(size);
            interpolate(conv.forward(map.clone()), options)
        });
        seen.fold(moved, |sum, gates| sum + gates).permute([0, 2, 3, 1])
    }

    /// log p of every pixel's colour, given those before it: `[batch, pixels, colours]`.
    ///
    /// # Shapes
    /// - `context`: `[batch, 3 · frames, height, width]`
    /// - `tokens`: `batch · pixels`, as [`Self::tokens`] gives them
    pub fn log_odds(&self, context: Tensor<4>, tokens: &[usize]) -> Tensor<3> {
        let gates = self.context_gates(context);
        let [batch, rows, columns, channels] = gates.dims();
        let device = gates.device();
        let palette = self.colours();
        let (pixels, inputs) = (rows * columns, 4 * NEIGHBOURS.len());
        let mut colours = vec![0.0; batch * pixels * inputs];
        for (sample, numbers) in colours.chunks_exact_mut(pixels * inputs).enumerate() {
            let picture = &tokens[sample * pixels..(sample + 1) * pixels];
            for (pixel, numbers) in numbers.chunks_exact_mut(inputs).enumerate() {
                write_neighbours(numbers, picture, pixel, (rows, columns), &palette);
            }
        }
        let colours = Tensor::<3>::from_data(TensorData::new(colours, [batch, pixels, inputs]), &device);
        let from_colours = self.neighbours.forward(colours.reshape([batch * pixels, inputs]));
        let gates = gates.reshape([batch, pixels, channels]) + from_colours.reshape([batch, pixels, channels]);
        let mut state = Tensor::<2>::zeros([batch, self.hidden], &device);
        let mut states = Vec::with_capacity(pixels);
        for pixel in 0..pixels {
            let input = gates.clone().narrow(1, pixel, 1).reshape([batch, channels]);
            state = self.gru.step(input, state);
            states.push(state.clone().reshape([batch, 1, self.hidden]));
        }
        let states = Tensor::cat(states, 1).reshape([batch * pixels, self.hidden]);
        let colours = palette.len();
        log_softmax(self.output.forward(states), 1).reshape([batch, pixels, colours])
    }

    /// Mean of −log₂ p of a pixel's colour: `[1]`.
    pub fn bits_a_pixel(&self, context: Tensor<4>, tokens: &[usize]) -> Tensor<1> {
        let log_odds = self.log_odds(context, tokens);
        let [batch, pixels, _] = log_odds.dims();
        let drawn: Vec<i32> = tokens.iter().map(|&token| token as i32).collect();
        let drawn = Tensor::<3, Int>::from_data(TensorData::new(drawn, [batch, pixels, 1]), &log_odds.device());
        log_odds.gather(2, drawn).mean().neg() / std::f32::consts::LN_2
    }

    /// Draws pictures: the context is looked at once, the state is kept from pixel to pixel.
    ///
    /// # Shapes
    /// - `context`: `[batch, 3 · frames, height, width]`
    /// - `noise`: `[copies · batch, pixels]`, even in [−1, 1]: where in the odds a colour is picked
    /// - result: `[copies · batch, 3, height, width]`, each coarse pixel a square
    pub fn draw(&self, context: Tensor<4>, noise: Tensor<2>, copies: usize) -> Tensor<4> {
        let [_, _, height, width] = context.dims();
        let gates = self.context_gates(context).repeat_dim(0, copies);
        let [batch, rows, columns, channels] = gates.dims();
        let (pixels, inputs) = (rows * columns, 4 * NEIGHBOURS.len());
        let (device, palette) = (gates.device(), self.colours());
        let gates = gates.reshape([batch, pixels, channels]);
        let noise = noise.into_data().try_to_vec::<f32>().expect("networks compute in f32");
        let mut tokens = vec![0_usize; batch * pixels];
        let mut state = Tensor::<2>::zeros([batch, self.hidden], &device);
        for pixel in 0..pixels {
            let mut colours = vec![0.0; batch * inputs];
            for (sample, numbers) in colours.chunks_exact_mut(inputs).enumerate() {
                let picture = &tokens[sample * pixels..(sample + 1) * pixels];
                write_neighbours(numbers, picture, pixel, (rows, columns), &palette);
            }
            let colours = Tensor::<2>::from_data(TensorData::new(colours, [batch, inputs]), &device);
            let input = gates.clone().narrow(1, pixel, 1).reshape([batch, channels]) + self.neighbours.forward(colours);
            state = self.gru.step(input, state);
            let odds = log_softmax(self.output.forward(state.clone()), 1).exp();
            let odds = odds.into_data().try_to_vec::<f32>().expect("networks compute in f32");
            for (sample, odds) in odds.chunks_exact(palette.len()).enumerate() {
                let at = (noise[sample * pixels + pixel] + 1.0) / 2.0;
                tokens[sample * pixels + pixel] = picked(odds, at);
            }
        }
        upscaled(&tokens, &palette, (rows, columns), (height, width), &device)
    }
}

/// The first colour whose odds, with all before it, exceed `at`.
fn picked(odds: &[f32], at: f32) -> usize {
    let mut sum = 0.0;
    let found = odds.iter().position(|odds| {
        sum += odds;
        sum > at
    });
    // Odds add up to 1 but for rounding.
    found.unwrap_or(odds.len() - 1)
}

/// The colours of a pixel's neighbours that come before it, and whether each is there: four numbers a neighbour.
fn write_neighbours(
    numbers: &mut [f32],
    picture: &[usize],
    pixel: usize,
    (rows, columns): (usize, usize),
    palette: &[[f32; 3]],
) {
    let (row, column) = ((pixel / columns) as i32, (pixel % columns) as i32);
    for (numbers, (right, down)) in numbers.chunks_exact_mut(4).zip(NEIGHBOURS) {
        let (row, column) = (row + down, column + right);
        if (0..rows as i32).contains(&row) && (0..columns as i32).contains(&column) {
            numbers[..3].copy_from_slice(&palette[picture[row as usize * columns + column as usize]]);
            numbers[3] = 1.0;
        }
    }
}

/// Mean colours of squares of pixels, frame after frame, row by row.
fn coarse_colours(frames: &Tensor<4>) -> Vec<[f32; 3]> {
    let [batch, _, height, width] = frames.dims();
    let values = frames.clone().into_data().try_to_vec::<f32>().expect("networks compute in f32");
    let (rows, columns, area) = (height / SHRINK, width / SHRINK, height * width);
    let mut colours = vec![[0.0; 3]; batch * rows * columns];
    for (sample, frame) in values.chunks_exact(3 * area).enumerate() {
        for (channel, plane) in frame.chunks_exact(area).enumerate() {
            for (index, value) in plane.iter().enumerate() {
                let (row, column) = (index / width / SHRINK, index % width / SHRINK);
                colours[(sample * rows + row) * columns + column][channel] += value / (SHRINK * SHRINK) as f32;
            }
        }
    }
    colours
}

/// Each colour as a square of pixels.
fn upscaled(
    tokens: &[usize],
    palette: &[[f32; 3]],
    (rows, columns): (usize, usize),
    (height, width): (usize, usize),
    device: &Device,
) -> Tensor<4> {
    let batch = tokens.len() / (rows * columns);
    let mut values = vec![0.0; batch * 3 * height * width];
    for (sample, frame) in values.chunks_exact_mut(3 * height * width).enumerate() {
        for (channel, plane) in frame.chunks_exact_mut(height * width).enumerate() {
            for (index, value) in plane.iter_mut().enumerate() {
                let (row, column) = (index / width / SHRINK, index % width / SHRINK);
                *value = palette[tokens[(sample * rows + row) * columns + column]][channel];
            }
        }
    }
    Tensor::from_data(TensorData::new(values, [batch, 3, height, width]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 32;

    fn network() -> PixelRnn {
        let settings = PixelRnnSettings { width: 4, hidden: 8, colours: 5, moves: 2 };
        let frames = Init::new(7, &Device::flex()).uniform([4, 3, SIDE, SIDE], 1.0).val();
        PixelRnn::new(&settings, 2, (SIDE as u32, SIDE as u32), &mut Init::new(1, &Device::flex()))
            .with_palette_of(&frames)
    }

    fn context(batch: usize) -> Tensor<4> {
        Init::new(2, &Device::flex()).uniform([batch, 6, SIDE, SIDE], 1.0).val()
    }

    #[test]
    fn odds_of_a_pixel_follow_from_those_before_it_alone() {
        let network = network();
        let pixels = SIDE / SHRINK * SIDE / SHRINK;
        let mut tokens: Vec<usize> = (0..pixels).map(|pixel| pixel * 7 % 5).collect();
        let odds = |tokens: &[usize]| network.log_odds(context(1), tokens).into_data().try_to_vec::<f32>().unwrap();
        let before = odds(&tokens);
        let changed = 20;
        tokens[changed] = (tokens[changed] + 1) % 5;
        let after = odds(&tokens);
        let upto = (changed + 1) * 5;
        assert!(before[..upto] == after[..upto], "what comes later is not seen");
        assert!(before[upto..upto + 5] != after[upto..upto + 5], "the left neighbour is");
        let sums = after.chunks_exact(5).map(|odds| odds.iter().map(|odds| odds.exp()).sum::<f32>());
        assert!(sums.into_iter().all(|sum| (sum - 1.0).abs() < 1e-5));
    }

    #[test]
    fn a_drawn_picture_has_the_odds_that_its_likelihood_says() {
        // With noise in the middle of the odds of the colour that a picture has, that picture is drawn.
        let network = network();
        let pixels = SIDE / SHRINK * SIDE / SHRINK;
        let tokens: Vec<usize> = (0..pixels).map(|pixel| pixel * 3 % 5).collect();
        let odds = network.log_odds(context(1), &tokens).exp().into_data().try_to_vec::<f32>().unwrap();
        let middle = odds
            .chunks_exact(5)
            .zip(&tokens)
            .map(|(odds, &token)| 2.0 * (odds[..token].iter().sum::<f32>() + odds[token] / 2.0) - 1.0);
        let noise = TensorData::new(middle.collect::<Vec<f32>>(), [1, pixels]);
        let drawn = network.draw(context(1), Tensor::from_data(noise, &Device::flex()), 1);
        assert_eq!(network.tokens(&drawn), tokens);
    }

    #[test]
    fn even_odds_cost_the_logarithm_of_the_colours() {
        let network = network();
        let mut even = network.clone();
        even.output = Linear::new([8, 5], &mut Init::new(1, &Device::flex()));
        even.output = even.output.map(&mut Zero);
        let bits = even.bits_a_pixel(context(2), &[0; 2 * 64]).into_scalar::<f32>();
        assert!((bits - 5.0_f32.log2()).abs() < 1e-5, "{bits}");
    }

    struct Zero;
    impl burn::module::ModuleMapper for Zero {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|value| value.zeros_like())
        }
    }
}
