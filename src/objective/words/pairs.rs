//! Frames and captions that a step learns from: those that fit, and those that do not.

use rand::{RngExt, seq::IndexedRandom};

use crate::camera::Frames;
use crate::predict::{Noise, NoiseSettings};
use crate::random::Rng;
use crate::words::{Caption, Light, Material, Said, Sentence, Situation, State, View, phrasings};

/// Views with captions, and the noise that a frame is painted from for each of them. There may be several views of one
/// caption, in a row.
#[derive(Debug, Clone)]
pub(super) struct Pairs {
    /// What is seen.
    pub views: Vec<View>,
    /// A caption that fits them.
    pub fitting: Vec<Sentence>,
    /// A caption that does not, as many.
    pub other: Vec<Sentence>,
    /// `[views, latent]`.
    pub noise: Noise,
}

impl Pairs {
    /// Draws `captions`, each state as often, of `states` alone, and so many views `of_each`.
    pub fn draw(
        said: &Said,
        states: &[State],
        (captions, of_each): (usize, usize),
        latent: usize,
        rng: &mut Rng,
    ) -> Self {
        let mut pairs = Self {
            views: Vec::new(),
            fitting: Vec::new(),
            other: Vec::new(),
            noise: Noise::copies(NoiseSettings::Gaussian(latent), captions * of_each, 1, rng),
        };
        for _ in 0..captions {
            let state = drawn(states, rng);
            pairs.views.extend((0..of_each).map(|_| drawn(said.views(state), rng)));
            pairs.fitting.push(in_words(Caption::drawn(state, rng), rng));
            pairs.other.push(in_words(mismatched(state, states, rng), rng));
        }
        pairs
    }

    /// What is seen.
    pub fn frames(&self, said: &Said) -> Frames {
        said.frames(&self.views)
    }
}

fn drawn<T: Copy>(all: &[T], rng: &mut Rng) -> T {
    *all.choose(rng).expect("a training was refused that has nothing to draw")
}

fn in_words(caption: Caption, rng: &mut Rng) -> Sentence {
    let mut all = phrasings(caption);
    all.swap_remove(rng.random_range(0..all.len()))
}

/// A caption that does not fit a state: of another one of `states` that differs in one thing alone, which it names.
fn mismatched(state: State, states: &[State], rng: &mut Rng) -> Caption {
    loop {
        let mut other = state;
        match rng.random_range(0..3) {
            0 => other.situation = drawn(&Situation::ALL, rng),
            1 => other.material = drawn(&Material::ALL, rng),
            _ => other.light = drawn(&Light::ALL, rng),
        }
        let caption = Caption::drawn(other, rng);
        if states.contains(&other) && !caption.fits(state) {
            return caption;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, stream};

    #[test]
    fn a_mismatched_caption_differs_in_one_thing_and_is_of_what_is_learned() {
        let held_out = |state: &State| state.situation == Situation::Fork && state.material == Material::Hedge;
        let states: Vec<State> = State::all().filter(|state| !held_out(state)).collect();
        let mut rng = stream(1, Purpose::Example, &[]);
        let mut differing = [0; 3];
        for _ in 0..3000 {
            let state = drawn(&states, &mut rng);
            let caption = mismatched(state, &states, &mut rng);
            assert!(!caption.fits(state));
            assert!(states.iter().any(|&other| caption.fits(other)));
            let differs = [
                caption.situation != state.situation,
                caption.wall.is_some_and(|wall| !wall.fits(state.material)),
                caption.light.is_some_and(|light| light != state.light),
            ];
            assert_eq!(differs.iter().filter(|&&differs| differs).count(), 1, "{state:?} {caption:?}");
            (0..3).filter(|&thing| differs[thing]).for_each(|thing| differing[thing] += 1);
        }
        assert!(differing.iter().all(|&count| count > 400), "{differing:?}");
    }
}
