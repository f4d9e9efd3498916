//! Two servers over one PostgreSQL are one: a customer at the first, an agent at the second.

use reqwest::Method;
use serde_json::json;

use crate::support::postgres::{OneOfMany, postgres, prepared};
use crate::support::{Console, Visitor, accepted, answer, refused, write_id};

/// Two servers over a database of their own.
async fn pair() -> (OneOfMany, OneOfMany) {
    pair_over(&postgres().create_database().unwrap()).await
}

async fn pair_over(url: &str) -> (OneOfMany, OneOfMany) {
    prepared(url).await;
    (OneOfMany::start(url).await, OneOfMany::start(url).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_at_one_and_the_agent_at_the_other_talk_as_if_there_were_one() {
    let (first, second) = pair().await;
    let ann = Visitor::open(&first.address, "ann").await;
    let mut customer = ann.stream(0).await;
    assert_eq!(customer.status().await["agents_online"], 0);

    let sam = Console::sign_in(&second.address, "sam").await;
    let mut inbox = sam.inbox().await;
    sam.set_online(true).await;
    customer
        .until("status", |status| status["agents_online"] == 1)
        .await;

    let status = ann.ring("ring").await;
    assert_eq!(status["position"], 1);
    let listed = inbox
        .until("inbox", |inbox| inbox["waiting_total"] == 1)
        .await;
    assert_eq!(listed["waiting"][0]["id"], ann.conversation.as_str());
    // Who waits behind is at the agent's server, and moves up at both.
    let bob = Visitor::open(&second.address, "bob").await;
    assert_eq!(bob.ring("ring").await["position"], 2);
    let bob_here = Visitor::open(&first.address, "bob").await;
    assert_eq!(bob_here.conversation, bob.conversation);
    let mut behind = bob_here.stream(0).await;
    behind
        .until("status", |status| status["position"] == 2)
        .await;

    accepted(sam.act("claim", &ann, "claim")).await;
    customer.until_type("claimed").await;
    behind
        .until("status", |status| status["position"] == 1)
        .await;

    let mut agents = sam.stream(&ann).await;
    accepted(sam.reply(&ann, "reply", "hello, Sam here")).await;
    let message = customer.until_type("agent_message").await;
    assert_eq!(message["text"], "hello, Sam here");
    ann.say("thanks", "thank you").await;
    let message = agents.until_type("customer_message").await;
    assert_eq!(message["text"], "thank you");
    accepted(sam.act("close", &ann, "close")).await;
    customer.until_type("closed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_agents_who_claim_at_two_servers_one_wins() {
    let (first, second) = pair().await;
    let ann = Visitor::open(&first.address, "ann").await;
    ann.ring("ring").await;
    let sam = Console::sign_in(&first.address, "sam").await;
    let kim = Console::sign_in(&second.address, "kim").await;
    let ((one, _), (other, _)) = tokio::join!(
        answer(sam.act("claim", &ann, "claim-of-sam")),
        answer(kim.act("claim", &ann, "claim-of-kim"))
    );
    let mut statuses = [one.as_u16(), other.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_counts_at_every_server_and_ends_at_every_server() {
    let (first, second) = pair().await;
    let ann = Visitor::open(&first.address, "ann").await;
    let mut customer = ann.stream(0).await;
    let here = Console::sign_in(&first.address, "sam").await;
    let there = here.at(&second.address);
    there.set_online(true).await;
    let mut inbox = there.inbox().await;
    inbox
        .until("inbox", |inbox| inbox["agents_online"] == 1)
        .await;
    customer
        .until("status", |status| status["agents_online"] == 1)
        .await;

    accepted(here.request(Method::DELETE, "session")).await;
    while inbox.next_or_end().await.is_some() {}
    // Whoever signs out is gone at once, without the grace of a reload.
    customer
        .until("status", |status| status["agents_online"] == 0)
        .await;
    let (status, code) = refused(there.request(Method::GET, "session")).await;
    assert_eq!((status, code.as_str()), (401, "not_signed_in"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_with_consoles_at_two_servers_is_one_person_and_stays_while_one_is_open() {
    let (first, second) = pair().await;
    let ann = Visitor::open(&first.address, "ann").await;
    let mut customer = ann.stream(0).await;
    let here = Console::sign_in(&first.address, "sam").await;
    let there = Console::sign_in(&second.address, "sam").await;
    here.set_online(true).await;
    let (mut inbox_here, mut inbox_there) = (here.inbox().await, there.inbox().await);
    for inbox in [&mut inbox_here, &mut inbox_there] {
        inbox
            .until("inbox", |inbox| inbox["agents_online"] == 1)
            .await;
    }
    accepted(here.request(Method::DELETE, "session")).await;
    while inbox_here.next_or_end().await.is_some() {}
    // A second person comes: had the first one gone, the number would be one again.
    let kim = Console::sign_in(&second.address, "kim").await;
    kim.set_online(true).await;
    let _inbox = kim.inbox().await;
    customer
        .until("status", |status| status["agents_online"] == 2)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_goes_on_at_the_other_server_when_one_is_stopped() {
    let (first, second) = pair().await;
    let ann = Visitor::open(&first.address, "ann").await;
    let mut stream = ann.stream(0).await;
    let seen = stream.next().await.id.unwrap();
    first.stop().await;
    while stream.next_or_end().await.is_some() {}
    let again = Visitor::open(&second.address, "ann").await;
    assert_eq!(again.conversation, ann.conversation);
    again.ring("ring").await;
    let mut resumed = again.stream(seen).await;
    assert_eq!(resumed.next().await.data["type"], json!("escalated"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_could_not_hear_for_a_moment_misses_nothing() {
    let url = postgres().create_database().unwrap();
    let (first, second) = pair_over(&url).await;
    let ann = Visitor::open(&first.address, "ann").await;
    let there = Visitor::open(&second.address, "ann").await;
    let mut stream = there.stream(0).await;
    stream.status().await;
    for n in 0..3 {
        // The connections on which the servers hear, and no others.
        let deaf = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND query LIKE 'LISTEN%'";
        let cut = postgres().sql(&url, deaf).unwrap();
        let name = format!("contact-{n}");
        let body = json!({ "write": write_id(&name), "contact": name });
        accepted(ann.post("contact", &body)).await;
        let heard = stream.until_type("contact_left").await;
        assert_eq!(
            heard["contact"],
            name.as_str(),
            "{cut} connections were cut"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_whose_server_was_killed_is_gone_soon_without_anybody_noticing() {
    let url = postgres().create_database().unwrap();
    let (first, second) = pair_over(&url).await;
    let ann = Visitor::open(&first.address, "ann").await;
    let mut customer = ann.stream(0).await;
    let kim = Console::sign_in(&second.address, "kim").await;
    kim.set_online(true).await;
    // What a server leaves that had a console of Kim's and is no more.
    let left = "INSERT INTO presence VALUES ('killed', 'kim', now() + interval '2 seconds');
                NOTIFY deskbell, 'presence'";
    postgres().sql(&url, left).unwrap();
    for expected in [1, 0] {
        customer
            .until("status", |status| status["agents_online"] == expected)
            .await;
    }
}
