//! What the server takes later is sent later, and a ring never waits for it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use deskbell_client::{Config, Delivery, Effect, Failure, Input, Item, Request, Saved, Session};
use deskbell_protocol::{
    ConversationId, MessageText, Problem, ProblemCode, SiteKey, VisitorToken, WriteId,
};

fn write(name: &str) -> WriteId {
    WriteId::new(format!("the-write-named-{name}")).unwrap()
}

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
        open_write: write("open"),
    });
    session
}

fn says(session: &mut Session) -> Vec<Effect> {
    session.handle(Input::Submitted {
        write: write("hello"),
        text: MessageText::new("hello").unwrap(),
        now: 0,
        model: false,
    })
}

fn rings(session: &mut Session, now: i64) -> Vec<Effect> {
    session.handle(Input::Rang {
        write: write("ring"),
        now,
    })
}

/// The server wants to be asked again in a minute.
fn later(session: &mut Session, code: ProblemCode, now: i64) -> Vec<Effect> {
    session.handle(Input::Answered {
        write: write("hello"),
        outcome: Err(Failure::Refused {
            problem: Problem {
                code,
                message: String::new(),
                request_id: String::new(),
            },
            retry_after_ms: Some(60_000),
        }),
        now,
    })
}

fn sent(effects: &[Effect]) -> Vec<String> {
    let path = |effect: &Effect| match effect {
        Effect::Send(request) => Some(request.path()),
        _ => None,
    };
    effects.iter().filter_map(path).collect()
}

const MESSAGES: &str = "/v1/conversations/the-one-conversation/messages";
const ESCALATION: &str = "/v1/conversations/the-one-conversation/escalation";

#[test]
fn a_message_is_kept_and_sent_again_when_the_server_said_and_not_before() {
    for code in [ProblemCode::TooManyRequests, ProblemCode::Unavailable] {
        let mut session = session(Some("the-one-conversation"));
        assert_eq!(sent(&says(&mut session)), [MESSAGES]);
        let effects = later(&mut session, code, 1_000);
        assert!(effects.contains(&Effect::WakeAt(61_000)), "{code:?}");
        let shown: Vec<_> = session.items().collect();
        let [Item::Echo(echo)] = shown[..] else {
            panic!("{shown:?}");
        };
        assert_eq!(echo.delivery, Delivery::Waiting);
        let early = session.handle(Input::Woke { now: 60_999 });
        assert_eq!(sent(&early), [""; 0]);
        let in_time = session.handle(Input::Woke { now: 61_000 });
        assert_eq!(sent(&in_time), [MESSAGES]);
    }
}

#[test]
fn whoever_rings_meanwhile_does_not_wait() {
    let mut session = session(Some("the-one-conversation"));
    says(&mut session);
    later(&mut session, ProblemCode::TooManyRequests, 1_000);
    assert_eq!(sent(&rings(&mut session, 2_000)), [ESCALATION]);
}

#[test]
fn a_conversation_that_is_opened_for_a_ring_says_so() {
    let mut first = session(None);
    assert_eq!(sent(&says(&mut first)), ["/v1/conversations"]);
    let mut second = session(None);
    let effects = rings(&mut second, 0);
    assert_eq!(sent(&effects), ["/v1/conversations?for=escalation"]);
    let opens = |effect: &Effect| {
        matches!(effect, Effect::Send(request @ Request::OpenToRing(_))
            if request.body().is_ok_and(|body| body.contains(r#""site":"demo""#)))
    };
    assert!(effects.iter().any(opens));
}
