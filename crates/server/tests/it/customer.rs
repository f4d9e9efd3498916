//! What customers do.

use serde_json::{Value, json};

use crate::support::{Server, Visitor, accepted, refused, write_id};

fn kinds(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

/// How a device read a message.
fn hint(intent: &str, decision: &str, reason: &str) -> Value {
    json!({
        "intent": intent, "confidence": 0.9, "sentiment": "neutral",
        "sentiment_scores": { "negative": 0.1, "neutral": 0.8, "positive": 0.1 },
        "decision": decision, "reason": reason, "read_on": "device", "millis": 1.5
    })
}

#[tokio::test]
async fn the_first_message_is_answered_by_a_bot_that_says_so() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let events = visitor
        .say("first", "where is my parcel?? order 1042")
        .await;
    assert_eq!(kinds(&events), ["customer_message", "bot_message"]);
    assert_eq!(events[0]["triage"]["intent"], "track_order");
    assert_eq!(events[0]["triage"]["read_on"], "server");
    assert_eq!(events[1]["discloses_bot"], true);
    let text = events[1]["text"].as_str().unwrap();
    assert!(
        text.contains("automated assistant of Fern & Field, not a person"),
        "{text}"
    );
    assert!(text.contains("orders page"), "{text}");
}

#[tokio::test]
async fn a_message_that_the_device_read_is_not_read_again() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let mut triage = hint("track_order", "bot", "routine");
    triage["read_on"] = json!("server");
    let body = json!({ "write": write_id("hint"), "text": "hm", "triage": triage });
    let answer = accepted(visitor.post("messages", &body)).await;
    let stored = &answer["events"][0]["triage"];
    assert_eq!(
        (&stored["intent"], &stored["millis"]),
        (&json!("track_order"), &json!(1.5))
    );
    assert_eq!(
        stored["read_on"], "device",
        "a device cannot pass for the server"
    );
    assert_eq!(answer["events"][1]["intent"], "track_order");
}

#[tokio::test]
async fn a_device_can_bring_a_person_and_cannot_keep_one_away() {
    let server = Server::start().await;
    for (name, triage, reason) in [
        ("brings", hint("track_order", "escalate", "angry"), "angry"),
        (
            "keeps",
            hint("fraud_security", "bot", "routine"),
            "sensitive",
        ),
    ] {
        let visitor = server.visitor(name).await;
        let body = json!({ "write": write_id(name), "text": "hm", "triage": triage });
        let answer = accepted(visitor.post("messages", &body)).await;
        assert_eq!(
            answer["events"][1],
            json!({
                "seq": 3, "at": answer["events"][1]["at"], "write": write_id(name),
                "type": "escalated", "reason": reason
            })
        );
    }
}

#[tokio::test]
async fn asking_for_a_person_in_words_brings_one_and_silences_the_bot() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let events = visitor.say("ask", "can I speak to a person").await;
    assert_eq!(kinds(&events), ["customer_message", "escalated"]);
    assert_eq!(events[1]["reason"], "asked_for_human");
    let more = visitor.say("more", "it is about my parcel").await;
    assert_eq!(
        kinds(&more),
        ["customer_message"],
        "the bot is silent while a person is awaited"
    );
}

#[tokio::test]
async fn without_a_reading_the_bot_offers_a_person() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let events = visitor.say("fails", "broken model").await;
    assert_eq!(kinds(&events), ["customer_message", "bot_message"]);
    assert_eq!(events[1]["offers_human"], true);
}

#[tokio::test]
async fn a_repeated_message_is_the_same_message() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let first = visitor.say("same", "where is my parcel").await;
    let again = visitor.say("same", "where is my parcel").await;
    assert_eq!(first, again);
    assert_eq!(
        visitor.history().await,
        ["opened", "customer_message", "bot_message"]
    );
    let other = json!({ "write": write_id("same"), "text": "something else" });
    assert_eq!(
        refused(visitor.post("messages", &other)).await,
        (409, "write_id_reused".into())
    );
}

#[tokio::test]
async fn two_tabs_share_one_conversation_and_strangers_do_not() {
    let server = Server::start().await;
    let tab = Visitor::open(&server.address, "ann").await;
    let other_tab = Visitor::open(&server.address, "ann").await;
    let stranger = Visitor::open(&server.address, "bob").await;
    assert_eq!(tab.conversation, other_tab.conversation);
    assert_ne!(tab.conversation, stranger.conversation);
}

