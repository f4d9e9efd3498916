//! Shops' own programs are told what happens, by whichever server, over real HTTP.

use std::collections::BTreeSet;
use std::path::Path;

use deskbell_desk::webhooks::{
    Delivery, DeliveryState, UnansweredAfter, Webhook, WebhookId, WebhookQueue, WebhookSecret,
};
use deskbell_desk::{Agent, Directory as _, EventLog as _, Role, contract};
use deskbell_protocol::WriteId;
use deskbell_store_sqlite::SqliteStore;
use deskbell_triage::policy::Policy;
use serde_json::json;
use tokio::net::TcpListener;

use crate::cli_webhooks::{done, secret};
use crate::support::postgres::{OneOfMany, postgres, prepared};
use crate::support::{Console, PASSWORD, Program, Receiver, Server, Visitor, accepted, write_id};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// A webhook that tells `url`, also on this machine. A wait is a long one after a day.
fn hook(id: &str, url: &str) -> Webhook {
    Webhook {
        url: url.to_owned(),
        secret: WebhookSecret(SECRET.to_owned()),
        allow_private: true,
        unanswered_after: UnansweredAfter::try_from(UnansweredAfter::MAX_SECONDS).unwrap(),
        ..contract::webhook(id, "demo")
    }
}

/// The deliveries to a webhook as soon as they are as `wanted`.
pub(crate) async fn when(
    store: &dyn WebhookQueue,
    id: &str,
    wanted: impl Fn(&[Delivery]) -> bool,
) -> Vec<Delivery> {
    loop {
        let found = store.deliveries(&WebhookId(id.to_owned()), 100).await;
        let found = found.unwrap();
        if wanted(&found) {
            return found;
        }
        tokio::task::yield_now().await;
    }
}

/// A database with the site `demo` and the agent `sam`.
pub(crate) async fn shop(database: &Path) {
    let store = SqliteStore::open(database).await.unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    let sam = Agent {
        name: contract::agent_name("sam"),
        email: "sam@shop.example".to_owned(),
        password_hash: deskbell_server::hash_password(PASSWORD).unwrap(),
        online: false,
        role: Role::Agent,
    };
    store.add_agent(&sam).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn what_happens_in_a_chat_is_told_signed_and_without_what_anybody_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("desk.db");
    shop(&database).await;
    let mut receiver = Receiver::start(&[]).await;
    let url = receiver.url.clone();
    let add = [
        "webhook",
        "add",
        "--site",
        "demo",
        "--allow-private",
        "--url",
        &url,
    ];
    let secret = secret(&done(&database, &add));
    let program = Program::start(&database);
    let ann = Visitor::open(&program.address, "ann").await;
    ann.say("said", "my number is 12").await;
    ann.ring("ring").await;
    let sam = Console::sign_in(&program.address, "sam").await;
    accepted(sam.act("claim", &ann, "claim")).await;
    accepted(sam.reply(&ann, "reply", "noted, number 12")).await;
    accepted(sam.act("close", &ann, "close")).await;
    // The last event is the one that ended it.
    let stretch = ann.history().await.len();
    let rating = json!({ "write": write_id("rate"), "stretch": stretch, "score": 5 });
    accepted(ann.post("rating", &rating)).await;
    let mut told = Vec::new();
    while told.len() < 4 {
        let call = receiver.next().await;
        assert!(call.believed(&secret), "{:?}", call.headers);
        assert!(!call.believed(SECRET));
        assert!(!call.body.contains("number"), "{}", call.body);
        assert_eq!(call.header("content-type"), "application/json");
        let json = call.json();
        assert_eq!(json["data"]["conversation"], ann.conversation.as_str());
        assert_eq!(json["data"]["site"], "demo");
        told.push(call.kind());
    }
    told.sort();
    let expected = [
        "conversation.closed",
        "escalation.claimed",
        "escalation.requested",
        "rating.given",
    ];
    assert_eq!(told, expected);
    program.kill();
}

