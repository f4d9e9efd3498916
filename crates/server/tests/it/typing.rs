//! That a person is writing: told to the customer at once, and never stored.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Console, Server, Visitor, accepted, answer, refused};

fn typing(console: &Console, visitor: &Visitor) -> reqwest::RequestBuilder {
    let what = format!("conversations/{}/typing", visitor.conversation);
    console.request(Method::POST, &what)
}

/// A conversation that Sam has, and its customer's stream from there on.
async fn with_sam(server: &Server) -> (Console, Visitor, crate::support::Stream) {
    let console = server.console("sam").await;
    let visitor = server.visitor("ann").await;
    visitor.ring("ring").await;
    accepted(console.act("claim", &visitor, "claim")).await;
    let mut customer = visitor.stream(3).await;
    assert_eq!(customer.status().await["agent_types"], Value::Null);
    (console, visitor, customer)
}

#[tokio::test]
async fn the_customer_is_told_that_the_person_writes_until_the_message_is_there() {
    let server = Server::start().await;
    let (console, visitor, mut customer) = with_sam(&server).await;
    let (status, _) = answer(typing(&console, &visitor)).await;
    assert_eq!(status, 204);
    assert_eq!(customer.status().await["agent_types"], true);
    let mut desk = console.stream(&visitor).await;
    assert_eq!(
        desk.status().await["agent_types"],
        Value::Null,
        "agents know what they do"
    );
    accepted(console.reply(&visitor, "reply", "Hello")).await;
    assert_eq!(customer.next().await.event, "event");
    assert_eq!(customer.status().await["agent_types"], Value::Null);
    assert_eq!(
        visitor.history().await,
        ["opened", "escalated", "claimed", "agent_message"],
        "nothing of it is stored"
    );
}

#[tokio::test]
async fn a_person_who_stopped_writing_does_not_write_for_ever() {
    let server = Server::start().await;
    let (console, visitor, mut customer) = with_sam(&server).await;
    accepted(typing(&console, &visitor)).await;
    assert_eq!(customer.status().await["agent_types"], true);
    server.pass_hours(1);
    // Anything that has the stream look again.
    accepted(visitor.post(
        "contact",
        &json!({ "write": crate::support::write_id("contact"), "contact": "ann@example.org" }),
    ))
    .await;
    assert_eq!(customer.status().await["agent_types"], Value::Null);
}

#[tokio::test]
async fn only_who_has_the_conversation_writes_in_it() {
    let server = Server::start().await;
    let (console, visitor, _customer) = with_sam(&server).await;
    let other = server.console("bob").await;
    let not_yours = (403, "not_yours".to_owned());
    assert_eq!(refused(typing(&other, &visitor)).await, not_yours);
    accepted(console.act("return", &visitor, "return")).await;
    assert_eq!(refused(typing(&console, &visitor)).await, not_yours);
    let stranger = server.request(
        Method::POST,
        &format!("/v1/agent/conversations/{}/typing", visitor.conversation),
    );
    assert_eq!(refused(stranger).await, (401, "not_signed_in".to_owned()));
}
