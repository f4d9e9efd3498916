//! What streams promise: everything once, in order, from any cursor.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{Server, Stream, Visitor, accepted, refused, write_id};

#[tokio::test]
async fn a_stream_replays_then_tells_the_status_then_follows() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    visitor.say("first", "where is my parcel").await;
    let mut stream = visitor.stream(0).await;
    for (seq, kind) in [(1, "opened"), (2, "customer_message"), (3, "bot_message")] {
        let message = stream.next().await;
        assert_eq!((message.event.as_str(), message.id), ("event", Some(seq)));
        assert_eq!(
            (&message.data["seq"], &message.data["type"]),
            (&json!(seq), &json!(kind))
        );
    }
    let status = stream.next().await;
    assert_eq!((status.event.as_str(), status.id), ("status", None));
    assert_eq!(status.data, json!({ "state": "bot", "agents_online": 0 }));
    visitor.ring("ring").await;
    assert_eq!(stream.next().await.data["type"], "escalated");
    let status = stream.next().await;
    assert_eq!(status.event, "status");
    assert_eq!(
        (&status.data["state"], &status.data["position"]),
        (&json!("waiting"), &json!(1))
    );
}

#[tokio::test]
async fn a_reader_that_comes_back_gets_exactly_what_it_missed() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    visitor.say("one", "where is my parcel").await;
    let mut stream = visitor.stream(0).await;
    let seen = stream.next().await.id.unwrap();
    drop(stream);
    visitor.ring("ring").await;
    let request = visitor
        .request(Method::GET, "events?after=77")
        .header("last-event-id", seen);
    let mut resumed = Stream::open(request).await;
    for expected in [2, 3, 4] {
        assert_eq!(
            resumed.next().await.id,
            Some(expected),
            "Last-Event-ID counts before ?after="
        );
    }
    assert_eq!(resumed.next().await.event, "status");
}

/// Reads up to the event `last`, leaving and coming back with the cursor again and again.
async fn read_restlessly(visitor: &Visitor, last: u64, patience: usize) -> Vec<u64> {
    let mut seen: Vec<u64> = Vec::new();
    while seen.last() != Some(&last) {
        let mut stream = visitor.stream(seen.last().copied().unwrap_or(0)).await;
        for _ in 0..patience {
            if seen.last() == Some(&last) {
                break;
            }
            if let Some(seq) = stream.next().await.id {
                seen.push(seq);
            }
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_who_come_and_go_while_others_write_see_everything_once() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let writes = (0..30).map(|n| {
        let body =
            json!({ "write": write_id(&format!("contact-{n}")), "contact": format!("call {n}") });
        accepted(visitor.post("contact", &body))
    });
    let readers = [1, 2, 3, 5].map(|patience| read_restlessly(&visitor, 31, patience));
    let (_, seen) = tokio::join!(join_all(writes), join_all(readers));
    for seqs in seen {
        assert_eq!(seqs, (1..=31).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_long_history_comes_whole() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    for n in 0..210 {
        let body = json!({ "write": write_id(&format!("contact-{n}")), "contact": "call me" });
        accepted(visitor.post("contact", &body)).await;
    }
    assert_eq!(visitor.history().await.len(), 211);
}

#[tokio::test]
async fn whoever_waits_sees_the_queue_move() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let (ann, bob) = (server.visitor("ann").await, server.visitor("bob").await);
    ann.ring("ring").await;
    bob.ring("ring").await;
    let mut stream = bob.stream(0).await;
    assert_eq!(stream.status().await["position"], 2);
    accepted(console.act("claim", &ann, "claim")).await;
    assert_eq!(stream.status().await["position"], 1);
}

#[tokio::test]
async fn customers_see_how_many_people_are_online() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let mut stream = visitor.stream(0).await;
    assert_eq!(stream.status().await["agents_online"], 0);
    let console = server.console("sam").await;
    console.set_online(true).await;
    let mut inbox = console.inbox().await;
    assert_eq!(stream.status().await["agents_online"], 1);
    assert_eq!(inbox.next().await.data["agents_online"], 1);
    console.set_online(false).await;
    assert_eq!(stream.status().await["agents_online"], 0);
}

#[tokio::test]
async fn a_cursor_that_is_no_number_is_refused() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    for request in [
        visitor.request(Method::GET, "events?after=soon"),
        visitor.request(Method::GET, "events?after=-1"),
        visitor
            .request(Method::GET, "events")
            .header("last-event-id", "x"),
    ] {
        assert_eq!(refused(request).await, (422, "invalid_value".into()));
    }
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let console = server.console("sam").await;
    let (mut stream, mut inbox) = (visitor.stream(0).await, console.inbox().await);
    stream.status().await;
    inbox.next().await;
    server.stop().await;
    assert!(stream.next_or_end().await.is_none());
    assert!(inbox.next_or_end().await.is_none());
}
