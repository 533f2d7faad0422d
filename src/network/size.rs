//! Frames of any size, in networks that halve what they see: a picture whose sides cannot be halved as often as needed is
//! continued by its own edge, and what is too much of an answer is cut off.

use burn::tensor::Tensor;
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};

/// A side that is divided by `parts` without a rest: the next one that is not smaller.
pub(super) fn whole_side(side: usize, parts: usize) -> usize {
    side.next_multiple_of(parts)
}

/// The picture with its last row and column repeated, until both sides are divided by `parts` without a rest. One whose
/// sides are is left alone.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
pub(super) fn padded(x: Tensor<4>, parts: usize) -> Tensor<4> {
    let [_, _, height, width] = x.dims();
    let x = continued(x, 2, whole_side(height, parts));
    continued(x, 3, whole_side(width, parts))
}

/// The upper left part of a picture.
pub(super) fn cropped(x: Tensor<4>, [height, width]: [usize; 2]) -> Tensor<4> {
    let [_, _, whole_height, whole_width] = x.dims();
    let x = if height < whole_height { x.narrow(2, 0, height) } else { x };
    if width < whole_width { x.narrow(3, 0, width) } else { x }
}

/// The same in another height and width, each of its pixels as a rectangle.
pub(crate) fn enlarged(x: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    interpolate(x, InterpolateOptions::new(InterpolateMode::Nearest).with_output_size(size))
}

fn continued(x: Tensor<4>, dim: usize, length: usize) -> Tensor<4> {
    let side = x.dims()[dim];
    if side == length {
        return x;
    }
    let last = x.clone().narrow(dim, side - 1, 1).repeat_dim(dim, length - side);
    Tensor::cat(vec![x, last], dim)
}

#[cfg(test)]
mod tests {
    use burn::module::Module;
    use burn::tensor::{Device, TensorData, Tolerance};

    use super::*;
    use crate::network::{
        Discriminator, DiscriminatorSettings, Encoder, EncoderSettings, FrameDecoder, FrameDecoderSettings, Generator,
        GeneratorSettings, Init, PixelRnn, PixelRnnSettings, Places,
    };

    /// Width and height: whole, odd, much wider than high, and the smallest that a scene may have.
    const SIZES: [(u32, u32); 7] = [(64, 64), (65, 65), (84, 84), (16, 16), (21, 17), (40, 9), (8, 8)];

    #[test]
    fn an_edge_is_repeated_and_cut_off_again() {
        let values: Vec<f32> = (0..6).map(|value| value as f32).collect();
        let x = Tensor::<4>::from_data(TensorData::new(values, [1, 1, 2, 3]), &Device::flex());
        let whole = padded(x.clone(), 4);
        let rows = [[0.0_f32, 1.0, 2.0, 2.0], [3.0, 4.0, 5.0, 5.0], [3.0, 4.0, 5.0, 5.0], [3.0, 4.0, 5.0, 5.0]];
        whole.to_data().assert_eq(&TensorData::new(rows.concat(), [1, 1, 4, 4]), true);
        cropped(whole, [2, 3]).into_data().assert_eq(&x.into_data(), true);
    }

    fn frames(batch: usize, channels: usize, (width, height): (u32, u32), device: &Device) -> Tensor<4> {
        Init::new(7, device).uniform([batch, channels, height as usize, width as usize], 1.0).val().detach()
    }

    /// The gradient of the sum of what is made of frames by itself and, in one direction, by the difference of two sums.
    fn has_gradient(of: impl Fn(Tensor<4>) -> Tensor<4>, x: Tensor<4>, what: &str) {
        const STEP: f32 = 3e-4;
        let direction = Init::new(9, &x.device()).uniform(x.dims(), 1.0).val().detach();
        // In double precision: many large terms, whose changes are small.
        let total = |x: Tensor<4>| x.into_data().iter::<f64>().sum::<f64>();
        let leaf = x.clone().require_grad();
        let gradients = of(leaf.clone()).sum().backward();
        let gradient = leaf.grad(&gradients).expect("a gradient");
        let slope = total(gradient.clone() * direction.clone().inner());
        let ahead = total(of(x.clone() + direction.clone() * STEP));
        let behind = total(of(x - direction * STEP));
        let difference = (ahead - behind) / f64::from(2.0 * STEP);
        // Kinks of the activations lie in between: against the slope in the steepest direction.
        let steepest = total(gradient.square()).sqrt();
        assert!(
            (slope - difference).abs() < 0.1 * steepest.max(1.0),
            "{what}: {slope}, not {difference}, of {steepest}"
        );
    }

    #[test]
    fn a_generator_answers_in_any_size_with_gradients() {
        let device = Device::flex().autodiff();
        for size in SIZES {
            let kinds = [
                (0, 0.0, Places::Pixels),
                (2, 0.0, Places::Pixels),
                (2, 0.0, Places::Patches),
                (2, 4.0, Places::Pixels),
                (2, 4.0, Places::Patches),
            ];
            for (moves, decisive, places) in kinds {
                let settings =
                    GeneratorSettings { width: 4, moves, decisive, places, local: moves == 0, keeps: moves == 0 };
                let generator = Generator::new(&settings, 2, size, 4, &mut Init::new(1, &device)).train();
                let context = frames(2, 6, size, &device);
                let conditions = Init::new(3, &device).uniform([2, 4], 1.0).val().detach();
                let answer = generator.forward(context.clone(), Some(conditions.clone()));
                assert_eq!(answer.dims(), [2, 3, size.1 as usize, size.0 as usize]);
                let weights = frames(2, 3, size, &device);
                let of = |x| generator.forward(x, Some(conditions.clone())) * weights.clone();
                has_gradient(of, context, &format!("{size:?}, {moves} moves, decisive {decisive}, {places:?}"));
            }
        }
    }

