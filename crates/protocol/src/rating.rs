//! What a customer thinks of a chat with a person.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A number is no score.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a score is a whole number from 1 to 5")]
pub struct ScoreError;

/// How good it was: 1 (very bad) to 5 (very good).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Score(u8);

impl Score {
    /// The best.
    pub const MAX: u8 = 5;

    /// All, worst first.
    pub const ALL: [Self; 5] = [Self(1), Self(2), Self(3), Self(4), Self(5)];

    /// Checks and wraps `score`.
    ///
    /// # Errors
    /// If it is not from 1 to 5.
    pub const fn new(score: u8) -> Result<Self, ScoreError> {
        match score {
            1..=Self::MAX => Ok(Self(score)),
            _ => Err(ScoreError),
        }
    }

    /// The number, 1 to 5.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

// The widget reads and writes no other whole numbers: code for a narrower type would be code of its own.
impl TryFrom<u64> for Score {
    type Error = ScoreError;
    fn try_from(score: u64) -> Result<Self, ScoreError> {
        u8::try_from(score)
            .map_err(|_| ScoreError)
            .and_then(Self::new)
    }
}

impl From<Score> for u64 {
    fn from(score: Score) -> Self {
        score.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_one_of_five_also_when_it_arrives_as_json() {
        assert_eq!(Score::new(0), Err(ScoreError));
        assert_eq!(Score::new(6), Err(ScoreError));
        assert_eq!(Score::ALL.map(Score::get), [1, 2, 3, 4, 5]);
        assert_eq!(serde_json::from_str::<Score>("4").unwrap().get(), 4);
        for wrong in ["0", "6", "257", "-1", "4.5", "\"4\"", "null"] {
            assert!(serde_json::from_str::<Score>(wrong).is_err(), "{wrong}");
        }
    }
}
