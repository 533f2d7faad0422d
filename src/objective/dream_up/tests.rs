//! Both ways to learn to paint from nothing, on small batches.

use burn::tensor::Device;
use rand::RngExt;

use super::gan::DreamUp;
use super::*;
use crate::network::{DiscriminatorSettings, EncoderSettings};
use crate::objective::adversary::{AdversarialLoss, Lipschitz};
use crate::objective::{Metrics, Network, Numbers, Objective, ObjectiveConfig, Start};
use crate::predict::{Models, Painter, Skill, drawn_latents};

const SIZE: (u32, u32) = (16, 16);

fn start(parts: usize) -> Start {
    let compute = Compute::in_parts(&Device::flex(), parts).unwrap();
    Start { context: 1, condition: Condition::Nothing, frame_size: SIZE, seed: 1, compute }
}

fn gan() -> DreamUpSettings {
    DreamUpSettings {
        painter: FrameDecoderSettings { width: 4 },
        latent: 5,
        discriminator: DiscriminatorSettings { halvings: 4, ..DiscriminatorSettings::new(4, 0) },
        loss: AdversarialLoss::Hinge,
        lipschitz: Lipschitz::Spectral,
        packed: false,
        rate: 2e-3,
        discriminator_rate: 2e-3,
        cooling_share: 0.0,
        betas: (0.0, 0.9),
        ema: 0.5,
    }
}

fn vae() -> DreamUpVaeSettings {
    DreamUpVaeSettings {
        painter: FrameDecoderSettings { width: 4 },
        encoder: EncoderSettings { width: 4 },
        latent: 5,
        kl: 0.001,
        noisy: true,
        rate: 5e-3,
        cooling_share: 0.0,
        betas: (0.5, 0.9),
        ema: 0.5,
    }
}

/// Four frames, each of one level or of random ones, after contexts that say nothing.
fn batches(levels: Option<[u8; 4]>) -> Batches {
    let bytes = (SIZE.0 * SIZE.1 * 3) as usize;
    let mut rng = stream(3, Purpose::Example, &[]);
    let futures = match levels {
        Some(levels) => levels.iter().flat_map(|&level| vec![level; bytes]).collect(),
        None => (0..4 * bytes).map(|_| rng.random()).collect(),
    };
    Batches::of(Batch {
        size: 4,
        context: 1,
        frame_size: SIZE,
        ahead: 1,
        contexts: vec![0; 4 * bytes],
        futures,
        actions: vec![crate::agent::Action::Forward; 4],
        twins: None,
        pairs: None,
        counts: vec![1.0; 4],
    })
}

fn step(objective: &mut dyn Objective, levels: Option<[u8; 4]>, step: u64) -> Metrics {
    objective.step(&batches(levels), Clock { step, steps: 100, seed: 11 + step })
}

fn painter(objective: &dyn Objective) -> Box<dyn Painter> {
    match objective.models("painter") {
        Models::Painter(painter) => painter,
        _ => panic!("a painter paints"),
    }
}

fn apart(one: &[Numbers], other: &[Numbers]) -> f32 {
    let values = one.iter().zip(other).flat_map(|(one, other)| one.values.iter().zip(&other.values));
    values.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn the_discriminators_gradient_reaches_every_part_of_the_painter() {
    for packed in [false, true] {
        let mut objective = DreamUp::new(&DreamUpSettings { packed, ..gan() }, &start(2));
        let before = objective.painter.shown().unwrap();
        let metrics = step(&mut objective, None, 0);
        assert!(metrics.get("adversarial_gradient").unwrap() > 1e-4, "{metrics:?}");
        let after = objective.painter.shown().unwrap();
        for (before, after) in before.iter().zip(&after) {
            assert!(apart(std::slice::from_ref(before), std::slice::from_ref(after)) > 0.0, "{} stays", before.path);
        }
    }
}

#[test]
fn a_painter_comes_to_paint_as_bright_as_what_is_real() {
    let mut objective = DreamUp::new(&gan(), &start(1));
    let level = |objective: &DreamUp| {
        let painter = painter(objective);
        let painted = painter.paint(&drawn_latents(5, 8, 1));
        painted.pixels().iter().map(|&value| f64::from(value)).sum::<f64>() / painted.pixels().len() as f64
    };
    let before = level(&objective);
    (0..60).for_each(|number| {
        step(&mut objective, Some([225; 4]), number);
    });
    let after = level(&objective);
    assert!(after > before + 40.0, "{before} became {after}");
}

#[test]
fn losses_are_those_of_the_formulas() {
    // Before the first step the discriminator of four equal frames tells by its own scores alone: hinge, from the scores.
    let mut objective = DreamUp::new(&gan(), &start(1));
    let metrics = step(&mut objective, Some([128; 4]), 0);
    let of = |name: &str| metrics.get(name).unwrap();
    // Scores of a new network lie within the margin, where the hinge is linear: max(0, 1 − r) + max(0, 1 + f).
    assert!(of("score_real").abs() < 1.0 && of("score_fake").abs() < 1.0);
    assert!((of("discriminator") - (2.0 - of("score_real") + of("score_fake"))).abs() < 1e-4, "{metrics:?}");
    assert!((of("adversarial") + of("score_fake")).abs() < 1e-5, "the painter wants its frames to be scored high");
}

#[test]
fn an_auto_encoder_learns_its_frames_and_pays_for_what_its_latents_say() {
    let levels = Some([20, 90, 160, 230]);
    let last = |settings: &DreamUpVaeSettings| {
        let mut objective = settings.start(&start(2));
        let first = step(&mut *objective, levels, 0);
        let last = (1..80).map(|number| step(&mut *objective, levels, number)).last().unwrap();
        let error = |metrics: &Metrics| metrics.get("absolute_error").unwrap();
        assert!(error(&last) < 0.7 * error(&first), "{first:?} {last:?}");
        last.get("divergence").unwrap()
    };
    let (dear, cheap) = (last(&DreamUpVaeSettings { kl: 0.05, ..vae() }), last(&vae()));
    assert!(dear < cheap, "{dear} nats where they are dear, {cheap} where they are cheap");
    last(&DreamUpVaeSettings { kl: 0.0, noisy: false, ..vae() });
}

#[test]
fn latents_of_frames_are_the_encoders_means_and_a_gan_has_none() {
    let vae = painter(&*vae().start(&start(1)));
    let frames = crate::camera::Frames::collect(SIZE, [[10_u8; 16 * 16 * 3], [200; 16 * 16 * 3]]);
    let latents = vae.latents_of(&frames).unwrap();
    assert!(latents.len() == 10 && latents[..5] != latents[5..] && latents == vae.latents_of(&frames).unwrap());
    assert!(painter(&*gan().start(&start(1))).latents_of(&frames).is_none());
}

#[test]
fn both_show_a_sheet_of_samples() {
    for settings in [&gan() as &dyn ObjectiveConfig, &vae()] {
        let objective = settings.start(&start(1));
        assert_eq!((objective.models("x").skill(), settings.skill()), (Skill::Paint, Skill::Paint));
        // Eight by six pictures of 32 × 32, four pixels around each.
        assert_eq!(objective.exhibit("x", &[]).unwrap().dimensions(), (8 * 36 + 4, 6 * 36 + 4));
    }
}
