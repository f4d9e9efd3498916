//! Something that must not be.

use std::fmt;

/// What was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Events are not 1, 2, 3, …
    Gap,
    /// What was acknowledged is not there, or something else is in its place.
    Lost,
    /// A write is stored more than once, or in pieces.
    Repeated,
    /// What began after an acknowledgement stands before what was acknowledged.
    Order,
    /// An event that nobody asked for.
    Unasked,
    /// What was refused is stored.
    RefusedStored,
    /// A reader got something else than the log.
    Reader,
    /// A conversation was taken or used while it was somebody else's.
    TwoOwners,
    /// An event that is not possible where the conversation stood.
    OutOfTurn,
    /// An acknowledged ring brought nobody.
    ForgottenRing,
    /// Queue, owner or state are not what the log says.
    Projection,
    /// A server answered what it must not, did not answer, or ended by itself.
    Answer,
    /// The run did not try what it is for.
    NotTried,
}

impl Rule {
    /// A sentence for the report.
    const fn sentence(self) -> &'static str {
        match self {
            Self::Gap => "the log is not 1, 2, 3, …",
            Self::Lost => "acknowledged and lost",
            Self::Repeated => "stored more than once",
            Self::Order => "out of order",
            Self::Unasked => "nobody asked for it",
            Self::RefusedStored => "refused and stored all the same",
            Self::Reader => "a reader saw something else",
            Self::TwoOwners => "two owners at once",
            Self::OutOfTurn => "not possible in that state",
            Self::ForgottenRing => "a ring was forgotten",
            Self::Projection => "the desk does not show what the log says",
            Self::Answer => "a wrong answer",
            Self::NotTried => "not tried",
        }
    }
}

/// One breach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Of what.
    pub rule: Rule,
    /// What happened, with names and positions.
    pub account: String,
}

impl Finding {
    /// A breach with its account.
    pub fn new(rule: Rule, account: impl Into<String>) -> Self {
        Self {
            rule,
            account: account.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule.sentence(), self.account)
    }
}
