//! The K-th of N parts of a piece of work whose pieces are numbered: what several machines divide among them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Most parts that a piece of work is divided into.
const MOST: u32 = 100_000;

/// The K-th of N parts: of the pieces 0, 1, 2, … those with the numbers K − 1, K − 1 + N, K − 1 + 2 N, …
///
/// So no two parts share a piece, together they have all, their sizes differ by one at most, and a piece stays in its part
/// when more pieces follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// K, from 1.
    pub number: u32,
    /// N, at least K.
    pub of: u32,
}

/// What [`Part::is_sound`] asks for, in words.
pub(crate) const SOUND: &str = "K of N, with 1 ≤ K ≤ N ≤ 100000";

impl Part {
    /// Whether there is such a part.
    pub fn is_sound(self) -> bool {
        (1..=self.of).contains(&self.number) && self.of <= MOST
    }

    /// Whether a piece belongs to it.
    pub fn holds(self, piece: u64) -> bool {
        piece % u64::from(self.of) == u64::from(self.number - 1)
    }

    /// The pieces that belong to it, of so many, in order.
    pub fn pieces(self, total: u32) -> impl Iterator<Item = u32> {
        (self.number - 1..total).step_by(self.of as usize)
    }
}

impl FromStr for Part {
    type Err = String;

    /// Reads `K/N`, such as `2/4`.
    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        let part = numbers.map(|(number, of)| Self { number, of });
        part.filter(|part| part.is_sound())
            .ok_or_else(|| format!("`{text}` is not K/N with 1 ≤ K ≤ N ≤ {MOST}, such as 2/4"))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "part {} of {}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_disjoint_complete_and_even(of in 1_u32..40, total in 0_u32..300) {
            let parts: Vec<Vec<u32>> = (1..=of).map(|number| Part { number, of }.pieces(total).collect()).collect();
            let mut all = parts.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..total).collect::<Vec<u32>>(), "each once");
            let sizes = || parts.iter().map(Vec::len);
            prop_assert!(sizes().max().unwrap() - sizes().min().unwrap() <= 1);
            for (pieces, number) in parts.iter().zip(1..) {
                let part = Part { number, of };
                prop_assert!((0..total).all(|piece| part.holds(piece.into()) == pieces.contains(&piece)));
                let more: Vec<u32> = part.pieces(total + 50).collect();
                prop_assert_eq!(&more[..pieces.len()], &pieces[..], "what there was stays");
            }
        }
    }

    #[test]
    fn what_is_no_part_is_refused() {
        assert_eq!("2/4".parse(), Ok(Part { number: 2, of: 4 }));
        assert_eq!(Part { number: 2, of: 4 }.to_string(), "part 2 of 4");
        for text in ["", "1", "0/3", "4/3", "1/0", "1/100001", "-1/3", "1/3/3", "a/b", "1.0/2"] {
            let error = text.parse::<Part>().unwrap_err();
            assert!(error.contains(&format!("`{text}` is not K/N")), "{error}");
        }
    }
}
