//! A score may be changed until it is on its way, and who the customer is goes along only with something else.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use deskbell_client::{
    Answer, Config, Effect, Failure, Input, Item, Outgoing, RATING_PAUSE_MS, Request, Saved,
    Session,
};
use deskbell_protocol::{
    ConversationId, ConversationState, Introduction, MessageAccepted, MessageText, Opened, Problem,
    ProblemCode, Score, SiteKey, Status, VisitorToken, WriteId,
};

fn write(name: &str) -> WriteId {
    WriteId::new(format!("the-write-named-{name}")).unwrap()
}

fn conversation() -> ConversationId {
    ConversationId::new("the-one-conversation").unwrap()
}

/// A session, started, with a conversation or without.
fn session(conversation: Option<ConversationId>, outbox: Vec<Outgoing>) -> Session {
    let config = Config {
        site: SiteKey::new("demo").unwrap(),
        language: None,
        page: None,
    };
    let saved = Saved {
        token: VisitorToken::new("t".repeat(43)).unwrap(),
        conversation,
        outbox,
    };
    let mut session = Session::new(config, saved);
    session.handle(Input::Started {
        now: 0,
        open_write: write("open"),
    });
    session
}

fn rates(session: &mut Session, name: &str, score: u8, now: i64) -> Vec<Effect> {
    session.handle(Input::Rated {
        write: write(name),
        stretch: 7,
        score: Score::new(score).unwrap(),
        now,
    })
}

fn introduces(session: &mut Session, name: &str, who: &str) -> Vec<Effect> {
    session.handle(Input::Introduced {
        write: write(name),
        introduction: Introduction::new(who, "").unwrap(),
        now: 0,
    })
}

fn says(session: &mut Session) -> Vec<Effect> {
    session.handle(Input::Submitted {
        write: write("hello"),
        text: MessageText::new("hello").unwrap(),
        now: 0,
        model: false,
    })
}

fn sent(effects: &[Effect]) -> Vec<&Request> {
    let requests = effects.iter().filter_map(|effect| match effect {
        Effect::Send(request) => Some(request),
        _ => None,
    });
    requests.collect()
}

fn answered(session: &mut Session, write: WriteId, answer: Answer) -> Vec<Effect> {
    session.handle(Input::Answered {
        write,
        outcome: Ok(answer),
        now: 0,
    })
}

fn refused(session: &mut Session, write: WriteId, code: ProblemCode) -> Vec<Effect> {
    let problem = Problem {
        code,
        message: String::new(),
        request_id: String::new(),
    };
    session.handle(Input::Answered {
        write,
        outcome: Err(Failure::Refused {
            problem,
            retry_after_ms: None,
        }),
        now: 0,
    })
}

fn status() -> Status {
    Status {
        state: ConversationState::Bot,
        position: None,
        waiting_since: None,
        agents_online: 0,
        agent: None,
        agent_types: false,
    }
}

fn opened() -> Answer {
    Answer::Opened(Opened {
        conversation: conversation(),
        status: status(),
    })
}

fn judges(session: &mut Session) -> Vec<Effect> {
    session.handle(Input::Judged {
        write: write("judged"),
        answer: 3,
        helped: true,
        now: 0,
    })
}

