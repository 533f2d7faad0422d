//! Painter and discriminator of captions, on small batches.

use burn::tensor::Device;

use super::*;
use crate::network::{FrameDecoderSettings, TextEncoderSettings};
use crate::objective::Numbers;
use crate::objective::learner::Network;
use crate::predict::Condition;
use crate::words::{Light, Material, Situation, parse};

const SIZE: (u32, u32) = (16, 16);

fn settings() -> WordsSettings {
    WordsSettings {
        text: TextEncoderSettings { embedding: 6, hidden: 8 },
        painter: FrameDecoderSettings { width: 4 },
        latent: 5,
        discriminator_width: 4,
        mismatched: 0.5,
        packed: false,
        held_out: vec![(Situation::LeftTurn, Material::Hedge), (Situation::Fork, Material::Stone)],
        rate: 1e-3,
        discriminator_rate: 1e-3,
        cooling_share: 0.0,
        betas: (0.0, 0.9),
        ema: 0.5,
    }
}

fn words(settings: &WordsSettings) -> Words {
    let compute = Compute::in_parts(&Device::flex(), 2).unwrap();
    let condition = Condition::Text(settings.text.hidden);
    Words::new(settings, &Start { context: 1, condition, frame_size: SIZE, seed: 1, compute })
}

fn scores(values: [f32; 2]) -> Tensor<4> {
    Tensor::from_data([[[[values[0]]]], [[[values[1]]]]], &Device::flex())
}

fn texts(all: &[&str]) -> Texts {
    let sentences: Vec<Sentence> = all.iter().map(|text| parse(text).unwrap()).collect();
    Texts::new(sentences.iter().map(|one| one.words.as_slice()), vocabulary().len(), &Device::flex().autodiff())
}

/// Two frames, each of one level.
fn frames(levels: [f32; 2]) -> Tensor<4> {
    let device = Device::flex().autodiff();
    let frame = |level| Tensor::<4>::full([1, 3, 16, 16], level, &device);
    Tensor::cat(levels.map(frame).to_vec(), 0)
}

#[test]
fn the_loss_is_that_of_three_kinds_of_pairs() {
    let of = |mismatched| {
        let loss = pair_loss(scores([0.5, 2.0]), scores([-2.0, 1.0]), scores([0.0, -0.5]), mismatched);
        loss.into_scalar::<f32>()
    };
    // By hand: (0.5 + 0) / 2 of real pairs, (0 + 2) / 2 of painted ones, (1 + 0.5) / 2 of mismatched ones.
    assert!((of(0.5) - (0.25 + 0.5 * 1.0 + 0.5 * 0.75)).abs() < 1e-6, "{}", of(0.5));
    assert!((of(0.0) - 1.25).abs() < 1e-6, "{}", of(0.0));
}

#[test]
fn without_mismatched_pairs_other_captions_teach_the_discriminator_nothing() {
    let words = words(&settings());
    let judge = words.judge.model.clone().fork(&Device::flex().autodiff());
    let fitting = texts(&["a dead end of stone", "a fork by day"]);
    let loss = |other: &Texts, mismatched| {
        let (loss, _) = judgement(&judge, (frames([0.2, -0.4]), frames([0.9, -0.9])), (&fitting, other), mismatched);
        number(&loss)
    };
    let (one, another) = (texts(&["two ways", "a long passage"]), texts(&["a left turn", "a fork at night"]));
    assert_eq!(loss(&one, 0.0), loss(&another, 0.0));
    assert_ne!(loss(&one, 0.5), loss(&another, 0.5));
}

#[test]
fn the_gradient_at_a_painted_frame_is_that_of_its_score_with_its_caption() {
    let words = words(&settings());
    let judge = words.judge.model.clone().fork(&Device::flex().autodiff());
    let fitting = texts(&["a dead end of stone", "a fork by day"]);
    let (value, gradient) = at_painted(&judge, &frames([0.2, -0.4]), &fitting);
    let score = |levels| -number(&judge.look(frames(levels)).with(judge.read(&fitting)).mean());
    assert!((value - score([0.2, -0.4])).abs() < 1e-5);
    // A difference quotient along the first frame's brightness.
    let slope = (score([0.21, -0.4]) - score([0.19, -0.4])) / 0.02;
    let along = gradient.narrow(0, 0, 1).sum().into_scalar::<f32>();
    assert!((slope - along).abs() < 0.05 * along.abs().max(0.05), "{slope} by differences, {along}");
}

