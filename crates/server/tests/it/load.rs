//! Too much at once: what can wait is refused before messages, and messages before what reaches a person.

use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};

use crate::support::{Raw, Server, Stream, Visitor, accepted, answer, write_id};

/// Sends, and expects that there is no room; the refusal says when to come back.
async fn no_room(request: RequestBuilder) {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key(header::RETRY_AFTER));
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["code"], "unavailable");
}

fn message(visitor: &Visitor, write: &str) -> RequestBuilder {
    let body = json!({ "write": write_id(write), "text": "where is my parcel" });
    visitor.post("messages", &body)
}

fn ring(visitor: &Visitor, write: &str) -> RequestBuilder {
    visitor.post("escalation", &json!({ "write": write_id(write) }))
}

/// A request that is being answered until it is dropped: its body does not come.
async fn under_way(server: &Server, visitor: &Visitor, what: &str) -> Raw {
    let mut held = Raw::connect(&server.address).await;
    let (id, token) = (&visitor.conversation, &visitor.token);
    held.send(&format!(
        "POST /v1/conversations/{id}/{what} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 64\r\nexpect: 100-continue\r\n\r\n"
    ))
    .await;
    held.until("100 Continue").await;
    held
}

/// Asks until the answer is this; what was dropped elsewhere takes the server a moment to notice.
async fn until(status: u16, request: impl Fn() -> RequestBuilder) {
    let asked = async { while request().send().await.unwrap().status() != status {} };
    let patience = std::time::Duration::from_secs(30);
    tokio::time::timeout(patience, asked).await.unwrap();
}

#[tokio::test]
async fn with_the_streams_full_messages_and_bells_pass_and_a_place_that_is_left_is_free() {
    let server = Server::start_limited(|limits| limits.load.streams = 1).await;
    let (ann, bob) = (server.visitor("ann").await, server.visitor("bob").await);
    let console = server.console("sam").await;
    let mut first = ann.stream(0).await;
    first.status().await;
    no_room(bob.request(Method::GET, "events")).await;
    let foreign = server.request(
        Method::GET,
        &format!("/v1/conversations/{}/events", bob.conversation),
    );
    no_room(foreign).await;
    accepted(message(&bob, "message")).await;
    accepted(ring(&bob, "ring")).await;
    // Without consoles nobody would be there for all these customers.
    assert_eq!(console.inbox().await.next().await.data["waiting_total"], 1);
    accepted(message(&ann, "message")).await;
    first.until_type("customer_message").await;
    drop(first);
    until(200, || bob.request(Method::GET, "events")).await;
}

#[tokio::test]
async fn a_stream_that_is_refused_takes_no_place() {
    let server = Server::start_limited(|limits| limits.load.streams = 1).await;
    let (ann, bob) = (server.visitor("ann").await, server.visitor("bob").await);
    for _ in 0..3 {
        let path = format!("/v1/conversations/{}/events", bob.conversation);
        let foreign = server.request(Method::GET, &path);
        assert_eq!(answer(foreign).await.0, 401);
    }
    Stream::open(ann.request(Method::GET, "events")).await;
}

#[tokio::test]
async fn with_the_messages_full_an_escalation_passes() {
    let server = Server::start_limited(|limits| {
        limits.load.requests = 3;
        limits.load.reserved_for_messages = 1;
        limits.load.reserved_for_escalations = 1;
    })
    .await;
    let (ann, bob) = (server.visitor("ann").await, server.visitor("bob").await);
    let look = || server.request(Method::GET, "/v1/sites/demo");
    let contact = || server.request(Method::GET, "/contact/demo");

    let first = under_way(&server, &ann, "messages").await;
    no_room(look()).await;
    no_room(bob.request(Method::GET, "events")).await;
    accepted(message(&bob, "one")).await;

    let second = under_way(&server, &ann, "messages").await;
    no_room(message(&bob, "two")).await;
    no_room(Visitor::open_request(&server.address, "kim", "demo", "")).await;
    accepted(ring(&bob, "ring")).await;
    let for_bell = Visitor::open_request(&server.address, "kim", "demo", "?for=escalation");
    accepted(for_bell).await;
    assert_eq!(answer(contact()).await.0, 200);

    let third = under_way(&server, &ann, "escalation").await;
    no_room(ring(&bob, "ring-2")).await;
    let page = contact().header(header::ACCEPT_LANGUAGE, "de");
    let (status, page) = answer(page).await;
    assert_eq!(status, 503);
    let page = page.as_str().unwrap();
    assert!(page.contains("Das funktioniert im Moment nicht."), "{page}");
    assert_eq!(answer(server.request(Method::GET, "/healthz")).await.0, 200);

    drop((first, second, third));
    until(200, look).await;
    accepted(message(&bob, "two")).await;
    accepted(ring(&bob, "ring-2")).await;
}
