//! What is stored about a customer can be had and erased while the server runs, and is not kept for longer than promised.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use deskbell_desk::{
    Audit as _, AuditedAct, Directory as _, EventLog as _, Site, Store as _, contract,
};
use deskbell_store_sqlite::SqliteStore;
use reqwest::Method;
use serde_json::{Value, json};

use crate::cli::Operator;
use crate::support::postgres::{OneOfMany, postgres, prepared};
use crate::support::{Program, Server, Visitor, accepted, refused, write_id};

fn customer(database: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .args(["--database", database, "customer"])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What it printed; it did not fail.
async fn done(database: &str, arguments: &'static [&'static str]) -> String {
    let database = database.to_owned();
    let told = tokio::task::spawn_blocking(move || customer(&database, arguments));
    let told = told.await.unwrap();
    assert!(
        told.status.success(),
        "{}",
        String::from_utf8_lossy(&told.stderr)
    );
    String::from_utf8(told.stdout).unwrap()
}

async fn left_contact(visitor: &Visitor, contact: &str) {
    let body = json!({ "write": write_id("contact"), "contact": contact });
    accepted(visitor.post("contact", &body)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_has_every_word_and_erasing_leaves_none_while_the_server_runs() {
    let server = Server::start().await;
    let database = server.database();
    let database = database.to_str().unwrap();
    let ann = server.visitor("ann").await;
    ann.say("parcel", "where is my parcel").await;
    left_contact(&ann, "Ana Ruiz <ana@example.org>").await;
    ann.ring("ring").await;
    let bob = server.visitor("bob").await;
    bob.say("hello", "hello").await;
    let mut reading = ann.stream(0).await;
    reading.until_type("escalated").await;

    let export = done(database, &["export", "--email", "ANA@example.org"]).await;
    let export: Value = serde_json::from_str(&export).unwrap();
    let [exported] = export["conversations"].as_array().unwrap().as_slice() else {
        panic!("one conversation: {export}");
    };
    let conversation = &exported["conversation"];
    assert_eq!(conversation["id"], ann.conversation.as_str());
    assert_eq!(conversation["contact"], "Ana Ruiz <ana@example.org>");
    let kinds = exported["events"].as_array().unwrap().iter();
    let kinds: Vec<_> = kinds.map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ann.history().await);
    assert_eq!(exported["events"][1]["text"], "where is my parcel");

    let asked = ["erase", "--email", "ana@example.org"];
    let unasked = customer(database, &asked);
    let told = String::from_utf8(unasked.stderr).unwrap();
    assert!(
        !unasked.status.success() && told.contains("--yes"),
        "{told}"
    );
    let told = done(
        database,
        &[
            "erase",
            "--email",
            "ana@example.org",
            "--site",
            "demo",
            "--yes",
        ],
    )
    .await;
    let first = told.lines().next().unwrap();
    let count = kinds.len();
    assert_eq!(
        first,
        format!("Erased: 1 conversation with {count} events. Left: 0 conversations.")
    );
    assert!(told.contains("Nothing of it is left") && told.contains("Backups"));

    while let Some(message) = reading.next_or_end().await {
        assert_ne!(message.event, "event", "nothing happened any more");
    }
    let late = ann.request(Method::GET, "events?after=0");
    assert_eq!(
        refused(late).await,
        (404, "unknown_conversation".to_owned())
    );
    let anew = server.visitor("ann").await;
    assert_ne!(anew.conversation, ann.conversation);
    assert_eq!(
        anew.ring("anew").await["position"],
        1,
        "the bell rings again"
    );
    assert_eq!(bob.history().await[0], "opened");
    let again = done(database, &["erase", "--email", "ana@example.org", "--yes"]).await;
    assert_eq!(again, "Nothing is stored about ana@example.org.\n");
    let log = server.store.audit(0, 0, 100).await.unwrap();
    let log: Vec<_> = log.into_iter().map(|(_, entry)| entry).collect();
    let told: Vec<_> = log.iter().map(|it| (it.act, &*it.whom)).collect();
    let (read, gone) = (AuditedAct::CustomerExported, AuditedAct::CustomerErased);
    assert_eq!(told, [(read, "demo"), (gone, "demo")]);
    let log = format!("{log:?}");
    assert!(
        !log.contains("ana@example.org") && !log.contains(ann.conversation.as_str()),
        "what is erased is not in the audit log either: {log}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasing_over_postgresql_ends_streams_at_every_server() {
    let url = postgres().create_database().unwrap();
    prepared(&url).await;
    let (first, second) = (OneOfMany::start(&url).await, OneOfMany::start(&url).await);
    let ann = Visitor::open(&first.address, "ann").await;
    left_contact(&ann, "ana@example.org").await;
    let mut streams = [
        ann.stream(0).await,
        Visitor::open(&second.address, "ann").await.stream(0).await,
    ];
    for stream in &mut streams {
        stream.until_type("contact_left").await;
    }
    let told = done(&url, &["erase", "--email", "ana@example.org", "--yes"]).await;
    assert!(
        told.contains("1 conversation") && told.contains("VACUUM"),
        "{told}"
    );
    for stream in &mut streams {
        while stream.next_or_end().await.is_some() {}
    }
}

#[test]
fn a_customer_who_is_nobody_or_at_an_unknown_site_is_told() {
    let operator = Operator::new();
    let nobody = ["customer", "export", "--email", "ana@example.org"];
    assert!(operator.refused(&nobody).contains("Nothing is stored"));
    let site = [&nobody[..], &["--site", "none"]].concat();
    assert!(operator.refused(&site).contains("there is no site 'none'"));
    for whom in [&["customer", "erase", "--yes"][..], &["customer", "export"]] {
        assert!(operator.refused(whom).contains("--email"));
    }
    for days in ["0", "3651", "-1", "soon"] {
        let wrong = ["site", "add", "--key", "fern", "--retention-days", days];
        let told = operator.refused(&wrong);
        assert!(told.contains("1 to 3650 days") || days == "-1", "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_deletes_what_was_silent_for_too_long_and_nothing_that_waits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = SqliteStore::open(&path).await.unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    // At another site the same age is not too old.
    let kept = Site {
        retention: 3_650.try_into().unwrap(),
        ..contract::site("kept")
    };
    store.replace_site(&kept).await.unwrap();
    let day = 24 * 60 * 60 * 1_000;
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis();
    let now = i64::try_from(now).unwrap();
    let open = async |name: &str, site: &Site, days: i64| {
        let new = deskbell_desk::NewConversation {
            at: now - days * day,
            site: site.key.clone(),
            ..contract::new_conversation(name)
        };
        store.open(new).await.unwrap().id
    };
    let demo = contract::site("demo");
    let mut old = Vec::new();
    // More than are deleted at once.
    for n in 0..120 {
        old.push(open(&format!("old-{n}"), &demo, 91).await);
    }
    let recent = open("recent", &demo, 89).await;
    let elsewhere = open("elsewhere", &kept, 1_000).await;
    let waits = open("waits", &demo, 1_000).await;
    let ring = deskbell_desk::Command::Ring;
    let write = deskbell_protocol::WriteId::new(write_id("ring")).unwrap();
    store
        .append(&waits, &write, now - 999 * day, &demo.policy, &|it| {
            ring.decide(it)
        })
        .await
        .unwrap();

    let _program = Program::start(&path);
    let gone = async {
        for id in &old {
            while store.conversation(id).await.unwrap().is_some() {
                tokio::task::yield_now().await;
            }
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), gone).await;
    in_time.expect("what is too old is deleted when the server starts");
    for id in [recent, elsewhere, waits] {
        assert!(store.conversation(&id).await.unwrap().is_some());
    }
    store.close().await;
}