#[tokio::test]
async fn the_bell_works_before_any_message_and_tells_the_place_in_the_queue() {
    let server = Server::start().await;
    let (ann, bob) = (server.visitor("ann").await, server.visitor("bob").await);
    let first = ann.ring("ring").await;
    assert_eq!(
        (&first["state"], &first["position"]),
        (&json!("waiting"), &json!(1))
    );
    assert_eq!(first["agents_online"], 0);
    assert_eq!(bob.ring("ring").await["position"], 2);
    assert_eq!(
        ann.ring("ring").await["position"],
        1,
        "ringing again with the same id changes nothing"
    );
    assert_eq!(
        ann.ring("impatient").await["position"],
        1,
        "nor does ringing once more"
    );
    assert_eq!(ann.history().await, ["opened", "escalated"]);
}

#[tokio::test]
async fn a_second_answer_that_did_not_help_brings_a_person() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    visitor.say("first", "where is my parcel").await;
    let judge = |write: &str, answer: u64| {
        visitor.post(
            "feedback",
            &json!({ "write": write_id(write), "answer": answer, "helped": false }),
        )
    };
    let first = accepted(judge("one", 3)).await;
    assert_eq!(
        kinds(first["events"].as_array().unwrap()),
        ["feedback", "bot_message"]
    );
    assert_eq!(
        refused(judge("again", 3)).await,
        (409, "wrong_state".into())
    );
    let second = accepted(judge("two", 5)).await;
    assert_eq!(
        kinds(second["events"].as_array().unwrap()),
        ["feedback", "escalated"]
    );
}

#[tokio::test]
async fn a_customer_who_leaves_says_how_to_be_reached() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let body = json!({ "write": write_id("contact"), "contact": " ann@example.org " });
    let answer = accepted(visitor.post("contact", &body)).await;
    assert_eq!(answer["events"][0]["contact"], "ann@example.org");
}

#[tokio::test]
async fn a_chat_with_a_person_is_rated_when_it_has_ended_and_the_last_score_counts() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let visitor = server.visitor("ann").await;
    let rate = |write: &str, stretch: u64, score: u64| {
        let body = json!({ "write": write_id(write), "stretch": stretch, "score": score });
        visitor.post("rating", &body)
    };
    visitor.ring("ring").await;
    accepted(console.act("claim", &visitor, "claim")).await;
    let wrong_state = (409, "wrong_state".to_owned());
    assert_eq!(refused(rate("early", 3, 5)).await, wrong_state);
    accepted(console.act("close", &visitor, "close")).await;
    assert_eq!(refused(rate("claimed", 3, 5)).await, wrong_state);
    for score in [0, 6] {
        let invalid = (422, "invalid_value".to_owned());
        assert_eq!(refused(rate("no-score", 4, score)).await, invalid);
    }
    for _ in 0..2 {
        let rated = accepted(rate("first", 4, 2)).await;
        assert_eq!(
            (&rated["events"][0]["type"], &rated["events"][0]["score"]),
            (&json!("rated"), &json!(2))
        );
    }
    let again = accepted(rate("again", 4, 2)).await;
    assert_eq!(again["events"], json!([]), "no news");
    accepted(rate("better", 4, 4)).await;
    assert_eq!(
        visitor.history().await,
        ["opened", "escalated", "claimed", "closed", "rated", "rated"]
    );
}

#[tokio::test]
async fn who_the_page_says_the_customer_is_reaches_the_agent_and_is_stored_once() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let visitor = server.visitor("ann").await;
    let introduce = |write: &str, who: Value| {
        let mut body = who;
        body["write"] = json!(write_id(write));
        visitor.post("introduction", &body)
    };
    let ana = || json!({ "name": " Ana Ruiz ", "email": "ana@example.com" });
    accepted(introduce("first", ana())).await;
    let again = accepted(introduce("again", ana())).await;
    assert_eq!(again["events"], json!([]), "no news");
    for nobody in [
        json!({}),
        json!({ "name": " " }),
        json!({ "email": "ana" }),
        json!({ "name": "Ana\nRuiz" }),
    ] {
        let invalid = (422, "invalid_value".to_owned());
        assert_eq!(refused(introduce("nobody", nobody)).await, invalid);
    }
    visitor.ring("ring").await;
    let mut desk = console.stream(&visitor).await;
    let introduced = desk.until_type("introduced").await;
    assert_eq!(
        (&introduced["name"], &introduced["email"]),
        (&json!("Ana Ruiz"), &json!("ana@example.com"))
    );
    assert_eq!(
        visitor.history().await,
        ["opened", "introduced", "escalated"]
    );
}
