//! What customers do.

use deskbell_demo::Body;
use serde_json::json;

use crate::support::{Worker, hint, kind, request, write_id};

#[test]
fn the_first_message_is_answered_by_a_bot_that_says_so() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    let events = worker.say(&ann, "first", "where is my parcel?? order 1042");
    assert_eq!(
        (kind(&events[0]), kind(&events[1])),
        ("customer_message".to_owned(), "bot_message".to_owned())
    );
    assert_eq!(events[0]["triage"]["read_on"], "device");
    assert_eq!(events[1]["discloses_bot"], true);
    let text = events[1]["text"].as_str().unwrap();
    assert!(
        text.contains("automated assistant of Fern & Field, not a person"),
        "{text}"
    );
}

#[test]
fn a_device_can_bring_a_person_and_cannot_keep_one_away() {
    for (triage, reason) in [
        (hint("track_order", "escalate", "angry"), "angry"),
        (hint("fraud_security", "bot", "routine"), "sensitive"),
    ] {
        let mut worker = Worker::start();
        let ann = worker.visitor("ann");
        let body = json!({ "write": write_id("hint"), "text": "hm", "triage": triage });
        let answer = worker.accepted(&ann.post("messages", &body));
        let escalated = &answer["events"][1];
        assert_eq!(
            (kind(escalated).as_str(), &escalated["reason"]),
            ("escalated", &json!(reason))
        );
    }
}

#[test]
fn asking_for_a_person_in_words_brings_one_and_silences_the_bot() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    let events = worker.say(&ann, "ask", "can I speak to a person");
    assert_eq!(events[1]["reason"], "asked_for_human");
    assert_eq!(worker.say(&ann, "more", "it is about my parcel").len(), 1);
}

#[test]
fn without_a_reading_the_bot_offers_a_person() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    let events = worker.say(&ann, "fails", "broken model");
    assert_eq!(events[1]["offers_human"], true);
}

#[test]
fn a_repeated_message_is_the_same_message() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    let first = worker.say(&ann, "same", "where is my parcel");
    assert_eq!(worker.say(&ann, "same", "where is my parcel"), first);
    assert_eq!(
        worker.history(&ann),
        ["opened", "customer_message", "bot_message"]
    );
    let other = json!({ "write": write_id("same"), "text": "something else" });
    assert_eq!(
        worker.refused(&ann.post("messages", &other)),
        (409, "write_id_reused".into())
    );
}

#[test]
fn two_tabs_share_one_conversation_and_strangers_do_not() {
    let mut worker = Worker::start();
    let (tab, other_tab) = (worker.visitor("ann"), worker.visitor("ann"));
    let stranger = worker.visitor("bob");
    assert_eq!(tab.conversation, other_tab.conversation);
    assert_ne!(tab.conversation, stranger.conversation);
}

#[test]
fn the_bell_works_before_any_message_and_tells_the_place_in_the_queue() {
    let mut worker = Worker::start();
    let (ann, bob) = (worker.visitor("ann"), worker.visitor("bob"));
    let first = worker.ring(&ann, "ring");
    assert_eq!(
        (&first["state"], &first["position"]),
        (&json!("waiting"), &json!(1))
    );
    assert_eq!(worker.ring(&bob, "ring")["position"], 2);
    assert_eq!(worker.ring(&ann, "ring")["position"], 1);
    assert_eq!(worker.ring(&ann, "impatient")["position"], 1);
    assert_eq!(worker.history(&ann), ["opened", "escalated"]);
}

#[test]
fn a_second_answer_that_did_not_help_brings_a_person() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    worker.say(&ann, "first", "where is my parcel");
    let judge = |write: &str, answer: u64| {
        let body = json!({ "write": write_id(write), "answer": answer, "helped": false });
        ann.post("feedback", &body)
    };
    let first = worker.accepted(&judge("one", 3));
    assert_eq!(kind(&first["events"][1]), "bot_message");
    assert_eq!(
        worker.refused(&judge("again", 3)),
        (409, "wrong_state".into())
    );
    let second = worker.accepted(&judge("two", 5));
    assert_eq!(kind(&second["events"][1]), "escalated");
}

#[test]
fn a_customer_who_leaves_says_how_to_be_reached() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    let body = json!({ "write": write_id("contact"), "contact": " ann@example.org " });
    let answer = worker.accepted(&ann.post("contact", &body));
    assert_eq!(answer["events"][0]["contact"], "ann@example.org");
}

#[test]
fn anybody_may_know_the_shop() {
    let mut worker = Worker::start();
    let info = worker.accepted(&request("GET", "/v1/sites/demo", None));
    assert_eq!(info["name"], "Fern & Field");
    assert!(!info["suggestions"].as_array().unwrap().is_empty());
    assert_eq!(info["agents_online"], 0);
}

#[test]
fn a_chat_with_a_person_is_rated_and_the_customer_introduced_as_on_the_server() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    worker.ring(&ann, "ring");
    worker.act("claim", &ann, "claim");
    let rate = |write: &str, score: u8| {
        let body = json!({ "write": write_id(write), "stretch": 4, "score": score });
        ann.post("rating", &body)
    };
    assert_eq!(
        worker.refused(&rate("early", 5)),
        (409, "wrong_state".into())
    );
    worker.act("close", &ann, "close");
    assert_eq!(
        worker.refused(&rate("none", 6)),
        (422, "invalid_value".into())
    );
    let rated = worker.accepted(&rate("rate", 5));
    assert_eq!(kind(&rated["events"][0]), "rated");
    assert_eq!(worker.accepted(&rate("again", 5))["events"], json!([]));
    let nobody = json!({ "write": write_id("nobody") });
    assert_eq!(
        worker.refused(&ann.post("introduction", &nobody)),
        (422, "invalid_value".into())
    );
    let ana = json!({ "write": write_id("ana"), "name": "Ana Ruiz" });
    let introduced = worker.accepted(&ann.post("introduction", &ana));
    assert_eq!(introduced["events"][0]["name"], "Ana Ruiz");
}

#[test]
fn the_loader_learns_the_shops_other_ways_with_and_without_what_is_kept() {
    let mut worker = Worker::start();
    for (key, script) in [
        (
            "demo",
            r#"export default {"known":true,"contact":{"phone":"+44 20 7946 0958","email":"hello@fernandfield.example"}};"#,
        ),
        ("nobody", r#"export default {"known":false,"contact":{}};"#),
    ] {
        let ask = request("GET", &format!("/loader/site/{key}"), None);
        let expected = Body::Script(format!("{script}\n"));
        assert_eq!(worker.demo().unavailable(&ask, 1).body, expected);
        let answer = worker.send(&ask);
        assert_eq!((answer.status, answer.body), (200, expected));
    }
    let not_asked = request("POST", "/loader/site/demo", None);
    assert_eq!(
        worker.refused(&not_asked),
        (405, "method_not_allowed".into())
    );
}
