//! What the log says, and what it never says.

use std::fs::File;
use std::path::Path;

use deskbell_desk::{Agent, Directory as _, Role, contract};
use deskbell_store_sqlite::SqliteStore;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Console, PASSWORD, Program, Visitor, answer, client, refused, write_id};

/// Everything that our own crates say, and what others say when somebody looks for an error.
const EVERYTHING: &str = "debug,deskbell=trace,deskbell_server=trace,deskbell_desk=trace,\
    deskbell_store_sqlite=trace,deskbell_inference=trace,deskbell_triage=trace,deskbell_protocol=trace";

/// In everything that must not be logged, and in nothing else.
const SECRET: &str = "secret";

async fn database(folder: &Path) -> std::path::PathBuf {
    let database = folder.join("desk.db");
    let store = SqliteStore::open(&database).await.unwrap();
    store.add_site(&contract::site("demo")).await.unwrap();
    let agent = Agent {
        name: contract::agent_name("sam"),
        email: "sam@shop.example".to_owned(),
        password_hash: deskbell_server::hash_password(PASSWORD).unwrap(),
        online: false,
        role: Role::Agent,
    };
    store.add_agent(&agent).await.unwrap();
    store.close().await;
    database
}

fn post(address: &str, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    let request = client().request(Method::POST, format!("{address}{path}"));
    request.header("content-type", kind).body(body)
}

#[tokio::test]
async fn what_people_write_and_what_proves_who_they_are_is_never_logged() {
    let folder = tempfile::tempdir().unwrap();
    let (database, log) = (database(folder.path()).await, folder.path().join("log"));
    let program = Program::start_with(&database, EVERYTHING, File::create(&log).unwrap().into());
    let address = program.address.as_str();

    // Every operation, with something in every field that people fill in.
    let visitor = Visitor::open(address, "ann").await;
    visitor.say("first", "my secret plan").await;
    let mut stream = visitor.stream(0).await;
    stream.status().await;
    for (what, body) in [
        ("messages", json!({ "text": "where is my secret parcel" })),
        ("feedback", json!({ "answer": 3, "helped": false })),
        ("contact", json!({ "contact": "secret@example.org" })),
        (
            "introduction",
            json!({ "name": "Secret", "email": "secret@example.org" }),
        ),
        ("rating", json!({ "stretch": 1, "score": 5 })),
        ("escalation", json!({})),
    ] {
        let mut whole = body;
        whole["write"] = Value::String(write_id(what));
        answer(visitor.post(what, &whole)).await;
        // The same with something that is refused, which the answer may quote.
        whole["secret"] = json!(["secret"]);
        whole["text"] = json!(["secret"]);
        whole["write"] = json!("secret write");
        let request = visitor.post(&format!("{what}?secret=secret"), &whole);
        assert!((400..500).contains(&refused(request).await.0), "{what}");
    }
    let console = Console::sign_in(address, "sam").await;
    let wrong = Console::sign_in_request(address, "sam", "a secret guess");
    assert_eq!(refused(wrong).await.1, "wrong_password");
    let unknown = Console::sign_in_request(address, "secret", PASSWORD);
    assert_eq!(refused(unknown).await.1, "wrong_password");
    console.set_online(true).await;
    console.inbox().await.next().await;
    answer(console.act("claim", &visitor, "claim")).await;
    answer(console.reply(&visitor, "reply", "it stays secret")).await;
    console.stream(&visitor).await.next().await;
    answer(console.act("typing", &visitor, "typing")).await;
    answer(console.act("return", &visitor, "return")).await;
    answer(console.act("close", &visitor, "close")).await;

    // The form without JavaScript, with and without what it needs.
    let form = "application/x-www-form-urlencoded";
    for body in [
        "message=secret&contact=secret%40example.org",
        "message=&contact=secret",
        "%ff=secret",
    ] {
        answer(post(address, "/contact/demo?secret=secret", form, body)).await;
    }
    // Bodies and addresses that are nothing we know.
    let json = "application/json";
    for (path, kind, body) in [
        ("/v1/conversations", json, "{\"secret\":"),
        ("/v1/conversations", "text/secret", "secret"),
        (
            "/v1/agent/session",
            json,
            "{\"email\":\"secret\",\"password\":[\"secret\"]}",
        ),
        ("/v1/conversations/secret@example.org/messages", json, "{}"),
        ("/v1/agent/conversations/secret/claim", json, "{}"),
        (
            "/secret/secret@example.org?secret=secret#secret",
            json,
            "secret",
        ),
        ("/contact/secret", form, "message=secret&contact=secret"),
        ("/v1/sites/secret", json, ""),
    ] {
        let request = post(address, path, kind, body)
            .bearer_auth(Visitor::token("secret"))
            .header("origin", "https://secret.example")
            .header("cookie", "deskbell_session=secret")
            .header("referer", "https://shop.example/?q=secret")
            .header("last-event-id", "secret");
        answer(request).await;
        let made_up = Method::from_bytes(b"SECRET").unwrap();
        answer(client().request(made_up, format!("{address}{path}"))).await;
    }
    for path in [
        "/widget?site=secret",
        "/loader/secret.js",
        "/loader/site/secret",
        "/assets/secret",
        "/console?secret",
        "/embed.js?secret",
        "/readyz?secret",
    ] {
        answer(client().get(format!("{address}{path}"))).await;
    }
    answer(console.request(Method::DELETE, "session")).await;
    program.kill();

    let log = std::fs::read_to_string(&log).unwrap();
    assert!(
        log.contains("WrongPassword") && log.contains("/v1/conversations/{id}/messages"),
        "{log}"
    );
    assert!(
        log.contains(&visitor.conversation),
        "a conversation is found by its id"
    );
    let token = Visitor::token("ann");
    let (_, cookie) = console.cookie.split_once('=').unwrap();
    let lower = log.to_lowercase();
    for never in [SECRET, PASSWORD, &token, cookie, "sam@shop.example"] {
        let line = lower
            .lines()
            .find(|line| line.contains(&never.to_lowercase()));
        assert_eq!(line, None, "{never} is in the log");
    }
}

#[tokio::test]
async fn strangers_do_not_fill_the_log_that_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (database, log) = (database(folder.path()).await, folder.path().join("log"));
    let program = Program::start_with(&database, "info", File::create(&log).unwrap().into());
    let lines = || std::fs::read_to_string(&log).unwrap().lines().count();
    let begun = lines();
    for _ in 0..50 {
        let request = client().get(format!("{}/wp-login.php", program.address));
        assert_eq!(refused(request).await.0, 404);
    }
    let visitor = Visitor::open(&program.address, "ann").await;
    visitor.say("first", "hello").await;
    assert_eq!(lines(), begun, "what goes well or is refused is not told");
    let wrong = Console::sign_in_request(&program.address, "sam", "a guess");
    assert_eq!(refused(wrong).await.1, "wrong_password");
    assert_eq!(lines(), begun + 1, "somebody who guesses a password is");
    program.kill();
}
