//! A picture pixel by pixel, in raster order: one recurrent network walks down the rows and knows all that was drawn above;
//! from its state at each row another walks along the pixels and gives odds for a palette of colours.
//!
//! After van den Oord et al., "Pixel Recurrent Neural Networks" (2016), <https://arxiv.org/abs/1601.06759>. With two
//! networks a training step is as many short steps as a picture has rows and columns, not as it has pixels: all rows are
//! known, so that they are walked along at once. What the next rows show depends on the turn that those above picked: as
//! in attention, each row's colours are compared with what every learned move of the context would have put there, and the
//! state of the rows chooses among the moves for the next.

use burn::module::{Module, Param};
use burn::tensor::activation::{log_softmax, softmax};
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};
use burn::tensor::{Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::coarse::{SHRINK, coarse_colours, upscaled};
use super::moving::{mixed_places, move_matrices, moved_maps};
use super::raster::{INPUTS, picked, write_neighbours};
use super::size::{cropped, padded};
use super::{Conv, GroupNorm, Gru, Init, Linear, SLOPE, nearest_colour, palette};
use crate::kernel::leaky_relu;
use crate::random::{Purpose, stream};

/// Size of a [`PixelRnn`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PixelRnnSettings {
    /// Channels of the largest map of the context, 4 to 128.
    pub width: usize,
    /// Numbers of each recurrent state, 8 to 512.
    pub hidden: usize,
    /// Colours of the palette, 2 to 64.
    pub colours: usize,
    /// Learned moves of what was seen, 1 to 16: a turn takes what is seen further than convolutions reach.
    pub moves: usize,
}

/// The network, and the palette.
#[derive(Module, Debug)]
pub struct PixelRnn {
    down: Vec<Conv>,
    norms: Vec<GroupNorm>,
    /// From the map at the picture's own size, and from those at a half and a quarter of it.
    seen: Vec<Conv>,
    /// `[places, moves · places]`, over its gain, see [`move_matrices`].
    moves: Param<Tensor<2>>,
    /// From the map at the picture's own size in all its moves.
    moved: Conv,
    /// From the sum of all of these to the gates.
    summed: Conv,
    /// From a colour to the channels of the map at the picture's own size, to be compared with it.
    compared: Linear,
    /// From a row's colours, and how well each move explains them.
    drawn: Linear,
    rows: Gru,
    /// From the state of the rows: which moves the next row is taken from.
    choice: Linear,
    chosen: Conv,
    neighbours: Linear,
    pixels: Gru,
    output: Linear,
    /// `[colours, 3]` in [−1, 1]: not trained by gradients.
    palette: Param<Tensor<2>>,
    context: usize,
    hidden: usize,
}

/// What the network sees in the context.
struct Seen {
    /// What it adds to the gates at every pixel, `[batch, 3 · hidden, rows, columns]`.
    gates: Tensor<4>,
    /// Where each move takes it, `[batch, channels, moves + 1, rows, columns]`.
    moved: Tensor<5>,
}

impl Seen {
    /// A single row of it.
    fn row(&self, row: usize) -> Self {
        Self { gates: self.gates.clone().narrow(2, row, 1), moved: self.moved.clone().narrow(3, row, 1) }
    }
}

/// The context is halved four times.
const HALVED: usize = 16;

