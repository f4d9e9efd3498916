//! Tabs that share one event stream: what a session does when another tab has heard something.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use deskbell_client::{Config, Connection, Effect, Input, Request, Saved, Session};
use deskbell_protocol::{ConversationId, Event, RequestHuman, SiteKey, VisitorToken, WriteId};

/// A session of a customer who has, or has not, a conversation.
fn session(conversation: Option<&str>) -> Session {
    let config = Config {
        site: SiteKey::new("demo").unwrap(),
        language: None,
        page: None,
    };
    let saved = Saved {
        token: VisitorToken::new("t".repeat(43)).unwrap(),
        conversation: conversation.map(|id| ConversationId::new(id).unwrap()),
        outbox: Vec::new(),
    };
    let mut session = Session::new(config, saved);
    session.handle(Input::Started {
        now: 0,
        open_write: WriteId::new("the-write-that-opens").unwrap(),
    });
    session
}

fn opened(seq: u64) -> Event {
    serde_json::from_value(serde_json::json!({
        "seq": seq, "at": 0, "write": "some-write-of-the-log", "type": "opened", "site": "demo",
    }))
    .unwrap()
}

/// After which events streams are opened.
fn streams(effects: &[Effect]) -> Vec<u64> {
    let after = |effect: &Effect| match effect {
        Effect::OpenStream { after, .. } => Some(*after),
        _ => None,
    };
    effects.iter().filter_map(after).collect()
}

#[test]
fn news_in_another_tab_is_asked_for_after_what_is_known_and_nothing_is_said_of_a_connection() {
    let mut session = session(Some("the-one-conversation"));
    session.handle(Input::StreamOpened);
    session.handle(Input::StreamEvent(Box::new(opened(1))));
    assert_eq!(streams(&session.handle(Input::News)), [1]);
    assert_eq!(session.connection(), Connection::Live);
}

#[test]
fn news_that_comes_while_the_stream_is_being_opened_may_be_missing_in_it_so_it_is_opened_again() {
    let mut session = session(Some("the-one-conversation"));
    assert_eq!(streams(&session.handle(Input::News)), [0]);
    assert_eq!(session.connection(), Connection::Connecting);
}

#[test]
fn news_is_a_reason_to_try_a_lost_connection_at_once() {
    let mut session = session(Some("the-one-conversation"));
    session.handle(Input::StreamEnded {
        now: 0,
        unknown: false,
    });
    assert_eq!(session.connection(), Connection::Lost);
    assert_eq!(streams(&session.handle(Input::News)), [0]);
    assert_eq!(session.connection(), Connection::Connecting);
}

#[test]
fn a_conversation_that_another_tab_has_begun_is_this_ones_unless_it_has_one() {
    let begun = |id: &str| Input::Begun {
        conversation: ConversationId::new(id).unwrap(),
        now: 1,
    };
    let mut session = session(None);
    assert_eq!(streams(&session.handle(begun("the-one-conversation"))), [0]);
    assert!(session.handle(begun("the-one-conversation")).is_empty());
    assert!(session.handle(begun("another-conversation")).is_empty());
    let effects = session.handle(Input::Rang {
        write: WriteId::new("the-write-that-rings").unwrap(),
        now: 2,
    });
    let ring = Request::Ring(
        ConversationId::new("the-one-conversation").unwrap(),
        RequestHuman {
            write: WriteId::new("the-write-that-rings").unwrap(),
        },
    );
    assert!(effects.contains(&Effect::Send(ring)), "{effects:?}");
}

#[test]
fn without_a_conversation_there_is_nothing_to_ask_for() {
    assert!(session(None).handle(Input::News).is_empty());
}
