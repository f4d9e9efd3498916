//! From a message to the rows of the model's embedding table: hashed words, word pairs and character n-grams,
//! in the manner of fastText. Trainer, server and browser share this code, so they cannot disagree.

use serde::{Deserialize, Serialize};

use crate::normalise::{Token, normalise};

/// How a message is cut up. Part of the manifest: a model only fits the features it was trained on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureParams {
    /// Rows of the embedding table; a power of two.
    pub buckets: u32,
    /// Shortest and longest character n-gram of a word, its edges counted as characters.
    pub char_ngrams: (usize, usize),
    /// Most tokens read. Of a longer message the first and the last half of that many are.
    pub max_tokens: usize,
    /// Most characters of a word that give n-grams.
    pub max_word_chars: usize,
}

impl FeatureParams {
    /// Whether features can be made with these.
    #[must_use]
    pub fn are_valid(&self) -> bool {
        let (shortest, longest) = self.char_ngrams;
        self.buckets.is_power_of_two()
            && (1..=longest).contains(&shortest)
            && longest <= 16
            && (2..=4_096).contains(&self.max_tokens)
            && (1..=256).contains(&self.max_word_chars)
    }

    /// The most ids that [`features`] gives for any text.
    #[must_use]
    pub fn max_ids(&self) -> usize {
        let (shortest, longest) = self.char_ngrams;
        let sizes = longest.saturating_sub(shortest) + 1;
        // Per token: itself, the pair and the pair over a gap that end in it, its n-grams. Then the closing pair,
        // the length and the loudness.
        self.max_tokens * (3 + sizes * (self.max_word_chars + 2)) + 3
    }
}

/// What a hash stands for, so that the word "no" and the n-gram "no" are two features.
#[derive(Clone, Copy)]
enum Kind {
    Word = 1,
    Pair = 2,
    Gap = 3,
    Ngram = 4,
    Length = 5,
    Loud = 6,
}

/// FNV-1a, 64 bits.
struct Fnv(u64);

impl Fnv {
    fn new(kind: Kind) -> Self {
        Self(0xcbf2_9ce4_8422_2325).with(&[kind as u8])
    }

    fn with(mut self, bytes: &[u8]) -> Self {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }

    /// The bucket: the high half folded in, because FNV's low bits mix least.
    fn bucket(&self, params: &FeatureParams) -> i64 {
        i64::from(((self.0 >> 32) ^ self.0) as u32 & (params.buckets - 1))
    }
}

/// The features of `text` as rows of the embedding table: ascending, without repeats, at least one, at most
/// [`FeatureParams::max_ids`], each below `params.buckets`.
///
/// `params` must be valid ([`FeatureParams::are_valid`]).
#[must_use]
pub fn features(text: &str, params: &FeatureParams) -> Vec<i64> {
    let mut tokens = normalise(text);
    let count = tokens.len();
    if count > params.max_tokens {
        let half = params.max_tokens / 2;
        tokens.drain(half..count - half);
    }

    let mut ids = Vec::with_capacity(16 * tokens.len() + 8);
    // The length in doublings: 0, 1, 2, 3-4, 5-8, … tokens.
    let doublings = count.next_power_of_two().trailing_zeros() as u8 + u8::from(count > 0);
    ids.push(Fnv::new(Kind::Length).with(&[doublings]).bucket(params));
    if is_loud(text) {
        ids.push(Fnv::new(Kind::Loud).bucket(params));
    }

    let (mut before, mut previous) = ("", "<s>");
    for token in &tokens {
        let this = token.as_str();
        ids.push(Fnv::new(Kind::Word).with(this.as_bytes()).bucket(params));
        if let Token::Word(word) = token {
            ngrams(word, params, &mut ids);
        }
        ids.push(pair(Kind::Pair, previous, this, params));
        if !before.is_empty() {
            ids.push(pair(Kind::Gap, before, this, params));
        }
        (before, previous) = (previous, this);
    }
    ids.push(pair(Kind::Pair, previous, "</s>", params));

    ids.sort_unstable();
    ids.dedup();
    ids
}

