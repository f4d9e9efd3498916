//! What the log says, and what it never says.

use std::fs::File;

use deskbell_desk::{Agent, Directory as _, contract};
use deskbell_store_sqlite::SqliteStore;
use reqwest::Method;
use serde_json::json;

use crate::support::{Console, PASSWORD, Program, Visitor, answer, client, refused, write_id};

#[tokio::test]
async fn what_people_write_and_what_proves_who_they_are_is_never_logged() {
    let folder = tempfile::tempdir().unwrap();
    let (database, log) = (folder.path().join("desk.db"), folder.path().join("log"));
    let store = SqliteStore::open(&database).await.unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    let agent = Agent {
        name: contract::agent_name("sam"),
        email: "sam@shop.example".to_owned(),
        password_hash: deskbell_server::hash_password(PASSWORD).unwrap(),
        online: false,
    };
    store.add_agent(&agent).await.unwrap();
    store.close().await;

    let program = Program::start_with(&database, "debug", File::create(&log).unwrap().into());
    let visitor = Visitor::open(&program.address, "ann").await;
    visitor.say("first", "my secret plan, call a person").await;
    let body = json!({ "write": write_id("bad"), "text": ["secret"], "secret": "secret" });
    assert_eq!(refused(visitor.post("messages", &body)).await.0, 422);
    let console = Console::sign_in(&program.address, "sam").await;
    let wrong = Console::sign_in_request(&program.address, "sam", "a secret guess");
    assert_eq!(refused(wrong).await.1, "wrong_password");
    answer(console.act("claim", &visitor, "claim")).await;
    answer(console.reply(&visitor, "reply", "it stays secret")).await;
    let form = client()
        .request(Method::POST, format!("{}/contact/demo", program.address))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("message=secret&contact=secret%40example.org");
    assert_eq!(answer(form).await.0, 200);
    program.kill();

    let log = std::fs::read_to_string(&log).unwrap();
    assert!(
        log.contains("WrongPassword") && log.contains("/messages"),
        "{log}"
    );
    let token = Visitor::token("ann");
    let (_, cookie) = console.cookie.split_once('=').unwrap();
    for never in ["secret", PASSWORD, &token, cookie, "sam@shop.example"] {
        assert!(!log.contains(never), "{never} is in the log: {log}");
    }
}
