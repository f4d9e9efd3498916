//! Stories of the console as a whole.

mod account;
mod acts;
mod session;
mod streams;

use deskbell_client::Failure;
use deskbell_client::sse::Message;
use deskbell_protocol::{
    AgentId, AgentName, AgentSession, ConversationId, ConversationState, Event, EventBody, Inbox,
    MessageAccepted, MessageText, Problem, ProblemCode, Status, Timestamp, WriteId,
};

use super::*;

fn sam() -> AgentName {
    AgentName {
        id: AgentId::new("sam").unwrap(),
        name: "Sam".to_owned(),
    }
}

fn conversation() -> ConversationId {
    ConversationId::new("conversation-0001").unwrap()
}

fn write(number: u8) -> WriteId {
    WriteId::new(format!("write-{number:010}")).unwrap()
}

fn event(seq: u64, write: WriteId, body: EventBody) -> Event {
    Event {
        seq,
        at: 0,
        write,
        body,
    }
}

fn refused(code: ProblemCode, message: &str) -> Failure {
    Failure::Refused {
        problem: Problem {
            code,
            message: message.to_owned(),
            request_id: String::new(),
        },
        retry_after_ms: None,
    }
}

fn status() -> Message {
    Message::Status(Status {
        state: ConversationState::Waiting,
        position: Some(1),
        waiting_since: Some(0),
        agents_online: 1,
        agent: None,
        agent_types: false,
    })
}

fn text(text: &str) -> MessageText {
    MessageText::new(text).unwrap()
}

/// Sam is signed in and offline.
fn signed_in() -> (Console, Vec<Effect>) {
    let mut console = Console::new(None);
    let session = AgentSession {
        agent: sam(),
        online: false,
        sites: vec![deskbell_protocol::SiteName {
            key: deskbell_protocol::SiteKey::new("demo").unwrap(),
            name: "Fern & Field".to_owned(),
        }],
        two_step: Some(false),
    };
    let effects = console.handle(Input::SessionKnown(Ok(session)), 0);
    (console, effects)
}

/// Sam looks at the waiting conversation, in which a customer wrote one message.
fn looking() -> (Console, StreamId) {
    let (mut console, _) = signed_in();
    let effects = console.handle(Input::Navigated(Some(conversation())), 0);
    let stream = stream_of(&effects);
    console.handle(Input::StreamOpened(stream), 0);
    let customer = EventBody::CustomerMessage {
        text: text("where is my parcel??"),
        triage: None,
    };
    let reason = deskbell_protocol::EscalationReason::Bell;
    for (seq, body) in [(1, customer), (2, EventBody::Escalated { reason })] {
        let event = Box::new(event(seq, write(100 + seq as u8), body));
        console.handle(Input::StreamMessage(stream, Message::Event(event)), 0);
    }
    console.handle(Input::StreamMessage(stream, status()), 0);
    (console, stream)
}

fn stream_of(effects: &[Effect]) -> StreamId {
    let stream = effects.iter().find_map(|effect| match effect {
        Effect::OpenConversation { stream, .. } => Some(*stream),
        _ => None,
    });
    stream.expect("a stream is opened")
}

fn act(console: &mut Console, number: u8, act: Act) -> Vec<Effect> {
    let input = Input::Acted {
        write: write(number),
        conversation: conversation(),
        act,
    };
    console.handle(input, 0)
}

fn answer(
    console: &mut Console,
    number: u8,
    outcome: Result<MessageAccepted, Failure>,
    now: Timestamp,
) -> Vec<Effect> {
    let input = Input::Answered {
        write: write(number),
        outcome,
    };
    console.handle(input, now)
}

fn sent(effects: &[Effect]) -> Vec<&WriteId> {
    let sent = effects.iter().filter_map(|effect| match effect {
        Effect::Send(item) => Some(&item.write),
        _ => None,
    });
    sent.collect()
}

fn standing(console: &Console) -> Standing {
    let open = console.shift().unwrap().open().unwrap();
    open.facts().standing
}
