//! From what a merchant calls a label to its id.

use deskbell_protocol::IntentId;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

/// A label of the merchant's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// As the answer book and events name it.
    pub id: IntentId,
    /// As the merchant wrote it first.
    pub name: String,
}

/// Why a name gives no label.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum LabelError {
    /// Nothing of it can be part of an id.
    #[error(
        "the label \"{0}\" has no letters a to z and no digits; write one such as \"opening_hours\""
    )]
    Empty(String),
    /// The id would be too long.
    #[error("the label has {0} characters; at most 64 are possible")]
    Long(usize),
}

impl Label {
    /// "Where is my order?" has the id `where_is_my_order`: lower case, accents dropped, and whatever is no letter or
    /// digit one underscore. Names that differ only in that are one label, and a name like a built-in intent's is that
    /// intent.
    ///
    /// # Errors
    /// If nothing is left, or more than 64 characters.
    pub fn new(name: &str) -> Result<Self, LabelError> {
        let mut id = String::new();
        let mut gap = false;
        // A letter's accent becomes a character of its own, which is no reason for an underscore.
        for c in name
            .nfkd()
            .filter(|&c| !unicode_normalization::char::is_combining_mark(c))
        {
            if c.is_ascii_alphanumeric() {
                if gap && !id.is_empty() {
                    id.push('_');
                }
                id.push(c.to_ascii_lowercase());
            }
            // "Don't" is `dont`.
            gap = !c.is_ascii_alphanumeric() && (gap || !matches!(c, '\'' | '’'));
        }
        if id.is_empty() {
            return Err(LabelError::Empty(name.to_owned()));
        }
        let length = id.len();
        let id = IntentId::new(id).map_err(|_| LabelError::Long(length))?;
        Ok(Self {
            id,
            name: name.to_owned(),
        })
    }

    /// What the name says, to be read as an example: "opening hours" of `opening_hours`. Nothing if more than
    /// half of its words are unknown: with codes such as `T17`, or names in another language, for CLINC150's labels a head
    /// with ten examples each is 0.4 points worse than without, with their names as much better (validation split).
    #[must_use]
    pub fn said(&self, known: impl Fn(&str) -> bool) -> Option<String> {
        let words: Vec<&str> = self
            .name
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .filter(|word| !word.is_empty())
            .collect();
        let readable = words.iter().filter(|word| known(&word.to_lowercase()));
        (!words.is_empty() && 2 * readable.count() >= words.len()).then(|| words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> String {
        Label::new(name).unwrap().id.to_string()
    }

    #[test]
    fn a_name_in_words_becomes_an_id_and_stays_what_is_shown() {
        assert_eq!(id("Where is my order?"), "where_is_my_order");
        assert_eq!(id("  Rückgabe / Umtausch "), "ruckgabe_umtausch");
        assert_eq!(id("don't know"), "dont_know");
        assert_eq!(id("talk-to-human"), "talk_to_human");
        assert_eq!(id("track_order"), "track_order");
        assert_eq!(Label::new("Brakes!").unwrap().name, "Brakes!");
    }

    #[test]
    fn a_name_is_read_as_words_if_half_of_them_are_known() {
        let known = |word: &str| ["opening", "hours", "don't", "know"].contains(&word);
        let said = |name: &str| Label::new(name).unwrap().said(known);
        assert_eq!(said("opening_hours").as_deref(), Some("opening hours"));
        assert_eq!(said("Opening-Hours?").as_deref(), Some("Opening Hours"));
        assert_eq!(said("don't know").as_deref(), Some("don't know"));
        assert_eq!(said("brunch hours").as_deref(), Some("brunch hours"));
        assert_eq!(said("T17"), None);
        assert_eq!(said("öffnungszeiten"), None);
    }

    #[test]
    fn a_name_that_gives_no_id_is_refused() {
        assert_eq!(Label::new("退货"), Err(LabelError::Empty("退货".into())));
        assert_eq!(Label::new(&"a".repeat(65)), Err(LabelError::Long(65)));
    }
}
