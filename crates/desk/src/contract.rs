//! The behaviour that every [`EventLog`] and [`Directory`](crate::Directory) shows. An implementation's tests run these on a fresh store.
//!
//! Each function panics with a sentence when the store breaks the contract.

mod accounts;
mod customers_word;
mod duties;
mod people;
mod projection;
mod webhooks;

use deskbell_protocol::{
    AgentId, AgentName, ContactText, ConversationId, ConversationState, Event, FallbackContact,
    MessageText, SiteKey, WriteId,
};
use deskbell_triage::policy::Policy;
use futures_util::future::join_all;

pub use accounts::{
    a_code_and_a_recovery_code_are_good_once, a_second_step_is_set_up_once_and_can_be_taken_away,
    a_session_that_is_not_used_ends_early, all_sessions_of_an_agent_end_at_once,
    the_audit_log_has_everything_in_its_order,
};
pub use customers_word::{
    a_signed_customer_is_never_another_one, an_introduction_is_stored_once,
    only_an_ended_human_stretch_can_be_rated,
};
pub use duties::{
    Kept, customers_are_found_by_their_address, only_what_was_silent_for_long_enough_is_forgotten,
    what_is_erased_is_gone_and_its_customer_begins_anew,
};
pub use people::{agents_and_sessions_are_kept, sites_are_kept};
pub use projection::the_projection_equals_the_fold_over_the_events;
pub use webhooks::{
    Telling, a_delivery_is_taken_by_one_at_a_time, a_delivery_is_tried_again_given_up_and_replayed,
    a_wait_is_told_of_when_it_is_long_and_not_when_somebody_came,
    a_wait_that_is_not_long_yet_is_not_replayed_before_its_time,
    a_webhook_that_is_gone_is_told_nothing_until_it_is_enabled, webhook, webhooks_are_kept,
    what_happens_is_told_once_to_every_webhook_of_the_site,
};

use crate::{
    Answer, AnswerBook, AppendError, Appended, Command, Conversation, EventLog, IdentityKeys,
    NewConversation, Refusal, Retention, Site, VisitorHash,
};

/// An id of the right length that says what it stands for.
fn conversation_id(name: &str) -> ConversationId {
    ConversationId::new(format!("conversation-{name}")).expect("a short name makes a valid id")
}

fn write_id(name: &str) -> WriteId {
    WriteId::new(format!("write-of-tests-{name}")).expect("a short name makes a valid id")
}

/// A site for tests, with an answer to `track_order`.
#[must_use]
pub fn site(key: &str) -> Site {
    let answer = |text: &str| Answer {
        text: text.to_owned(),
        suggestions: Vec::new(),
    };
    let track_order = "track_order".parse().expect("a taxonomy id is valid");
    Site {
        key: SiteKey::new(key).expect("tests use valid keys"),
        name: "Fern & Field".to_owned(),
        language: "en".to_owned(),
        origins: vec!["https://shop.example".to_owned()],
        contact: FallbackContact::default(),
        answers: AnswerBook {
            suggestions: Vec::new(),
            not_understood: answer("I do not know that. Shall I fetch a person?"),
            said_again: "Sorry that this did not help yet.".to_owned(),
            answers: [(track_order, answer("Your orders page shows where it is."))].into(),
        },
        policy: Policy::default(),
        retention: Retention::default(),
        identity: IdentityKeys::default(),
    }
}

/// An agent as customers see them.
#[must_use]
pub fn agent_name(id: &str) -> AgentName {
    AgentName {
        id: AgentId::new(id).expect("tests use valid ids"),
        name: id.to_uppercase(),
    }
}

/// A conversation to open, of visitor `name`.
#[must_use]
pub fn new_conversation(name: &str) -> NewConversation {
    NewConversation {
        id: conversation_id(name),
        site: SiteKey::new("demo").expect("a valid key"),
        visitor: VisitorHash(format!("hash-of-{name}")),
        write: write_id(&format!("open-{name}")),
        at: 1_000,
        language: Some("en".to_owned()),
        page: None,
    }
}

/// Appends what `command` decides.
async fn append(
    log: &dyn EventLog,
    conversation: &str,
    write: &str,
    at: i64,
    command: &Command<'_>,
) -> Result<Appended, AppendError> {
    let decide = |conversation: &Conversation| command.decide(conversation);
    log.append(
        &conversation_id(conversation),
        &write_id(write),
        at,
        &Policy::default(),
        &decide,
    )
    .await
}