    #[test]
    fn a_discriminator_judges_any_size_with_gradients() {
        let device = Device::flex().autodiff();
        for size in SIZES {
            for (places, detail, part) in
                [(Places::Pixels, 1.0, 8), (Places::Patches, 1.0, 16), (Places::Patches, 0.5, 16)]
            {
                let settings = DiscriminatorSettings { places, ..DiscriminatorSettings::new(4, 1) };
                let judge =
                    Discriminator::new(&settings, (1, 0), true, &mut Init::new(1, &device)).seeing(detail).train();
                let (context, candidate) = (frames(2, 6, size, &device), (frames(2, 3, size, &device) * 0.5).detach());
                let scores = judge.forward(context.clone(), None, candidate.clone());
                assert_eq!(scores.dims(), [2, 1, size.1.div_ceil(part) as usize, size.0.div_ceil(part) as usize]);
                has_gradient(
                    |x| judge.forward(context.clone(), None, x),
                    candidate,
                    &format!("{size:?}, {places:?}, {detail}"),
                );
            }
        }
    }

    #[test]
    fn a_discriminator_that_halves_four_times_scores_a_sixteenth_of_a_side() {
        let device = Device::flex();
        for size in SIZES {
            let settings = DiscriminatorSettings { halvings: 4, ..DiscriminatorSettings::new(4, 0) };
            let judge = Discriminator::new(&settings, (1, 0), true, &mut Init::new(1, &device));
            let candidate = frames(2, 3, size, &device);
            let scores = judge.forward(candidate.clone(), None, candidate);
            assert_eq!(scores.dims(), [2, 1, size.1.div_ceil(16) as usize, size.0.div_ceil(16) as usize]);
        }
    }

    #[test]
    fn a_normalised_discriminator_looks_for_patterns_and_not_for_how_strong_they_are() {
        let device = Device::flex();
        let candidate = frames(2, 3, (32, 32), &device);
        let changed = |normalised| {
            let settings = DiscriminatorSettings { normalised, ..DiscriminatorSettings::new(4, 0) };
            let judge = Discriminator::new(&settings, (1, 0), true, &mut Init::new(1, &device));
            let scores = |share: f32| judge.forward(candidate.clone(), None, candidate.clone() * share);
            let spread = |scores: Tensor<4>| (scores.clone() - scores.mean().reshape([1, 1, 1, 1])).abs().max();
            spread(scores(0.1)).into_scalar::<f32>() / spread(scores(1.0)).into_scalar::<f32>()
        };
        let (normalised, plain) = (changed(true), changed(false));
        assert!(
            normalised > 0.8 && plain < 0.2,
            "a tenth of the contrast: {normalised} and {plain} of the scores' spread"
        );
    }

    #[test]
    fn a_frame_is_painted_in_any_size_with_gradients() {
        let device = Device::flex().autodiff();
        for size in SIZES {
            let settings = FrameDecoderSettings { width: 4 };
            let decoder = FrameDecoder::new(&settings, size, 5, &mut Init::new(1, &device)).train();
            let latents = Init::new(3, &device).uniform([2, 5, 1, 1], 1.0).val().detach();
            assert_eq!(
                decoder.forward(latents.clone().reshape([2, 5])).dims(),
                [2, 3, size.1 as usize, size.0 as usize]
            );
            let weights = frames(2, 3, size, &device);
            let of = |x: Tensor<4>| decoder.forward(x.reshape([2, 5])) * weights.clone();
            has_gradient(of, latents, &format!("{size:?}"));
        }
    }

    #[test]
    fn an_encoder_and_a_pixel_rnn_take_any_size() {
        let device = Device::flex();
        for size in SIZES {
            let encoder = Encoder::new(&EncoderSettings { width: 4 }, 2, size, 5, &mut Init::new(1, &device));
            assert_eq!(encoder.forward(frames(2, 6, size, &device)).mean.dims(), [2, 5]);
            let settings = PixelRnnSettings { width: 4, hidden: 8, colours: 3, moves: 1 };
            let next = frames(2, 3, size, &device);
            let network = PixelRnn::new(&settings, 2, size, &mut Init::new(1, &device)).with_palette_of(&next);
            let (columns, rows) = PixelRnn::grid(size);
            let context = frames(2, 6, size, &device);
            let noise = Init::new(3, &device).uniform([2, columns * rows], 1.0).val();
            let drawn = network.draw(context.clone(), noise, 1);
            assert_eq!(drawn.dims(), [2, 3, size.1 as usize, size.0 as usize]);
            let tokens = network.tokens(&drawn);
            assert_eq!(tokens.len(), 2 * columns * rows, "{size:?}");
            assert!(network.bits_a_pixel(context, &tokens).into_scalar::<f32>().is_finite());
        }
    }

    #[test]
    fn what_is_seen_of_a_padded_picture_is_the_picture() {
        // A generator of 32 × 32 pixels is that of 31 × 29 whose edge was continued beforehand.
        let device = Device::flex();
        let settings = GeneratorSettings::new(4, 1);
        let network = |size| Generator::new(&settings, 1, size, 0, &mut Init::new(1, &device));
        let small = frames(1, 3, (31, 29), &device);
        let whole = network((32, 32)).forward(padded(small.clone(), 16), None);
        let found = network((31, 29)).forward(small, None);
        found.into_data().assert_approx_eq::<f32>(&cropped(whole, [29, 31]).into_data(), Tolerance::absolute(0.0));
    }
}
