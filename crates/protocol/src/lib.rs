//! The contract between the customer's side, the server and the agents' side.
//!
//! Everything that crosses a boundary is defined here once: ids, texts, events, requests, answers and problems.
//! Nothing here performs I/O, reads a clock, draws randomness or depends on the target.

mod agent;
mod conversation;
mod event;
mod flat;
mod ids;
mod introduction;
#[cfg(feature = "openapi")]
mod openapi;
mod problem;
mod rating;
mod reading;
mod requests;
mod site;
mod text;

pub use agent::{
    AgentName, AgentSession, AuditLine, AuditPage, Availability, ConfirmTotp, ConversationCard,
    Inbox, RecoveryCodes, SignIn, SiteName, TotpOffer,
};
pub use conversation::{ConversationState, Status};
pub use event::{Event, EventBody, Seq};
pub use ids::{AgentId, ConversationId, IdError, IntentId, SiteKey, VisitorToken, WriteId};
pub use introduction::{
    Customer, CustomerName, CustomerSubject, EmailAddress, Introduction, IntroductionError,
    SubjectError,
};
pub use problem::{Problem, ProblemCode};
pub use rating::{Score, ScoreError};
pub use reading::{
    AnswerReason, EscalationReason, OfferReason, ReadOn, Reading, Sentiment, SentimentScores,
    TriageHint, Verdict,
};
pub use requests::{
    AgentReply, AgentWrite, EscalationAccepted, GiveFeedback, Introduce, LeaveContact,
    MessageAccepted, OpenConversation, Opened, PostMessage, RateStretch, RequestHuman,
};
pub use site::{FallbackContact, SiteInfo};
pub use text::{ContactText, MessageText, TextError};

/// Milliseconds since 1970-01-01 00:00 UTC.
pub type Timestamp = i64;

/// The most bytes a request body may have. A 4,000-character message in the widest UTF-8, JSON-escaped, fits twice over.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
