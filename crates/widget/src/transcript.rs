//! What stands in the conversation, line by line, and what the customer can choose at its end. Pure.

use deskbell_client::{Delivery, Item, Outgoing, OutgoingBody, Session};
use deskbell_protocol::{
    ConversationState, EscalationReason, Event, EventBody, ProblemCode, Seq, Timestamp, TriageHint,
    WriteId,
};

use crate::words::{self, Word};

/// A message that follows another of the same speaker later than this, in milliseconds, begins anew, with its time.
const PAUSE_MS: i64 = 5 * 60_000;

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker<'a> {
    /// The customer.
    Customer,
    /// The bot.
    Bot,
    /// A person of the shop, by name.
    Agent(&'a str),
}

/// What is known about a message of the customer's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Note<'a> {
    /// It was read.
    Read(&'a TriageHint),
    /// It is being read on the device.
    Reading,
    /// It is on its way.
    Sending,
    /// It waits for the network.
    Waiting,
    /// It is stored; nobody had to read it by machine.
    Sent,
    /// It was refused for good, and why.
    Refused(&'a WriteId, ProblemCode),
}

/// What happened beside what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// A person is called, and why.
    Escalated(EscalationReason),
    /// The customer said how to be reached.
    ContactLeft(&'a str),
    /// This person joined.
    Joined(&'a str),
    /// This person left; the bot answers again.
    HandedBack(&'a str),
    /// This person closed the conversation.
    Closed(&'a str),
}

impl Notice<'_> {
    /// In words.
    pub fn text(self) -> String {
        match self {
            Self::Escalated(reason) => words::escalated(reason).text(),
            Self::ContactLeft(contact) => words::CONTACT_LEFT.with("contact", contact),
            Self::Joined(agent) => words::JOINED.with("agent", agent),
            Self::HandedBack(agent) => words::HANDED_BACK.with("agent", agent),
            Self::Closed(agent) => words::CLOSED.with("agent", agent),
        }
    }
}

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub enum Body<'a> {
    /// Somebody said something.
    Message {
        /// Who.
        speaker: Speaker<'a>,
        /// Whether somebody else, or nobody, spoke before, or a while ago.
        first: bool,
        /// What.
        text: &'a str,
        /// What is known about it.
        note: Option<Note<'a>>,
    },
    /// Something happened.
    Notice(Notice<'a>),
    /// Something other than a message was refused for good.
    Refused {
        /// Which write.
        write: &'a WriteId,
        /// What it was.
        what: Word,
        /// Why.
        reason: ProblemCode,
    },
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'a> {
    /// Names it. A message keeps its key when its echo is replaced by its event.
    pub key: String,
    /// Its event's position and when the server stored it. This device's own clock may be wrong, so it dates nothing.
    pub stored: Option<(Seq, Timestamp)>,
    /// What it says.
    pub body: Body<'a>,
}

/// All lines, oldest first.
pub fn lines(session: &Session) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut before: Option<(Speaker<'_>, Option<Timestamp>)> = None;
    for item in session.items() {
        let line = match item {
            Item::Event(event) => stored(event),
            Item::Echo(echo) => on_its_way(echo, session.is_unreachable()),
        };
        let Some(mut line) = line else { continue };
        if let Body::Message { speaker, first, .. } = &mut line.body {
            let at = line.stored.map(|it| it.1);
            let goes_on = |(who, when): (Speaker<'_>, Option<Timestamp>)| {
                let pause = at.zip(when).map_or(0, |(at, when)| at - when);
                who == *speaker && pause < PAUSE_MS
            };
            *first = !before.replace((*speaker, at)).is_some_and(goes_on);
        } else {
            before = None;
        }
        lines.push(line);
    }
    lines
}

fn stored(event: &Event) -> Option<Line<'_>> {
    let body = match &event.body {
        EventBody::CustomerMessage { text, triage } => {
            let note = triage.as_ref().map_or(Note::Sent, Note::Read);
            return Some(Line {
                key: event.write.to_string(),
                stored: Some((event.seq, event.at)),
                body: message(Speaker::Customer, text.as_str(), Some(note)),
            });
        }
        EventBody::BotMessage { text, .. } => message(Speaker::Bot, text, None),
        EventBody::AgentMessage { agent, text } => {
            message(Speaker::Agent(&agent.name), text.as_str(), None)
        }
        EventBody::Escalated { reason } => Body::Notice(Notice::Escalated(*reason)),
        EventBody::ContactLeft { contact } => Body::Notice(Notice::ContactLeft(contact.as_str())),
        EventBody::Claimed { agent } => Body::Notice(Notice::Joined(&agent.name)),
        EventBody::HandedBack { agent } => Body::Notice(Notice::HandedBack(&agent.name)),
        EventBody::Closed { agent } => Body::Notice(Notice::Closed(&agent.name)),
        EventBody::Opened { .. }
        | EventBody::Feedback { .. }
        | EventBody::Rated { .. }
        | EventBody::Introduced { .. }
        | EventBody::Unknown => return None,
    };
    Some(Line {
        key: event.seq.to_string(),
        stored: Some((event.seq, event.at)),
        body,
    })
}

/// A bell on its way has no line: it has a place of its own, always in sight.
fn on_its_way(echo: &Outgoing, unreachable: bool) -> Option<Line<'_>> {
    let refused = match &echo.delivery {
        Delivery::Failed { code } => Some(*code),
        _ => None,
    };
    let what = match &echo.body {
        OutgoingBody::Message { text, triage } => {
            let note = match (&echo.delivery, triage) {
                (Delivery::Failed { code }, _) => Note::Refused(&echo.write, *code),
                (Delivery::Stored, Some(hint)) => Note::Read(hint),
                (Delivery::Stored, None) => Note::Sent,
                _ if unreachable => Note::Waiting,
                (Delivery::Reading { .. }, _) => Note::Reading,
                _ => Note::Sending,
            };
            return Some(Line {
                key: echo.write.to_string(),
                stored: None,
                body: message(Speaker::Customer, text.as_str(), Some(note)),
            });
        }
        OutgoingBody::Ring | OutgoingBody::Introduction(_) => return None,
        OutgoingBody::Feedback { .. } | OutgoingBody::Rating { .. } => words::FEEDBACK_REFUSED,
        OutgoingBody::Contact { .. } => words::CONTACT_REFUSED,
    };
    refused.map(|reason| Line {
        key: echo.write.to_string(),
        stored: None,
        body: Body::Refused {
            write: &echo.write,
            what,
            reason,
        },
    })
}

fn message<'a>(speaker: Speaker<'a>, text: &'a str, note: Option<Note<'a>>) -> Body<'a> {
    Body::Message {
        speaker,
        first: true,
        text,
        note,
    }
}

