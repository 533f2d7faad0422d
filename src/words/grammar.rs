//! The grammar: what captions are written in. A sentence names the situation, then perhaps the wall, then perhaps the
//! light, each in one of several phrasings.
//!
//! ```text
//! sentence  = situation [wall] [light]
//! situation = "a left turn" | "a turn to the left" | …
//! wall      = "at a" material "wall" | "of" material | …      material = "brick" | "red brick" | "hedge" | …
//! light     = "by day" | "at night" | …
//! ```

use std::sync::LazyLock;

use super::{Caption, Light, Material, Situation, Wall};

/// Words of the longest sentence.
pub const LONGEST: usize = 14;

/// Why a text is no sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// Nothing was said.
    #[error("the caption is empty; say for example `a left turn at a hedge wall`")]
    Empty,
    /// A word that the grammar lacks.
    #[error("the grammar has no word `{word}`; the nearest is `{nearest}`; it has {}", vocabulary().join(", "))]
    Unknown {
        /// As given, in small letters.
        word: String,
        /// The word that is fewest letters away.
        nearest: &'static str,
    },
    /// Words in an order that the grammar lacks.
    #[error("the grammar has no caption that goes on so; after `{before}` may follow {}", .next.join(", "))]
    NoSentence {
        /// The words that begin a sentence.
        before: String,
        /// What may follow them.
        next: Vec<String>,
    },
}

/// A text of the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What it says.
    pub caption: Caption,
    /// Its words, as numbers of [`vocabulary`].
    pub words: Vec<usize>,
}

impl std::fmt::Display for Sentence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<&str> = self.words.iter().map(|&word| vocabulary()[word]).collect();
        f.write_str(&words.join(" "))
    }
}

fn situations(situation: Situation) -> [&'static str; 3] {
    match situation {
        Situation::LeftTurn => ["a left turn", "a turn to the left", "a bend to the left"],
        Situation::RightTurn => ["a right turn", "a turn to the right", "a bend to the right"],
        Situation::Fork => ["a fork", "two ways", "a choice of left and right"],
        Situation::DeadEnd => ["a dead end", "a blind alley", "the end of a way"],
        Situation::Corridor => ["a long corridor", "a long passage", "a way straight on"],
    }
}

fn wall(wall: Wall) -> &'static str {
    match wall {
        Wall::Brick => "brick",
        Wall::Of(Material::RedBrick) => "red brick",
        Wall::Of(Material::BlueBrick) => "blue brick",
        Wall::Of(Material::Hedge) => "hedge",
        Wall::Of(Material::Stone) => "stone",
    }
}

/// Around what the wall is made of: before and after it. A corridor's walls stand beside it, others ahead.
fn walls(situation: Situation) -> [(&'static str, &'static str); 3] {
    match situation {
        Situation::Corridor => [("of", ""), ("between", "walls"), ("between walls of", "")],
        _ => [("at a", "wall"), ("of", ""), ("before a wall of", "")],
    }
}

fn lights(light: Light) -> [&'static str; 2] {
    match light {
        Light::Day => ["by day", "in daylight"],
        Light::Night => ["at night", "in moonlight"],
    }
}

/// Every way to say a caption.
pub fn phrasings(caption: Caption) -> Vec<Sentence> {
    let texts = texts(caption);
    let number = |word: &str| vocabulary().binary_search(&word).expect("the vocabulary has all words of the grammar");
    texts.iter().map(|text| Sentence { caption, words: text.split(' ').map(number).collect() }).collect()
}

fn texts(caption: Caption) -> Vec<String> {
    let begun = situations(caption.situation).map(str::to_owned).to_vec();
    let walled = match caption.wall {
        None => begun,
        Some(named) => {
            let phrase =
                |(before, after): (&str, &str)| format!("{before} {} {after}", wall(named)).trim_end().to_owned();
            let phrases = walls(caption.situation).map(phrase);
            begun.iter().flat_map(|text| phrases.iter().map(move |phrase| format!("{text} {phrase}"))).collect()
        }
    };
    match caption.light {
        None => walled,
        Some(light) => {
            let phrases = lights(light);
            walled.iter().flat_map(|text| phrases.iter().map(move |phrase| format!("{text} {phrase}"))).collect()
        }
    }
}

