//! What is sent to the server and what comes back.

use deskbell_protocol::{
    ConversationId, EscalationAccepted, GiveFeedback, Introduce, LeaveContact, MessageAccepted,
    OpenConversation, Opened, PostMessage, Problem, RateStretch, RequestHuman, WriteId,
};

use crate::json::{self, JsonError};

/// One request. Repeating it is harmless: every one carries a write id.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Open the conversation, or find it again.
    Open(OpenConversation),
    /// The same for a ring that waits for it, and that no limit on openings may hold up.
    OpenToRing(OpenConversation),
    /// Post a message.
    Message(ConversationId, Box<PostMessage>),
    /// Ring the bell.
    Ring(ConversationId, RequestHuman),
    /// Say whether an answer helped.
    Feedback(ConversationId, GiveFeedback),
    /// Say how to be reached.
    Contact(ConversationId, LeaveContact),
    /// Say how the chat with a person was.
    Rating(ConversationId, RateStretch),
    /// Say who the customer is.
    Introduction(ConversationId, Introduce),
}

impl Request {
    /// The write it carries.
    #[must_use]
    pub fn write(&self) -> &WriteId {
        match self {
            Self::Open(open) | Self::OpenToRing(open) => &open.write,
            Self::Message(_, message) => &message.write,
            Self::Ring(_, ring) => &ring.write,
            Self::Feedback(_, feedback) => &feedback.write,
            Self::Contact(_, contact) => &contact.write,
            Self::Rating(_, rating) => &rating.write,
            Self::Introduction(_, introduction) => &introduction.write,
        }
    }

    /// Its address on the server.
    #[must_use]
    pub fn path(&self) -> String {
        let of = |id: &ConversationId, what| format!("/v1/conversations/{id}/{what}");
        match self {
            Self::Open(_) => "/v1/conversations".to_owned(),
            Self::OpenToRing(_) => "/v1/conversations?for=escalation".to_owned(),
            Self::Message(id, _) => of(id, "messages"),
            Self::Ring(id, _) => of(id, "escalation"),
            Self::Feedback(id, _) => of(id, "feedback"),
            Self::Contact(id, _) => of(id, "contact"),
            Self::Rating(id, _) => of(id, "rating"),
            Self::Introduction(id, _) => of(id, "introduction"),
        }
    }

    /// Its JSON body.
    ///
    /// # Errors
    /// Never in practice: the bodies are plain data.
    pub fn body(&self) -> Result<String, JsonError> {
        match self {
            Self::Open(body) | Self::OpenToRing(body) => json::to_string(body),
            Self::Message(_, body) => json::to_string(body),
            Self::Ring(_, body) => json::to_string(body),
            Self::Feedback(_, body) => json::to_string(body),
            Self::Contact(_, body) => json::to_string(body),
            Self::Rating(_, body) => json::to_string(body),
            Self::Introduction(_, body) => json::to_string(body),
        }
    }

    /// Reads the body of a successful answer.
    ///
    /// # Errors
    /// If it is not what this request is answered with.
    pub fn read_answer(&self, body: &str) -> Result<Answer, JsonError> {
        Ok(match self {
            Self::Open(_) | Self::OpenToRing(_) => Answer::Opened(json::from_str(body)?),
            Self::Ring(..) => Answer::Escalated(json::from_str(body)?),
            Self::Message(..)
            | Self::Feedback(..)
            | Self::Contact(..)
            | Self::Rating(..)
            | Self::Introduction(..) => Answer::Accepted(json::from_str(body)?),
        })
    }
}

/// A successful answer. By then what was sent is stored durably.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`Request::Open`] and [`Request::OpenToRing`].
    Opened(Opened),
    /// To a write that appends.
    Accepted(MessageAccepted),
    /// To [`Request::Ring`].
    Escalated(EscalationAccepted),
}

/// No success.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The server could not be reached or did not answer in our language. It may or may not have stored the write.
    Unreachable,
    /// The server refused, and says why.
    Refused {
        /// Its reason.
        problem: Problem,
        /// After how many milliseconds it wants to be asked again, if it said so.
        retry_after_ms: Option<i64>,
    },
}