fn reply(text: &str) -> Command<'static> {
    Command::Reply(
        agent_name("ann"),
        MessageText::new(text).expect("a valid text"),
    )
}

async fn events(log: &dyn EventLog, conversation: &str, after: u64) -> Vec<Event> {
    log.events_after(&conversation_id(conversation), after, 1_000)
        .await
        .expect("the store answers")
}

async fn open(log: &dyn EventLog, name: &str) -> Conversation {
    log.open(new_conversation(name))
        .await
        .expect("the store answers")
}

/// Opening twice, even with another proposed id, gives the one conversation of this visitor and site.
pub async fn opening_again_finds_the_same_conversation(log: &dyn EventLog) {
    let first = open(log, "one").await;
    assert_eq!(first.last_seq, 1, "opening is the first event");
    let again = NewConversation {
        id: conversation_id("other"),
        ..new_conversation("one")
    };
    assert_eq!(
        log.open(again).await.expect("the store answers").id,
        first.id
    );
    assert_eq!(
        events(log, "one", 0).await.len(),
        1,
        "opening again appends nothing"
    );
    let elsewhere = NewConversation {
        id: conversation_id("elsewhere"),
        site: SiteKey::new("other-site").expect("a valid key"),
        ..new_conversation("one")
    };
    assert_ne!(
        log.open(elsewhere).await.expect("the store answers").id,
        first.id
    );
}

/// Many tabs opening at once still share one conversation.
pub async fn opening_at_the_same_time_gives_one_conversation(log: &dyn EventLog) {
    let opens = (0..8).map(|tab| {
        log.open(NewConversation {
            id: conversation_id(&format!("tab-{tab}")),
            ..new_conversation("tabs")
        })
    });
    let opened = join_all(opens).await;
    let ids: Vec<_> = opened
        .into_iter()
        .map(|it| it.expect("the store answers").id)
        .collect();
    assert!(
        ids.iter().all(|id| *id == ids[0]),
        "one visitor, one conversation: {ids:?}"
    );
}

/// A repeated write returns the events it caused and appends nothing, also when the state has moved on.
pub async fn a_repeated_write_is_the_same_write(log: &dyn EventLog) {
    open(log, "repeat").await;
    let first = append(log, "repeat", "ring", 2_000, &Command::Ring)
        .await
        .expect("rings");
    assert!(first.fresh);
    append(
        log,
        "repeat",
        "claim",
        3_000,
        &Command::Claim(agent_name("ann")),
    )
    .await
    .expect("claims");
    let again = append(log, "repeat", "ring", 4_000, &Command::Ring)
        .await
        .expect("rings");
    assert!(!again.fresh);
    assert_eq!(again.events, first.events);
    assert_eq!(again.conversation.state, ConversationState::WithAgent);
    assert_eq!(events(log, "repeat", 0).await.len(), 3);
}

/// One write may cause several events; repeated, it returns all of them.
pub async fn all_events_of_a_write_come_back(log: &dyn EventLog) {
    open(log, "several").await;
    let form = Command::ContactForm {
        text: MessageText::new("please call me").expect("a valid text"),
        hint: None,
        contact: ContactText::new("me@example.org").expect("a valid contact"),
    };
    let first = append(log, "several", "form", 2_000, &form)
        .await
        .expect("is stored");
    assert_eq!(first.events.len(), 3);
    let again = append(log, "several", "form", 9_000, &form)
        .await
        .expect("is known");
    assert_eq!((again.events, again.fresh), (first.events, false));
}

/// Writers at the same moment get positions without gap or duplicate, and readers see them in order.
pub async fn concurrent_appends_take_turns(log: &dyn EventLog) {
    open(log, "busy").await;
    append(log, "busy", "ring", 2_000, &Command::Ring)
        .await
        .expect("rings");
    append(
        log,
        "busy",
        "claim",
        2_001,
        &Command::Claim(agent_name("ann")),
    )
    .await
    .expect("claims");
    let names: Vec<_> = (0..20)
        .map(|n| (format!("r{n}"), reply(&format!("reply {n}"))))
        .collect();
    let writes = names
        .iter()
        .map(|(name, reply)| append(log, "busy", name, 3_000, reply));
    for appended in join_all(writes).await {
        appended.expect("every writer succeeds");
    }
    let seqs: Vec<_> = events(log, "busy", 0)
        .await
        .iter()
        .map(|event| event.seq)
        .collect();
    assert_eq!(seqs, (1..=23).collect::<Vec<_>>());
}