/// All words of the grammar, in alphabetical order.
pub fn vocabulary() -> &'static [&'static str] {
    static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let of_situation = |situation| {
            let around = walls(situation).into_iter().flat_map(|(before, after)| [before, after]);
            situations(situation).into_iter().chain(around)
        };
        let phrases = Situation::ALL.into_iter().flat_map(of_situation).chain(Wall::ALL.map(wall));
        let phrases = phrases.chain(Light::ALL.into_iter().flat_map(lights));
        let mut words: Vec<&str> =
            phrases.flat_map(|phrase| phrase.split(' ')).filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        words.dedup();
        words
    });
    &WORDS
}

/// All sentences.
fn sentences() -> &'static [Sentence] {
    static SENTENCES: LazyLock<Vec<Sentence>> = LazyLock::new(|| Caption::all().flat_map(phrasings).collect());
    &SENTENCES
}

/// What a text says; capital letters, commas and a full stop at the end are as good as none.
///
/// # Errors
/// If it is empty, has a word that the grammar lacks, or its words in an order that the grammar lacks.
pub fn parse(text: &str) -> Result<Sentence, WordsError> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|letter: char| letter.is_whitespace() || ",.".contains(letter)).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Err(WordsError::Empty);
    }
    let number = |word: &&str| {
        let unknown = |_| WordsError::Unknown { word: (*word).to_owned(), nearest: nearest(word) };
        vocabulary().binary_search(word).map_err(unknown)
    };
    let words = words.iter().map(number).collect::<Result<Vec<usize>, _>>()?;
    if let Some(found) = sentences().iter().find(|sentence| sentence.words == words) {
        return Ok(found.clone());
    }
    let shared =
        |sentence: &Sentence| sentence.words.iter().zip(&words).take_while(|(one, other)| one == other).count();
    let known = sentences().iter().map(shared).max().unwrap_or(0);
    let mut next: Vec<String> = Vec::new();
    for sentence in sentences().iter().filter(|sentence| shared(sentence) == known) {
        let word = sentence.words.get(known).map_or("the end".to_owned(), |&word| format!("`{}`", vocabulary()[word]));
        if !next.contains(&word) {
            next.push(word);
        }
    }
    let before: Vec<&str> = words[..known].iter().map(|&word| vocabulary()[word]).collect();
    Err(WordsError::NoSentence { before: before.join(" "), next })
}

/// The words that may follow a text, each once; of a word that is begun, how it may end.
pub fn next_words(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    let (finished, begun) = text.rsplit_once(' ').unwrap_or(("", &text));
    let finished: Vec<&str> = finished.split_whitespace().collect();
    let mut next = Vec::new();
    for sentence in sentences() {
        let mut words = sentence.words.iter().map(|&word| vocabulary()[word]);
        let is_so_far = finished.iter().all(|word| words.next() == Some(word));
        let following = words.next().filter(|_| is_so_far);
        // A whole word is followed by others.
        let following =
            if following == Some(begun) { words.next() } else { following.filter(|word| word.starts_with(begun)) };
        next.extend(following.filter(|word| !next.contains(word)));
    }
    next
}

/// The word of the grammar that is fewest letters away; the first of several.
fn nearest(word: &str) -> &'static str {
    // What is longer is no nearer to any word.
    let word: String = word.chars().take(64).collect();
    vocabulary().iter().copied().min_by_key(|known| letters_apart(&word, known)).unwrap_or_default()
}

