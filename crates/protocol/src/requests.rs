//! Bodies of the writes and of their answers. Every write carries a client-made id: repeating it is harmless.

use serde::{Deserialize, Serialize};

use crate::{
    ContactText, ConversationId, CustomerName, EmailAddress, Event, MessageText, Score, Seq,
    SiteKey, Status, TriageHint, WriteId,
};

/// `POST /v1/conversations`, with the visitor token as bearer. The same token and site always give the same conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenConversation {
    /// Names this write.
    pub write: WriteId,
    /// The merchant.
    pub site: SiteKey,
    /// BCP 47 tag, at most 35 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::LanguageTag>))]
    pub language: Option<String>,
    /// Address of the page, at most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::PageAddress>))]
    pub page: Option<String>,
}

impl OpenConversation {
    /// Most characters of a language tag: the longest that registries know.
    pub const MAX_LANGUAGE_CHARS: usize = 35;
    /// Most characters of a page's address.
    pub const MAX_PAGE_CHARS: usize = 2_000;
}

/// The answer to [`OpenConversation`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Opened {
    /// The conversation, new or found again.
    pub conversation: ConversationId,
    /// Where it stands.
    pub status: Status,
}

/// `POST /v1/conversations/{id}/messages`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PostMessage {
    /// Names this write.
    pub write: WriteId,
    /// What the customer wrote.
    pub text: MessageText,
    /// How the device read it, if it did in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triage: Option<TriageHint>,
}

/// The answer to a write that appends: the stored events it caused, the first being the write itself. None if it was no
/// news: the score or the introduction that counts already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageAccepted {
    /// In order.
    pub events: Vec<Event>,
}

/// `POST /v1/conversations/{id}/escalation`: the bell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestHuman {
    /// Names this write.
    pub write: WriteId,
}

/// The answer to [`RequestHuman`]. By then the request is stored durably.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EscalationAccepted {
    /// Where the conversation stands, with its place in the queue.
    pub status: Status,
}

/// `POST /v1/conversations/{id}/feedback`: whether a bot message helped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiveFeedback {
    /// Names this write.
    pub write: WriteId,
    /// The bot message.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Seq))]
    pub answer: Seq,
    /// Whether it helped.
    pub helped: bool,
}

/// `POST /v1/conversations/{id}/contact`: how to reach the customer later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LeaveContact {
    /// Names this write.
    pub write: WriteId,
    /// E-mail, phone or whatever they write.
    pub contact: ContactText,
}

/// `POST /v1/conversations/{id}/rating`: how the chat with a person was. May be said again; the last one counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RateStretch {
    /// Names this write.
    pub write: WriteId,
    /// The event that ended the human stretch: `handed_back` or `closed`.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Seq))]
    pub stretch: Seq,
    /// How it was.
    pub score: Score,
}

/// `POST /v1/conversations/{id}/introduction`: who the page says the customer is: a token, or at least one of
/// name and address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Introduce {
    /// Names this write.
    pub write: WriteId,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<CustomerName>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// What the merchant's server has signed, a JWT with `sub`, `exp` and perhaps `name` and `email`. Name and address
    /// beside it do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// `POST /v1/agent/conversations/{id}/messages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AgentReply {
    /// Names this write.
    pub write: WriteId,
    /// What the agent wrote.
    pub text: MessageText,
}

/// `POST /v1/agent/conversations/{id}/{claim|return|close}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AgentWrite {
    /// Names this write.
    pub write: WriteId,
}
