//! Bad input gets a clear problem.

use deskbell_desk::contract;
use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};

use crate::support::{SHOP, Server, Visitor, answer, refused, write_id};

fn open(server: &Server, body: &Value) -> RequestBuilder {
    server
        .request(Method::POST, "/v1/conversations")
        .bearer_auth(Visitor::token("ann"))
        .json(body)
}

#[tokio::test]
async fn unknown_sites_and_origins_are_refused() {
    let server = Server::start().await;
    let body = |site: &str| json!({ "write": write_id("open"), "site": site });
    assert_eq!(
        refused(open(&server, &body("nobody"))).await,
        (404, "unknown_site".into())
    );
    let from = |origin: &str| open(&server, &body("demo")).header(header::ORIGIN, origin);
    for foreign in [
        "https://evil.example",
        "http://shop.example",
        "https://shop.example.evil.example",
        "null",
    ] {
        assert_eq!(
            refused(from(foreign)).await,
            (403, "origin_not_allowed".into()),
            "{foreign}"
        );
    }
    for welcome in [SHOP, &server.address] {
        assert_eq!(answer(from(welcome)).await.0, 200, "{welcome}");
    }
    let info = |key: &str| server.request(Method::GET, &format!("/v1/sites/{key}"));
    assert_eq!(refused(info("nobody")).await, (404, "unknown_site".into()));
    assert_eq!(refused(info("%20")).await, (404, "unknown_site".into()));
    let foreign = info("demo").header(header::ORIGIN, "https://evil.example");
    assert_eq!(refused(foreign).await, (403, "origin_not_allowed".into()));
}

#[tokio::test]
async fn pages_of_one_shop_cannot_use_a_conversation_of_another() {
    let server = Server::start().await;
    let mut other = contract::site("other");
    other.origins = vec!["https://other.example".to_owned()];
    server.add_site(&other).await;
    let visitor = server.visitor("ann").await;
    let body = json!({ "write": write_id("ring") });
    let request = visitor
        .post("escalation", &body)
        .header(header::ORIGIN, "https://other.example");
    assert_eq!(refused(request).await, (403, "origin_not_allowed".into()));
}

#[tokio::test]
async fn a_visitor_is_who_has_the_token() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let path = format!("/v1/conversations/{}/escalation", visitor.conversation);
    let ring = || {
        server
            .request(Method::POST, &path)
            .json(&json!({ "write": write_id("ring") }))
    };
    assert_eq!(refused(ring()).await, (401, "not_signed_in".into()));
    assert_eq!(
        refused(ring().bearer_auth("short")).await,
        (401, "not_signed_in".into())
    );
    assert_eq!(
        refused(ring().basic_auth("ann", Some("x"))).await,
        (401, "not_signed_in".into())
    );
    let foreign = ring().bearer_auth(Visitor::token("bob"));
    assert_eq!(refused(foreign).await, (403, "not_yours".into()));
    let events = format!("/v1/conversations/{}/events", visitor.conversation);
    let events = server
        .request(Method::GET, &events)
        .bearer_auth(Visitor::token("bob"));
    assert_eq!(refused(events).await, (403, "not_yours".into()));
    let no_token = server
        .request(Method::POST, "/v1/conversations")
        .json(&json!({}));
    assert_eq!(refused(no_token).await, (401, "not_signed_in".into()));
}

#[tokio::test]
async fn unknown_conversations_are_unknown() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    for id in ["0123456789abcdef0123456789abcdef", "short", "%00"] {
        let path = format!("/v1/conversations/{id}/escalation");
        let ring = server
            .request(Method::POST, &path)
            .bearer_auth(Visitor::token("ann"));
        let ring = ring.json(&json!({ "write": write_id("ring") }));
        assert_eq!(
            refused(ring).await,
            (404, "unknown_conversation".into()),
            "{id}"
        );
        let claim = console.request(Method::POST, &format!("conversations/{id}/claim"));
        let claim = claim.json(&json!({ "write": write_id("claim") }));
        assert_eq!(
            refused(claim).await,
            (404, "unknown_conversation".into()),
            "{id}"
        );
        let events = console.request(Method::GET, &format!("conversations/{id}/events"));
        assert_eq!(
            refused(events).await,
            (404, "unknown_conversation".into()),
            "{id}"
        );
    }
}

#[tokio::test]
async fn texts_that_cannot_be_shown_are_refused_with_the_reason() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    for (text, reason) in [
        (" \n ".to_owned(), "text: The message is empty."),
        (
            "é".repeat(4001),
            "text: The message has 4001 characters; at most 4000 are possible.",
        ),
        (
            "a\u{0}b".to_owned(),
            "text: The message has a control character that cannot be shown.",
        ),
        (
            "a\u{202e}b".to_owned(),
            "text: The message has a control character that cannot be shown.",
        ),
    ] {
        let body = json!({ "write": write_id("text"), "text": text });
        let (status, problem) = answer(visitor.post("messages", &body)).await;
        assert_eq!(status, 422);
        assert_eq!(
            (&problem["code"], &problem["message"]),
            (&json!("invalid_value"), &json!(reason))
        );
    }
    let longest = json!({ "write": write_id("longest"), "text": "💐".repeat(4000) });
    assert_eq!(answer(visitor.post("messages", &longest)).await.0, 200);
    assert_eq!(
        visitor.history().await.len(),
        3,
        "nothing refused was stored"
    );
}

