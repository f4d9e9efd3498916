//! What agents do with conversations.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, accepted, answer, refused};

#[tokio::test]
async fn a_person_takes_over_hands_back_closes_and_the_customer_sees_it_all() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    console.set_online(true).await;
    let mut inbox = console.inbox().await;
    assert_eq!(inbox.next().await.data["waiting_total"], 0);

    // The bell, before any message.
    let visitor = server.visitor("ann").await;
    let mut customer = visitor.stream(0).await;
    assert_eq!(visitor.ring("ring").await["agents_online"], 1);
    let now = inbox.next().await;
    assert_eq!(now.event, "inbox");
    let card = &now.data["waiting"][0];
    assert_eq!(
        (&card["id"], &card["reason"]),
        (&json!(visitor.conversation), &json!("bell"))
    );

    // The agent reads, claims, replies.
    let mut desk = console.stream(&visitor).await;
    assert_eq!(desk.next().await.data["type"], "opened");
    assert_eq!(desk.until_type("escalated").await["reason"], "bell");
    accepted(console.act("claim", &visitor, "claim")).await;
    assert_eq!(customer.until_type("claimed").await["agent"]["name"], "SAM");
    let status = customer.status().await;
    assert_eq!(
        (&status["state"], &status["agent"]["name"]),
        (&json!("with_agent"), &json!("SAM"))
    );
    accepted(console.reply(&visitor, "reply", "Hello, Sam here.")).await;
    assert_eq!(
        customer.until_type("agent_message").await["text"],
        "Hello, Sam here."
    );
    let mine = inbox
        .until("inbox", |inbox| inbox["mine"][0]["state"] == "with_agent")
        .await;
    assert_eq!(mine["waiting_total"], 0);

    // The bot is silent in between.
    let said = visitor.say("between", "where is my parcel").await;
    assert_eq!(said.len(), 1);
    assert_eq!(
        desk.until_type("customer_message").await["text"],
        "where is my parcel"
    );

    // Back to the bot, which answers again.
    accepted(console.act("return", &visitor, "return")).await;
    customer.until_type("handed_back").await;
    let said = visitor.say("after", "where is my parcel").await;
    assert_eq!(said[1]["type"], "bot_message");

    // The bell works again; closing ends the stretch; a message reopens.
    visitor.ring("ring-again").await;
    accepted(console.act("claim", &visitor, "claim-again")).await;
    accepted(console.act("close", &visitor, "close")).await;
    customer
        .until("status", |status| status["state"] == "closed")
        .await;
    inbox
        .until("inbox", |inbox| inbox["mine"] == json!([]))
        .await;
    let said = visitor.say("reopens", "where is my parcel").await;
    assert_eq!(said[1]["type"], "bot_message");
    assert_eq!(customer.until("status", |_| true).await["state"], "bot");
    let kinds = visitor.history().await;
    let count = |kind: &str| kinds.iter().filter(|found| *found == kind).count();
    assert_eq!(
        (count("claimed"), count("handed_back") + count("closed")),
        (2, 2)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_agents_who_claim_at_once_one_wins() {
    let server = Server::start().await;
    let (sam, kim) = (server.console("sam").await, server.console("kim").await);
    for round in 0..5 {
        let visitor = server.visitor(&format!("visitor{round}")).await;
        visitor.ring("ring").await;
        let (one, two) = tokio::join!(
            answer(sam.act("claim", &visitor, "claim-sam")),
            answer(kim.act("claim", &visitor, "claim-kim")),
        );
        let mut statuses = [one.0.as_u16(), two.0.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let loser = if one.0 == 409 { one.1 } else { two.1 };
        assert_eq!(loser["code"], "already_claimed");
        let sentence = loser["message"].as_str().unwrap();
        assert!(
            sentence.starts_with("SAM") || sentence.starts_with("KIM"),
            "{sentence}"
        );
    }
}

#[tokio::test]
async fn a_repeated_reply_is_one_reply() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let visitor = server.visitor("ann").await;
    visitor.ring("ring").await;
    let first = accepted(console.act("claim", &visitor, "claim")).await;
    assert_eq!(
        accepted(console.act("claim", &visitor, "claim")).await,
        first
    );
    let once = accepted(console.reply(&visitor, "reply", "hello")).await;
    assert_eq!(
        accepted(console.reply(&visitor, "reply", "hello")).await,
        once
    );
    assert_eq!(
        visitor.history().await,
        ["opened", "escalated", "claimed", "agent_message"]
    );
    let other = refused(console.reply(&visitor, "reply", "something else")).await;
    assert_eq!(other, (409, "write_id_reused".into()));
}

#[tokio::test]
async fn agents_read_what_waits_and_what_is_theirs_and_nothing_else() {
    let server = Server::start().await;
    let (sam, kim) = (server.console("sam").await, server.console("kim").await);
    let visitor = server.visitor("ann").await;
    let events = |console: &crate::support::Console| {
        console.request(
            Method::GET,
            &format!("conversations/{}/events", visitor.conversation),
        )
    };
    assert_eq!(
        refused(events(&sam)).await,
        (403, "not_yours".into()),
        "the bot has it"
    );
    visitor.ring("ring").await;
    let (mut of_sam, mut of_kim) = (sam.stream(&visitor).await, kim.stream(&visitor).await);
    of_kim.until_type("escalated").await;
    accepted(sam.act("claim", &visitor, "claim")).await;
    accepted(sam.reply(&visitor, "reply", "for Ann only")).await;
    of_sam.until_type("agent_message").await;
    let mut rest = Vec::new();
    while let Some(message) = of_kim.next_or_end().await {
        rest.push(message.event);
    }
    assert!(
        rest.iter().all(|event| event == "status"),
        "Kim's stream ends without Sam's words: {rest:?}"
    );
    assert_eq!(refused(events(&kim)).await, (403, "not_yours".into()));
}

#[tokio::test]
async fn the_queue_is_listed_in_order_with_what_is_known() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let (ann, bob) = (server.visitor("ann").await, server.visitor("bob").await);
    bob.say("angry", "I am angry about my parcel").await;
    ann.ring("ring").await;
    let inbox: Value = console.inbox().await.next().await.data;
    assert_eq!(inbox["waiting_total"], 2);
    let first = &inbox["waiting"][0];
    assert_eq!(first["id"], bob.conversation.as_str());
    assert_eq!(first["preview"], "I am angry about my parcel");
    assert_eq!(
        (&first["reason"], &first["sentiment"]),
        (&json!("angry"), &json!("negative"))
    );
    assert_eq!(
        (&first["intent"], &first["language"]),
        (&json!("track_order"), &json!("en"))
    );
    assert_eq!(inbox["waiting"][1]["id"], ann.conversation.as_str());
}
