//! What the page around widget and console is told.

use serde_json::json;

use crate::support::{Worker, request};

#[test]
fn messages_are_shown_with_their_reading_and_what_followed_latest_first() {
    let mut worker = Worker::start();
    let show = request("GET", "/v1/demo", None);
    assert_eq!(
        worker.accepted(&show),
        json!({ "signed_in": true, "conversations": 0, "messages": [] })
    );
    worker.send(&request("DELETE", "/v1/agent/session", None));
    assert_eq!(worker.accepted(&show)["signed_in"], false);
    let ann = worker.visitor("ann");
    worker.say(&ann, "one", "where is my parcel");
    worker.say(&ann, "two", "broken model");
    worker.say(&ann, "three", "a person please");
    worker.say(&ann, "four", "said to the person");
    let shown = worker.accepted(&show);
    assert_eq!(shown["conversations"], 1);
    let messages = shown["messages"].as_array().unwrap();
    let outcomes: Vec<_> = messages
        .iter()
        .map(|message| {
            (
                message["text"].as_str().unwrap(),
                message["outcome"].clone(),
            )
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            ("a person please", json!({ "escalated": "asked_for_human" })),
            ("broken model", json!("offered")),
            ("where is my parcel", json!("answered")),
        ]
    );
    assert_eq!(messages[1]["triage"], json!(null));
    assert_eq!(messages[2]["triage"]["intent"], "track_order");
    assert_eq!(messages[2]["triage"]["millis"], 1.5);
}