/// Letters to be put in, left out or changed to make one word of the other: Levenshtein (1966).
fn letters_apart(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for at in 0..other.len() {
            let changed = diagonal + usize::from(letter != other[at]);
            diagonal = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::words::State;

    #[test]
    fn every_caption_comes_back_from_each_of_its_phrasings() {
        for caption in Caption::all() {
            let all = phrasings(caption);
            assert!(all.len() >= 3, "several phrasings: {caption:?}");
            for sentence in all {
                assert_eq!(parse(&sentence.to_string()).unwrap(), sentence);
            }
        }
    }

    #[test]
    fn no_sentence_says_two_things_and_none_is_too_long() {
        let mut said: HashMap<&[usize], Caption> = HashMap::new();
        for sentence in sentences() {
            let before = said.insert(&sentence.words, sentence.caption);
            assert!(before.is_none(), "`{sentence}` says {before:?} and {:?}", sentence.caption);
        }
        assert_eq!(sentences().iter().map(|sentence| sentence.words.len()).max(), Some(LONGEST));
    }

    #[test]
    fn captions_of_the_docs_are_understood() {
        let said = |text: &str| parse(text).unwrap().caption;
        let wall = |material| Some(Wall::Of(material));
        let at_hedge = Caption { situation: Situation::LeftTurn, wall: wall(Material::Hedge), light: None };
        assert_eq!(said("a left turn at a hedge wall"), at_hedge);
        assert_eq!(said("  A left turn, at a HEDGE wall. "), at_hedge);
        let corridor =
            Caption { situation: Situation::Corridor, wall: wall(Material::Hedge), light: Some(Light::Night) };
        assert_eq!(said("a long corridor of hedge at night"), corridor);
        let dead_end = Caption { situation: Situation::DeadEnd, wall: wall(Material::BlueBrick), light: None };
        assert_eq!(said("a dead end of blue brick"), dead_end);
        assert_eq!(said("a left turn at a brick wall").wall, Some(Wall::Brick));
    }

    #[test]
    fn what_the_grammar_lacks_is_refused_with_what_it_has() {
        assert_eq!(parse(" ,. "), Err(WordsError::Empty));
        let error = parse("a left turn at a hegde wall").unwrap_err();
        assert_eq!(error, WordsError::Unknown { word: "hegde".into(), nearest: "hedge" });
        let text = error.to_string();
        assert!(
            text.contains("`hegde`") && text.contains("`hedge`") && text.contains("moonlight, night, of"),
            "{text}"
        );
        let error = parse("a left turn hedge").unwrap_err().to_string();
        assert!(error.contains("after `a left turn` may follow `at`, `of`, `before`, "), "{error}");
        let error = parse("hedge").unwrap_err().to_string();
        assert!(error.contains("may follow `a`, `two`, `the`"), "{error}");
        assert!(parse("a left turn at a hedge wall at").is_err());
    }

    #[test]
    fn letters_apart_are_those_of_the_textbook() {
        assert_eq!(
            (letters_apart("kitten", "sitting"), letters_apart("", "ab"), letters_apart("same", "same")),
            (3, 2, 0)
        );
    }

    #[test]
    fn words_that_may_follow_are_known() {
        assert_eq!(next_words("a left "), ["turn"]);
        assert_eq!(next_words("a left tu"), ["turn"]);
        assert_eq!(next_words("A left turn "), ["at", "of", "before", "by", "in"]);
        assert_eq!(next_words("a left turn"), ["at", "of", "before", "by", "in"], "a whole word");
        assert_eq!(next_words("a fork at a b"), ["brick", "blue"]);
        assert!(next_words("a fork by day ").is_empty() && next_words("hedge ").is_empty());
        assert_eq!(next_words(""), ["a", "two", "the"]);
    }

    proptest! {
        #[test]
        fn a_state_said_in_any_way_is_understood_as_what_fits_it(index in 0..State::COUNT, seed: u64, phrasing: usize) {
            let state = State::all().nth(index).unwrap();
            let caption = Caption::drawn(state, &mut crate::random::stream(seed, crate::random::Purpose::Example, &[]));
            let all = phrasings(caption);
            let understood = parse(&all[phrasing % all.len()].to_string()).unwrap().caption;
            prop_assert_eq!(understood, caption);
            prop_assert!(understood.fits(state));
        }

        #[test]
        fn whatever_is_typed_is_a_sentence_or_refused(text in ".{0,60}") {
            if let Ok(sentence) = parse(&text) {
                prop_assert!(sentences().contains(&sentence));
            }
        }
    }
}
