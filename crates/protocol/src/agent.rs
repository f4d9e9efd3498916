//! What agents see and send.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    AgentId, ConversationId, ConversationState, EscalationReason, IntentId, Sentiment, SiteKey,
    Timestamp,
};

/// An agent as customers see them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentName {
    /// Who.
    pub id: AgentId,
    /// The name shown to customers.
    pub name: String,
}

/// `POST /v1/agent/session`. Answered with an HttpOnly cookie.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Of the second step, if the account has one: what the authenticator app shows, or a recovery code. Without it the
    /// answer is [`ProblemCode::CodeNeeded`](crate::ProblemCode::CodeNeeded), after the right password alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// `GET /v1/agent/session`: who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentSession {
    /// Who.
    pub agent: AgentName,
    /// Whether they are online for customers.
    pub online: bool,
    /// What the sites are called, by key. One that was added meanwhile is missing.
    #[serde(default)]
    pub sites: Vec<SiteName>,
    /// Whether the account has a second step; nothing where accounts cannot have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub two_step: Option<bool>,
}

/// `POST /v1/agent/totp`: a secret for the second step, which does not count before it is confirmed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpOffer {
    /// In base32, to be typed.
    pub secret: String,
    /// The same as an `otpauth:` link, to be opened or drawn.
    pub link: String,
}

impl fmt::Debug for TotpOffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TotpOffer").finish_non_exhaustive()
    }
}

/// `PUT /v1/agent/totp`: the app has the secret, as its code shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    /// As it was offered.
    pub secret: String,
    /// What the app shows.
    pub code: String,
}

impl fmt::Debug for ConfirmTotp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfirmTotp").finish_non_exhaustive()
    }
}

/// The answer to that, which is given once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// Each is good once in the place of a code.
    pub codes: Vec<String>,
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryCodes").finish_non_exhaustive()
    }
}

/// `GET /v1/agent/audit`: a page of what was done with accounts and settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// In the order of their numbers; none if there are no more.
    pub entries: Vec<AuditLine>,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditLine {
    /// Greater than that of every act before.
    pub number: u64,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Timestamp))]
    pub at: Timestamp,
    /// The e-mail address of whoever did it, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// What, such as `signed_in`.
    pub act: String,
    /// The e-mail address or the key of what it was done to.
    pub whom: String,
    /// What else there is to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The request's id, or `command line`.
    pub via: String,
}

/// What a site is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SiteName {
    /// The site.
    pub key: SiteKey,
    /// The shop's name as customers know it.
    pub name: String,
}

/// `PUT /v1/agent/availability`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Availability {
    /// Whether the agent is there for customers.
    pub online: bool,
}

/// One conversation in the inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationCard {
    /// Which.
    pub id: ConversationId,
    /// The merchant.
    pub site: SiteKey,
    /// Where it stands.
    pub state: ConversationState,
    /// Why a person was brought in last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<EscalationReason>,
    /// Since when it waits, while waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Timestamp>))]
    pub waiting_since: Option<Timestamp>,
    /// When something last happened.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Timestamp))]
    pub updated_at: Timestamp,
    /// Beginning of what the customer wrote last, at most 120 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    /// How the customer's last read message was understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<IntentId>,
    /// How it felt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Sentiment>,
    /// How to reach the customer, if they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The customer's language tag, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The page the customer is on, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Who owns it, while with an agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentName>,
}

/// The whole inbox of one agent, sent on `GET /v1/agent/inbox` (server-sent events) whenever it changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inbox {
    /// Whether this agent is online for customers.
    pub online: bool,
    /// How many agents are.
    pub agents_online: u32,
    /// In queue order, at most the first 200.
    pub waiting: Vec<ConversationCard>,
    /// How many wait altogether.
    pub waiting_total: u32,
    /// The agent's own open conversations, latest first.
    pub mine: Vec<ConversationCard>,
}