/// What the customer can choose after the bot's last word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers<'a> {
    /// The bot message.
    pub answer: Seq,
    /// Whether to ask if it helped.
    pub can_be_judged: bool,
    /// What the customer said to that.
    pub helped: Option<bool>,
    /// Messages to choose from.
    pub suggestions: &'a [String],
    /// Whether a person is offered.
    pub human: bool,
}

/// The offers, if the bot had the last word.
pub fn offers(session: &Session) -> Option<Offers<'_>> {
    let state = session
        .status()
        .map_or(ConversationState::Bot, |status| status.state);
    if state != ConversationState::Bot {
        return None;
    }
    let mut last: Option<Offers<'_>> = None;
    for item in session.items() {
        let judged = match item {
            Item::Event(event) => match &event.body {
                EventBody::BotMessage {
                    suggestions,
                    intent,
                    offers_human,
                    ..
                } => {
                    // Whether small talk helped is not worth a question.
                    let answers = intent
                        .as_ref()
                        .is_some_and(|it| !matches!(it.as_str(), "greeting" | "thanks_goodbye"));
                    last = Some(Offers {
                        answer: event.seq,
                        can_be_judged: answers,
                        helped: None,
                        suggestions,
                        human: *offers_human,
                    });
                    continue;
                }
                EventBody::Feedback { answer, helped } => (*answer, *helped),
                EventBody::Rated { .. } | EventBody::Introduced { .. } | EventBody::Unknown => {
                    continue;
                }
                _ => {
                    last = None;
                    continue;
                }
            },
            Item::Echo(echo) => match &echo.body {
                OutgoingBody::Feedback { answer, helped } => (*answer, *helped),
                OutgoingBody::Message { .. } | OutgoingBody::Ring => {
                    last = None;
                    continue;
                }
                OutgoingBody::Contact { .. }
                | OutgoingBody::Rating { .. }
                | OutgoingBody::Introduction(_) => continue,
            },
        };
        if let Some(offers) = last.as_mut().filter(|offers| offers.answer == judged.0) {
            offers.can_be_judged = false;
            offers.helped = Some(judged.1);
        }
    }
    last
}

/// Whether a message of the customer's is with the bot right now.
pub fn is_answered_soon(session: &Session) -> bool {
    let is_bots = session
        .status()
        .is_none_or(|status| status.state == ConversationState::Bot);
    let is_sent = |item| {
        matches!(
            item,
            Item::Echo(Outgoing {
                body: OutgoingBody::Message { .. },
                delivery: Delivery::Sending | Delivery::Stored,
                ..
            })
        )
    };
    is_bots && !session.is_unreachable() && session.items().any(is_sent)
}

/// Whether nobody has said anything yet.
pub fn is_untouched(session: &Session) -> bool {
    let silent = |item: Item<'_>| match item {
        Item::Event(event) => matches!(event.body, EventBody::Opened { .. }),
        Item::Echo(echo) => matches!(echo.body, OutgoingBody::Introduction(_)),
    };
    session.items().all(silent)
}

/// How many messages of the bot or a person came after position `seen`.
pub fn unread(session: &Session, seen: Seq) -> u32 {
    let counts = |item: &Item<'_>| {
        matches!(item, Item::Event(event) if event.seq > seen
            && matches!(event.body, EventBody::BotMessage { .. } | EventBody::AgentMessage { .. }))
    };
    session
        .items()
        .filter(counts)
        .count()
        .try_into()
        .unwrap_or(u32::MAX)
}

/// Position of the last event.
pub fn last_seq(session: &Session) -> Seq {
    let seqs = session.items().filter_map(|item| match item {
        Item::Event(event) => Some(event.seq),
        Item::Echo(_) => None,
    });
    seqs.last().unwrap_or(0)
}

#[cfg(test)]
#[path = "transcript_tests.rs"]
mod tests;
