//! What customers say of people, and who they are.

use deskbell_protocol::{EventBody, Introduction, Score};

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
        Command::Introduce(Introduction::new("Ana Ruiz", email).expect("a valid introduction"))
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
    assert_eq!(stored.introduced, Some(last));
}
