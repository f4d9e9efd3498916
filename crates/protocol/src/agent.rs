//! What agents see and send.

use serde::{Deserialize, Serialize};

use crate::{
    AgentId, ConversationId, ConversationState, EscalationReason, IntentId, Sentiment, SiteKey,
    Timestamp,
};

/// An agent as customers see them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AgentName {
    /// Who.
    pub id: AgentId,
    /// The name shown to customers.
    pub name: String,
}

/// `POST /v1/agent/session`. Answered with an HttpOnly cookie.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// `GET /v1/agent/session`: who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSession {
    /// Who.
    pub agent: AgentName,
    /// Whether they are online for customers.
    pub online: bool,
    /// What the sites are called, by key. One that was added meanwhile is missing.
    #[serde(default)]
    pub sites: Vec<SiteName>,
}

/// What a site is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteName {
    /// The site.
    pub key: SiteKey,
    /// The shop's name as customers know it.
    pub name: String,
}

/// `PUT /v1/agent/availability`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Availability {
    /// Whether the agent is there for customers.
    pub online: bool,
}

/// One conversation in the inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    pub waiting_since: Option<Timestamp>,
    /// When something last happened.
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
