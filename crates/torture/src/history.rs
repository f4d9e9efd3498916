//! What was tried and what was seen: everything the checker judges by.

use std::collections::BTreeMap;

use deskbell_protocol::{
    AgentId, ContactText, ConversationId, CustomerName, Event, EventBody, MessageText, ProblemCode,
    Score, Seq, Status, WriteId,
};

/// A moment of the run: later moments have larger numbers, and no two are the same.
pub type Tick = u64;

/// What somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A visitor opens a conversation.
    Open,
    /// A visitor writes.
    Message(MessageText),
    /// A visitor rings the bell.
    Ring,
    /// A visitor judges a bot's answer.
    Feedback {
        /// The answer.
        answer: Seq,
        /// Whether it helped.
        helped: bool,
    },
    /// A visitor says how to reach them.
    Contact(ContactText),
    /// A visitor rates a chat with a person.
    Rate {
        /// The event that ended it.
        stretch: Seq,
        /// How it was.
        score: Score,
    },
    /// The page says who the visitor is.
    Introduce(CustomerName),
    /// An agent takes a conversation.
    Claim(AgentId),
    /// An agent writes.
    Reply(AgentId, MessageText),
    /// An agent gives a conversation back to the bot.
    HandBack(AgentId),
    /// An agent closes a conversation.
    Close(AgentId),
}

impl Act {
    /// Whether `body` is the first event that this leads to.
    pub fn causes(&self, body: &EventBody) -> bool {
        match (self, body) {
            (Self::Open, EventBody::Opened { .. }) | (Self::Ring, EventBody::Escalated { .. }) => {
                true
            }
            (Self::Message(said), EventBody::CustomerMessage { text, .. }) => said == text,
            (
                Self::Feedback { answer, helped },
                EventBody::Feedback {
                    answer: of,
                    helped: said,
                },
            ) => answer == of && helped == said,
            (Self::Contact(left), EventBody::ContactLeft { contact }) => left == contact,
            (
                Self::Rate { stretch, score },
                EventBody::Rated {
                    stretch: of,
                    score: given,
                },
            ) => stretch == of && score == given,
            (Self::Introduce(said), EventBody::Introduced { name, email, .. }) => {
                name.as_ref() == Some(said) && email.is_none()
            }
            (Self::Reply(by, said), EventBody::AgentMessage { agent, text }) => {
                *by == agent.id && said == text
            }
            (Self::Claim(by), EventBody::Claimed { agent })
            | (Self::HandBack(by), EventBody::HandedBack { agent })
            | (Self::Close(by), EventBody::Closed { agent }) => *by == agent.id,
            _ => false,
        }
    }

    /// One word for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Message(_) => "message",
            Self::Ring => "ring",
            Self::Feedback { .. } => "feedback",
            Self::Contact(_) => "contact",
            Self::Rate { .. } => "rating",
            Self::Introduce(_) => "introduction",
            Self::Claim(_) => "claim",
            Self::Reply(..) => "reply",
            Self::HandBack(_) => "return",
            Self::Close(_) => "close",
        }
    }
}

/// How a write ended for whoever sent it.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server said that it is done.
    Accepted {
        /// When the answer was there.
        at: Tick,
        /// The events it named; openings and rings name none.
        events: Vec<Event>,
    },
    /// The server said no for good, and no copy of the request was still on its way then.
    Refused {
        /// Why.
        code: ProblemCode,
    },
    /// Nobody knows: refused while a copy was on its way, or never answered.
    Unknown,
}

/// One write, however often it was sent.
#[derive(Clone, Debug)]
pub struct Write {
    /// Its name.
    pub id: WriteId,
    /// Where.
    pub conversation: ConversationId,
    /// What.
    pub act: Act,
    /// When it was sent first.
    pub begun: Tick,
    /// What came of it.
    pub outcome: Outcome,
}

/// A conversation as the servers tell it when all is over.
#[derive(Clone, Debug)]
pub struct Log {
    /// From the first.
    pub events: Vec<Event>,
    /// Where it stands, as its customer is told; nothing if it could not be read to its end.
    pub status: Option<Status>,
}

/// What one reader got, over all its connections.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Who.
    pub reader: String,
    /// Of what.
    pub conversation: ConversationId,
    /// As they came.
    pub events: Vec<Event>,
    /// Whether the reader may see all of it. An agent may not.
    pub whole: bool,
}

/// A run.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// All writes, in no particular order.
    pub writes: Vec<Write>,
    /// All conversations, read anew at the end.
    pub logs: BTreeMap<ConversationId, Log>,
    /// All readers.
    pub readings: Vec<Reading>,
    /// The queue at the end, as agents see it.
    pub queue: Vec<ConversationId>,
    /// What each agent has at the end, as they see it.
    pub owned: BTreeMap<AgentId, Vec<ConversationId>>,
}
