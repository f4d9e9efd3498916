//! From a message to the pieces of words that the model reads: WordPiece (Schuster and Nakajima 2012), greedy and
//! longest first, as BERT has it. Trainer, server and browser share this code, so they cannot disagree.

use std::collections::HashMap;

use thiserror::Error;

use crate::normalise::{EMAIL, Token, URL, normalise};

/// Stands before every message.
pub const START: &str = "[CLS]";
/// Stands behind every message.
pub const END: &str = "[SEP]";
/// Stands for what no piece covers.
pub const UNKNOWN: &str = "[UNK]";
/// Stands before a message typed in capitals.
pub const LOUD: &str = "[LOUD]";
/// Marks a piece that goes on with a word.
pub const INNER: &str = "##";
/// The pieces that every vocabulary must have.
pub const SPECIAL: [&str; 6] = [UNKNOWN, START, END, LOUD, URL, EMAIL];
/// Most characters of a word that are read.
const MAX_WORD: usize = 64;

/// Why a list of pieces cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum VocabularyError {
    /// A piece occurs twice or is empty.
    #[error("the vocabulary has '{0}' twice, or an empty piece")]
    Repeated(String),
    /// One of [`SPECIAL`] is not there.
    #[error("the vocabulary lacks '{0}'")]
    Missing(&'static str),
}

/// The pieces that a model knows. A piece's id is its row in the model's table.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    ids: HashMap<String, u32>,
    longest: usize,
    start: u32,
    end: u32,
    unknown: u32,
    loud: u32,
}

impl Vocabulary {
    /// Takes the pieces in the order of their ids.
    ///
    /// # Errors
    /// If a piece occurs twice, is empty, or a special one is missing.
    pub fn new<S: AsRef<str>>(pieces: &[S]) -> Result<Self, VocabularyError> {
        let mut ids = HashMap::with_capacity(pieces.len());
        let mut longest = 1;
        for (id, piece) in pieces.iter().enumerate() {
            let piece = piece.as_ref();
            longest = longest.max(piece.len());
            if piece.is_empty() || ids.insert(piece.to_owned(), id as u32).is_some() {
                return Err(VocabularyError::Repeated(piece.to_owned()));
            }
        }
        let special = |name| ids.get(name).copied().ok_or(VocabularyError::Missing(name));
        for name in [URL, EMAIL] {
            special(name)?;
        }
        Ok(Self {
            start: special(START)?,
            end: special(END)?,
            unknown: special(UNKNOWN)?,
            loud: special(LOUD)?,
            ids,
            longest,
        })
    }

    /// How many pieces there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Never: the special pieces are always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The ids of a message's pieces, between [`START`] and [`END`]; at most `most`, which must be at least 4. Of a
    /// longer message the first and the last half are read. Any text is taken, in time that is linear in its length.
    #[must_use]
    pub fn encode(&self, text: &str, most: usize) -> Vec<i64> {
        let room = most.saturating_sub(3).max(1);
        let mut tokens = normalise(text);
        // Every token gives at least one piece, so those in the middle of a long message are never read.
        without_middle(&mut tokens, room);
        let mut inner = Vec::with_capacity(2 * tokens.len());
        for token in &tokens {
            self.split(token, &mut inner);
        }
        without_middle(&mut inner, room);
        let mut ids = Vec::with_capacity(inner.len() + 3);
        ids.push(self.start);
        if is_loud(text) {
            ids.push(self.loud);
        }
        ids.append(&mut inner);
        ids.push(self.end);
        ids.into_iter().map(i64::from).collect()
    }

    /// Whether a word of at least two letters, as normalised, is a piece of its own. `i`, `a` and `u` count too.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        (word.chars().nth(1).is_some() || matches!(word, "i" | "a" | "u"))
            && self.ids.contains_key(word)
    }

    fn split(&self, token: &Token, ids: &mut Vec<u32>) {
        let whole = token.as_str();
        if let Some(&id) = self.ids.get(whole) {
            return ids.push(id);
        }
        let mut buffer = [0; 4];
        match token {
            Token::Sign(signs) => ids.extend(signs.chars().map(|sign| {
                let id = self.ids.get(&*sign.encode_utf8(&mut buffer));
                id.copied().unwrap_or(self.unknown)
            })),
            Token::Word(word) => self.split_word(word, ids),
        }
    }

    fn split_word(&self, word: &str, ids: &mut Vec<u32>) {
        let end = word
            .char_indices()
            .nth(MAX_WORD)
            .map_or(word.len(), |(at, _)| at);
        let mut rest = &word[..end];
        let mut piece = String::new();
        while !rest.is_empty() {
            let prefix = if rest.len() == end { "" } else { INNER };
            let lengths = rest.char_indices().map(|(at, c)| at + c.len_utf8());
            let lengths: Vec<usize> = lengths
                .take_while(|length| *length <= self.longest)
                .collect();
            let found = lengths.iter().rev().find_map(|&length| {
                piece.clear();
                piece.push_str(prefix);
                piece.push_str(&rest[..length]);
                self.ids.get(&piece).map(|&id| (id, length))
            });
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let (id, length) = found.unwrap_or((self.unknown, first));
            // A word in a script that no piece covers is one unknown, not one for each of its letters.
            if id != self.unknown || ids.last() != Some(&id) {
                ids.push(id);
            }
            rest = &rest[length..];
        }
    }
}