fn moved(before: &[Numbers], after: &[Numbers]) -> Vec<String> {
    let is_moved = |(before, after): &(&Numbers, &Numbers)| before.values != after.values;
    before.iter().zip(after).filter(is_moved).map(|(before, _)| before.path.clone()).collect()
}

fn step(words: &mut Words, number: u64) -> Metrics {
    let batch = crate::episode::Batch::unread(6, SIZE);
    words.step(&Batches::new(vec![("day", batch)]), Clock { step: number, steps: 100, seed: 11 + number })
}

/// With the views of some mazes.
fn reading(settings: &WordsSettings) -> Words {
    Words { said: Some(Said::everywhere(SIZE, 0..24)), ..words(settings) }
}

#[test]
fn a_step_moves_every_part_of_the_painter_and_of_what_reads_for_it() {
    let mut words = reading(&settings());
    let before = words.painter.shown().unwrap();
    let judged = words.judge.model.clone();
    let metrics = step(&mut words, 0);
    assert!(metrics.get("adversarial_gradient").unwrap() > 1e-4, "{metrics:?}");
    let after = words.painter.shown().unwrap();
    let moved = moved(&before, &after);
    for numbers in &before {
        assert!(moved.contains(&numbers.path), "{} stays", numbers.path);
    }
    assert!(moved.iter().any(|path| path.contains("encoder.embedding")), "{moved:?}");
    // The discriminator, too, reads otherwise than before.
    let device = Device::flex().autodiff();
    let said = |judge: &CaptionJudge| judge.clone().fork(&device).read(&texts(&["a dead end of stone"]));
    let apart = (said(&judged) - said(&words.judge.model)).abs().max().into_scalar::<f32>();
    assert!(apart > 1e-5, "{apart}");
}

#[test]
fn packed_every_caption_has_two_views_of_its_own_and_a_step_learns_from_all() {
    let mut words = reading(&WordsSettings { packed: true, ..settings() });
    let said = words.said.as_ref().unwrap();
    let pairs = Pairs::draw(said, &words.states, (8, 2), 3, &mut stream(1, Purpose::Step, &[]));
    assert_eq!((pairs.views.len(), pairs.fitting.len(), pairs.other.len()), (16, 8, 8));
    let of_each = pairs.views.chunks_exact(2).zip(&pairs.fitting);
    assert!(of_each.clone().all(|(views, one)| views.iter().all(|view| one.caption.fits(view.state))));
    assert!(of_each.filter(|(views, _)| views[0] != views[1]).count() > 4, "each view is drawn by itself");
    let before = words.painter.shown().unwrap();
    step(&mut words, 0);
    assert_eq!(moved(&before, &words.painter.shown().unwrap()).len(), before.len());
}

#[test]
fn what_is_held_out_is_never_drawn_nor_said() {
    let words = reading(&settings());
    let said = words.said.as_ref().unwrap();
    let held_out = |state: State| words.settings.is_held_out(state);
    assert!(State::all().any(|state| held_out(state) && !said.views(state).is_empty()), "there would be some");
    for seed in 0..200 {
        let pairs = Pairs::draw(said, &words.states, (8, 1), 2, &mut stream(seed, Purpose::Step, &[]));
        assert!(pairs.views.iter().all(|view| !held_out(view.state)));
        for (view, (fitting, other)) in pairs.views.iter().zip(pairs.fitting.iter().zip(&pairs.other)) {
            assert!(fitting.caption.fits(view.state) && !other.caption.fits(view.state));
            // No caption speaks of what is held out alone.
            let meant =
                |sentence: &Sentence| State::all().any(|state| sentence.caption.fits(state) && !held_out(state));
            assert!(meant(fitting) && meant(other));
        }
    }
    assert_eq!(words.states.len(), State::COUNT - 2 * Light::ALL.len());
}

#[test]
fn a_run_shows_a_sheet_with_captions() {
    let words = words(&settings());
    assert_eq!(words.models("words").skill(), crate::predict::Skill::Illustrate);
    let sheet = words.exhibit("words", &[]).unwrap();
    assert!(sheet.width() > 8 * 96 && sheet.height() > 9 * 96, "{:?}", sheet.dimensions());
    let illustrator = words.illustrator("words");
    let sentence = parse("a left turn at a hedge wall").unwrap();
    let noise = crate::predict::drawn_latents(5, 2, 1);
    let frames = illustrator.paint(&[sentence.clone(), sentence], &noise);
    assert!(frames.len() == 2 && frames[0] != frames[1], "other noise, another frame");
}
