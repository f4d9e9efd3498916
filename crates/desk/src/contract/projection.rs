//! What is kept beside the log.

use deskbell_protocol::{ConversationState, EscalationReason, EventBody, Introduction, Score};
use deskbell_triage::policy::Policy;

use super::{agent_name, append, events, open, reply};
use crate::{Command, Conversation, EventLog};

/// What the log says of a conversation is what a fold over its events says.
pub async fn the_projection_equals_the_fold_over_the_events(log: &dyn EventLog) {
    let opened = open(log, "fold").await;
    let agent = agent_name("ann");
    let steps = [
        ("ring", Command::Ring),
        ("claim", Command::Claim(agent.clone())),
        ("reply", reply("hello, Ann here")),
        ("back", Command::HandBack(agent.clone())),
        ("again", Command::Ring),
        ("claim2", Command::Claim(agent.clone())),
        ("close", Command::Close(agent)),
        ("rate", Command::Rate(5, Score::new(5).expect("a score"))),
        (
            "introduce",
            Command::Introduce(
                Introduction::new("Ana", "")
                    .expect("a valid introduction")
                    .into(),
            ),
        ),
    ];
    for (n, (name, command)) in (2_000..).zip(&steps) {
        append(log, "fold", name, n, command)
            .await
            .expect("is allowed");
    }
    let folded = Conversation::of_events(
        opened.id.clone(),
        opened.site,
        opened.visitor,
        &events(log, "fold", 0).await,
        &Policy::default(),
    )
    .expect("the events of a conversation");
    let stored = log
        .conversation(&opened.id)
        .await
        .expect("the store answers");
    assert_eq!(stored, Some(folded.clone()));
    assert_eq!(folded.state, ConversationState::Closed);
    assert_eq!(folded.reason, Some(EscalationReason::Bell));
    let stretches = events(log, "fold", 0).await;
    let count = |wanted: fn(&EventBody) -> bool| {
        stretches.iter().filter(|event| wanted(&event.body)).count()
    };
    let begun = count(|body| matches!(body, EventBody::Claimed { .. }));
    let ended = count(|body| {
        matches!(
            body,
            EventBody::HandedBack { .. } | EventBody::Closed { .. }
        )
    });
    assert_eq!(
        (begun, ended),
        (2, 2),
        "start and end of each human stretch are events"
    );
}