/// Leaves the first and the last half of `most` items.
fn without_middle<T>(items: &mut Vec<T>, most: usize) {
    if items.len() > most {
        let head = most.div_ceil(2);
        items.drain(head..items.len() - (most - head));
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

    fn vocabulary() -> Vocabulary {
        let own = [
            "where", "is", "my", "par", "##cel", "##s", "?", "000", "p", "##a", "##r",
        ];
        let pieces: Vec<&str> = SPECIAL.into_iter().chain(own).collect();
        Vocabulary::new(&pieces).unwrap()
    }

    fn shown(text: &str, most: usize) -> Vec<String> {
        let vocabulary = vocabulary();
        let name = |id: i64| {
            let found = vocabulary
                .ids
                .iter()
                .find(|(_, known)| i64::from(**known) == id);
            found.map_or_else(String::new, |(piece, _)| piece.clone())
        };
        vocabulary
            .encode(text, most)
            .into_iter()
            .map(name)
            .collect()
    }

    #[test]
    fn words_are_cut_into_the_longest_pieces_known() {
        assert_eq!(
            shown("Where is my parcel??", 64),
            [
                "[CLS]", "where", "is", "my", "par", "##cel", "?", "?", "[SEP]"
            ]
        );
        assert_eq!(
            shown("parcels", 64),
            ["[CLS]", "par", "##cel", "##s", "[SEP]"]
        );
    }

    #[test]
    fn what_no_piece_covers_is_one_unknown_and_the_rest_of_the_word_is_still_read() {
        assert_eq!(shown("parzz", 64), ["[CLS]", "par", "[UNK]", "[SEP]"]);
        assert_eq!(shown("荷物はどこ", 64), ["[CLS]", "[UNK]", "[SEP]"]);
        assert_eq!(shown("", 64), ["[CLS]", "[SEP]"]);
    }

    #[test]
    fn shouting_is_a_piece_and_case_otherwise_is_not() {
        assert_eq!(
            shown("WHERE IS MY", 64),
            ["[CLS]", "[LOUD]", "where", "is", "my", "[SEP]"]
        );
        assert_eq!(shown("Where is my", 64), shown("where is my", 64));
    }

    #[test]
    fn numbers_links_and_addresses_are_one_piece_each() {
        assert_eq!(
            shown("1042 https://a.b/c me@example.com", 64),
            ["[CLS]", "000", "<url>", "<email>", "[SEP]"]
        );
    }

    #[test]
    fn of_a_long_message_the_beginning_and_the_end_are_read() {
        let long = format!("where {} parcel", "is ".repeat(1_000));
        assert_eq!(
            shown(&long, 8),
            ["[CLS]", "where", "is", "is", "par", "##cel", "[SEP]"]
        );
    }

    #[test]
    fn a_vocabulary_that_cannot_be_used_is_refused() {
        let with = |more: &[&str]| Vocabulary::new(&[&SPECIAL[..], more].concat()).unwrap_err();
        assert_eq!(with(&["a", "a"]), VocabularyError::Repeated("a".into()));
        assert_eq!(with(&[""]), VocabularyError::Repeated(String::new()));
        assert_eq!(
            Vocabulary::new(&["a"]).unwrap_err(),
            VocabularyError::Missing(URL)
        );
    }

    proptest! {
        #[test]
        fn any_text_gives_ids_in_bounds(text in "\\PC{0,300}", most in 8usize..70) {
            let vocabulary = vocabulary();
            let ids = vocabulary.encode(&text, most);
            prop_assert!((2..=most).contains(&ids.len()));
            prop_assert!(ids.iter().all(|&id| (0..vocabulary.len() as i64).contains(&id)));
            prop_assert_eq!(&ids, &vocabulary.encode(&text, most));
        }

        #[test]
        fn invisible_characters_and_joiners_change_nothing(text in "[a-z ]{1,40}", at in 0usize..40) {
            let at = at.min(text.len());
            let hidden = format!("{}\u{200d}\u{feff}{}", &text[..at], &text[at..]);
            prop_assert_eq!(vocabulary().encode(&text, 64), vocabulary().encode(&hidden, 64));
        }
    }

    #[test]
    fn a_hundred_kilobytes_of_anything_are_cut_up_without_panic() {
        let units = [
            "a",
            "parcel ",
            "😀",
            "👨‍👩‍👧 ",
            "שלום ",
            "\u{202e}abc",
            "ﷺ",
            "e\u{301}",
            "1",
            "?!",
            "字",
            "\u{200b}",
        ];
        for unit in units {
            let text: String = unit.chars().cycle().take(100_000).collect();
            assert!(vocabulary().encode(&text, 64).len() <= 64, "{unit}");
        }
    }
}
