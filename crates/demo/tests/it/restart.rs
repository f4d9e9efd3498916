//! A browser stops an idle worker whenever it likes. What was acknowledged is there again.

use crate::support::{Worker, inbox, kinds, request, status};

#[test]
fn everything_is_as_it_was_after_the_worker_was_stopped() {
    let mut worker = Worker::start();
    let (ann, bob) = (worker.visitor("ann"), worker.visitor("bob"));
    worker.say(&ann, "first", "where is my parcel");
    worker.ring(&ann, "ring");
    worker.act("claim", &ann, "claim");
    worker.reply(&ann, "reply", "Hello, Sam here.");
    worker.ring(&bob, "ring");
    worker.set_online(false);
    let before = worker.history(&ann);

    worker.restart();
    assert_eq!(worker.history(&ann), before);
    let desk = worker.inbox();
    let now = inbox(&worker.told(desk));
    assert_eq!(now["waiting"][0]["id"], bob.conversation.as_str());
    assert_eq!(now["mine"][0]["id"], ann.conversation.as_str());
    assert_eq!(now["online"], false);

    // Repeated writes are still the same writes, and the next event follows the last.
    worker.reply(&ann, "reply", "Hello, Sam here.");
    worker.reply(&ann, "more", "Still here.");
    let stream = worker.stream(&ann.events(before.len() as u64));
    assert_eq!(kinds(&worker.told(stream)), ["agent_message"]);
}

#[test]
fn a_console_that_was_open_counts_as_there_until_it_is_back() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    worker.restart();
    let customer = worker.stream(&ann.events(0));
    assert_eq!(status(&worker.told(customer))["agents_online"], 1);
    worker.pass_ms(30_000);
    assert_eq!(status(&worker.told(customer))["agents_online"], 0);
}

#[test]
fn only_what_changed_is_kept_again_and_refusals_keep_nothing() {
    let mut worker = Worker::start();
    let (ann, bob) = (worker.visitor("ann"), worker.visitor("bob"));
    assert_eq!(worker.kept.len(), 2);
    let of_bob = worker.kept[&format!("conversation/{}", bob.conversation)].clone();
    worker.ring(&ann, "ring");
    assert_eq!(
        worker.kept[&format!("conversation/{}", bob.conversation)],
        of_bob
    );
    for unchanging in [ann.events(0), ann.request("GET", "messages", None)] {
        assert!(worker.send(&unchanging).changes.is_empty());
    }
    // Ringing while waiting does nothing, so there is nothing to keep.
    let again = worker.kept.clone();
    worker.ring(&ann, "impatient");
    assert_eq!(worker.kept, again);
}

#[test]
fn a_record_that_cannot_be_read_is_refused_and_does_no_harm() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    for (name, text) in [
        ("conversation/x", "{"),
        (
            "conversation/x",
            r#"{"id":"0123456789abcdef","site":"demo","visitor":"x","events":[]}"#,
        ),
        ("something/else", "{}"),
        ("staff", "[]"),
    ] {
        assert!(worker.demo().restore(name, text).is_err(), "{name} {text}");
    }
    assert_eq!(worker.history(&ann), ["opened"]);
}

#[test]
fn starting_over_forgets_everything_and_ends_every_stream() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    worker.ring(&ann, "ring");
    worker.set_online(false);
    let (customer, desk) = (worker.stream(&ann.events(0)), worker.inbox());
    assert_eq!(
        worker.send(&request("DELETE", "/v1/demo", None)).status,
        204
    );
    assert!(worker.has_ended(customer) && worker.has_ended(desk));
    assert!(worker.kept.is_empty());
    assert_eq!(
        worker.refused(&ann.events(0)),
        (404, "unknown_conversation".into())
    );
    let again = worker.visitor("ann");
    assert_ne!(again.conversation, ann.conversation);
    assert_eq!(worker.history(&again), ["opened"]);
    let desk = worker.inbox();
    assert_eq!(inbox(&worker.told(desk))["online"], true);
}
