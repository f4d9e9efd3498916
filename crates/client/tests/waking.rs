//! When the session wants to be woken, and what a server that answers again sets going.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use deskbell_client::{
    Answer, Config, Connection, Effect, Failure, Input, Saved, Session, TRIAGE_BUDGET_MS,
};
use deskbell_protocol::{
    ConversationId, ConversationState, EscalationAccepted, MessageText, SiteKey, Status,
    VisitorToken, WriteId,
};

fn write(name: &str) -> WriteId {
    WriteId::new(format!("the-write-named-{name}")).unwrap()
}

/// A session that goes on with a conversation it had before.
fn session() -> Session {
    let config = Config {
        site: SiteKey::new("demo").unwrap(),
        language: None,
        page: None,
    };
    let saved = Saved {
        token: VisitorToken::new("t".repeat(43)).unwrap(),
        conversation: Some(ConversationId::new("the-one-conversation").unwrap()),
        outbox: Vec::new(),
    };
    let mut session = Session::new(config, saved);
    session.handle(Input::Started {
        now: 0,
        open_write: write("open"),
    });
    session
}

fn wakes(effects: &[Effect]) -> Vec<i64> {
    let at = |effect: &Effect| match effect {
        Effect::WakeAt(at) => Some(*at),
        _ => None,
    };
    effects.iter().filter_map(at).collect()
}

#[test]
fn while_a_message_is_being_read_nothing_behind_it_keeps_the_session_busy() {
    let mut session = session();
    session.handle(Input::Submitted {
        write: write("message"),
        text: MessageText::new("where is my parcel?").unwrap(),
        now: 100,
        model: true,
    });
    let behind = session.handle(Input::Judged {
        write: write("feedback"),
        answer: 3,
        helped: true,
        now: 200,
    });
    assert_eq!(wakes(&behind), [100 + TRIAGE_BUDGET_MS]);
}

#[test]
fn a_server_that_answers_again_is_reconnected_to_at_once() {
    let mut session = session();
    session.handle(Input::StreamEnded {
        now: 0,
        unknown: false,
    });
    session.handle(Input::Rang {
        write: write("ring"),
        now: 0,
    });
    let answered = |outcome, now| Input::Answered {
        write: write("ring"),
        outcome,
        now,
    };
    session.handle(answered(Err(Failure::Unreachable), 1));
    assert!(session.is_unreachable() && session.connection() == Connection::Lost);

    session.handle(Input::CameBack { now: 2 });
    session.handle(Input::StreamEnded {
        now: 3,
        unknown: false,
    });
    let status = Status {
        state: ConversationState::Waiting,
        position: Some(1),
        waiting_since: Some(4),
        agents_online: 1,
        agent: None,
        agent_types: false,
    };
    let effects = session.handle(answered(
        Ok(Answer::Escalated(EscalationAccepted { status })),
        4,
    ));
    assert!(!session.is_unreachable());
    let opens = |effect: &Effect| matches!(effect, Effect::OpenStream { .. });
    assert_eq!(effects.iter().filter(|it| opens(it)).count(), 1);
}
