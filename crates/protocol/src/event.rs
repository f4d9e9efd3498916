//! The log of a conversation: what happened, in order, for ever. Everything else is derived from it.

use serde::{Deserialize, Serialize};

use crate::flat::FlatEvent;
use crate::{
    AgentName, ContactText, CustomerName, CustomerSubject, EmailAddress, EscalationReason,
    IntentId, MessageText, Score, SiteKey, Timestamp, TriageHint, WriteId,
};

/// Position of an event in its conversation: 1, 2, 3, … without gaps. 0 stands for "before the first".
pub type Seq = u64;

/// One thing that happened in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "FlatEvent")]
pub struct Event {
    /// Its position.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Seq))]
    pub seq: Seq,
    /// When the server stored it.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Timestamp))]
    pub at: Timestamp,
    /// The write that caused it. One write may cause several events, such as a message and the bot's answer.
    pub write: WriteId,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    /// The conversation began.
    Opened {
        /// The merchant.
        site: SiteKey,
        /// The customer's language as a BCP 47 tag, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        /// Address of the page the widget is on, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<String>,
    },
    /// The customer wrote.
    CustomerMessage {
        /// What.
        text: MessageText,
        /// How it was read. Absent while a person owns the conversation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        triage: Option<TriageHint>,
    },
    /// The bot answered.
    BotMessage {
        /// What.
        text: String,
        /// Replies the customer can choose with one click.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        suggestions: Vec<String>,
        /// The intent it answers, if it answers one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        intent: Option<IntentId>,
        /// Whether a person is offered with it.
        offers_human: bool,
        /// Whether this is the first bot message of the conversation, which says that it is automated.
        discloses_bot: bool,
    },
    /// The customer said whether a bot message helped.
    Feedback {
        /// The bot message.
        #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Seq))]
        answer: Seq,
        /// Whether it helped.
        helped: bool,
    },
    /// The conversation now waits for a person.
    Escalated {
        /// Why.
        reason: EscalationReason,
    },
    /// The customer left a way to reach them.
    ContactLeft {
        /// E-mail, phone or whatever they wrote.
        contact: ContactText,
    },
    /// A person took the conversation: the human stretch begins and the bot is silent.
    Claimed {
        /// Who.
        agent: AgentName,
    },
    /// The person wrote.
    AgentMessage {
        /// Who.
        agent: AgentName,
        /// What.
        text: MessageText,
    },
    /// The person gave the conversation back to the bot: the human stretch ends.
    HandedBack {
        /// Who.
        agent: AgentName,
    },
    /// The person closed the conversation: the human stretch ends. A customer's message reopens it.
    Closed {
        /// Who.
        agent: AgentName,
    },
    /// The customer said how the chat with a person was. Said again about the same stretch, the last one counts.
    Rated {
        /// The event that ended the human stretch.
        #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Seq))]
        stretch: Seq,
        /// How it was.
        score: Score,
    },
    /// The page said who the customer is, or the customer did through it. Nobody has checked it, unless there is a
    /// subject: then the merchant's server has signed it. The last one counts.
    Introduced {
        /// The name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<CustomerName>,
        /// The e-mail address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<EmailAddress>,
        /// The merchant's id of the customer, signed by the merchant's server. Once there is one in a conversation, no
        /// later introduction there has another one or none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<CustomerSubject>,
    },
    /// Something that only a newer program knows: a page that was open before an upgrade reads on after it. Never
    /// written.
    Unknown,
}