impl PixelRnn {
    /// For `context` RGB frames of a fixed size.
    pub fn new(settings: &PixelRnnSettings, context: usize, frame_size: (u32, u32), init: &mut Init) -> Self {
        let PixelRnnSettings { width, hidden, colours, moves } = *settings;
        let (columns, rows) = Self::grid(frame_size);
        let sizes = [3 * context, width, 2 * width, 4 * width, 4 * width];
        let (channels, features, gates) = (sizes[2], sizes[3], 3 * hidden);
        let choices = channels * (moves + 1);
        Self {
            down: (0..4).map(|i| Conv::half([sizes[i], sizes[i + 1]], init)).collect(),
            norms: (1..4).map(|i| GroupNorm::new(sizes[i + 1], init)).collect(),
            seen: (1..4).map(|i| Conv::same([sizes[i + 1], features], init)).collect(),
            moves: move_matrices(moves, mixed_places(rows, columns), init),
            moved: Conv::point([choices, features], init),
            summed: Conv::point([features, gates], init),
            compared: Linear::new([3, channels], init),
            drawn: Linear::new([3 * columns + choices, gates], init),
            rows: Gru::new(hidden, init),
            choice: Linear::new([hidden, choices], init),
            chosen: Conv::point([channels, gates], init),
            neighbours: Linear::new([INPUTS, gates], init),
            pixels: Gru::new(hidden, init),
            output: Linear::new([hidden, colours], init),
            palette: init.uniform([colours, 3], 1.0).set_require_grad(false),
            context,
            hidden,
        }
    }

    /// Columns and rows of the pictures that it draws of frames of some width and height.
    pub fn grid((width, height): (u32, u32)) -> (usize, usize) {
        (width.div_ceil(SHRINK as u32) as usize, height.div_ceil(SHRINK as u32) as usize)
    }

    /// Context frames that it takes.
    pub fn context(&self) -> usize {
        self.context
    }

    /// With the palette of some frames, `[batch, 3, height, width]`.
    pub fn with_palette_of(mut self, frames: &Tensor<4>) -> Self {
        let count = self.palette.dims()[0];
        let found = palette(&coarse_colours(frames), count, &mut stream(0, Purpose::Palette, &[])).concat();
        let replace = |old: Tensor<2>| Tensor::from_data(TensorData::new(found, [count, 3]), &old.device());
        self.palette = self.palette.map(replace).set_require_grad(false);
        self
    }

    /// The palette, from dark to bright, in [−1, 1].
    pub fn colours(&self) -> Vec<[f32; 3]> {
        let values = self.palette.val().into_data().try_to_vec::<f32>().expect("networks compute in f32");
        values.as_chunks::<3>().0.to_vec()
    }

    /// The palette's colour for every pixel of the coarse pictures of frames, row by row: `batch · pixels` numbers.
    pub fn tokens(&self, frames: &Tensor<4>) -> Vec<usize> {
        let palette = self.colours();
        coarse_colours(frames).iter().map(|colour| nearest_colour(&palette, colour)).collect()
    }

    fn see(&self, context: Tensor<4>) -> Seen {
        let [_, _, height, width] = context.dims();
        let size = [height.div_ceil(SHRINK), width.div_ceil(SHRINK)];
        let context = padded(context, HALVED);
        let [_, _, height, width] = context.dims();
        let whole = [height / SHRINK, width / SHRINK];
        let mut maps = vec![leaky_relu(self.down[0].forward(context), SLOPE)];
        for (conv, norm) in self.down[1..].iter().zip(&self.norms) {
            maps.push(norm.activate(conv.forward(maps[maps.len() - 1].clone()), None));
        }
        let own = cropped(maps[1].clone(), size);
        let [batch, channels, rows, columns] = own.dims();
        let moved = moved_maps(own, self.moves.val());
        let everywhere = self.moved.forward(moved.clone().reshape([batch as i32, -1, rows as i32, columns as i32]));
        let seen = self.seen.iter().zip(&maps[1..]).map(|(conv, map)| {
            let options = InterpolateOptions::new(InterpolateMode::Nearest).with_output_size(whole);
            cropped(interpolate(conv.forward(map.clone()), options), size)
        });
        let choices = moved.dims()[2];
        Seen {
            gates: self.summed.forward(leaky_relu(seen.fold(everywhere, |sum, map| sum + map), SLOPE)),
            moved: moved.reshape([batch, channels, choices, rows, columns]),
        }
    }