fn pair(kind: Kind, left: &str, right: &str, params: &FeatureParams) -> i64 {
    Fnv::new(kind)
        .with(left.as_bytes())
        .with(b" ")
        .with(right.as_bytes())
        .bucket(params)
}

/// Adds the character n-grams of `<word>`, the edges marked.
fn ngrams(word: &str, params: &FeatureParams, ids: &mut Vec<i64>) {
    let chars: Vec<char> = std::iter::once('<')
        .chain(word.chars().take(params.max_word_chars))
        .chain(std::iter::once('>'))
        .collect();
    let (shortest, longest) = params.char_ngrams;
    let mut buffer = [0; 4];
    for start in 0..chars.len() {
        let mut hash = Fnv::new(Kind::Ngram);
        for (at, c) in chars[start..].iter().take(longest).enumerate() {
            hash = hash.with(c.encode_utf8(&mut buffer).as_bytes());
            if at + 1 >= shortest {
                ids.push(hash.bucket(params));
            }
        }
    }
}

/// Whether somebody shouts: at least five cased letters, four of five of them capitals.
fn is_loud(text: &str) -> bool {
    let upper = text.chars().filter(|c| c.is_uppercase()).count();
    let lower = text.chars().filter(|c| c.is_lowercase()).count();
    upper + lower >= 5 && upper >= 4 * lower
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PARAMS: FeatureParams = FeatureParams {
        buckets: 1 << 15,
        char_ngrams: (3, 5),
        max_tokens: 160,
        max_word_chars: 24,
    };

    #[test]
    fn a_typo_keeps_most_of_a_message_recognisable() {
        let right = features("cancel my subscription", &PARAMS);
        let typo = features("cancel my subscripton", &PARAMS);
        let shared = right.iter().filter(|id| typo.contains(id)).count();
        assert!(shared * 2 > right.len(), "{shared} of {}", right.len());
    }

    #[test]
    fn a_greeting_alone_differs_from_a_greeting_before_a_request() {
        let alone = features("hi", &PARAMS);
        let before = features("hi where is my order", &PARAMS);
        assert!(alone.iter().any(|id| !before.contains(id)));
    }

    #[test]
    fn shouting_is_a_feature_and_case_otherwise_is_not() {
        assert_ne!(
            features("HUMAN NOW", &PARAMS),
            features("human now", &PARAMS)
        );
        assert_eq!(
            features("Human now", &PARAMS),
            features("human now", &PARAMS)
        );
    }

    #[test]
    fn the_end_of_a_very_long_message_still_counts() {
        let long = "word ".repeat(700);
        assert_ne!(
            features(&format!("{long} human please"), &PARAMS),
            features(&format!("{long} my parcel"), &PARAMS)
        );
    }

    #[test]
    fn hashes_never_change_because_shipped_models_depend_on_them() {
        assert_eq!(features("", &PARAMS), EMPTY);
        assert_eq!(features("hi", &PARAMS), HI);
    }

    const EMPTY: [i64; 2] = [2599, 29601];
    const HI: [i64; 7] = [1870, 2772, 5127, 12428, 12653, 12754, 21523];

    proptest! {
        #[test]
        fn any_text_gives_some_features_in_bounds(text in "\\PC{0,300}") {
            let ids = features(&text, &PARAMS);
            prop_assert!(!ids.is_empty() && ids.len() <= PARAMS.max_ids());
            prop_assert!(ids.iter().all(|id| (0..1 << 15).contains(id)));
            prop_assert!(ids.is_sorted_by(|a, b| a < b));
        }

        #[test]
        fn the_bound_holds_for_the_longest_messages(word in "\\PC{1,40}", space in " ?") {
            let text: String = format!("{word}{space}").chars().cycle().take(4_000).collect();
            prop_assert!(features(&text, &PARAMS).len() <= PARAMS.max_ids());
        }
    }
}
