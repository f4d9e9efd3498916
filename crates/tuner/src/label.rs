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
    fn a_name_that_gives_no_id_is_refused() {
        assert_eq!(Label::new("退货"), Err(LabelError::Empty("退货".into())));
        assert_eq!(Label::new(&"a".repeat(65)), Err(LabelError::Long(65)));
    }
}