    /// What rows that were drawn add to the gates of the rows' network: `[batch, rows, 3 · hidden]`.
    ///
    /// # Shapes
    /// - `colours`: `[batch, rows, columns, 3]`
    fn row_gates(&self, seen: &Seen, colours: Tensor<4>) -> Tensor<3> {
        let [batch, channels, choices, rows, columns] = seen.moved.dims();
        let compared = self.compared.forward(colours.clone().reshape([batch * rows * columns, 3]));
        let compared = compared.reshape([batch, rows, columns, channels]).permute([0, 3, 1, 2]);
        let fits = seen.moved.clone() * compared.reshape([batch, channels, 1, rows, columns]);
        let fits = fits.mean_dim(4).reshape([batch, channels * choices, rows]).swap_dims(1, 2);
        let colours = colours.reshape([batch, rows, columns * 3]);
        let input = Tensor::cat(vec![colours, fits], 2).reshape([batch * rows, 3 * columns + channels * choices]);
        self.drawn.forward(input).reshape([batch, rows, 3 * self.hidden])
    }

    /// What is seen, and what the states of the rows choose of it, adds to the gates at every pixel: `[batch, rows,
    /// columns, 3 · hidden]`.
    ///
    /// # Shapes
    /// - `states`: `[batch, rows, hidden]`
    fn pixel_gates(&self, seen: Seen, states: Tensor<3>) -> Tensor<4> {
        let [batch, channels, choices, rows, columns] = seen.moved.dims();
        let choice = self.choice.forward(states.reshape([batch * rows, self.hidden]));
        let choice = softmax(choice.reshape([batch, rows, channels, choices]), 3);
        let choice = choice.permute([0, 2, 3, 1]).reshape([batch, channels, choices, rows, 1]);
        // Nothing may mix rows from here on: a row's choice follows from what was drawn above it.
        let map = (seen.moved * choice).sum_dim(2).reshape([batch, channels, rows, columns]);
        (seen.gates + self.chosen.forward(map)).permute([0, 2, 3, 1])
    }

    /// log p of every pixel's colour, given those before it: `[batch, pixels, colours]`.
    ///
    /// # Shapes
    /// - `context`: `[batch, 3 · frames, height, width]`
    /// - `tokens`: `batch · pixels`, as [`Self::tokens`] gives them
    pub fn log_odds(&self, context: Tensor<4>, tokens: &[usize]) -> Tensor<3> {
        let seen = self.see(context);
        let [batch, _, _, rows, columns] = seen.moved.dims();
        let device = seen.moved.device();
        let (palette, pixels, hidden) = (self.colours(), rows * columns, self.hidden);

        let colours: Vec<f32> = tokens.iter().flat_map(|&token| palette[token]).collect();
        let colours = Tensor::<4>::from_data(TensorData::new(colours, [batch, rows, columns, 3]), &device);
        let drawn = self.row_gates(&seen, colours);
        let mut states = vec![Tensor::<2>::zeros([batch, hidden], &device)];
        for row in 1..rows {
            let input = drawn.clone().narrow(1, row - 1, 1).reshape([batch, 3 * hidden]);
            states.push(self.rows.step(input, states[row - 1].clone()));
        }
        let states = Tensor::stack::<3>(states, 1); // [batch, rows, hidden]

        let mut neighbours = vec![0.0; batch * pixels * INPUTS];
        for (sample, numbers) in neighbours.chunks_exact_mut(pixels * INPUTS).enumerate() {
            let picture = &tokens[sample * pixels..(sample + 1) * pixels];
            for (pixel, numbers) in numbers.chunks_exact_mut(INPUTS).enumerate() {
                write_neighbours(numbers, picture, pixel, (rows, columns), &palette);
            }
        }
        let neighbours = Tensor::<2>::from_data(TensorData::new(neighbours, [batch * pixels, INPUTS]), &device);
        let gates = self.neighbours.forward(neighbours).reshape([batch, rows, columns, 3 * hidden]);
        let gates = (gates + self.pixel_gates(seen, states.clone())).reshape([batch * rows, columns, 3 * hidden]);
        let mut state = states.reshape([batch * rows, hidden]);
        let mut states = Vec::with_capacity(columns);
        for column in 0..columns {
            state = self.pixels.step(gates.clone().narrow(1, column, 1).reshape([batch * rows, 3 * hidden]), state);
            states.push(state.clone());
        }
        let states = Tensor::stack::<3>(states, 1).reshape([batch * pixels, hidden]);
        log_softmax(self.output.forward(states), 1).reshape([batch, pixels, palette.len()])
    }