#[test]
fn of_scores_passed_with_the_keyboard_only_the_last_is_sent() {
    let mut session = session(Some(conversation()), Vec::new());
    let first = rates(&mut session, "two", 2, 0);
    assert_eq!(sent(&first), [] as [&Request; 0]);
    assert!(first.contains(&Effect::WakeAt(RATING_PAUSE_MS)));
    let second = rates(&mut session, "four", 4, 300);
    assert!(second.contains(&Effect::Forget(write("two"))));
    let early = session.handle(Input::Woke {
        now: RATING_PAUSE_MS,
    });
    assert_eq!(sent(&early), [] as [&Request; 0]);
    let due = session.handle(Input::Woke {
        now: 300 + RATING_PAUSE_MS,
    });
    match sent(&due)[..] {
        [Request::Rating(_, rating)] => {
            assert_eq!((rating.stretch, rating.score.get()), (7, 4));
        }
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_does_not_wait_for_a_score_that_may_change() {
    let mut session = session(Some(conversation()), Vec::new());
    rates(&mut session, "two", 2, 0);
    assert!(matches!(
        sent(&says(&mut session))[..],
        [Request::Message(..)]
    ));
}

#[test]
fn a_score_that_was_kept_is_sent_after_a_reload() {
    let mut before = session(Some(conversation()), Vec::new());
    let effects = rates(&mut before, "five", 5, 0);
    let kept = effects.iter().find_map(|effect| match effect {
        Effect::Keep(item) => Some(serde_json::to_string(item).unwrap()),
        _ => None,
    });
    let kept = serde_json::from_str(&kept.unwrap()).unwrap();
    let mut after = session(Some(conversation()), vec![kept]);
    let effects = after.handle(Input::Woke { now: 1 });
    let due = [sent(&effects).len(), after.items().count()];
    assert_eq!(due, [0, 1], "it was sent when the session started, once");
    assert!(matches!(
        after.items().next(),
        Some(Item::Echo(echo)) if echo.delivery == deskbell_client::Delivery::Sending
    ));
}

#[test]
fn an_introduction_begins_no_conversation_and_follows_the_first_message() {
    let mut session = session(None, Vec::new());
    assert_eq!(
        sent(&introduces(&mut session, "ana", "Ana")),
        [] as [&Request; 0]
    );
    assert!(matches!(sent(&says(&mut session))[..], [Request::Open(_)]));
    let next = answered(&mut session, write("open"), opened());
    assert!(matches!(sent(&next)[..], [Request::Message(..)]));
    let accepted = Answer::Accepted(MessageAccepted { events: Vec::new() });
    let next = answered(&mut session, write("hello"), accepted);
    assert!(matches!(sent(&next)[..], [Request::Introduction(..)]));
}

#[test]
fn the_same_introduction_is_kept_once_and_another_takes_its_place() {
    let mut session = session(None, Vec::new());
    introduces(&mut session, "ana", "Ana");
    assert!(introduces(&mut session, "again", "Ana").is_empty());
    let other = introduces(&mut session, "ben", "Ben");
    assert!(other.contains(&Effect::Forget(write("ana"))));
    assert_eq!(session.items().count(), 1);
}

#[test]
fn what_the_server_knew_already_leaves_nothing_behind() {
    let mut session = session(Some(conversation()), Vec::new());
    assert_eq!(sent(&introduces(&mut session, "ana", "Ana")).len(), 1);
    let known = Answer::Accepted(MessageAccepted { events: Vec::new() });
    let effects = answered(&mut session, write("ana"), known);
    assert!(effects.contains(&Effect::Forget(write("ana"))));
    assert_eq!(session.items().count(), 0);
    rates(&mut session, "five", 5, 0);
    session.handle(Input::Woke {
        now: RATING_PAUSE_MS,
    });
    let known = Answer::Accepted(MessageAccepted { events: Vec::new() });
    answered(&mut session, write("five"), known);
    assert_eq!(session.items().count(), 0);
}

#[test]
fn what_was_said_about_a_conversation_that_is_gone_begins_no_other() {
    let mut session = session(Some(conversation()), Vec::new());
    judges(&mut session);
    rates(&mut session, "five", 5, 0);
    let effects = session.handle(Input::StreamEnded {
        now: 0,
        unknown: true,
    });
    assert!(effects.contains(&Effect::ForgetConversation));
    for gone in ["judged", "five"] {
        assert!(effects.contains(&Effect::Forget(write(gone))), "{gone}");
    }
    assert_eq!(session.items().count(), 0);
    let later = refused(&mut session, write("judged"), ProblemCode::WrongState);
    assert_eq!(sent(&later), [] as [&Request; 0]);
    assert!(
        matches!(sent(&says(&mut session))[..], [Request::Open(_)]),
        "a message still begins one"
    );
}

#[test]
fn a_score_that_was_kept_without_its_conversation_is_forgotten() {
    let mut before = session(Some(conversation()), Vec::new());
    rates(&mut before, "five", 5, 0);
    let kept: Vec<Outgoing> = before
        .items()
        .filter_map(|item| match item {
            Item::Echo(echo) => Some(echo.clone()),
            Item::Event(_) => None,
        })
        .collect();
    assert_eq!(kept.len(), 1);
    let after = session(None, kept);
    assert_eq!(after.items().count(), 0);
}

#[test]
fn a_refused_introduction_is_forgotten() {
    let mut session = session(Some(conversation()), Vec::new());
    introduces(&mut session, "ana", "Ana");
    let effects = refused(&mut session, write("ana"), ProblemCode::InvalidValue);
    assert!(effects.contains(&Effect::Forget(write("ana"))));
    assert_eq!(session.items().count(), 0);
}

#[test]
fn an_introduction_goes_along_when_a_conversation_that_was_refused_opens_after_all() {
    let mut session = session(None, Vec::new());
    introduces(&mut session, "ana", "Ana");
    says(&mut session);
    refused(&mut session, write("open"), ProblemCode::InvalidValue);
    assert_eq!(session.items().count(), 2, "both are still there");
    session.handle(Input::Retried {
        write: write("hello"),
        now: 0,
    });
    answered(&mut session, write("open"), opened());
    let accepted = Answer::Accepted(MessageAccepted { events: Vec::new() });
    let next = answered(&mut session, write("hello"), accepted);
    assert!(matches!(sent(&next)[..], [Request::Introduction(..)]));
}

#[test]
fn who_was_typing_when_the_stream_ended_is_not_typing_until_the_server_says_so_again() {
    let mut session = session(Some(conversation()), Vec::new());
    session.handle(Input::StreamOpened);
    session.handle(Input::StreamStatus(Status {
        agent_types: true,
        ..status()
    }));
    session.handle(Input::StreamEnded {
        now: 0,
        unknown: false,
    });
    session.handle(Input::StreamOpened);
    assert_eq!(session.status(), Some(&status()));
}
