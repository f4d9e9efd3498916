//! What is kept of people, and for how long.

use std::num::NonZeroU32;

use deskbell_protocol::{ContactText, EmailAddress, Introduction, SiteKey};

use super::{agent_name, append, conversation_id, events, new_conversation, open};
use crate::{AppendError, Command, Custody, EventLog, NewConversation};

/// A log whose keeper can erase from it.
pub trait Kept: EventLog + Custody {}

impl<S: EventLog + Custody> Kept for S {}

/// A customer is found by every address that an introduction or a contact of theirs had, and by no other.
pub async fn customers_are_found_by_their_address(store: &dyn Kept) {
    let introduce = |email: &str| {
        Command::Introduce(
            Introduction::new("Ana", email)
                .expect("a valid introduction")
                .into(),
        )
    };
    let contact =
        |text: &str| Command::LeaveContact(ContactText::new(text).expect("a valid contact"));
    for (name, commands) in [
        ("b-first", vec![introduce("ana@shop.example")]),
        (
            "a-changed",
            vec![introduce("ANA@shop.example"), introduce("ana@new.example")],
        ),
        ("c-contact", vec![contact("Ana, ana@Shop.example.")]),
        ("other", vec![introduce("diana@shop.example")]),
        ("like", vec![contact("an_@shop.example")]),
        ("nobody", Vec::new()),
    ] {
        open(store, name).await;
        for (n, command) in (2_000..).zip(&commands) {
            append(store, name, &format!("{name}-{n}"), n, command)
                .await
                .expect("is stored");
        }
    }
    let of = async |email: &str| {
        let email = EmailAddress::new(email).expect("a valid address");
        store.conversations_of(&email).await.expect("answers")
    };
    let ids = |names: &[&str]| {
        names
            .iter()
            .map(|it| conversation_id(it))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of("Ana@SHOP.example").await,
        ids(&["a-changed", "b-first", "c-contact"])
    );
    assert_eq!(of("ana@new.example").await, ids(&["a-changed"]));
    assert_eq!(of("an_@shop.example").await, ids(&["like"]));
    assert!(of("nobody@shop.example").await.is_empty());
}

/// What is erased is gone, wherever it stood, and for good; its customer begins anew, the others notice nothing.
pub async fn what_is_erased_is_gone_and_its_customer_begins_anew(store: &dyn Kept) {
    for (name, at) in [("first", 2_000), ("second", 3_000)] {
        open(store, name).await;
        append(store, name, &format!("ring-{name}"), at, &Command::Ring)
            .await
            .expect("rings");
    }
    let first = conversation_id("first");
    assert_eq!(store.erase(&first).await.expect("answers"), Some(2));
    assert_eq!(
        store.erase(&first).await.expect("answers"),
        None,
        "erasing again erases nothing"
    );
    assert_eq!(store.conversation(&first).await.expect("answers"), None);
    assert!(events(store, "first", 0).await.is_empty());
    let late = append(store, "first", "ring-first", 4_000, &Command::Ring).await;
    assert!(
        matches!(late, Err(AppendError::UnknownConversation)),
        "a repeated write does not bring it back"
    );
    let (queue, waiting) = store.waiting(10).await.expect("answers");
    assert_eq!(
        (queue[0].id.clone(), waiting),
        (conversation_id("second"), 1)
    );
    let place = store.position(&conversation_id("second")).await;
    assert_eq!(place.expect("answers"), Some(1), "the others move up");

    let anew = NewConversation {
        id: conversation_id("anew"),
        ..new_conversation("first")
    };
    let anew = store.open(anew).await.expect("opens");
    assert_eq!((anew.id, anew.last_seq), (conversation_id("anew"), 1));
    assert_eq!(events(store, "second", 0).await.len(), 2);
    store.clear_traces().await.expect("answers");
}

/// A conversation is forgotten when its last event is too old, in small steps, and never while a person is wanted or there.
pub async fn only_what_was_silent_for_long_enough_is_forgotten(store: &dyn Kept) {
    let ann = || agent_name("ann");
    for (name, commands) in [
        ("oldest", vec![]),
        ("waits", vec![Command::Ring]),
        ("owned", vec![Command::Ring, Command::Claim(ann())]),
        (
            "closed",
            vec![Command::Ring, Command::Claim(ann()), Command::Close(ann())],
        ),
        (
            "lively",
            vec![Command::LeaveContact(
                ContactText::new("0123").expect("a valid contact"),
            )],
        ),
    ] {
        open(store, name).await;
        let from = if name == "lively" { 5_000 } else { 2_000 };
        for (n, command) in (from..).zip(&commands) {
            append(store, name, &format!("{name}-{n}"), n, command)
                .await
                .expect("is allowed");
        }
    }
    let elsewhere = NewConversation {
        id: conversation_id("elsewhere"),
        site: SiteKey::new("other-site").expect("a valid key"),
        ..new_conversation("oldest")
    };
    store.open(elsewhere).await.expect("opens");

    let site = new_conversation("any").site;
    let one = NonZeroU32::MIN;
    let forget = async |before| store.forget(&site, before, one).await.expect("answers");
    assert!(forget(1_000).await.is_empty(), "not before its time");
    assert_eq!(forget(5_000).await, [conversation_id("oldest")]);
    assert_eq!(forget(5_000).await, [conversation_id("closed")]);
    assert!(forget(5_000).await.is_empty(), "people are wanted or there");
    assert!(events(store, "oldest", 0).await.is_empty());
    for (name, count) in [("waits", 2), ("owned", 3), ("lively", 2), ("elsewhere", 1)] {
        assert_eq!(events(store, name, 0).await.len(), count, "{name}");
    }
}
