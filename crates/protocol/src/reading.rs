//! What the triage model read in a message, and what the policy made of it.

use serde::{Deserialize, Serialize};

use crate::IntentId;
use crate::flat::FlatHint;

/// The customer's feeling towards us in one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sentiment {
    /// Annoyed, disappointed, angry.
    Negative,
    /// Neither.
    Neutral,
    /// Pleased, thankful.
    Positive,
}

/// Probabilities of the three sentiments; each in 0..=1, together 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SentimentScores {
    /// Probability of [`Sentiment::Negative`].
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Probability))]
    pub negative: f32,
    /// Probability of [`Sentiment::Neutral`].
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Probability))]
    pub neutral: f32,
    /// Probability of [`Sentiment::Positive`].
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Probability))]
    pub positive: f32,
}

/// What the model read in one message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reading {
    /// What the customer needs most from us now.
    pub intent: IntentId,
    /// Probability of that intent, in 0..=1.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Probability))]
    pub confidence: f32,
    /// The likeliest sentiment.
    pub sentiment: Sentiment,
    /// All three.
    pub sentiment_scores: SentimentScores,
}

/// What to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "decision", content = "reason", rename_all = "snake_case")]
pub enum Verdict {
    /// The bot answers.
    Bot(AnswerReason),
    /// The bot answers as well as it can and offers a person.
    OfferHuman(OfferReason),
    /// A person takes over.
    Escalate(EscalationReason),
}

/// Why the bot may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnswerReason {
    /// A routine question, recognised with confidence.
    Routine,
}

/// Why a person is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OfferReason {
    /// The model is not sure what is wanted.
    Unsure,
    /// The message is about something the bot does not know.
    OutOfScope,
    /// The same question again, or the last answer did not help.
    NotHelped,
    /// Recognised, but the site has no answer to it.
    NoAnswer,
}

/// Why a person takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EscalationReason {
    /// The bell was rung.
    Bell,
    /// The message asks for a person.
    AskedForHuman,
    /// Complaint, fraud, hardship, privacy: never the bot's to decide.
    Sensitive,
    /// The customer is angry.
    Angry,
    /// Twice something the bot does not know.
    OutOfScopeTwice,
    /// The bot's answers did not help twice.
    BotDidNotHelp,
    /// The message is in a language that the model cannot read.
    UnknownLanguage,
    /// The contact form was used.
    ContactForm,
}

/// Where a message was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReadOn {
    /// On the customer's own device.
    Device,
    /// On the server, because the device had no answer in time.
    Server,
}

/// A reading with its verdict. From a device it is an *untrusted hint*: it may bring a person in, never keep one away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "FlatHint")]
pub struct TriageHint {
    /// What was read.
    #[serde(flatten)]
    pub reading: Reading,
    /// What the policy made of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Where it was read.
    pub read_on: ReadOn,
    /// How long reading took, in milliseconds.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Milliseconds))]
    pub millis: f32,
}
