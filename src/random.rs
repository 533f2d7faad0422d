//! Random numbers, by one rule: a stream is named by a seed, what it is for, and numbers, and the name is hashed.
//!
//! No two names give the same stream, as far as BLAKE3 has no collisions: the parts of a name are written one after
//! another, each text with its length before it. Streams are never made by hand from sums or differences of seeds, where
//! `seed ^ (step << 8)` once made seed 257 repeat the windows of seed 1.

use rand::SeedableRng;

/// The random numbers of this project: ChaCha with 8 rounds, the same stream for a seed on every machine.
pub type Rng = rand::rngs::ChaCha8Rng;

/// What a stream is for. Two purposes never share numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// First values of a network's parameters.
    Parameters,
    /// Windows that a step of a training learns from; numbers: step, fallbacks.
    Windows,
    /// Windows that an objective looks at before the first step.
    Preparation,
    /// Noise and whatever else is drawn within a step; numbers: step, fallbacks.
    Step,
    /// What one part of a batch draws for itself; numbers: the part's.
    Part,
    /// Points between real frames and answers, where a discriminator's slope is measured.
    Slope,
    /// Noise of a model's samples; numbers: the question's.
    Samples,
    /// Actions that a model is conditioned on while it is judged; numbers: the question's.
    Conditions,
    /// What the simulator draws as a predictor; numbers: the question's.
    Simulator,
    /// Colours that a palette begins with.
    Palette,
    /// Contexts and conditions that nothing depends on but that are the same every time.
    Example,
    /// Creatures beside the agent, of an episode whose seed is given; numbers: the creature's.
    Creatures,
    /// Where a dream in the window begins.
    Dream,
    /// What a walker draws its decisions by; numbers: the walk's.
    Walks,
    /// Latents that frames are painted from without a context; numbers: the latent's.
    Latents,
    /// Which past fakes a discriminator is shown; numbers: the pool's.
    Pool,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Parameters,
        Self::Windows,
        Self::Preparation,
        Self::Step,
        Self::Part,
        Self::Slope,
        Self::Samples,
        Self::Conditions,
        Self::Simulator,
        Self::Palette,
        Self::Example,
        Self::Creatures,
        Self::Dream,
        Self::Walks,
        Self::Latents,
        Self::Pool,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Parameters => "parameters",
            Self::Windows => "windows",
            Self::Preparation => "preparation",
            Self::Step => "step",
            Self::Part => "part",
            Self::Slope => "slope",
            Self::Samples => "samples",
            Self::Conditions => "conditions",
            Self::Simulator => "simulator",
            Self::Palette => "palette",
            Self::Example => "example",
            Self::Creatures => "creatures",
            Self::Dream => "dream",
            Self::Walks => "walks",
            Self::Latents => "latents",
            Self::Pool => "pool",
        }
    }
}

/// The stream of a name.
pub fn stream(seed: u64, purpose: Purpose, numbers: &[u64]) -> Rng {
    Rng::from_seed(hash(seed, purpose, numbers))
}

/// A seed that follows from a name, for streams that are named by it in turn.
pub fn seed(seed: u64, purpose: Purpose, numbers: &[u64]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = hash(seed, purpose, numbers);
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn hash(seed: u64, purpose: Purpose, numbers: &[u64]) -> [u8; 32] {
    let name = purpose.name();
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(&(name.len() as u64).to_le_bytes());
    hasher.update(name.as_bytes());
    for number in numbers {
        hasher.update(&number.to_le_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// The stream that a world follows from: how a maze is grown, and how its agent starts and turns.
///
/// It is the seed's own, without a purpose: a recording of a seed has the same bytes as with every earlier version.
pub fn world(seed: u64) -> Rng {
    Rng::seed_from_u64(seed)
}

/// The seed of the world of one of a recording's episodes: SplitMix64's finisher (Steele, Lea, Flood 2014), which is one
/// to one in `number` for each seed. Kept since recordings follow from it.
pub fn world_of(seed: u64, number: u64) -> u64 {
    finish(seed.wrapping_add(number.wrapping_add(1).wrapping_mul(GOLDEN)))
}

/// What SplitMix64 steps by: 2⁶⁴ over the golden ratio.
pub const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's finisher: every bit of the result depends on every bit given.
pub fn finish(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;

    fn first(seed: u64, purpose: Purpose, numbers: &[u64]) -> [u64; 2] {
        let mut rng = stream(seed, purpose, numbers);
        [rng.random(), rng.random()]
    }

    #[test]
    fn neighbouring_names_give_different_streams() {
        let mut seen = HashMap::new();
        // Seeds and steps that XOR by hand, `seed ^ (step << 8)`, once mapped onto one another.
        for seed in [0, 1, 2, 255, 256, 257, 511, 1 << 48, (1 << 48) + 1, u64::MAX] {
            for purpose in Purpose::ALL {
                for numbers in [&[][..], &[0], &[1], &[2], &[256], &[0, 0], &[0, 1], &[1, 0], &[1 << 56]] {
                    let name = (seed, purpose, numbers.to_vec());
                    let other = seen.insert(first(seed, purpose, numbers), name.clone());
                    assert_eq!(other, None, "{name:?}");
                }
            }
        }
    }

    #[test]
    fn a_stream_stays_what_it_is_from_version_to_version() {
        assert_eq!(first(1, Purpose::Windows, &[2, 3]), first(1, Purpose::Windows, &[2, 3]));
        let names: std::collections::HashSet<&str> = Purpose::ALL.iter().map(|purpose| purpose.name()).collect();
        assert_eq!(names.len(), Purpose::ALL.len(), "every purpose has a name of its own");
    }

    fn names() -> impl Strategy<Value = (u64, Purpose, Vec<u64>)> {
        let seeds = prop_oneof![0..1024_u64, any::<u64>()];
        let numbers = proptest::collection::vec(prop_oneof![0..512_u64, any::<u64>()], 0..4);
        (seeds, proptest::sample::select(&Purpose::ALL), numbers)
    }

    proptest! {
        #[test]
        fn no_two_streams_of_different_names_agree(one in names(), other in names()) {
            let drawn = |name: &(u64, Purpose, Vec<u64>)| first(name.0, name.1, &name.2);
            prop_assert_eq!(one == other, drawn(&one) == drawn(&other));
        }

        #[test]
        fn episodes_of_a_seed_have_worlds_of_their_own(seed in any::<u64>(), a in any::<u64>(), b in any::<u64>()) {
            prop_assert_eq!(a == b, world_of(seed, a) == world_of(seed, b));
        }
    }
}