/// The same write sent by several connections at once is stored once.
pub async fn the_same_write_at_the_same_time_is_stored_once(log: &dyn EventLog) {
    open(log, "eager").await;
    let rings = (0..8).map(|_| append(log, "eager", "ring", 2_000, &Command::Ring));
    for appended in join_all(rings).await {
        let appended = appended.expect("every repetition is answered");
        assert_eq!(appended.events.first().map(|event| event.seq), Some(2));
    }
    assert_eq!(events(log, "eager", 0).await.len(), 2);
}

/// Of two agents who claim at once exactly one wins.
pub async fn two_agents_cannot_own_one_conversation(log: &dyn EventLog) {
    open(log, "wanted").await;
    append(log, "wanted", "ring", 2_000, &Command::Ring)
        .await
        .expect("rings");
    let claims = ["ann", "bob"].map(|name| (name, Command::Claim(agent_name(name))));
    let claims = claims
        .iter()
        .map(|(name, claim)| append(log, "wanted", name, 3_000, claim));
    let outcomes = join_all(claims).await;
    assert_eq!(outcomes.iter().filter(|it| it.is_ok()).count(), 1);
    let refused = outcomes
        .into_iter()
        .find_map(Result::err)
        .expect("one is refused");
    assert!(matches!(
        refused,
        AppendError::Refused(Refusal::AlreadyClaimed { .. })
    ));
}

/// A reader that resumes from its cursor sees every event once, in order, whatever the page size.
pub async fn reading_resumes_from_any_cursor(log: &dyn EventLog) {
    open(log, "pages").await;
    for n in 0..6 {
        let contact = Command::LeaveContact(ContactText::new(&format!("c{n}")).expect("valid"));
        append(log, "pages", &format!("c{n}"), 2_000 + n, &contact)
            .await
            .expect("is stored");
    }
    let whole = events(log, "pages", 0).await;
    let mut paged: Vec<Event> = Vec::new();
    loop {
        let cursor = paged.last().map_or(0, |event| event.seq);
        let page = log
            .events_after(&conversation_id("pages"), cursor, 2)
            .await
            .expect("the store answers");
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, whole);
    assert_eq!(whole.len(), 7);
}

/// A refused decision and an unknown conversation leave nothing behind.
pub async fn a_refusal_stores_nothing(log: &dyn EventLog) {
    open(log, "calm").await;
    let refused = append(log, "calm", "reply", 2_000, &reply("hello")).await;
    assert!(matches!(
        refused,
        Err(AppendError::Refused(Refusal::WrongState(_)))
    ));
    assert_eq!(events(log, "calm", 0).await.len(), 1);
    let unknown = append(log, "nobody-opened", "ring", 2_000, &Command::Ring).await;
    assert!(matches!(unknown, Err(AppendError::UnknownConversation)));
    let found = log
        .conversation(&conversation_id("nobody-opened"))
        .await
        .expect("answers");
    assert!(found.is_none());
    assert!(events(log, "nobody-opened", 0).await.is_empty());
}

/// The queue is in the order of waiting, positions agree with it, and leaving it moves the others up.
pub async fn the_queue_is_fair_and_positions_are_true(log: &dyn EventLog) {
    for (name, at) in [("third", 5_000), ("first", 3_000), ("second", 4_000)] {
        open(log, name).await;
        append(log, name, &format!("ring-{name}"), at, &Command::Ring)
            .await
            .expect("rings");
    }
    let (queue, total) = log.waiting(2).await.expect("the store answers");
    let ids: Vec<_> = queue
        .iter()
        .map(|conversation| conversation.id.clone())
        .collect();
    assert_eq!(ids, [conversation_id("first"), conversation_id("second")]);
    assert_eq!(total, 3);
    let position = async |name: &str| log.position(&conversation_id(name)).await.expect("answers");
    assert_eq!(position("third").await, Some(3));
    let claim = Command::Claim(agent_name("ann"));
    append(log, "first", "claim-first", 6_000, &claim)
        .await
        .expect("claims");
    assert_eq!(position("first").await, None);
    assert_eq!(position("third").await, Some(2));
    let mine = log
        .owned_by(&agent_name("ann").id, 10)
        .await
        .expect("the store answers");
    assert_eq!(mine.len(), 1);
    assert_eq!(mine[0].id, conversation_id("first"));
}