#[tokio::test]
async fn a_message_that_was_not_taken_comes_again_when_it_is_time_under_the_same_id() {
    let server = Server::start().await;
    let mut receiver = Receiver::start(&[500, 302]).await;
    server
        .store
        .add_webhook(&hook("one", &receiver.url))
        .await
        .unwrap();
    let ann = server.visitor("ann").await;
    ann.ring("ring").await;
    let first = receiver.next().await;
    let is_again = |times| {
        move |all: &[Delivery]| {
            all.iter()
                .any(|it| it.attempts == times && it.outcome.is_some())
        }
    };
    when(&server.store, "one", is_again(1)).await;
    let attempts = [(7, "answered 302"), (400, "answered 204")];
    for (n, (seconds, outcome)) in (2..).zip(attempts) {
        server.pass_seconds(seconds);
        let again = receiver.next().await;
        assert_eq!((again.id(), &again.body), (first.id(), &first.body));
        let later = again.header("webhook-timestamp") > first.header("webhook-timestamp");
        assert!(later, "an attempt has its own time");
        assert_ne!(
            again.header("webhook-signature"),
            first.header("webhook-signature")
        );
        when(&server.store, "one", |all| {
            all.iter()
                .any(|it| it.attempts == n && it.outcome.as_deref() == Some(outcome))
        })
        .await;
    }
    let told = when(&server.store, "one", |all| all.len() == 2).await;
    assert_eq!(told[1].state, DeliveryState::Delivered);
    assert!(receiver.rest().is_empty(), "a redirect was followed");
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_nothing_more() {
    let server = Server::start().await;
    let mut receiver = Receiver::start(&[410]).await;
    server
        .store
        .add_webhook(&hook("one", &receiver.url))
        .await
        .unwrap();
    server.visitor("ann").await.ring("ring").await;
    receiver.next().await;
    when(&server.store, "one", |all| {
        all.len() == 2 && all.iter().all(|it| it.state == DeliveryState::GivenUp)
    })
    .await;
    let found = server.store.webhook(&WebhookId("one".to_owned())).await;
    assert!(found.unwrap().unwrap().disabled_at.is_some());
    server.visitor("bob").await.ring("ring").await;
    when(&server.store, "one", |all| all.len() == 2).await;
    assert!(receiver.rest().is_empty());
}

#[tokio::test]
async fn a_webhook_cannot_have_the_server_ask_what_is_not_on_the_internet() {
    let server = Server::start().await;
    let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = inside.local_addr().unwrap().port();
    // The last one is a name: what it leads to is judged, not what it says.
    let hosts = [
        ("address", "127.0.0.1"),
        ("mapped", "[::ffff:127.0.0.1]"),
        ("name", "localhost"),
    ];
    for (id, host) in hosts {
        let hidden = Webhook {
            allow_private: false,
            ..hook(id, &format!("https://{host}:{port}/"))
        };
        server.store.add_webhook(&hidden).await.unwrap();
    }
    server.visitor("ann").await.ring("ring").await;
    for (id, _) in hosts {
        let tried = when(&server.store, id, |all| {
            all.iter().any(|it| it.outcome.is_some())
        })
        .await;
        let outcome = tried.iter().find_map(|it| it.outcome.clone()).unwrap();
        assert!(outcome.contains("not on the internet"), "{id}: {outcome}");
    }
    let nobody = tokio::time::timeout(std::time::Duration::ZERO, inside.accept()).await;
    assert!(nobody.is_err(), "a connection was made");
}

#[tokio::test]
async fn a_long_wait_is_told_once_and_one_that_ended_in_time_is_not() {
    let server = Server::start().await;
    let mut receiver = Receiver::start(&[]).await;
    let hook = Webhook {
        unanswered_after: UnansweredAfter::default(),
        ..hook("one", &receiver.url)
    };
    server.store.add_webhook(&hook).await.unwrap();
    let (ann, bob) = (server.visitor("ann").await, server.visitor("bob").await);
    let sam = server.console("sam").await;
    ann.ring("ring").await;
    bob.ring("ring").await;
    accepted(sam.act("claim", &bob, "claim")).await;
    for _ in 0..3 {
        assert_ne!(receiver.next().await.kind(), "escalation.unanswered");
    }
    server.pass_seconds(121);
    let alarm = receiver.next().await;
    assert_eq!(alarm.kind(), "escalation.unanswered");
    assert_eq!(
        alarm.json()["data"]["conversation"],
        ann.conversation.as_str()
    );
    assert_eq!(alarm.json()["data"]["reason"], "bell");
    server.pass_seconds(1_000);
    let all = when(&server.store, "one", |all| {
        all.iter().all(|it| it.state == DeliveryState::Delivered)
    })
    .await;
    assert_eq!(all.len(), 4);
    assert!(receiver.rest().is_empty());
}

#[tokio::test]
async fn what_was_stored_is_told_by_the_next_server_if_this_one_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("desk.db");
    shop(&database).await;
    let mut receiver = Receiver::start(&[500]).await;
    // Killed between the commit and the message: there never was a server that could have sent it.
    let store = SqliteStore::open(&database).await.unwrap();
    store
        .add_webhook(&hook("one", &receiver.url))
        .await
        .unwrap();
    let conversation = store.open(contract::new_conversation("ann")).await.unwrap();
    let ring = |it: &deskbell_desk::Conversation| deskbell_desk::Command::Ring.decide(it);
    let write = WriteId::new(write_id("ring")).unwrap();
    let policy = Policy::default();
    store
        .append(&conversation.id, &write, 2_000, &policy, &ring)
        .await
        .unwrap();
    store.close().await;
    // Killed between two attempts.
    let program = Program::start(&database);
    receiver.next().await;
    receiver.next().await;
    let store = SqliteStore::open(&database).await.unwrap();
    let tried = when(&store, "one", |all| {
        all.iter().all(|it| it.outcome.is_some())
    })
    .await;
    store.close().await;
    program.kill();
    let left = tried
        .iter()
        .find(|it| it.state == DeliveryState::Pending)
        .unwrap();
    assert_eq!(left.outcome.as_deref(), Some("answered 500"));
    let _program = Program::start(&database);
    let again = receiver.next().await;
    assert_eq!(again.id(), left.id.0);
    assert!(again.believed(SECRET));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_over_one_database_tell_everything_and_nothing_twice() {
    let url = postgres().create_database().unwrap();
    let store = prepared(&url).await;
    let mut receiver = Receiver::start(&[]).await;
    store
        .add_webhook(&hook("one", &receiver.url))
        .await
        .unwrap();
    let servers = [OneOfMany::start(&url).await, OneOfMany::start(&url).await];
    for n in 0..12 {
        let server = &servers[n % 2];
        let visitor = Visitor::open(&server.address, &format!("visitor-{n}")).await;
        visitor.ring("ring").await;
    }
    let mut ids = BTreeSet::new();
    for _ in 0..12 {
        let call = receiver.next().await;
        assert!(call.believed(SECRET));
        assert!(ids.insert(call.id().to_owned()), "told twice");
    }
    let told = when(&store, "one", |all| {
        all.iter()
            .filter(|it| it.state == DeliveryState::Delivered)
            .count()
            == 12
    })
    .await;
    assert!(told.iter().all(|it| it.attempts <= 1));
    assert!(receiver.rest().is_empty());
}
