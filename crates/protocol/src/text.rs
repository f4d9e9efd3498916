//! Texts that people type. The same rule on the device and on the server.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a text was refused. Customers read their own language's words for it, agents and logs these.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TextError {
    /// Nothing but white space.
    #[error("The message is empty.")]
    Empty,
    /// Longer than allowed.
    #[error("The message has {len} characters; at most {max} are possible.")]
    TooLong {
        /// Characters found.
        len: usize,
        /// Most characters.
        max: usize,
    },
    /// A control character other than line feed and tab.
    #[error("The message has a control character that cannot be shown.")]
    Control,
}

/// Trims, normalises line ends to `\n`, and refuses what cannot be shown. Bidirectional overrides count as
/// control characters: they make a text read other than it is.
fn accept(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    let len = text.chars().count();
    if len > max {
        return Err(TextError::TooLong { len, max });
    }
    let forbidden = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.chars().any(forbidden) {
        return Err(TextError::Control);
    }
    Ok(text.to_owned())
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Most characters (Unicode scalar values) after trimming.
            pub const MAX_CHARS: usize = $max;

            /// Trims and checks `text`.
            ///
            /// # Errors
            /// If it is empty, too long, or has control characters.
            pub fn new(text: &str) -> Result<Self, TextError> {
                accept(text, $max).map(Self)
            }

            /// The text, never to be interpreted as HTML.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;
            fn try_from(text: String) -> Result<Self, TextError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}

text!(
    /// A message of a customer or an agent: 1 to 4,000 characters.
    MessageText, 4_000
);
text!(
    /// How to reach a customer who leaves (e-mail, phone): 1 to 200 characters.
    ContactText, 200
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_around_a_message_is_dropped_and_inner_line_breaks_stay() {
        assert_eq!(MessageText::new("  a\r\nb \n").unwrap().as_str(), "a\nb");
    }

    #[test]
    fn empty_long_and_unshowable_texts_are_refused_with_their_reason() {
        assert_eq!(MessageText::new(" \n\t "), Err(TextError::Empty));
        let long = "é".repeat(4_001);
        assert_eq!(
            MessageText::new(&long),
            Err(TextError::TooLong {
                len: 4_001,
                max: 4_000
            })
        );
        assert!(MessageText::new(&"é".repeat(4_000)).is_ok());
        assert_eq!(MessageText::new("a\u{0}b"), Err(TextError::Control));
        assert_eq!(MessageText::new("pay \u{202e}001"), Err(TextError::Control));
    }

    #[test]
    fn the_rule_holds_when_a_message_arrives_as_json() {
        assert!(serde_json::from_str::<MessageText>(r#""ok""#).is_ok());
        assert!(serde_json::from_str::<MessageText>(r#"" ""#).is_err());
    }
}
