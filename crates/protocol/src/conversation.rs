//! Where a conversation stands.

use serde::{Deserialize, Serialize};

use crate::{AgentName, Timestamp};

/// `bot -> waiting -> with_agent -> (bot | closed)`; a customer's message reopens a closed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversationState {
    /// The bot answers.
    Bot,
    /// In the queue for a person.
    Waiting,
    /// A person owns it; the bot is silent.
    WithAgent,
    /// Ended by a person.
    Closed,
}

/// The live status of a conversation as its customer sees it. Derived, never stored; sent whenever it changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    /// Where it stands.
    pub state: ConversationState,
    /// Place in the queue, 1 is next. Only while waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// Since when it waits. Only while waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Timestamp>))]
    pub waiting_since: Option<Timestamp>,
    /// How many people are online for customers now.
    pub agents_online: u32,
    /// Who owns it. Only while with an agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentName>,
    /// Whether they are writing just now. Only told to the customer, only while with an agent, and never stored.
    #[serde(default, skip_serializing_if = "is_false")]
    pub agent_types: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_false(value: &bool) -> bool {
    !value
}
