//! What customers say of people, and who they are.

use deskbell_protocol::{Customer, CustomerSubject, EventBody, Introduction, Score};

use super::{agent_name, append, conversation_id, events, open};
use crate::{AppendError, Command, EventLog, Refusal};

/// The customer may rate a human stretch, and say otherwise later, but nothing that is not the end of one. Saying the
/// same again changes nothing.
pub async fn only_an_ended_human_stretch_can_be_rated(log: &dyn EventLog) {
    open(log, "rated").await;
    let agent = agent_name("ann");
    for (n, (name, command)) in (2_000..).zip([
        ("ring", Command::Ring),
        ("claim", Command::Claim(agent.clone())),
        ("close", Command::Close(agent)),
    ]) {
        append(log, "rated", name, n, &command)
            .await
            .expect("is allowed");
    }
    let score = |score| Score::new(score).expect("a score");
    for (write, stretch) in [("of-claim", 3), ("of-nothing", 99)] {
        let refused = append(
            log,
            "rated",
            write,
            3_000,
            &Command::Rate(stretch, score(1)),
        )
        .await;
        assert!(matches!(
            refused,
            Err(AppendError::Refused(Refusal::WrongState(_)))
        ));
    }
    for (write, given, stored) in [("first", 2, 1), ("same", 2, 0), ("better", 4, 1)] {
        let appended = append(log, "rated", write, 3_001, &Command::Rate(4, score(given)))
            .await
            .expect("is taken");
        assert_eq!((appended.events.len(), appended.fresh), (stored, true));
    }
    let again = append(log, "rated", "first", 3_002, &Command::Rate(4, score(2)))
        .await
        .expect("is known");
    assert!(!again.fresh);
    let rated: Vec<_> = events(log, "rated", 4)
        .await
        .into_iter()
        .map(|event| event.body)
        .collect();
    let expected = [2, 4].map(|given| EventBody::Rated {
        stretch: 4,
        score: score(given),
    });
    assert_eq!(rated, expected);
}

/// Who the customer is, is stored when it is news.
pub async fn an_introduction_is_stored_once(log: &dyn EventLog) {
    open(log, "introduced").await;
    let ana = |email: &str| {
        Command::Introduce(
            Introduction::new("Ana Ruiz", email)
                .expect("a valid introduction")
                .into(),
        )
    };
    for (write, email) in [("one", ""), ("two", ""), ("three", "ana@example.com")] {
        append(log, "introduced", write, 2_000, &ana(email))
            .await
            .expect("is taken");
    }
    assert_eq!(events(log, "introduced", 1).await.len(), 2);
    let stored = log
        .conversation(&conversation_id("introduced"))
        .await
        .expect("the store answers")
        .expect("is there");
    let last = Introduction::new("Ana Ruiz", "ana@example.com").expect("a valid introduction");
    assert_eq!(stored.introduced, Some(last.into()));
}

/// Once a signed customer was introduced in a conversation, no other one is, and nobody without a signature. A conversation
/// whose page named an address becomes theirs only if the same one is signed.
pub async fn a_signed_customer_is_never_another_one(log: &dyn EventLog) {
    let who = |name: &str, email: &str, subject: &str| {
        let said = Introduction::new(name, email).expect("a valid introduction");
        let subject = (!subject.is_empty()).then(|| CustomerSubject::new(subject));
        Command::Introduce(Customer {
            subject: subject.transpose().expect("a valid subject"),
            ..said.into()
        })
    };
    open(log, "signed").await;
    // Each with how many events follow, or nothing if it is refused.
    for (write, command, stored) in [
        ("said", who("Ana", "Ana@example.com", ""), Some(1)),
        ("of-ben", who("Ben", "ben@example.com", "8"), None),
        ("of-somebody", who("Ben", "", "8"), None),
        ("signed", who("Ana Ruiz", "ana@example.com", "7"), Some(1)),
        ("again", who("Ana Ruiz", "ana@example.com", "7"), Some(0)),
        ("unsigned", who("Ana Ruiz", "ana@example.com", ""), None),
        ("other", who("Ana Ruiz", "ana@example.com", "8"), None),
        ("renamed", who("Ana Diaz", "diaz@example.com", "7"), Some(1)),
    ] {
        match (append(log, "signed", write, 2_000, &command).await, stored) {
            (Ok(appended), Some(stored)) => assert_eq!(appended.events.len(), stored, "{write}"),
            (Err(AppendError::Refused(Refusal::OtherCustomer)), None) => {}
            (outcome, _) => panic!("{write}: {outcome:?}"),
        }
    }
    let stored = log
        .conversation(&conversation_id("signed"))
        .await
        .expect("the store answers")
        .expect("is there");
    let of = stored.introduced.and_then(|customer| customer.subject);
    assert_eq!(of, CustomerSubject::new("7").ok());
    assert_eq!(events(log, "signed", 1).await.len(), 3);
}