    /// Mean of −log₂ p of a pixel's colour: `[1]`.
    pub fn bits_a_pixel(&self, context: Tensor<4>, tokens: &[usize]) -> Tensor<1> {
        let log_odds = self.log_odds(context, tokens);
        let [batch, pixels, _] = log_odds.dims();
        let drawn: Vec<i32> = tokens.iter().map(|&token| token as i32).collect();
        let drawn = Tensor::<3, Int>::from_data(TensorData::new(drawn, [batch, pixels, 1]), &log_odds.device());
        log_odds.gather(2, drawn).mean().neg() / std::f32::consts::LN_2
    }

    /// Draws pictures: the context is looked at once, the states are kept from row to row and from pixel to pixel.
    ///
    /// # Shapes
    /// - `context`: `[batch, 3 · frames, height, width]`
    /// - `noise`: `[copies · batch, pixels]`, even in [−1, 1]: where in the odds a colour is picked
    /// - result: `[copies · batch, 3, height, width]`, each coarse pixel a square
    pub fn draw(&self, context: Tensor<4>, noise: Tensor<2>, copies: usize) -> Tensor<4> {
        let [_, _, height, width] = context.dims();
        let Seen { gates, moved } = self.see(context);
        let seen = Seen { gates: gates.repeat_dim(0, copies), moved: moved.repeat_dim(0, copies) };
        let [batch, _, _, rows, columns] = seen.moved.dims();
        let (device, palette, pixels, hidden) = (noise.device(), self.colours(), rows * columns, self.hidden);
        let noise = noise.into_data().try_to_vec::<f32>().expect("networks compute in f32");
        let mut tokens = vec![0_usize; batch * pixels];
        let mut above = Tensor::<2>::zeros([batch, hidden], &device);
        for row in 0..rows {
            let gates = self.pixel_gates(seen.row(row), above.clone().reshape([batch, 1, hidden]));
            let gates = gates.reshape([batch, columns, 3 * hidden]);
            let mut state = above.clone();
            for pixel in row * columns..(row + 1) * columns {
                let mut colours = vec![0.0; batch * INPUTS];
                for (sample, numbers) in colours.chunks_exact_mut(INPUTS).enumerate() {
                    let picture = &tokens[sample * pixels..(sample + 1) * pixels];
                    write_neighbours(numbers, picture, pixel, (rows, columns), &palette);
                }
                let colours = Tensor::<2>::from_data(TensorData::new(colours, [batch, INPUTS]), &device);
                let input = gates.clone().narrow(1, pixel % columns, 1).reshape([batch, 3 * hidden]);
                state = self.pixels.step(input + self.neighbours.forward(colours), state);
                let odds = log_softmax(self.output.forward(state.clone()), 1).exp();
                let odds = odds.into_data().try_to_vec::<f32>().expect("networks compute in f32");
                for (sample, odds) in odds.chunks_exact(palette.len()).enumerate() {
                    let at = (noise[sample * pixels + pixel] + 1.0) / 2.0;
                    tokens[sample * pixels + pixel] = picked(odds, at);
                }
            }
            let drawn = tokens.chunks_exact(pixels).flat_map(|picture| &picture[row * columns..(row + 1) * columns]);
            let colours: Vec<f32> = drawn.flat_map(|&token| palette[token]).collect();
            let colours = Tensor::<4>::from_data(TensorData::new(colours, [batch, 1, columns, 3]), &device);
            let drawn = self.row_gates(&seen.row(row), colours).reshape([batch, 3 * hidden]);
            above = self.rows.step(drawn, above);
        }
        upscaled(&tokens, &palette, (rows, columns), (height, width), &device)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

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
    fn no_pixel_is_seen_by_those_before_it_nor_by_other_pictures() {
        let network = network();
        let pixels = SIDE / SHRINK * SIDE / SHRINK;
        let tokens: Vec<usize> = (0..2 * pixels).map(|pixel| pixel * 7 % 5).collect();
        let odds = |tokens: &[usize]| network.log_odds(context(2), tokens).into_data().try_to_vec::<f32>().unwrap();
        let before = odds(&tokens);
        let sums = before.chunks_exact(5).map(|odds| odds.iter().map(|odds| odds.exp()).sum::<f32>());
        assert!(sums.into_iter().all(|sum| (sum - 1.0).abs() < 1e-5));
        for changed in 0..pixels {
            let mut tokens = tokens.clone();
            tokens[changed] = (tokens[changed] + 1) % 5;
            let after = odds(&tokens);
            let (upto, last) = ((changed + 1) * 5, pixels * 5);
            assert!(before[..upto] == after[..upto], "pixel {changed}");
            assert!(changed + 1 == pixels || before[upto..last] != after[upto..last], "nobody heeds pixel {changed}");
            assert!(before[last..] == after[last..], "the other picture, pixel {changed}");
        }
    }

    #[test]
    fn what_was_drawn_is_known_rows_below() {
        let network = network();
        let columns = SIDE / SHRINK;
        let mut tokens = vec![0; columns * columns];
        let odds = |tokens: &[usize]| network.log_odds(context(1), tokens).into_data().try_to_vec::<f32>().unwrap();
        let before = odds(&tokens);
        tokens[3] = 1;
        let after = odds(&tokens);
        // Neighbours reach one row down: of what lies below, the state of the rows alone tells.
        let below = 2 * columns * 5;
        assert!(before[below..] != after[below..]);
    }

    #[test]
    fn every_copy_is_drawn_by_the_odds_of_its_own_context() {
        // Wider than high, so that rows and columns cannot be taken for each other.
        let (width, height, batch, copies) = (48, 32, 2, 3);
        let device = Device::flex();
        let frames = |seed, channels| Init::new(seed, &device).uniform([batch, channels, height, width], 1.0).val();
        let settings = PixelRnnSettings { width: 4, hidden: 8, colours: 5, moves: 2 };
        // Louder, so that odds that follow from other states are far from these.
        let network = PixelRnn::new(&settings, 2, (width as u32, height as u32), &mut Init::new(1, &device))
            .map(&mut Louder)
            .with_palette_of(&frames(7, 3));
        let pixels = (width / SHRINK) * (height / SHRINK);
        let noise = Init::new(3, &device).uniform([copies * batch, pixels], 1.0).val();
        let tokens = network.tokens(&network.draw(frames(2, 6), noise.clone(), copies));
        let noise = noise.into_data().try_to_vec::<f32>().unwrap();
        // Copy k of sample i is at k · batch + i.
        let odds = network.log_odds(frames(2, 6).repeat_dim(0, copies), &tokens).exp();
        let odds = odds.into_data().try_to_vec::<f32>().unwrap();
        for (odds, (&token, noise)) in odds.chunks_exact(5).zip(tokens.iter().zip(noise)) {
            let (at, below) = ((noise + 1.0) / 2.0, odds[..token].iter().sum::<f32>());
            assert!(below - 1e-4 <= at && at <= below + odds[token] + 1e-4, "{token} at {at}: {odds:?}");
        }
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

    struct Louder;
    impl burn::module::ModuleMapper for Louder {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|value| value * 3.0)
        }
    }

    struct Zero;
    impl burn::module::ModuleMapper for Zero {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|value| value.zeros_like())
        }
    }
}
