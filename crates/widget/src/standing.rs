//! How it stands with a person: who speaks now, and what became of the bell. Pure.

use deskbell_client::{Connection, Delivery, Item, OutgoingBody, Session};
use deskbell_protocol::{ConversationState, EventBody, ProblemCode, WriteId};

/// Who the customer is talking to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaking<'a> {
    /// The bot.
    Bot,
    /// Nobody yet: a person is called.
    Nobody,
    /// A person, by name if known.
    Person(Option<&'a str>),
}

/// Who speaks now.
pub fn speaking(session: &Session) -> Speaking<'_> {
    let Some(status) = session.status() else {
        return Speaking::Bot;
    };
    match status.state {
        ConversationState::Bot | ConversationState::Closed => Speaking::Bot,
        ConversationState::Waiting => Speaking::Nobody,
        ConversationState::WithAgent => {
            Speaking::Person(status.agent.as_ref().map(|agent| agent.name.as_str()))
        }
    }
}

/// The person who is writing just now. Only while the stream would tell the end of it, too.
pub fn typist(session: &Session) -> Option<&str> {
    let status = session.status().filter(|status| status.agent_types)?;
    let agent = status.agent.as_ref()?;
    (session.connection() == Connection::Live).then_some(agent.name.as_str())
}

/// What became of the bell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Nothing to say.
    Quiet,
    /// It is being rung.
    Calling,
    /// It was rung, but the server cannot be reached. It is rung again by itself.
    Kept,
    /// The server refused it, and why.
    Refused(&'a WriteId, ProblemCode),
    /// The request is stored and waits for a person.
    Waiting {
        /// Place in the queue, 1 is next.
        position: Option<u32>,
        /// How many people are online.
        online: u32,
        /// What the customer left to be reached by.
        contact: Option<&'a str>,
    },
}

/// What became of the bell.
pub fn standing(session: &Session) -> Standing<'_> {
    let ring = session.items().find_map(|item| match item {
        Item::Echo(echo) if echo.body == OutgoingBody::Ring => Some(echo),
        _ => None,
    });
    let status = session.status();
    if let Some(ring) = ring {
        return match &ring.delivery {
            Delivery::Failed { code } => Standing::Refused(&ring.write, *code),
            _ if session.is_unreachable() => Standing::Kept,
            _ => Standing::Calling,
        };
    }
    match status {
        Some(status) if status.state == ConversationState::Waiting => Standing::Waiting {
            position: status.position,
            online: status.agents_online,
            contact: contact(session),
        },
        _ => Standing::Quiet,
    }
}

/// What the customer left last to be reached by, acknowledged or on its way.
fn contact(session: &Session) -> Option<&str> {
    let contacts = session.items().filter_map(|item| match item {
        Item::Event(event) => match &event.body {
            EventBody::ContactLeft { contact } => Some(contact.as_str()),
            _ => None,
        },
        Item::Echo(echo) => match (&echo.body, &echo.delivery) {
            (OutgoingBody::Contact { .. }, Delivery::Failed { .. }) => None,
            (OutgoingBody::Contact { contact }, _) => Some(contact.as_str()),
            _ => None,
        },
    });
    // Whoever left a secret, or what was taken for one, is asked again.
    contacts.last().filter(|contact| !contact.contains("•••"))
}
