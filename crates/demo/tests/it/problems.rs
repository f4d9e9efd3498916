//! Bad input gets the server's problems.

use deskbell_demo::Request;
use serde_json::json;

use crate::support::{Worker, hint, request, token, with_token, write_id};

#[test]
fn a_visitor_is_who_has_the_token() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    let body = json!({ "write": write_id("ring") });
    let ring = ann.post("escalation", &body);
    for (authorization, expected) in [
        (None, (401, "not_signed_in")),
        (Some("Bearer short".to_owned()), (401, "not_signed_in")),
        (
            Some(format!("Basic {}", token("ann"))),
            (401, "not_signed_in"),
        ),
        (Some(format!("Bearer {}", token("bob"))), (403, "not_yours")),
    ] {
        let request = Request {
            authorization,
            ..ring.clone()
        };
        let (status, code) = worker.refused(&request);
        assert_eq!((status, code.as_str()), expected);
    }
}

#[test]
fn what_is_unknown_is_unknown() {
    let mut worker = Worker::start();
    let body = json!({ "write": write_id("ring") });
    for id in ["0123456789abcdef0123456789abcdef", "short", "%00"] {
        let path = format!("/v1/conversations/{id}/escalation");
        let ring = with_token(&token("ann"), request("POST", &path, Some(&body)));
        assert_eq!(
            worker.refused(&ring),
            (404, "unknown_conversation".into()),
            "{id}"
        );
        let path = format!("/v1/agent/conversations/{id}/claim");
        let claim = request("POST", &path, Some(&body));
        assert_eq!(
            worker.refused(&claim),
            (404, "unknown_conversation".into()),
            "{id}"
        );
    }
    for key in ["nobody", "%20"] {
        let info = request("GET", &format!("/v1/sites/{key}"), None);
        assert_eq!(worker.refused(&info), (404, "unknown_site".into()));
    }
    let open = json!({ "write": write_id("open"), "site": "nobody" });
    let open = request("POST", "/v1/conversations", Some(&open));
    let open = with_token(&token("ann"), open);
    assert_eq!(worker.refused(&open), (404, "unknown_site".into()));
}

#[test]
fn addresses_and_methods_are_those_of_the_server() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    for (request, expected) in [
        (request("GET", "/v1/nothing", None), (404, "not_found")),
        (ann.request("POST", "nothing", None), (404, "not_found")),
        (
            ann.request("GET", "messages", None),
            (405, "method_not_allowed"),
        ),
        (
            ann.request("POST", "events", None),
            (405, "method_not_allowed"),
        ),
        (
            request("PUT", "/v1/conversations", None),
            (405, "method_not_allowed"),
        ),
        (
            request("PATCH", "/v1/agent/session", None),
            (405, "method_not_allowed"),
        ),
        (
            request("POST", "/v1/agent/inbox", None),
            (405, "method_not_allowed"),
        ),
    ] {
        let (status, code) = worker.refused(&request);
        assert_eq!((status, code.as_str()), expected, "{request:?}");
    }
}

#[test]
fn bodies_are_refused_with_their_place() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    let post = |body: &str| Request {
        body: body.to_owned(),
        ..ann.post("messages", &json!({}))
    };
    let write = r#""write":"0123456789abcdef""#;
    let impossible = {
        let mut hint = hint("track_order", "bot", "routine");
        hint["confidence"] = json!(1.5);
        json!({ "write": write_id("hint"), "text": "hm", "triage": hint }).to_string()
    };
    for (body, code, message) in [
        (
            "{",
            "malformed_json",
            "The body is not well-formed JSON: EOF while parsing an object, in line 1, column 1.",
        ),
        (
            &format!(r#"{{{write},"text":"  "}}"#),
            "invalid_value",
            "text: The message is empty.",
        ),
        (
            &format!(r#"{{{write}}}"#),
            "invalid_value",
            "missing field `text`",
        ),
        (
            &impossible,
            "invalid_value",
            "triage.confidence: must be from 0 to 1",
        ),
    ] {
        let (_, problem) = worker.json(&post(body));
        assert_eq!(
            (&problem["code"], &problem["message"]),
            (&json!(code), &json!(message)),
            "{body}"
        );
    }
    let form = Request {
        content_type: Some("text/plain".to_owned()),
        ..post("{}")
    };
    assert_eq!(worker.refused(&form), (415, "not_json".into()));
    let huge = post(&" ".repeat(64 * 1024 + 1));
    assert_eq!(worker.refused(&huge), (413, "too_large".into()));
}

#[test]
fn a_cursor_that_is_no_number_is_refused() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    for (query, last_event_id) in [("after=soon", None), ("after=-1", None), ("", Some("x"))] {
        let request = Request {
            query: query.to_owned(),
            last_event_id: last_event_id.map(str::to_owned),
            ..ann.events(0)
        };
        assert_eq!(worker.refused(&request), (422, "invalid_value".into()));
    }
}