#[tokio::test]
async fn bodies_that_are_no_json_too_large_or_strange_are_refused() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let post = |kind: &'static str, body: Vec<u8>| {
        visitor
            .request(Method::POST, "messages")
            .header(header::CONTENT_TYPE, kind)
            .body(body)
    };
    let json = "application/json";
    for (request, expected) in [
        (post("text/plain", b"{}".to_vec()), (415, "not_json")),
        (visitor.request(Method::POST, "messages"), (415, "not_json")),
        (
            post(json, b"{\"write\": ".to_vec()),
            (400, "malformed_json"),
        ),
        (post(json, vec![b'"', 0xff, b'"']), (400, "malformed_json")),
        (post(json, Vec::new()), (400, "malformed_json")),
        (post(json, b"[]".to_vec()), (422, "invalid_value")),
        (
            post(json, b"{\"write\":\"0123456789abcdef\"}".to_vec()),
            (422, "invalid_value"),
        ),
        (
            post("application/json; charset=utf-8", b"{\"html\":1}".to_vec()),
            (422, "invalid_value"),
        ),
        (post(json, vec![b' '; 64 * 1024 + 1]), (413, "too_large")),
        (post(json, vec![b' '; 900 * 1024]), (413, "too_large")),
    ] {
        assert_eq!(refused(request).await, (expected.0, expected.1.to_owned()));
    }
}

#[tokio::test]
async fn an_impossible_hint_is_refused() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let scores = json!({ "negative": 0.1, "neutral": 0.8, "positive": 0.1 });
    for (field, value) in [
        ("confidence", json!(1.5)),
        ("confidence", json!(-0.1)),
        ("confidence", json!(1e300)),
        ("millis", json!(-1)),
        ("sentiment", json!("furious")),
        ("decision", json!("ignore")),
        (
            "sentiment_scores",
            json!({ "negative": 2.0, "neutral": 0.0, "positive": 0.0 }),
        ),
    ] {
        let mut triage = json!({
            "intent": "track_order", "confidence": 0.9, "sentiment": "neutral", "sentiment_scores": scores,
            "decision": "bot", "reason": "routine", "read_on": "device", "millis": 1.0
        });
        triage[field] = value;
        let body = json!({ "write": write_id("hint"), "text": "hi", "triage": triage });
        let refusal = refused(visitor.post("messages", &body)).await;
        assert_eq!(refusal, (422, "invalid_value".into()), "{field}");
    }
}

#[tokio::test]
async fn strange_details_of_a_new_conversation_are_refused() {
    let server = Server::start().await;
    for (field, value) in [
        ("language", json!("english please")),
        ("language", json!("x".repeat(36))),
        ("page", json!("x".repeat(2001))),
        ("page", json!("https://shop.example/\u{7}")),
        ("write", json!("short")),
        ("site", json!("no/such key")),
    ] {
        let mut body = json!({ "write": write_id("open"), "site": "demo" });
        body[field] = value;
        assert_eq!(
            refused(open(&server, &body)).await,
            (422, "invalid_value".into()),
            "{field}"
        );
    }
}

#[tokio::test]
async fn what_the_state_does_not_allow_is_refused() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let (sam, kim) = (server.console("sam").await, server.console("kim").await);
    let wrong_state = (409, "wrong_state".to_owned());
    for (n, request) in [
        sam.act("claim", &visitor, "claim-0"),
        sam.act("return", &visitor, "return-0"),
        sam.act("close", &visitor, "close-0"),
        sam.reply(&visitor, "reply-0", "hello"),
        visitor.post(
            "feedback",
            &json!({ "write": write_id("feedback"), "answer": 1, "helped": true }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(refused(request).await, wrong_state, "{n}");
    }
    visitor.ring("ring").await;
    answer(sam.act("claim", &visitor, "claim-1")).await;
    let taken = (409, "already_claimed".to_owned());
    assert_eq!(refused(kim.act("claim", &visitor, "claim-2")).await, taken);
    assert_eq!(
        refused(kim.reply(&visitor, "reply-2", "hello")).await,
        taken
    );
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems_too() {
    let server = Server::start().await;
    for path in [
        "/",
        "/v1",
        "/v1/agents",
        "/assets/nothing.js",
        "/assets/%ff",
        "/assets/../Cargo.toml",
        "/widget/x",
    ] {
        let request = server.request(Method::GET, path);
        assert_eq!(refused(request).await, (404, "not_found".into()), "{path}");
    }
    let request = server.request(Method::GET, "/v1/conversations");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()[header::ALLOW], "POST,OPTIONS");
    assert_eq!(
        response.json::<Value>().await.unwrap()["code"],
        "method_not_allowed"
    );
}

#[tokio::test]
async fn a_problem_is_found_in_the_log_by_its_request_id() {
    let server = Server::start().await;
    let of = async |given: Option<&str>| {
        let request = server.request(Method::GET, "/nothing");
        let request = given
            .iter()
            .fold(request, |request, id| request.header("x-request-id", *id));
        let response = request.send().await.unwrap();
        let header = response.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["request_id"], header);
        header
    };
    assert_ne!(of(None).await, of(None).await);
    assert_eq!(of(Some("from-the-proxy")).await, "from-the-proxy");
    assert_ne!(
        of(Some("not plain at all; <b>")).await,
        "not plain at all; <b>"
    );
}
