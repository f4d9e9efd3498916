//! Identifiers. All are short opaque strings; whoever needs a new one draws the randomness and passes it in.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a string is not an id.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum IdError {
    /// The length is outside the allowed range.
    #[error("{what} must have {min} to {max} characters, this has {len}")]
    Length {
        /// What the id names.
        what: &'static str,
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
        /// Characters found.
        len: usize,
    },
    /// A character other than `a-z A-Z 0-9 - _` was found.
    #[error("{what} may only have letters, digits, '-' and '_'")]
    Character {
        /// What the id names.
        what: &'static str,
    },
}

fn check(what: &'static str, text: &str, min: usize, max: usize) -> Result<(), IdError> {
    let len = text.chars().count();
    if len < min || len > max {
        return Err(IdError::Length {
            what,
            min,
            max,
            len,
        });
    }
    if !text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    {
        return Err(IdError::Character { what });
    }
    Ok(())
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $min:literal..=$max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Fewest characters.
            pub const MIN_CHARS: usize = $min;
            /// Most characters.
            pub const MAX_CHARS: usize = $max;

            /// Checks and wraps `text`.
            ///
            /// # Errors
            /// If the length or a character is not allowed.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                check($what, &text, Self::MIN_CHARS, Self::MAX_CHARS)?;
                Ok(Self(text))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
    };
}

macro_rules! shown {
    ($($name:ident),*) => {$(
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

id!(
    /// One conversation. Made by the server, at least 128 random bits, unguessable but not secret.
    ConversationId, "a conversation id", 16..=64
);
id!(
    /// Names one write so that a retry is the same write. Made by whoever writes, at least 128 random bits.
    WriteId, "a write id", 16..=64
);
id!(
    /// The public key of a site (a merchant), as in the script tag.
    SiteKey, "a site key", 1..=64
);
id!(
    /// One agent.
    AgentId, "an agent id", 1..=64
);
id!(
    /// A label of the triage model, such as `track_order`. The built-in ones are in the taxonomy; merchants may have their own.
    IntentId, "an intent", 1..=64
);
shown!(ConversationId, WriteId, SiteKey, AgentId, IntentId);

/// The customer's secret: 256 random bits in base64url without padding, made on their device.
/// The server keeps a hash only. Deliberately without `Display`, and `Debug` hides it, so that it cannot reach a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VisitorToken(String);

impl VisitorToken {
    /// How many characters it has.
    pub const CHARS: usize = 43;

    /// Checks and wraps `text`.
    ///
    /// # Errors
    /// If it is not 43 characters of base64url.
    pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
        let text = text.into();
        check("a visitor token", &text, Self::CHARS, Self::CHARS)?;
        Ok(Self(text))
    }

    /// The secret itself, for the `Authorization` header.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for VisitorToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VisitorToken(hidden)")
    }
}

impl TryFrom<String> for VisitorToken {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::new(text)
    }
}

impl From<VisitorToken> for String {
    fn from(token: VisitorToken) -> Self {
        token.0
    }
}
