//! What the agent does.

use serde_json::json;

use crate::support::{Worker, inbox, kind, kinds, request, status, write_id};

#[test]
fn a_person_takes_over_hands_back_closes_and_the_customer_sees_it_all() {
    let mut worker = Worker::start();
    let desk = worker.inbox();
    assert_eq!(inbox(&worker.told(desk))["waiting_total"], 0);

    // The bell, before any message.
    let ann = worker.visitor("ann");
    let customer = worker.stream(&ann.events(0));
    assert_eq!(worker.ring(&ann, "ring")["agents_online"], 1);
    let card = inbox(&worker.told(desk))["waiting"][0].clone();
    assert_eq!(
        (&card["id"], &card["reason"]),
        (&json!(ann.conversation), &json!("bell"))
    );

    // The agent reads, claims, replies.
    let pane = worker.stream(&ann.for_agent());
    assert_eq!(kinds(&worker.told(pane)), ["opened", "escalated"]);
    worker.told(customer);
    assert_eq!(worker.act("claim", &ann, "claim").0, 200);
    let told = worker.told(customer);
    assert_eq!(kinds(&told), ["claimed"]);
    assert_eq!(status(&told)["agent"]["name"], "Sam");
    assert_eq!(worker.reply(&ann, "reply", "Hello, Sam here.").0, 200);
    assert_eq!(kinds(&worker.told(customer)), ["agent_message"]);
    let now = inbox(&worker.told(desk));
    assert_eq!(
        (&now["mine"][0]["state"], &now["waiting_total"]),
        (&json!("with_agent"), &json!(0))
    );

    // The bot is silent in between.
    assert_eq!(worker.say(&ann, "between", "where is my parcel").len(), 1);
    assert!(kinds(&worker.told(pane)).contains(&"customer_message".to_owned()));

    // Back to the bot, which answers again.
    assert_eq!(worker.act("return", &ann, "return").0, 200);
    assert!(worker.has_ended(pane), "not the agent's any more");
    let said = worker.say(&ann, "after", "where is my parcel");
    assert_eq!(kind(&said[1]), "bot_message");

    // The bell works again; closing ends the stretch; a message reopens.
    worker.ring(&ann, "ring-again");
    worker.act("claim", &ann, "claim-again");
    worker.act("close", &ann, "close");
    assert_eq!(status(&worker.told(customer))["state"], "closed");
    assert_eq!(inbox(&worker.told(desk))["mine"], json!([]));
    let said = worker.say(&ann, "reopens", "where is my parcel");
    assert_eq!(kind(&said[1]), "bot_message");
}

#[test]
fn a_repeated_reply_is_one_reply() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    worker.ring(&ann, "ring");
    let first = worker.act("claim", &ann, "claim");
    assert_eq!(worker.act("claim", &ann, "claim"), first);
    let once = worker.reply(&ann, "reply", "hello");
    assert_eq!(worker.reply(&ann, "reply", "hello"), once);
    assert_eq!(
        worker.history(&ann),
        ["opened", "escalated", "claimed", "agent_message"]
    );
    let other = worker.reply(&ann, "reply", "something else");
    assert_eq!(
        (other.0, &other.1["code"]),
        (409, &json!("write_id_reused"))
    );
}

#[test]
fn the_agent_reads_what_waits_and_nothing_of_the_bot() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    assert_eq!(worker.refused(&ann.for_agent()), (403, "not_yours".into()));
    worker.ring(&ann, "ring");
    let pane = worker.stream(&ann.for_agent());
    assert_eq!(kinds(&worker.told(pane)), ["opened", "escalated"]);
}

#[test]
fn signed_out_means_gone_and_the_password_is_told() {
    let mut worker = Worker::start();
    let session = |method, body| request(method, "/v1/agent/session", body);
    let who = worker.accepted(&session("GET", None));
    assert_eq!(
        (&who["agent"]["name"], &who["online"]),
        (&json!("Sam"), &json!(true))
    );
    let ann = worker.visitor("ann");
    worker.ring(&ann, "ring");
    let (desk, pane) = (worker.inbox(), worker.stream(&ann.for_agent()));
    let customer = worker.stream(&ann.events(0));
    assert_eq!(status(&worker.told(customer))["agents_online"], 1);

    assert_eq!(worker.send(&session("DELETE", None)).status, 204);
    assert!(worker.has_ended(desk) && worker.has_ended(pane));
    assert_eq!(
        status(&worker.told(customer))["agents_online"],
        0,
        "without the grace of a reload"
    );
    for refused in [
        session("GET", None),
        request("GET", "/v1/agent/inbox", None),
        ann.for_agent(),
    ] {
        assert_eq!(worker.refused(&refused), (401, "not_signed_in".into()));
    }
    let claim = worker.act("claim", &ann, "claim");
    assert_eq!((claim.0, &claim.1["code"]), (401, &json!("not_signed_in")));

    let wrong = json!({ "email": "sam@demo.example", "password": "guess" });
    let (status, problem) = worker.json(&session("POST", Some(&wrong)));
    assert_eq!(status, 401);
    assert!(
        problem["message"]
            .as_str()
            .unwrap()
            .contains("brass-desk-bell")
    );
    let right = json!({ "email": " Sam@Demo.example ", "password": "brass-desk-bell" });
    worker.accepted(&session("POST", Some(&right)));
    assert_eq!(worker.act("claim", &ann, "claim").0, 200);
}

#[test]
fn an_agent_who_says_so_is_not_there() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    let customer = worker.stream(&ann.events(0));
    let desk = worker.inbox();
    assert_eq!(status(&worker.told(customer))["agents_online"], 1);
    worker.set_online(false);
    assert_eq!(status(&worker.told(customer))["agents_online"], 0);
    assert_eq!(inbox(&worker.told(desk))["online"], false);
    let body = json!({ "write": write_id("claim") });
    let path = format!("/v1/agent/conversations/{}/claim", ann.conversation);
    let claim = request("POST", &path, Some(&body));
    assert_eq!(
        worker.refused(&claim),
        (409, "wrong_state".into()),
        "nobody asked for a person"
    );
}

#[test]
fn the_customer_is_told_that_the_agent_writes_until_the_message_is_there_or_time_has_passed() {
    let mut worker = Worker::start();
    let ann = worker.visitor("ann");
    worker.ring(&ann, "ring");
    let path = format!("/v1/agent/conversations/{}/typing", ann.conversation);
    let typing = request("POST", &path, None);
    assert_eq!(
        worker.refused(&typing),
        (403, "not_yours".into()),
        "not before it is taken"
    );
    worker.act("claim", &ann, "claim");
    let customer = worker.stream(&ann.events(3));
    assert_eq!(status(&worker.told(customer))["agent_types"], json!(null));
    assert_eq!(worker.json(&typing), (204, json!(null)));
    assert_eq!(status(&worker.told(customer))["agent_types"], true);
    worker.reply(&ann, "reply", "Hello");
    assert_eq!(status(&worker.told(customer))["agent_types"], json!(null));
    assert_eq!(worker.changes_in(), None);
    worker.json(&typing);
    worker.told(customer);
    assert_eq!(
        worker.changes_in(),
        Some(6_000),
        "whoever shows it knows when to ask"
    );
    worker.pass_ms(5_999);
    assert!(worker.told(customer).is_empty());
    worker.pass_ms(1);
    assert_eq!(status(&worker.told(customer))["agent_types"], json!(null));
    assert_eq!(worker.changes_in(), None);
}
