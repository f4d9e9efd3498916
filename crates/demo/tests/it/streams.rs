//! What streams promise: everything once, in order, from any cursor.

use deskbell_demo::Request;
use deskbell_desk::GRACE_MS;
use serde_json::json;

use crate::support::{Message, Worker, kinds, status, write_id};

/// The numbers of the events, which must be what their ids say.
fn seqs(messages: &[Message]) -> Vec<u64> {
    let numbered = messages.iter().filter_map(|message| {
        let id = message.id?;
        assert_eq!(message.data["seq"], id);
        Some(id)
    });
    numbered.collect()
}

#[test]
fn a_stream_replays_then_tells_the_status_then_follows() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    worker.say(&ann, "first", "where is my parcel");
    let stream = worker.stream(&ann.events(0));
    let told = worker.told(stream);
    assert_eq!(kinds(&told), ["opened", "customer_message", "bot_message"]);
    assert_eq!(seqs(&told), [1, 2, 3]);
    assert_eq!((told[3].event.as_str(), told[3].id), ("status", None));
    assert_eq!(status(&told), json!({ "state": "bot", "agents_online": 0 }));
    worker.ring(&ann, "ring");
    let told = worker.told(stream);
    assert_eq!(
        (kinds(&told), told.len()),
        (vec!["escalated".to_owned()], 2)
    );
    assert_eq!(status(&told)["position"], 1);
    worker.pass_ms(1);
    assert!(worker.told(stream).is_empty(), "nothing is told twice");
}

#[test]
fn a_reader_that_comes_back_gets_exactly_what_it_missed() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    worker.say(&ann, "one", "where is my parcel");
    worker.ring(&ann, "ring");
    let resumed = Request {
        query: "after=77".to_owned(),
        last_event_id: Some("1".to_owned()),
        ..ann.events(0)
    };
    let stream = worker.stream(&resumed);
    assert_eq!(
        seqs(&worker.told(stream)),
        [2, 3, 4],
        "Last-Event-ID counts before ?after="
    );
    let stream = worker.stream(&ann.events(3));
    assert_eq!(seqs(&worker.told(stream)), [4]);
}

#[test]
fn whoever_waits_sees_the_queue_move() {
    let mut worker = Worker::start();
    let (ann, bob) = (worker.visitor("ann"), worker.visitor("bob"));
    worker.ring(&ann, "ring");
    worker.ring(&bob, "ring");
    let stream = worker.stream(&bob.events(0));
    assert_eq!(status(&worker.told(stream))["position"], 2);
    worker.act("claim", &ann, "claim");
    assert_eq!(status(&worker.told(stream))["position"], 1);
}

#[test]
fn a_closed_console_counts_as_there_until_its_grace_ends() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    let customer = worker.stream(&ann.events(0));
    let desk = worker.inbox();
    worker.told(customer);
    assert_eq!(worker.changes_in(), None);
    worker.leave(desk);
    assert_eq!(worker.changes_in(), Some(GRACE_MS));
    worker.pass_ms(GRACE_MS - 1);
    assert!(worker.told(customer).is_empty());
    worker.pass_ms(1);
    assert_eq!(status(&worker.told(customer))["agents_online"], 0);
}

#[test]
fn a_long_history_comes_whole() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    for n in 0..210 {
        let body = json!({ "write": write_id(&format!("contact-{n}")), "contact": "call me" });
        worker.accepted(&ann.post("contact", &body));
    }
    assert_eq!(worker.history(&ann).len(), 211);
}
